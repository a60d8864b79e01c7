"""The program waits for a child that is no Python and computes.

label: idle
"""
import subprocess

from _target import SECONDS, bounded, ready

bounded()
child = subprocess.Popen(["timeout", str(SECONDS), "sh", "-c", "while :; do :; done"])
ready()
child.wait()
