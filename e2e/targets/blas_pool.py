"""Native BLAS threads multiply matrices for one Python thread.

label: parallel
needs: numpy
variants:
  one: blas=1 label=single-threaded
  crowd: blas=1 each=4 label=oversubscribed
"""
import os

from _target import parameter

os.environ["OPENBLAS_NUM_THREADS"] = str(parameter("blas", 2))
import numpy

from _target import bounded, forever, ready, threads

matrix = numpy.ones((600, 600))


def work():
    while True:
        matrix.dot(matrix)


bounded()
threads(parameter("each", 1), work)
ready()
forever()
