"""Four hashing threads for every CPU.

label: oversubscribed
split: tune
"""
import os

from _target import bounded, forever, hash_blocks, ready, threads

bounded()
threads(4 * len(os.sched_getaffinity(0)), hash_blocks)
ready()
forever()
