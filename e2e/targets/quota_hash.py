"""Four threads hash under half a core.

label: quota-limited
conditions: quota=0.5
variants:
  quarter: quota=0.25
  core-and-a-half: quota=1.5
"""
from _target import bounded, forever, hash_blocks, ready, threads

bounded()
threads(4, hash_blocks)
ready()
forever()
