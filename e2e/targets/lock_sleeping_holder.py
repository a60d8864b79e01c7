"""Threads want one lock whose holder sleeps with it.

label: lock-bound
asleep: lock 0.6-0.95
variants:
  ten: threads=10 asleep=lock:0.8-1
  longer: hold=0.01
"""
import threading
import time

from _target import bounded, forever, parameter, ready, threads

lock = threading.Lock()
hold = parameter("hold", 0.001)


def work():
    while True:
        with lock:
            time.sleep(hold)


bounded()
threads(parameter("threads", 4), work)
ready()
forever()
