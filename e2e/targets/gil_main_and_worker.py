"""The main thread computes beside one worker.

label: gil-bound
asleep: gil
"""
from _target import bounded, compute, ready, threads

bounded()
threads(1, compute)
ready()
compute()
