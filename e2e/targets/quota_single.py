"""One thread computes under half a core: it wants twice what it gets.

label: quota-limited
split: tune
conditions: quota=0.5
"""
from _target import bounded, compute, ready

bounded()
ready()
compute()
