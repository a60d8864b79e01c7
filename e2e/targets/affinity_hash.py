"""Four threads hash on one allowed CPU.

label: quota-limited
split: report
conditions: affinity=1
"""
from _target import bounded, forever, hash_blocks, ready, threads

bounded()
threads(4, hash_blocks)
ready()
forever()
