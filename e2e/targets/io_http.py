"""A threaded HTTP server is asked fifty times a second by a client of its own process.

label: io-bound
"""
import http.client
import http.server
import time

from _target import bounded, forever, ready, threads


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self):
        body = b"x" * 512
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


server = http.server.HTTPServer(("127.0.0.1", 0), Handler)


def ask():
    connection = http.client.HTTPConnection("127.0.0.1", server.server_address[1])
    while True:
        connection.request("GET", "/")
        connection.getresponse().read()
        sum(range(20000))
        time.sleep(0.02)


bounded()
threads(1, server.serve_forever, "server")
threads(1, ask, "client")
ready()
forever()
