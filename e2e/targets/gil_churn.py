"""Threads that live 50 ms, four at a time, compute in pure Python.

label: gil-bound
split: report
"""
import threading

from _target import bounded, compute, ready

bounded()
ready()
while True:
    batch = [threading.Thread(target=compute, args=(0.05,)) for _ in range(4)]
    for thread in batch:
        thread.start()
    for thread in batch:
        thread.join()
