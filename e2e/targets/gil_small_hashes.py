"""Three threads hash blocks of one kilobyte, for which hashlib keeps the GIL.

label: gil-bound
asleep: gil
"""
import hashlib

from _target import bounded, forever, parameter, ready, threads

block = bytes(1024)


def work():
    while True:
        hashlib.sha256(block).digest()


bounded()
threads(parameter("threads", 3), work)
ready()
forever()
