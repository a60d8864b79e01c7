"""Two threads pass small messages through pipes at a steady rate.

label: io-bound
"""
import os
import time

from _target import bounded, forever, ready, threads


def write(end):
    while True:
        os.write(end, b"x" * 128)
        sum(range(2000))
        time.sleep(0.003)


def read(end):
    while True:
        os.read(end, 128)
        sum(range(2000))


bounded()
out, into = os.pipe()
threads(1, write, "writer", (into,))
threads(1, read, "reader", (out,))
ready()
forever()
