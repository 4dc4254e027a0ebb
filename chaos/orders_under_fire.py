#!/usr/bin/env python3
"""Orders of two organizations placed in bulk while everything around them fails.

The server is killed again and again, the operator's system answers some calls with 500 and hangs on
others, and both organizations are told of each change by webhook. At the end the books must agree:
every acknowledged order is there once and has ended, the operator's system did each order once, and
every change was told, in numbers without a gap.

    cargo build --release
    python3 chaos/orders_under_fire.py target/release/avtale --orders 20000 --kills 20

Python 3 and its standard library are all it needs; everything stays on this machine and in a folder
that is removed afterwards. The seed decides when the server is killed; it is printed, and --seed sets
it. Ends with 0 when the books agree.
"""

import argparse
import base64
import collections
import csv
import hashlib
import hmac
import json
import os
import pathlib
import random
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
import urllib.error
import urllib.parse
import urllib.request
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

ROOT = pathlib.Path(__file__).resolve().parent.parent
FINAL = ["COMPLETED", "FAILED", "HELD", "CANCELLED"]
COMPANIES = [
    ("914742315", "demo" * 8, "demosecretdemose", "API1000DEMO", "demo-password", 5538579),
    ("976967631", "other" * 6 + "ot", "othersecretother", "API2000OTHER", "other-password", 7000001),
]


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Receiver:
    """An organization's endpoint: checks each signature and keeps the books of what it was told."""

    def __init__(self):
        self.secret = None
        self.sequences = collections.Counter()
        self.states = collections.defaultdict(set)
        self.bad = 0
        receiver = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self):
                body = self.rfile.read(int(self.headers["content-length"]))
                receiver.take(self.headers, body)
                self.send_response(204)
                self.end_headers()

            def log_message(self, *_):
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        self.url = f"http://127.0.0.1:{self.server.server_port}/events"
        self.lock = threading.Lock()

    def take(self, headers, body):
        signed = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body
        digest = hmac.new(self.secret, signed, hashlib.sha256).digest()
        good = f"v1,{base64.b64encode(digest).decode()}" in headers["webhook-signature"].split(" ")
        event = json.loads(body)
        with self.lock:
            self.bad += not good
            self.sequences[int(event["sequence"])] += 1
            if event["type"].startswith("order."):
                self.states[event["data"]["orderId"]].add(event["data"]["state"])


class Company:
    """What one organization asks the API."""

    def __init__(self, facts, base):
        self.number, self.app, self.secret, self.user, self.password, self.agreement = facts
        self.base = base
        self.token = None
        self.receiver = Receiver()

    def log_in(self):
        form = {"grant_type": "password", "username": self.user, "password": self.password}
        request = urllib.request.Request(
            self.base + "/oauth/v2/token", urllib.parse.urlencode(form).encode()
        )
        basic = base64.b64encode(f"{self.app}:{self.secret}".encode()).decode()
        request.add_header("authorization", f"Basic {basic}")
        with urllib.request.urlopen(request, timeout=30) as answer:
            self.token = json.load(answer)["access_token"]

    def call(self, path, body=None):
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(self.base + path, data)
        request.add_header("authorization", f"Bearer {self.token}")
        request.add_header("content-type", "application/json")
        with urllib.request.urlopen(request, timeout=60) as answer:
            return json.load(answer), answer.headers

    def subscribe(self):
        endpoint, _ = self.call("/notifications/v1/endpoints", {"url": self.receiver.url})
        self.receiver.secret = base64.b64decode(endpoint["secret"].removeprefix("whsec_") + "==")

    def count(self, state):
        path = f"/corporate-agreements/v2/orders?agreementId={self.agreement}&state={state}&pageSize=1"
        return int(self.call(path)[1]["x-total-count"])

    def orders(self):
        page, orders = 0, []
        while True:
            path = f"/corporate-agreements/v2/orders?agreementId={self.agreement}&pageSize=1000&page={page}"
            more, _ = self.call(path)
            orders += more
            if len(more) < 1000:
                return orders
            page += 1


class Server:
    """The server under fire: killed at will, and started again on the same address."""

    def __init__(self, binary, folder, options):
        self.folder = folder
        self.port, self.operator_port = free_port(), free_port()
        self.base = f"http://127.0.0.1:{self.port}"
        self.command = [
            binary, "serve", "--demo", "--limits", "off",
            "--listen", f"127.0.0.1:{self.port}",
            "--operator-listen", f"127.0.0.1:{self.operator_port}",
            "--config", "avtale.toml", *options,
        ]
        self.start()

    def start(self):
        log = open(self.folder / "server.log", "a", encoding="utf-8")
        self.process = subprocess.Popen(
            self.command, cwd=self.folder, stdout=subprocess.DEVNULL, stderr=log
        )
        for _ in range(600):
            try:
                with urllib.request.urlopen(self.base + "/readyz", timeout=5):
                    return
            except OSError:
                if self.process.poll() is not None:
                    sys.exit(f"the server ended by itself: see {self.folder}/server.log")
                time.sleep(0.05)
        sys.exit("the server does not start")

    def kill(self):
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()


def write_files(folder, company, rows):
    """Nine of ten rows add a product; the tenth changes the one that is there."""
    path = folder / f"orders-{company.number}.csv"
    product = 2799029 if company.agreement == 5538579 else None
    with open(path, "w", encoding="utf-8", newline="") as file:
        out = csv.writer(file)
        out.writerow(["type", "agreementId", "productId", "productOfferingId", "configuration.6420"])
        for row in range(rows):
            if row % 10 == 0 and product:
                email = f"row{row}@example.com"
                out.writerow(["UPDATE_PRODUCT", company.agreement, product, "", email])
            else:
                out.writerow(["ADD_PRODUCT", company.agreement, "", 404, ""])
    return path


def place(binary, server, company, path):
    environment = {
        **os.environ,
        "AVTALE_URL": server.base,
        "AVTALE_CLIENT_ID": company.app,
        "AVTALE_CLIENT_SECRET": company.secret,
        "AVTALE_USERNAME": company.user,
        "AVTALE_PASSWORD": company.password,
    }
    return subprocess.Popen(
        [binary, "order", "place", "--file", path.name, "--json", "--concurrency", "16"],
        cwd=path.parent, env=environment, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
    )


def acknowledged(path):
    with open(f"{path}.results.csv", encoding="utf-8", newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["result"] == "placed"]
    return [row["orderId"] for row in rows]


def wait_for_the_end(companies, total):
    began = time.monotonic()
    while time.monotonic() - began < 3600:
        states = {state: sum(one.count(state) for one in companies) for state in FINAL}
        told = sum(len(one.receiver.sequences) for one in companies)
        print(f"\r{states}, {told} changes told   ", end="", flush=True)
        if sum(states.values()) == total and told >= 3 * total:
            print()
            return
        time.sleep(2)
    print("\nnot everything has ended after an hour")


def check(folder, companies, files):
    """The books; whatever does not agree."""
    complaints = []
    done = collections.Counter()
    for line in (folder / "ledger.txt").read_text(encoding="utf-8").splitlines():
        done[line.split()[0]] += 1
    table = []
    for company, path in zip(companies, files):
        ids = acknowledged(path)
        orders = company.orders()
        states = collections.Counter(order["state"] for order in orders)
        receiver = company.receiver
        last = max(receiver.sequences, default=0)
        gaps = last - len(receiver.sequences)
        twice = sum(receiver.sequences.values()) - len(receiver.sequences)
        untold = [
            order["orderId"] for order in orders
            if not {"ACKNOWLEDGED", "IN_PROGRESS", order["state"]} <= receiver.states[order["orderId"]]
        ]
        table.append((company.number, len(ids), dict(states), last, twice))
        ended = sum(states[state] for state in ["COMPLETED", "FAILED", "HELD"])
        undone = [o["orderId"] for o in orders if o["state"] == "COMPLETED" and not done[o["orderId"]]]
        for name, bad in [
            ("acknowledged twice", len(ids) - len(set(ids))),
            ("acknowledged and not there", len(set(ids) - {o["orderId"] for o in orders})),
            ("there and never acknowledged", len({o["orderId"] for o in orders} - set(ids))),
            ("not ended", len(orders) - ended),
            ("completed and not done by the operator's system", len(undone)),
            ("changes never told", gaps + len(untold)),
            ("bad signatures", receiver.bad),
        ]:
            if bad:
                complaints.append(f"{company.number}: {bad} {name}")
    if any(count > 1 for count in done.values()):
        complaints.append("the operator's system did an order twice")
    print(f"{'organization':<14}{'acknowledged':>13}  {'changes':>8}{'told twice':>12}  states")
    for number, count, states, last, twice in table:
        print(f"{number:<14}{count:>13}  {last:>8}{twice:>12}  {states}")
    return complaints


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("binary")
    parser.add_argument("--orders", type=int, default=20_000)
    parser.add_argument("--kills", type=int, default=20)
    parser.add_argument("--seed", type=int, default=int(time.time()))
    parser.add_argument("--keep", action="store_true", help="keep the folder")
    options = parser.parse_args()
    print(f"seed {options.seed}")
    chance = random.Random(options.seed)
    binary = str(pathlib.Path(options.binary).resolve())
    folder = pathlib.Path(tempfile.mkdtemp(prefix="avtale-fire-"))
    (folder / "system.secret").write_text(base64.b64encode(os.urandom(32)).decode(), "ascii")
    port = free_port()
    (folder / "avtale.toml").write_text(
        '[fulfillment]\ndefault = "system"\n\n[fulfillment.system]\n'
        f'url = "http://127.0.0.1:{port}/orders"\nsecret_file = "system.secret"\n'
        "timeout_seconds = 3\n",
        "utf-8",
    )
    system = subprocess.Popen(
        [sys.executable, str(ROOT / "examples/operator_system.py"), "--secret-file", "system.secret",
         "--port", str(port), "--fail", "0.1", "--hang", "0.01", "--refuse", "0.02"],
        cwd=folder, stdout=subprocess.DEVNULL,
    )
    server = Server(binary, folder, [])
    try:
        began = time.monotonic()
        companies = [Company(facts, server.base) for facts in COMPANIES]
        for company in companies:
            company.log_in()
            company.subscribe()
        files = [write_files(folder, one, options.orders // len(companies)) for one in companies]
        placing = [place(binary, server, *pair) for pair in zip(companies, files)]
        for kill in range(options.kills):
            time.sleep(chance.uniform(0.5, 3.0))
            server.kill()
            server.start()
            print(f"\rkilled {kill + 1} times", end="", flush=True)
        print()
        codes = [one.wait() for one in placing]
        print(f"placed after {time.monotonic() - began:.0f} s, exit codes {codes}")
        wait_for_the_end(companies, options.orders)
        complaints = check(folder, companies, files)
    finally:
        server.kill()
        system.kill()
        if not options.keep:
            shutil.rmtree(folder)
    print("\n".join(complaints) or "the books agree")
    sys.exit(bool(complaints))


if __name__ == "__main__":
    main()
