"""Three threads add tiny NumPy arrays: far more interpreter than arithmetic.

label: gil-bound
asleep: gil
needs: numpy
"""
import numpy

from _target import bounded, forever, parameter, ready, threads

left = numpy.ones(16)
right = numpy.ones(16)


def work():
    while True:
        left + right


bounded()
threads(parameter("threads", 3), work)
ready()
forever()
