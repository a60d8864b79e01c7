"""Several hashing threads for every CPU.

label: oversubscribed
variants:
  two: each=2
"""
import os

from _target import bounded, forever, hash_blocks, parameter, ready, threads

bounded()
threads(parameter("each", 4) * len(os.sched_getaffinity(0)), hash_blocks)
ready()
forever()
