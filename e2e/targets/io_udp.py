"""A sender and a receiver exchange datagrams at a steady rate.

label: io-bound
variants:
  slowly: pause=0.5 label=idle
"""
import socket
import time

from _target import bounded, forever, parameter, ready, threads

inbox = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
inbox.bind(("127.0.0.1", 0))
pause = parameter("pause", 0.002)


def send():
    outbox = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    while True:
        outbox.sendto(b"x" * 64, inbox.getsockname())
        sum(range(2000))
        time.sleep(pause)


def receive():
    while True:
        inbox.recv(64)
        sum(range(2000))


bounded()
threads(1, send, "sender")
threads(1, receive, "receiver")
ready()
forever()
