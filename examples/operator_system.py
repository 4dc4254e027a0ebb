#!/usr/bin/env python3
"""An operator's own system, as small as it can be: it gets signed orders from Avtale and does them.

Python 3 and its standard library are all it needs. It keeps a ledger file with one line for each
order that it has carried out, and asks the ledger before it does anything: Avtale may send an order
again after a crash or a lost answer.

    openssl rand -base64 32 > system.secret
    python3 examples/operator_system.py --secret-file system.secret --port 9000

In Avtale's configuration file:

    [fulfillment]
    default = "system"

    [fulfillment.system]
    url = "http://127.0.0.1:9000/orders"
    secret_file = "system.secret"

To see what Avtale does about a bad day, let a share of the calls fail (--fail 0.1), hang (--hang 0.01)
or be refused for good (--refuse 0.05).
"""

import argparse
import base64
import hashlib
import hmac
import json
import os
import random
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

TOLERANCE_SECONDS = 300


def read_secret(path):
    with open(path, encoding="ascii") as file:
        text = file.read().strip()
    return base64.b64decode(text.removeprefix("whsec_") + "==")


def is_signed(secret, headers, body):
    """Standard Webhooks: HMAC-SHA-256 over id, time and body, https://www.standardwebhooks.com."""
    id, timestamp = headers.get("webhook-id", ""), headers.get("webhook-timestamp", "")
    if not timestamp.isdigit() or abs(time.time() - int(timestamp)) > TOLERANCE_SECONDS:
        return False
    signed = f"{id}.{timestamp}.".encode() + body
    expected = base64.b64encode(hmac.new(secret, signed, hashlib.sha256).digest()).decode()
    offered = headers.get("webhook-signature", "").split(" ")
    return any(hmac.compare_digest(f"v1,{expected}", one) for one in offered)


class Ledger:
    """What was carried out, one order id and outcome per line; it survives a crash."""

    def __init__(self, path):
        self.lock = threading.Lock()
        self.outcomes = {}
        if os.path.exists(path):
            with open(path, encoding="utf-8") as file:
                # A line that a crash has cut off was never answered.
                lines = [line for line in file if line.endswith("\n")]
            self.outcomes = dict(line.split() for line in lines)
            with open(path, "w", encoding="utf-8") as file:
                file.writelines(lines)
        self.file = open(path, "a", encoding="utf-8")

    def settle(self, order_id, outcome):
        """What became of an order: now, or when it was here for the first time."""
        with self.lock:
            if order_id not in self.outcomes:
                self.outcomes[order_id] = outcome
                self.file.write(f"{order_id} {outcome}\n")
                self.file.flush()
                os.fsync(self.file.fileno())
            return self.outcomes[order_id]


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    timeout = 60

    def do_POST(self):
        body = self.rfile.read(int(self.headers.get("content-length", 0)))
        options = self.server.options
        if not is_signed(self.server.secret, self.headers, body):
            return self.answer(401, {"error": "not signed by Avtale"})
        order = json.loads(body)
        luck = random.random()
        if luck < options.hang:
            time.sleep(options.hang_seconds)
        elif luck < options.hang + options.fail:
            return self.answer(500, {"error": "a bad day"})
        refused = random.random() < options.refuse
        outcome = self.server.ledger.settle(order["orderId"], "FAILED" if refused else "DONE")
        if outcome == "FAILED":
            return self.answer(200, {"outcome": outcome, "reason": "not possible at this address"})
        self.answer(200, {"outcome": outcome})

    def answer(self, status, body):
        data = json.dumps(body).encode()
        self.send_response(status)
        self.send_header("content-type", "application/json")
        self.send_header("content-length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, *_):
        pass


class Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128

    def handle_error(self, request, client_address):
        """A caller who hung up before the answer is no news; it will call again."""


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--secret-file", required=True)
    parser.add_argument("--port", type=int, default=9000, help="0 takes a free one")
    parser.add_argument("--ledger", default="ledger.txt")
    parser.add_argument("--fail", type=float, default=0.0, help="share of calls answered with 500")
    parser.add_argument("--hang", type=float, default=0.0, help="share of calls that hang first")
    parser.add_argument("--hang-seconds", type=float, default=30.0)
    parser.add_argument("--refuse", type=float, default=0.0, help="share of orders refused for good")
    options = parser.parse_args()
    server = Server(("127.0.0.1", options.port), Handler)
    server.options = options
    server.secret = read_secret(options.secret_file)
    server.ledger = Ledger(options.ledger)
    print(f"listens on http://127.0.0.1:{server.server_port}/orders", flush=True)
    server.serve_forever()


if __name__ == "__main__":
    main()
