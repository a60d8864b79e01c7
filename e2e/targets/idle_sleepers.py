"""Six threads sleep.

label: idle
"""
import time

from _target import bounded, forever, ready, threads

bounded()
threads(6, time.sleep, "sleeper", (3600,))
ready()
forever()
