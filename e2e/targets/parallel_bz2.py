"""Two threads compress with bzip2 at the same time.

label: parallel
variants:
  beside-hogs: foreign=1 label=cpu-starved
"""
import bz2

from _target import bounded, forever, parameter, ready, threads

block = bytes(range(256)) * (8 << 10)


def work():
    while True:
        bz2.compress(block, 1)


bounded()
threads(parameter("threads", 2), work)
ready()
forever()
