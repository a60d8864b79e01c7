"""Three pairs of threads exchange messages with a pause between.

label: io-bound
split: tune
"""
import socket
import time

from _target import bounded, forever, ready, threads


def echo(end):
    while True:
        end.sendall(end.recv(64))


def ask(end):
    while True:
        end.sendall(b"x" * 64)
        end.recv(64)
        sum(range(3000))
        time.sleep(0.003)


bounded()
for _ in range(3):
    left, right = socket.socketpair()
    threads(1, echo, "echo", (left,))
    threads(1, ask, "ask", (right,))
ready()
forever()
