"""Three threads sum ranges inside one C call each.

label: gil-bound
asleep: gil
"""
from _target import bounded, forever, ready, threads


def add():
    while True:
        sum(range(200000))


bounded()
threads(3, add)
ready()
forever()
