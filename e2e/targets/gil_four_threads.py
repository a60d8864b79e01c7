"""Four threads compute in pure Python and take turns on one GIL.

label: gil-bound
flagged: worker-
asleep: gil
variants:
  eight: threads=8
  interval-1ms: interval=0.001
  interval-50ms: interval=0.05
  interval-1s: interval=1
  beside-hogs: foreign=1
  quota-unreached: threads=3 quota=1.5
  quota-quarter: quota=0.25 label=quota-limited
  quota-three-quarters: quota=0.75 label=quota-limited
  quota-one-core: quota=1 label=quota-limited
"""
import sys

from _target import bounded, compute, forever, parameter, ready, threads

bounded()
threads(parameter("threads", 4), compute)
ready()
# Before, starting the threads would take as many of these intervals.
sys.setswitchinterval(parameter("interval", 0.005))
forever()
