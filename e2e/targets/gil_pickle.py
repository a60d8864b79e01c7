"""Three threads pickle and read back a document.

label: gil-bound
asleep: gil
"""
import pickle

from _target import bounded, forever, parameter, ready, threads

document = {str(i): [i, i * 2, str(i) * 3] for i in range(2000)}


def work():
    while True:
        pickle.loads(pickle.dumps(document))


bounded()
threads(parameter("threads", 3), work)
ready()
forever()
