"""Two hundred threads compute in pure Python.

label: gil-bound
split: report
"""
import threading

from _target import bounded, compute, forever, ready, threads

# Started one by one among computing threads they would take a quarter of a minute.
together = threading.Event()


def work():
    together.wait()
    compute()


bounded()
threads(200, work)
ready()
together.set()
forever()
