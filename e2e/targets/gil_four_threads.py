"""Four threads compute in pure Python and take turns on one GIL.

label: gil-bound
split: tune
flagged: worker-
"""
from _target import bounded, compute, forever, ready, threads

bounded()
threads(4, compute)
ready()
forever()
