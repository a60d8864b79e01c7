"""A program with one thread computes.

label: single-threaded
"""
from _target import bounded, compute, ready

bounded()
ready()
compute()
