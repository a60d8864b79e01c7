"""One thread computes on one allowed CPU: the cap is no limit to it.

label: single-threaded
conditions: affinity=1
"""
from _target import bounded, compute, ready

bounded()
ready()
compute()
