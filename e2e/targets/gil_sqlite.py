"""Two threads run many tiny statements on their own in-memory databases: mostly Python between short releases.

label: gil-bound
asleep: gil
"""
import sqlite3

from _target import bounded, compute, forever, ready, threads


def work():
    database = sqlite3.connect(":memory:")
    database.execute("create table t (a integer)")
    while True:
        database.execute("insert into t values (1)")
        compute(0)
        for _ in range(50):
            sorted(range(300), key=lambda value: -value)


bounded()
threads(3, work)
ready()
forever()
