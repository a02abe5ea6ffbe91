"""Answers each request after 40 s, in a thread of its own. usage: PORT"""
import http.server, sys, time


class Slow(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        time.sleep(40)


http.server.ThreadingHTTPServer(("127.0.0.1", int(sys.argv[1])), Slow).serve_forever()
