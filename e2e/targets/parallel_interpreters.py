"""Two interpreters of one process compute at the same time, each with its own GIL.

label: parallel
needs: 3.12
"""
try:
    import _interpreters as interpreters
except ImportError:
    import _xxsubinterpreters as interpreters

from _target import bounded, forever, ready, threads

SOURCE = """
total = 0
while True:
    for i in range(20000):
        total = (total * 31 + i) & 0xFFFFFFFF
"""


def work():
    interpreters.run_string(interpreters.create(), SOURCE)


bounded()
threads(2, work, "interpreter")
ready()
forever()
