#!/usr/bin/env python3
"""A receiver of notifications, as small as it can be. Python 3 and its standard library will do.

    export WEBHOOK_SECRET=whsec_...
    python3 receiver.py 9099
"""

import base64
import hashlib
import hmac
import http.server
import json
import os
import sys
import threading
import time

SECRET = os.environ["WEBHOOK_SECRET"]
seen = set()  # A real receiver keeps these in its database, together with what it does.
one_at_a_time = threading.Lock()  # Up to 16 events arrive at once.


def is_signed(headers, body):
    """Whether the server has signed these bytes within the last five minutes."""
    key = base64.b64decode(SECRET.removeprefix("whsec_"))
    sent = headers.get("webhook-timestamp", "")
    if not sent.isdigit() or abs(time.time() - int(sent)) > 300:
        return False
    signed = f"{headers.get('webhook-id', '')}.{sent}.".encode() + body
    digest = hmac.new(key, signed, hashlib.sha256).digest()
    expected = b"v1," + base64.b64encode(digest)
    given = headers.get("webhook-signature", "").encode().split(b" ")
    return any(hmac.compare_digest(expected, signature) for signature in given)


class Receiver(http.server.BaseHTTPRequestHandler):
    def do_POST(self):
        length = self.headers.get("content-length", "0")
        body = self.rfile.read(min(int(length), 65536)) if length.isdigit() else b""
        if not is_signed(self.headers, body):
            self.send_error(401)
            return
        self.send_response(204)
        self.end_headers()
        event = json.loads(body)
        with one_at_a_time:
            if event["id"] not in seen:
                seen.add(event["id"])
                print(event["sequence"], event["type"], json.dumps(event["data"]), flush=True)

    def log_message(self, *_):
        """Nothing: what is printed are the events."""


if __name__ == "__main__":
    address = ("127.0.0.1", int(sys.argv[1]))
    http.server.ThreadingHTTPServer(address, Receiver).serve_forever()
