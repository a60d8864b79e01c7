"""Two threads hash 64 MiB buffers at the same time.

label: parallel
split: tune
"""
from _target import bounded, forever, hash_blocks, ready, threads

bounded()
threads(2, hash_blocks)
ready()
forever()
