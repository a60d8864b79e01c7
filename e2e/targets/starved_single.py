"""One thread computes while twice as many foreign programs compute as there are CPUs.

label: cpu-starved
conditions: foreign=2
variants:
  half-as-many: foreign=1
"""
from _target import bounded, compute, ready

bounded()
ready()
compute()
