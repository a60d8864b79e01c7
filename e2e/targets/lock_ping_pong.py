"""Two threads hand a token back and forth through two queues around native work.

label: lock-bound
asleep: lock
"""
import hashlib
import queue

from _target import bounded, forever, ready, threads

block = bytes(2 << 20)
first, second = queue.Queue(), queue.Queue()


def left():
    while True:
        hashlib.sha256(block).digest()
        first.put(None)
        second.get()


def right():
    while True:
        first.get()
        hashlib.sha256(block).digest()
        second.put(None)


bounded()
threads(1, left, "left")
threads(1, right, "right")
ready()
forever()
