"""Three threads multiply huge integers: C code that keeps the GIL.

label: gil-bound
asleep: gil
"""
from _target import bounded, forever, parameter, ready, threads

large = 3**60000


def work():
    while True:
        large * large


bounded()
threads(parameter("threads", 3), work)
ready()
forever()
