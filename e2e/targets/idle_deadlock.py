"""Two threads wait for each other's lock for ever: nothing is handed over.

label: idle
"""
import threading
import time

from _target import bounded, forever, ready, threads

first, second = threading.Lock(), threading.Lock()


def take(one, other):
    with one:
        time.sleep(0.2)
        with other:
            pass


bounded()
threads(1, take, "left", (first, second))
threads(1, take, "right", (second, first))
time.sleep(0.4)
ready()
forever()
