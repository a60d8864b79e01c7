"""Threads run one short program after another and wait for each.

label: io-bound
"""
import subprocess

from _target import bounded, forever, ready, threads


def work():
    while True:
        subprocess.call(["sleep", "0.05"])


bounded()
threads(3, work)
ready()
forever()
