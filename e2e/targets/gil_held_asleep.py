"""C code sleeps for a while at a time without releasing the GIL, while two threads want to compute.

label: gil-bound
asleep: gil 0.6-0.9
variants:
  briefly: hold=0.002 asleep=gil:0.55-0.95
  long: hold=0.1
"""
import ctypes

from _target import bounded, compute, forever, parameter, ready, threads

libc = ctypes.PyDLL(None)
hold_microseconds = int(parameter("hold", 0.02) * 1e6)


def hold():
    while True:
        libc.usleep(hold_microseconds)


bounded()
threads(1, hold, "holder")
threads(2, compute)
ready()
forever()
