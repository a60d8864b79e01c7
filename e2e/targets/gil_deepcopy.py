"""Two threads copy nested lists.

label: gil-bound
asleep: gil
"""
import copy

from _target import bounded, forever, parameter, ready, threads

document = [[[i, str(i)] for i in range(50)] for _ in range(50)]


def work():
    while True:
        copy.deepcopy(document)


bounded()
threads(parameter("threads", 2), work)
ready()
forever()
