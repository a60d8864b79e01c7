"""Two threads compute in pure Python.

label: gil-bound
split: report
flagged: worker-
"""
from _target import bounded, compute, forever, ready, threads

bounded()
threads(2, compute)
ready()
forever()
