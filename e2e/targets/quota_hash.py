"""Four threads hash under half a core.

label: quota-limited
split: report
conditions: quota=0.5
"""
from _target import bounded, forever, hash_blocks, ready, threads

bounded()
threads(4, hash_blocks)
ready()
forever()
