"""Pairs of threads exchange messages with a pause between.

label: io-bound
variants:
  ten: pairs=10 pause=0.02
"""
import socket
import time

from _target import bounded, forever, parameter, ready, threads


def echo(end):
    while True:
        end.sendall(end.recv(64))


def ask(end):
    while True:
        end.sendall(b"x" * 64)
        end.recv(64)
        sum(range(3000))
        time.sleep(parameter("pause", 0.003))


bounded()
for _ in range(parameter("pairs", 3)):
    left, right = socket.socketpair()
    threads(1, echo, "echo", (left,))
    threads(1, ask, "ask", (right,))
ready()
forever()
