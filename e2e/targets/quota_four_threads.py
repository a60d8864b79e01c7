"""Four threads compute in pure Python under half a core.

label: quota-limited
conditions: quota=0.5
further: gil-bound
asleep: gil
"""
from _target import bounded, compute, forever, ready, threads

bounded()
threads(4, compute)
ready()
forever()
