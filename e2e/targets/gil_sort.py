"""Two threads sort long lists inside one C call each.

label: gil-bound
asleep: gil
"""
import random

from _target import bounded, forever, parameter, ready, threads

numbers = [random.random() for _ in range(100000)]


def work():
    while True:
        sorted(numbers)


bounded()
threads(parameter("threads", 2), work)
ready()
forever()
