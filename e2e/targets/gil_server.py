"""A threaded server answers four clients of its own process in JSON over sockets: Python work between short waits.

label: gil-bound
asleep: gil 0.4-1
"""
import json
import socket

from _target import bounded, forever, ready, threads

document = json.dumps({str(i): [i, str(i)] for i in range(200)}).encode()


def serve(end):
    while True:
        json.loads(end.recv(65536))
        end.sendall(json.dumps({"answer": list(range(300))}).encode())


def ask(end):
    while True:
        end.sendall(document)
        json.loads(end.recv(65536))


bounded()
for _ in range(4):
    left, right = socket.socketpair()
    threads(1, serve, "server", (left,))
    threads(1, ask, "client", (right,))
ready()
forever()
