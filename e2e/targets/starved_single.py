"""One thread computes while twice as many foreign programs compute as there are CPUs.

label: cpu-starved
split: report
conditions: foreign=2
"""
from _target import bounded, compute, ready

bounded()
ready()
compute()
