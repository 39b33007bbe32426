"""A service that misbehaves on purpose: `stub.py migrate|serve`, with STUB saying how."""

from __future__ import annotations

import contextlib
import json
import os
import socket
import sys
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

HOW = os.environ.get("STUB", "well")
KEPT: list[bytes] = []
GREED = 64 << 20


class Handler(BaseHTTPRequestHandler):
    """Answers /healthz and /readyz, and every other path with 404."""

    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        if self.path == "/healthz" and HOW in BROKEN:
            BROKEN[HOW](self)
        elif self.path == "/readyz" and HOW == "never-ready":
            self.answer(503, "service_unavailable", "Service unavailable")
        elif self.path == "/healthz" and HOW == "traceback":
            print("Traceback (most recent call last):\n  ValueError: the stub fell over", file=sys.stderr, flush=True)
            self.answer(500, "internal_error", "Internal error")
        elif self.path in ("/healthz", "/readyz") and HOW != "routes-nothing":
            self.send({"status": "ok" if self.path == "/healthz" else "ready"}, 200, "application/json")
        elif self.path.startswith("/products/") and HOW == "sells":
            self.send({}, 200, "application/json")
        else:
            self.answer(404, "not_found", "Not found")

    def answer(self, status: int, code: str, title: str) -> None:
        problem = {
            "type": f"https://shop.example/problems/{code}",
            "title": title,
            "status": status,
            "detail": "It is so.",
        }
        self.send(problem, status, "application/problem+json")

    def send(self, body: object, status: int, media_type: str) -> None:
        data = json.dumps(body).encode()
        self.send_response(status)
        for name, value in {
            "Content-Type": media_type,
            "Cache-Control": "no-store",
            "Content-Length": len(data),
        }.items():
            self.send_header(name, str(value))
        self.end_headers()
        self.wfile.write(data)

    def hang(self) -> None:
        time.sleep(60)

    def close(self) -> None:
        self.connection.shutdown(socket.SHUT_RDWR)

    def speak_nonsense(self) -> None:
        self.wfile.write(b"HTTP/1.1 zweihundert\r\nContent-Length: viel\r\n\r\n")
        self.close_connection = True

    def break_off(self) -> None:
        self.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 900\r\n\r\n{")
        self.close_connection = True

    def drip(self) -> None:
        self.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 900\r\n\r\n")
        with contextlib.suppress(OSError):
            for _ in range(900):
                self.wfile.write(b" ")
                time.sleep(0.1)

    def die(self) -> None:
        os._exit(3)

    def fill_the_log(self) -> None:
        line = b"x" * (1 << 20) + b"\n"
        while True:
            os.write(1, line)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


BROKEN = {
    "hangs": Handler.hang,
    "closes": Handler.close,
    "nonsense": Handler.speak_nonsense,
    "breaks-off": Handler.break_off,
    "drips": Handler.drip,
    "dies": Handler.die,
    "floods": Handler.fill_the_log,
}


def main(command: str) -> None:
    print(f"stub: {command}", flush=True)
    if f"{command}-fails" == HOW:
        sys.exit("stub: cannot do it")
    if f"{command}-hangs" == HOW:
        time.sleep(60)
    if command == "serve":
        if HOW == "greedy":
            print(len(b"x" * GREED))  # held for a moment only
        if HOW == "sharing":
            KEPT.append(b"x" * GREED)
            if os.fork() == 0:
                time.sleep(60)
                os._exit(0)
        ThreadingHTTPServer((os.environ["HOST"], int(os.environ["PORT"])), Handler).serve_forever()


main(sys.argv[1])
