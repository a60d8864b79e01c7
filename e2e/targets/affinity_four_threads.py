"""Four threads compute in pure Python on one allowed CPU.

label: quota-limited
conditions: affinity=1
asleep: gil
"""
from _target import bounded, compute, forever, ready, threads

bounded()
threads(4, compute)
ready()
forever()
