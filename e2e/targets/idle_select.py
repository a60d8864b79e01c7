"""A selector waits for sockets on which nothing comes.

label: idle
"""
import selectors
import socket

from _target import bounded, ready, threads

selector = selectors.DefaultSelector()
pairs = [socket.socketpair() for _ in range(20)]
for left, _ in pairs:
    selector.register(left, selectors.EVENT_READ)

bounded()
threads(2, pairs[0][1].recv, "reader", (1,))
ready()
while True:
    selector.select(timeout=1.0)
