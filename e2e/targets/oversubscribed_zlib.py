"""Three compressing threads for every CPU.

label: oversubscribed
"""
import os
import zlib

from _target import bounded, forever, ready, threads

block = bytes(range(256)) * (32 << 10)


def work():
    while True:
        zlib.compress(block, 6)


bounded()
threads(3 * len(os.sched_getaffinity(0)), work)
ready()
forever()
