"""A socket server waits for somebody to call.

label: idle
"""
import socket

from _target import bounded, ready, threads

bounded()
server = socket.socket()
server.bind(("127.0.0.1", 0))
server.listen(1)
threads(2, server.accept, "acceptor")
ready()
server.accept()
