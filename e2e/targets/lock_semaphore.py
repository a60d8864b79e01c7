"""Four threads compress under a semaphore that lets one in at a time.

label: lock-bound
asleep: lock
variants:
  two-at-a-time: places=2 label=lock-bound
"""
import threading
import zlib

from _target import bounded, forever, parameter, ready, threads

places = threading.Semaphore(parameter("places", 1))
block = bytes(range(256)) * (8 << 10)


def work():
    while True:
        with places:
            zlib.compress(block, 6)


bounded()
threads(4, work)
ready()
forever()
