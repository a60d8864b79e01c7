"""One thread computes, six sleep.

label: single-threaded
"""
import time

from _target import bounded, compute, forever, ready, threads

bounded()
threads(1, compute, "busy")
threads(6, time.sleep, "sleeper", (3600,))
ready()
forever()
