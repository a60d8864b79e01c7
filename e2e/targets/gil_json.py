"""Three threads encode and decode JSON.

label: gil-bound
split: report
"""
import json

from _target import bounded, forever, ready, threads

document = {str(i): [i, i * 2, str(i) * 3] for i in range(400)}


def work():
    while True:
        json.loads(json.dumps(document))


bounded()
threads(3, work)
ready()
forever()
