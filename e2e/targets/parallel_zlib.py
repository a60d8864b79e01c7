"""Two threads compress large buffers at the same time.

label: parallel
"""
import zlib

from _target import bounded, forever, ready, threads

block = bytes(range(256)) * (32 << 10)


def work():
    while True:
        zlib.compress(block, 6)


bounded()
threads(2, work)
ready()
forever()
