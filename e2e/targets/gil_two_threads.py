"""Two threads compute in pure Python.

label: gil-bound
flagged: worker-
asleep: gil
variants:
  beside-hogs: foreign=1
"""
from _target import bounded, compute, forever, ready, threads

bounded()
threads(2, compute)
ready()
forever()
