"""Threads hash large buffers one at a time under one lock: one core, yet no GIL wait.

label: lock-bound
asleep: lock
variants:
  six: threads=6
"""
import hashlib
import threading

from _target import bounded, forever, parameter, ready, threads

lock = threading.Lock()
block = bytes(4 << 20)


def work():
    while True:
        with lock:
            hashlib.sha256(block).digest()


bounded()
threads(parameter("threads", 3), work)
ready()
forever()
