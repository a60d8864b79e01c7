"""A pool of spawned workers: every worker is a runtime with a GIL of its own.

label: idle
children: single-threaded
variants:
  four: workers=4 children=oversubscribed
  threads: work=threads children=gil-bound asleep=gil
  waiting: workers=3 work=sleep children=idle
"""
from _target import bounded, working_pool

if __name__ == "__main__":
    bounded()
    working_pool("spawn")
