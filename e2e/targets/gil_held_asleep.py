"""C code sleeps 20 ms at a time without releasing the GIL, while two threads want to compute.

label: gil-bound
split: tune
"""
import ctypes

from _target import bounded, compute, forever, ready, threads

libc = ctypes.PyDLL(None)


def hold():
    while True:
        libc.usleep(20000)


bounded()
threads(1, hold, "holder")
threads(2, compute)
ready()
forever()
