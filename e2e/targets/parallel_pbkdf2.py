"""Two threads derive keys in OpenSSL at the same time.

label: parallel
"""
import hashlib

from _target import bounded, forever, ready, threads


def work():
    while True:
        hashlib.pbkdf2_hmac("sha256", b"p", b"salt", 200000)


bounded()
threads(2, work)
ready()
forever()
