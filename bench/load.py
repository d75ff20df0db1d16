"""A lean load generator: one process, one epoll, raw sockets that stay open; it says what it cost and how late it was itself."""

import gc
import multiprocessing
import resource
import select
import socket
import time
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from multiprocessing.connection import Connection
from typing import Any

Request = tuple[bytes, object]  # the bytes to send, and a mark given back with the answer
Answered = Callable[[object, int, bytes, float], None]  # mark, status (0: the connection broke), body, seconds


@dataclass
class Cost:
    """What the generator itself used, and how late it was."""

    cpu_seconds: float = 0.0
    seconds: float = 0.0
    lags: list[float] = field(default_factory=list)

    def summary(self) -> dict[str, float]:
        """CPU share of one core, and the 99th percentile of its own lateness in milliseconds."""
        return {"cpu_share": round(self.cpu_seconds / max(self.seconds, 1e-9), 3), "lag_p99_ms": round(percentile(self.lags, 99) * 1000, 1)}


@dataclass
class Link:
    """One connection with at most one request under way."""

    sock: socket.socket
    inbox: bytearray = field(default_factory=bytearray)
    mark: object = None
    began: float = 0.0
    uses: int = 0
    payload: bytes = b""


class Load:
    """Sends requests and hears answers; `turn()` is one round of the loop."""

    def __init__(self, port: int, answered: Answered, *, links: int, keep: bool = True) -> None:
        self.address = ("127.0.0.1", port)
        self.answered, self.most, self.keep = answered, links, keep
        self.poll = select.epoll()
        self.busy: dict[int, Link] = {}
        self.idle: deque[Link] = deque()
        self.waiting: deque[tuple[bytes, object, float]] = deque()
        self.cost = Cost()
        self._began, self._cpu = time.monotonic(), _cpu()

    def send(self, request: Request, due: float | None = None) -> None:
        """Send a request now, or as soon as a connection is free; its time runs from `due`."""
        now = time.monotonic()
        if due is not None:
            self.cost.lags.append(max(0.0, now - due))
        self._dispatch(request[0], request[1], due or now)

    def turn(self, timeout: float) -> None:
        """Hear whatever was answered within `timeout` seconds."""
        for number, _events in self.poll.poll(timeout):
            link = self.busy.get(number)
            if link is not None:
                self._hear(link)

    def close(self) -> Cost:
        """Close everything; returns the generator's own cost."""
        self.cost.seconds, self.cost.cpu_seconds = time.monotonic() - self._began, _cpu() - self._cpu
        for link in (*self.busy.values(), *self.idle):
            link.sock.close()
        self.poll.close()
        return self.cost

    def _dispatch(self, payload: bytes, mark: object, began: float) -> None:
        link = self.idle.popleft() if self.idle else None
        if link is None and len(self.busy) < self.most:
            link = self._connect()
        if link is None:
            self.waiting.append((payload, mark, began))
            return
        link.mark, link.began, link.payload = mark, began, payload
        self.busy[link.sock.fileno()] = link
        try:
            link.sock.send(payload)
        except OSError:
            self._broken(link)
            return
        self.poll.register(link.sock.fileno(), select.EPOLLIN)

    def _connect(self) -> Link:
        sock = socket.socket()
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        sock.settimeout(30)
        sock.connect(self.address)
        return Link(sock)

    def _hear(self, link: Link) -> None:
        try:
            data = link.sock.recv(262144)
        except OSError:
            data = b""
        if not data:
            self._broken(link)
            return
        link.inbox += data
        end = link.inbox.find(b"\r\n\r\n")
        if end < 0:
            return
        head = bytes(link.inbox[:end]).lower()
        place = head.find(b"content-length:")
        length = int(head[place + 15 :].split(b"\r\n", 1)[0]) if place >= 0 else 0
        if len(link.inbox) < end + 4 + length:
            return
        body = bytes(link.inbox[end + 4 : end + 4 + length])
        self._finish(link, int(head[9:12]), body, again=b"connection: close" not in head)

    def _finish(self, link: Link, status: int, body: bytes, *, again: bool) -> None:
        number = link.sock.fileno()
        self.poll.unregister(number)
        del self.busy[number]
        mark, began = link.mark, link.began
        link.inbox.clear()
        link.uses += 1
        if again and self.keep:
            self.idle.append(link)
        else:
            link.sock.close()
        self.answered(mark, status, body, time.monotonic() - began)
        self._next()

    def _broken(self, link: Link) -> None:
        number = link.sock.fileno()
        self.busy.pop(number, None)
        with suppress(OSError, ValueError):
            self.poll.unregister(number)
        link.sock.close()
        if link.uses and not link.inbox:  # a kept connection that the server closed while idle: any client asks again
            self._dispatch(link.payload, link.mark, link.began)
            return
        self.answered(link.mark, 0, b"", time.monotonic() - link.began)
        self._next()

    def _next(self) -> None:
        if self.waiting:
            self._dispatch(*self.waiting.popleft())


@contextmanager
def apart(run: Callable[..., Any], *given: Any) -> Iterator[Connection]:
    """What `run` returns can be received here; it runs in a process of its own, forked so that it starts at once."""
    start = multiprocessing.get_context("fork")
    here, there = start.Pipe()
    process = start.Process(target=_sent, args=(there, run, given))
    process.start()
    there.close()
    yield here
    process.join()


def _sent(out: Connection, run: Callable[..., Any], given: tuple[Any, ...]) -> None:
    gc.freeze()  # what the parent had loaded is not gone through again while others wait
    out.send(run(*given))
    out.close()


def post(path: str, body: bytes, *, cookie: str, csrf: str = "", kind: str = "application/json") -> bytes:
    """The bytes of a request as the page's script sends it."""
    head = (
        f"POST {path} HTTP/1.1\r\nHost: localhost\r\nCookie: hall={cookie}\r\nContent-Type: {kind}\r\nAccept: application/json\r\n"
        f"X-CSRFToken: {csrf}\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body


def get(path: str, *, cookie: str) -> bytes:
    """The bytes of a request for a page."""
    return f"GET {path} HTTP/1.1\r\nHost: localhost\r\nCookie: hall={cookie}\r\nAccept: text/html\r\nAccept-Encoding: gzip\r\n\r\n".encode()


def percentile(values: list[float], share: float) -> float:
    """The value below which `share` percent of the values lie; 0 of none."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * share / 100))] if ordered else 0.0


def _cpu() -> float:
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime
