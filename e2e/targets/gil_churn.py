"""Threads that live 50 ms, four at a time, compute in pure Python.

label: gil-bound
asleep: gil
variants:
  longer: life=0.4
  crowd: threads=12 life=0.02
"""
import threading

from _target import bounded, compute, parameter, ready

bounded()
ready()
while True:
    batch = [threading.Thread(target=compute, args=(parameter("life", 0.05),)) for _ in range(parameter("threads", 4))]
    for thread in batch:
        thread.start()
    for thread in batch:
        thread.join()
