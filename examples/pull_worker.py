#!/usr/bin/env python3
"""A worker of an operator's, as small as it can be: it takes orders from Avtale and does them.

Python 3 and its standard library are all it needs. Start as many as you like; no two get the same
order. One that dies in its work needs no care: when its lease has run out, another gets the order.

    export AVTALE_OPERATOR_KEY="$(avtale operator add worker-1 --role desk)"
    python3 examples/pull_worker.py

The environment also has AVTALE_OPERATOR_URL (http://127.0.0.1:8081), AVTALE_LEASE_SECONDS (600) and
AVTALE_WORK_SECONDS (0), which is how long the example pretends to work on each order.
"""

import json
import os
import time
import urllib.error
import urllib.request

URL = os.environ.get("AVTALE_OPERATOR_URL", "http://127.0.0.1:8081").rstrip("/")
KEY = os.environ["AVTALE_OPERATOR_KEY"]
LEASE_SECONDS = int(os.environ.get("AVTALE_LEASE_SECONDS", "600"))
WORK_SECONDS = float(os.environ.get("AVTALE_WORK_SECONDS", "0"))
PAUSE_SECONDS = 1


def post(path, body):
    """The status and the body of the answer; tries until there is one."""
    headers = {"Authorization": f"Bearer {KEY}", "Content-Type": "application/json"}
    while True:
        request = urllib.request.Request(URL + path, json.dumps(body).encode(), headers)
        try:
            with urllib.request.urlopen(request, timeout=30) as answer:
                return answer.status, json.load(answer)
        except urllib.error.HTTPError as error:
            if error.code < 500:
                return error.code, json.load(error)
        except OSError:
            pass  # The report may have arrived: to send it again changes nothing then.
        time.sleep(PAUSE_SECONDS)


def carry_out(order):
    """The place for the real work. It may be interrupted anywhere and done again, so it goes by the
    order's id. What can't be done for good raises ValueError, in words for the customer."""
    time.sleep(WORK_SECONDS)


def report(order, verb, **words):
    path = f"/operator/v1/orders/{order['orderId']}/{verb}"
    status, body = post(path, {"claim": order["claim"], **words})
    said = body["state"] if status == 200 else body["code"]
    print(f"{order['orderId']} {said}", flush=True)


def main():
    while True:
        wish = {"most": 1, "leaseSeconds": LEASE_SECONDS}
        status, body = post("/operator/v1/claims", wish)
        if status != 200:
            raise SystemExit(f"refused: {body['detail']}")
        for order in body["orders"]:
            print(f"{order['orderId']} taken, attempt {order['attempt']}", flush=True)
            try:
                carry_out(order)
            except ValueError as error:
                report(order, "fail", reason=str(error))
            else:
                report(order, "complete", note="carried out by the example worker")
        if not body["orders"]:
            time.sleep(PAUSE_SECONDS)


if __name__ == "__main__":
    main()
