"""One computing thread keeps three socket threads waiting: the loss is latency.

label: gil-bound
asleep: gil 0.5-1
variants:
  one-pair: pairs=1
  four-pairs: pairs=4
"""
import socket

from _target import bounded, compute, forever, parameter, ready, threads


def echo(end):
    while True:
        end.sendall(end.recv(64))


def ask(end):
    while True:
        end.sendall(b"x" * 64)
        end.recv(64)


bounded()
for _ in range(parameter("pairs", 2)):
    left, right = socket.socketpair()
    threads(1, echo, "echo", (left,))
    threads(1, ask, "ask", (right,))
threads(1, compute, "hog")
ready()
forever()
