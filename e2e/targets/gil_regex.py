"""Two threads match a regular expression that backtracks: C code that keeps the GIL for long.

label: gil-bound
asleep: gil
"""
import re

from _target import bounded, forever, ready, threads

pattern = re.compile("(a+)+b")


def match():
    while True:
        pattern.match("a" * 20)


bounded()
threads(2, match)
ready()
forever()
