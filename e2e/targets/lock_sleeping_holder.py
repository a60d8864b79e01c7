"""Four threads want one lock whose holder sleeps a millisecond with it.

label: lock-bound
split: tune
"""
import threading
import time

from _target import bounded, forever, ready, threads

lock = threading.Lock()


def work():
    while True:
        with lock:
            time.sleep(0.001)


bounded()
threads(4, work)
ready()
forever()
