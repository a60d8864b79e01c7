"""Threads sleep a millisecond at a time and hash a little between.

label: io-bound
variants:
  long: milliseconds=80 blocks=20
  none: milliseconds=0 blocks=0 needs=3.11
"""
import hashlib
import time

from _target import bounded, forever, parameter, ready, threads

block = bytes(64 << 10)
rest, blocks = parameter("milliseconds", 1.0) / 1000, parameter("blocks", 1)


def work():
    while True:
        time.sleep(rest)
        for _ in range(blocks):
            hashlib.sha256(block).digest()


bounded()
threads(4, work)
ready()
forever()
