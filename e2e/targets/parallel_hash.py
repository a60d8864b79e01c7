"""Two threads hash 64 MiB buffers at the same time.

label: parallel
variants:
  uneven: rest=1
"""
import time

from _target import bounded, forever, hash_blocks, parameter, ready, threads

rest = parameter("rest", 0)


def halting():
    while True:
        hash_blocks(0.1, size=4 << 20)
        time.sleep(0.1)


bounded()
threads(1, hash_blocks)
threads(1, halting if rest else hash_blocks, "second")
ready()
forever()
