"""Two threads commit to their own database files and pause between.

label: io-bound
"""
import os
import sqlite3
import tempfile
import time

from _target import bounded, forever, ready, threads

folder = tempfile.TemporaryDirectory()


def work(name):
    database = sqlite3.connect(os.path.join(folder.name, name))
    database.execute("create table t (a integer)")
    while True:
        with database:
            database.execute("insert into t values (1)")
        sum(range(20000))
        time.sleep(0.005)


bounded()
threads(1, work, "first", ("a",))
threads(1, work, "second", ("b",))
ready()
forever()
