"""Four threads wait on events with a time limit that runs out twice a second.

label: idle
"""
import threading

from _target import bounded, forever, ready, threads


def wait():
    event = threading.Event()
    while True:
        event.wait(0.5)


bounded()
threads(4, wait, "waiter")
ready()
forever()
