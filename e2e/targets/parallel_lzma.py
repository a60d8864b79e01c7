"""Two threads compress with LZMA at the same time.

label: parallel
"""
import lzma

from _target import bounded, forever, ready, threads

block = bytes(range(256)) * (8 << 10)


def work():
    while True:
        lzma.compress(block, preset=1)


bounded()
threads(2, work)
ready()
forever()
