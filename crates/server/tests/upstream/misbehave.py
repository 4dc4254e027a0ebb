"""An HTTP service that does what the file `mode` says, and writes down each request it gets.

Called with a folder, and with a certificate's and a key's file where it is to speak TLS. Prints its
port. One line of JSON per request goes to the file `log`.
"""

import json
import os
import socket
import ssl
import sys
import threading
import time

FOLDER = sys.argv[1]
LOCK = threading.Lock()
PAGE = b"<html>Not Found</html>"


def mode():
    with open(os.path.join(FOLDER, "mode"), encoding="ascii") as file:
        return file.read()


def read_request(stream):
    head = b""
    while not head.endswith(b"\r\n\r\n"):
        line = stream.readline()
        if not line:
            return None
        head += line
    lines = head.decode("latin1").split("\r\n")[:-2]
    length = 0
    for line in lines[1:]:
        name, _, value = line.partition(": ")
        if name.lower() == "content-length":
            length = int(value)
    body = stream.read(length)
    return {"line": lines[0], "headers": sorted(lines[1:]), "body": body.decode("latin1")}


def answer(status, body, *headers):
    lines = [f"HTTP/1.1 {status} Whatever", f"Content-Length: {len(body)}", *headers]
    return "\r\n".join(lines).encode("latin1") + b"\r\n\r\n" + body


def chunk(data):
    return b"%x\r\n%s\r\n" % (len(data), data)


CHUNKED = b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nTransfer-Encoding: chunked\r\n\r\n"
JSON = "Content-Type: application/json"
CLOSE = "Connection: close"
FIXED = {
    "close": b"",
    "half-head": b"HTTP/1.1 200 OK\r\nContent-Le",
    "garbage": b"nonsense\r\n\r\n",
    "two-lengths": b"HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab",
    "break-length": b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n0123456789",
    "break-chunks": CHUNKED + chunk(b"0123456789"),
    "404-page": answer(404, PAGE, "Content-Type: text/html", CLOSE),
    "404-nothing": answer(404, b"", CLOSE),
    "404-nothing-as-json": answer(404, b"", JSON, CLOSE),
    "404-page-as-json": answer(404, PAGE, JSON, CLOSE),
    "404-text-like-json": answer(404, b"404", "Content-Type: text/plain", CLOSE),
    "404-json": answer(404, b'{"errorCode": 404001}', JSON, CLOSE),
    "404-half-json": answer(404, b"{" * 100, JSON, CLOSE)[:-1],
    "405-page": answer(405, PAGE, "Content-Type: text/html", CLOSE),
    "400-json": answer(400, b'{"errorCode": 400001}', JSON, CLOSE),
    "429-text": answer(429, b"slowly", "Content-Type: text/plain", "Retry-After: 7", CLOSE),
    "204": b"HTTP/1.1 204 No Content\r\nConnection: close\r\n\r\n",
    "500": answer(500, b'{"secret": "stack trace"}', JSON, CLOSE),
    "503": answer(503, b"down", CLOSE),
    "600": answer(600, b"", CLOSE),
    "gzip": answer(200, b"\x1f\x8b", "Content-Encoding: gzip", CLOSE),
    "promise": b"HTTP/1.1 200 OK\r\nContent-Length: 104857600\r\n\r\n",
    "redirect": answer(302, b"", "Location: /corporate-agreements/v2/orders", CLOSE),
}


def flood(send, first, piece):
    send(first)
    while True:
        send(piece)


def trickle(send, first, piece):
    send(first)
    while True:
        send(piece)
        time.sleep(0.02)


def echo(send, request, port):
    body = json.dumps(request).encode()
    send(
        answer(
            200,
            body,
            JSON,
            "X-Total-Count: 7",
            'ETag: "e"',
            f"Location: http://127.0.0.1:{port}/corporate-agreements/v2/orders/1",
            "Set-Cookie: session=1",
            "Server: internal/1.0",
            "X-Powered-By: secrets",
            "RateLimit: none",
        )
    )


def act(connection, request, port):
    """Whether the connection stays open."""
    now, send = mode(), connection.sendall
    if now == "echo":
        echo(send, request, port)
        return True
    if now == "hang":
        while mode() == "hang":
            time.sleep(0.01)
    elif now == "endless-head":
        flood(send, b"HTTP/1.1 200 OK\r\n", b"X-Header: %s\r\n" % (b"x" * 1000))
    elif now == "many-headers":
        send(b"HTTP/1.1 200 OK\r\n" + b"X: y\r\n" * 1000 + b"\r\n")
    elif now.endswith("-KiB-head"):
        lines = int(now.split("-")[0])
        send(answer(200, b"", CLOSE, *["X-Header: " + "x" * 1012] * lines))
    elif now == "slow-head":
        trickle(send, b"HTTP/1.1 200 OK\r\nX-Header: ", b"x")
    elif now == "slow-body":
        trickle(send, CHUNKED, chunk(b"x"))
    elif now == "endless-body":
        flood(send, CHUNKED, chunk(b"x" * 65536))
    elif now == "large-body":
        size = 31 * 1024 * 1024
        send(b"HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: %d\r\n\r\n" % size)
        send(b"x" * size)
    elif now == "in-parts":
        send(CHUNKED + chunk(b"first"))
        while mode() != "go on":
            time.sleep(0.01)
        send(chunk(b"second") + b"0\r\n\r\n")
    else:
        send(FIXED[now])
    return False


def serve(connection, number, port, tls):
    try:
        if tls:
            connection = tls.wrap_socket(connection, server_side=True)
        with connection, connection.makefile("rb") as stream:
            while request := read_request(stream):
                request["connection"] = number
                with LOCK, open(os.path.join(FOLDER, "log"), "a", encoding="ascii") as log:
                    log.write(json.dumps(request) + "\n")
                if not act(connection, request, port):
                    break
    except OSError:
        pass


def main():
    tls = None
    if len(sys.argv) > 2:
        tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        tls.load_cert_chain(sys.argv[2], sys.argv[3])
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        print(port, flush=True)
        number = 0
        while True:
            connection, _ = server.accept()
            number += 1
            arguments = (connection, number, port, tls)
            threading.Thread(target=serve, args=arguments, daemon=True).start()


main()
