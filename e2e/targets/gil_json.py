"""Three threads encode and decode JSON.

label: gil-bound
asleep: gil
variants:
  two: threads=2
"""
import json

from _target import bounded, forever, parameter, ready, threads

document = {str(i): [i, i * 2, str(i) * 3] for i in range(400)}


def work():
    while True:
        json.loads(json.dumps(document))


bounded()
threads(parameter("threads", 3), work)
ready()
forever()
