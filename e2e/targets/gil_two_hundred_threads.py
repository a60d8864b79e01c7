"""Two hundred threads compute in pure Python.

label: gil-bound
split: report
"""
from _target import bounded, compute, forever, ready, threads

bounded()
threads(200, compute)
ready()
forever()
