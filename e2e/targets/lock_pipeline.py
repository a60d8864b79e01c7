"""Three stages pass a block on through queues of one place; the middle one does nearly all the work.

label: lock-bound
asleep: lock
"""
import hashlib
import queue

from _target import bounded, forever, ready, threads

block = bytes(8 << 20)
first, second = queue.Queue(1), queue.Queue(1)


def head():
    while True:
        hashlib.sha256(block[: 1 << 20]).digest()
        first.put(block)


def middle():
    while True:
        second.put(hashlib.sha256(first.get()).digest())


def tail():
    while True:
        second.get()


bounded()
threads(1, head, "head")
threads(1, middle, "middle")
threads(1, tail, "tail")
ready()
forever()
