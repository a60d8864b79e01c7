"""Three threads compute in pure Python for 50 ms at a time under one lock: the others wait for the lock, not for the GIL.

label: lock-bound
asleep: lock 0.75-1
"""
import threading
import time

from _target import bounded, compute, forever, ready, threads

lock = threading.Lock()


def work():
    while True:
        with lock:
            compute(0.05)
        time.sleep(0.0002)


bounded()
threads(3, work)
ready()
forever()
