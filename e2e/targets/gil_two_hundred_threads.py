"""Two hundred threads (or fewer) compute in pure Python.

label: gil-bound
asleep: gil
variants:
  fifty: threads=50
"""
import threading

from _target import bounded, compute, forever, parameter, ready, threads

# Started one by one among computing threads they would take a quarter of a minute.
together = threading.Event()


def work():
    together.wait()
    compute()


bounded()
threads(parameter("threads", 200), work)
ready()
together.set()
forever()
