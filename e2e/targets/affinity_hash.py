"""Threads hash on one allowed CPU.

label: quota-limited
conditions: affinity=1
variants:
  two: threads=2
"""
from _target import bounded, forever, hash_blocks, parameter, ready, threads

bounded()
threads(parameter("threads", 4), hash_blocks)
ready()
forever()
