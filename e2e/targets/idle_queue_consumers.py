"""Four consumers wait on one empty queue.

label: idle
"""
import queue

from _target import bounded, forever, ready, threads

jobs = queue.Queue()
bounded()
threads(4, jobs.get, "consumer")
ready()
forever()
