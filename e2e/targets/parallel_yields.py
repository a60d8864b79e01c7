"""Threads that let go of the GIL and take it again as fast as they can; what that costs them is in the ledger.

label: parallel
asleep: ledger
"""
import ctypes
import time

from _target import Ledger, bounded, forever, ready, thread_cpu_seconds, threads

spin = ctypes.CDLL(None).sched_yield
ledger = Ledger()


def work(slot):
    while True:
        began, used = time.monotonic(), thread_cpu_seconds()
        for _ in range(1000):
            spin()
        ledger.add(slot, time.monotonic() - began - (thread_cpu_seconds() - used))


bounded()
for slot in range(2):
    threads(1, work, "spinner%d" % slot, (slot,))
ready()
forever()
