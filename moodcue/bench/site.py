"""A web server for media that can fail, stop and restart."""

from __future__ import annotations

import re
import threading
import time
from contextlib import suppress
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from socket import SHUT_RDWR, socket
from typing import Any

PACE = 0.1
"""Seconds between two chunks of a broadcast."""


class Site:
    """Web server for a folder, on a loopback address.

    ``/to/URL`` redirects to a URL. ``/broken/NAME`` disconnects in the middle of a file, once.
    ``/broadcast/NAME`` repeats a file of one second, in real time.

    Attributes
    ----------
    requests : list of str
        Paths of all requests so far.
    """

    def __init__(self, folder: Path, host: str = "127.0.0.1") -> None:
        self.folder = folder
        self.requests: list[str] = []
        self.broken: set[str] = set()
        self.open: set[socket] = set()
        self._host = host
        self._port = 0

    @property
    def address(self) -> str:
        """Its URL, without a slash at the end."""
        return f"http://{self._host}:{self._port}"

    def start(self) -> None:
        """Listen; after a restart, on the same port."""
        self._server = ThreadingHTTPServer((self._host, self._port), partial(_Handler, self))
        self._server.daemon_threads = True
        self._port = self._server.server_port
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,))
        self._thread.start()

    def stop(self) -> None:
        """Release the port and close all connections."""
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()
        for connection in self.open.copy():
            # The client may have disconnected meanwhile.
            with suppress(OSError):
                connection.shutdown(SHUT_RDWR)


class _Handler(BaseHTTPRequestHandler):
    def __init__(self, site: Site, *args: Any) -> None:
        self._site = site
        super().__init__(*args)

    def handle(self) -> None:
        self._site.open.add(self.connection)
        try:
            super().handle()
        except ConnectionError:
            pass  # The client has disconnected.
        finally:
            self._site.open.discard(self.connection)

    def do_GET(self) -> None:
        self._site.requests.append(self.path)
        match self.path.removeprefix("/").split("/", 1):
            case "to", url:
                self.send_response(302)
                self.send_header("Location", url)
                self.end_headers()
            case "broadcast", name:
                self._broadcast(self._site.folder / name)
            case "broken", name:
                self._file(self._site.folder / name, name not in self._site.broken)
                self._site.broken.add(name)
            case _:
                self._file(self._site.folder / self.path[1:], breaks=False)

    def _file(self, path: Path, breaks: bool) -> None:
        if not path.is_file():
            self.send_error(404)
            return
        body = path.read_bytes()
        requested = re.match(r"bytes=(\d+)-", self.headers.get("Range", ""))
        begin = int(requested[1]) if requested else 0
        self.send_response(206 if requested else 200)
        self.send_header("Content-Length", str(len(body) - begin))
        self.send_header("Content-Type", "text/html" if path.suffix == ".html" else "video/mp4")
        self.send_header("Accept-Ranges", "bytes")
        if requested:
            self.send_header("Content-Range", f"bytes {begin}-{len(body) - 1}/{len(body)}")
        self.end_headers()
        self.wfile.write(body[begin : len(body) // 2] if breaks else body[begin:])

    def _broadcast(self, path: Path) -> None:
        self.send_response(200)
        self.end_headers()
        body = path.read_bytes()
        chunks = round(1 / PACE)
        size = -(-len(body) // chunks)
        due = time.monotonic()
        while True:
            for begin in range(0, len(body), size):
                self.wfile.write(body[begin : begin + size])
                due += PACE
                time.sleep(max(0.0, due - time.monotonic()))

    def log_message(self, *_: Any) -> None:
        pass
