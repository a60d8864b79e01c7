"""Two threads hash while twice as many foreign programs compute as there are CPUs.

label: cpu-starved
split: tune
conditions: foreign=2
"""
from _target import bounded, forever, hash_blocks, ready, threads

bounded()
threads(2, hash_blocks)
ready()
forever()
