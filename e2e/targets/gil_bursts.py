"""Three threads compute together for 300 ms, then all sleep 100 ms.

label: gil-bound
split: report
"""
import threading
import time

from _target import bounded, compute, forever, ready, threads

together = threading.Barrier(3)


def work():
    while True:
        together.wait()
        compute(0.3)
        time.sleep(0.1)


bounded()
threads(3, work)
ready()
forever()
