"""One thread computes under half a core: it wants twice what it gets.

label: quota-limited
conditions: quota=0.5
variants:
  quarter: quota=0.25
  three-quarters: quota=0.75
  one-core: quota=1 label=single-threaded
"""
from _target import bounded, compute, ready

bounded()
ready()
compute()
