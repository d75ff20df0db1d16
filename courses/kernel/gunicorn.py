"""Our gunicorn worker: threads only ever hold whole requests, and answers leave by themselves; too many at once are turned away cheaply.

A thread of gunicorn's own threaded worker waits for the rest of a slow request and for the reader of a slow answer, so that a few hundred
slow phones stop everyone. Here one loop per process reads and writes all sockets without waiting, as nginx does in front of a deployment
(docs/decisions/0010). What is longer than the loop holds, an upload, is read by a thread; a few of them may be so occupied at once.
"""

import random
import re
import resource
import socket
import sys
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from queue import SimpleQueue
from selectors import EVENT_READ, EVENT_WRITE
from typing import Any

from gunicorn.glogging import Logger
from gunicorn.workers.gthread import ThreadWorker

from courses.kernel.connection import HEAD_BYTES, STALL_SECONDS, Client, length_of
from courses.kernel.places import computing

HELD_BYTES = 64 * 1024 * 1024  # of all unfinished requests of a process together
ARRIVAL_SECONDS = 20  # for a whole request, from its first byte or from the connection's opening
WAITING_PER_THREAD = 4  # requests that may wait for a thread; beyond, 503
SWITCH_SECONDS = 0.002  # whoever has the turn to write asks for the interpreter's lock at every statement
RETRY_SECONDS = (5, 20)

_JSON = re.compile(rb"\r\naccept:[^\r\n]*application/json", re.IGNORECASE)
_WORDS = "现在人比较多，请稍后再试；已保存的学习记录不会丢失。"
_PAGE = f'<!doctype html><html lang="zh-CN"><meta charset="utf-8"><title>请稍候</title><h1>请稍候</h1><p>{_WORDS}</p></html>'.encode()
_TOO_LONG = b"HTTP/1.1 431 Request Header Fields Too Large\r\nConnection: close\r\nContent-Length: 0\r\n\r\n"
_SAID = f'{{"error": "{_WORDS}"}}'.encode()


def busy(head: bytes) -> bytes:
    """The answer to a request for which there is no room: when to come again, spread so that not all come at once."""
    kind, body = (b"application/json", _SAID) if _JSON.search(head) else (b"text/html; charset=utf-8", _PAGE)
    again = random.randint(*RETRY_SECONDS)  # noqa: S311  no secret
    lines = (
        b"HTTP/1.1 503 Service Unavailable\r\nConnection: close\r\nRetry-After: %d\r\nCache-Control: no-store\r\nContent-Type: %s\r\nContent-Length: %d\r\n\r\n"
    )
    return lines % (again, kind, len(body)) + body


class Quiet(Logger):  # type: ignore[misc]
    """gunicorn's logger, which also prepares the lines of an access log that nobody keeps."""

    def access(self, *_of: Any) -> None:
        """Addresses of people are not written down; what is worth knowing the product logs itself."""


class Threads:
    """So many threads, each doing one job after another."""

    def __init__(self, count: int, work: Callable[[Client], None]) -> None:
        self.jobs: SimpleQueue[Client | None] = SimpleQueue()
        self.count, self.work = count, work
        for number in range(count):
            threading.Thread(target=self._run, name=f"answering-{number}").start()

    def shutdown(self, **_how: bool) -> None:
        """No job after those that are waiting; the process ends when they are done."""
        for _ in range(self.count):
            self.jobs.put(None)

    def _run(self) -> None:
        while (job := self.jobs.get()) is not None:
            self.work(job)


class Worker(ThreadWorker):  # type: ignore[misc]
    """gunicorn's threaded worker, with our loop around its threads."""

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        self.reading: dict[int, Client] = {}  # connections from which nothing whole has come yet, longest waiting first
        self.writing: dict[int, Client] = {}
        self.worker_connections: int = self.cfg.worker_connections
        self.at_work = self.uploads = self.held = 0
        self.swept = 0.0
        self.most = self.cfg.threads * (1 + WAITING_PER_THREAD)
        self.most_uploads = max(1, self.cfg.threads // 4)

    @classmethod
    def check_config(cls, cfg: Any, log: Any) -> None:
        """TLS belongs to the proxy in front."""
        if cfg.is_ssl:
            raise ValueError("this worker speaks plain HTTP; let the proxy in front speak TLS (deploy/nginx.conf)")

    def init_process(self) -> None:
        """Let the process hold as many connections as it is allowed to."""
        most = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
        resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
        if most != resource.RLIM_INFINITY:
            self.worker_connections = min(self.worker_connections, max(64, most - 512))
        sys.setswitchinterval(SWITCH_SECONDS)
        super().init_process()

    def get_thread_pool(self) -> Threads:
        """Threads without the futures, locks and callbacks of the usual pool."""
        return Threads(self.cfg.threads, self._answer)

    def _answer(self, conn: Client) -> None:
        again: bool | None = None
        try:
            again = self.handle(conn)
        except OSError:
            pass  # whoever asked is gone
        except Exception as fault:
            self.log.error("a request broke off", exc_info=fault)
        self.method_queue.defer(self.finish_request, conn, again)

    def wait_for_and_dispatch_events(self, timeout: float) -> None:
        """One round of the loop; at the end of the worker's life it does not wait for whoever asks nothing."""
        if not self.alive:
            self.murder_keepalived()
        super().wait_for_and_dispatch_events(timeout if self.alive else min(timeout, 0.2))

    def accept(self, listener: socket.socket) -> None:
        """Take a new connection; when there are too many, the one that has kept us waiting longest makes room."""
        try:
            raw, address = listener.accept()
        except OSError:
            return
        raw.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.nr_conns += 1
        if self.nr_conns >= self.worker_connections and self.reading:
            self._drop(self._stop_reading(next(iter(self.reading.values()))))
        self._listen(Client(raw, address, listener.getsockname(), self.cfg), ARRIVAL_SECONDS)

    def handle(self, conn: Client) -> bool:
        """In a thread: answer the request, and send of the answer what leaves at once.

        That of an upload leaves from the loop, so that whoever has read it finds its place free again.
        """
        if conn.streams:
            return bool(super().handle(conn))
        with computing:
            again = bool(super().handle(conn))
        conn.flush()
        return again

    def handle_request(self, req: Any, conn: Client) -> bool:
        """What a thread reads as it comes ends its connection, and the answer says so: whoever sends the next piece at once opens another."""
        req.must_close = req.must_close or conn.streams
        again: bool = super().handle_request(req, conn)
        return again

    def enqueue_req(self, conn: Client) -> None:
        """Give a request to the threads."""
        self.tpool.jobs.put(conn)

    def finish_request(self, conn: Client, again: bool | None) -> None:
        """Back in the loop: send the rest of the answer, then wait for the next request or close; `again` is None where the answer broke off."""
        self.at_work -= 1
        self.uploads -= conn.streams
        conn.again = bool(again) and self.alive and not conn.streams
        if again is None:
            self._drop(conn)
        elif conn.out:
            conn.deadline = time.monotonic() + STALL_SECONDS
            self.writing[conn.fileno()] = conn
            self.poller.register(conn.raw, EVENT_WRITE, partial(self._go_on_writing, conn))
        else:
            self._answered(conn)

    def murder_keepalived(self) -> None:
        """Close what has been silent or slow for too long; when shutting down, whatever has asked for nothing."""
        now = time.monotonic()
        if self.alive and now < self.swept + 1:
            return
        self.swept = now
        for conn in [conn for conn in self.reading.values() if conn.deadline < now or not self.alive]:
            self._drop(self._stop_reading(conn))
        for conn in [conn for conn in self.writing.values() if conn.deadline < now]:
            self._drop(self._stop_writing(conn))

    def murder_pending(self) -> None:
        """There are none: see `murder_keepalived`."""

    def _listen(self, conn: Client, seconds: float) -> None:
        conn.deadline = time.monotonic() + seconds
        self.reading[conn.fileno()] = conn
        self.poller.register(conn.raw, EVENT_READ, partial(self._read, conn))

    def _read(self, conn: Client, _raw: object) -> None:
        try:
            data = conn.raw.recv(65536)
        except BlockingIOError:
            return
        except OSError:
            data = b""
        if not data or self.held > HELD_BYTES:
            self._drop(self._stop_reading(conn))
            return
        if not conn.inbox:
            conn.deadline = time.monotonic() + ARRIVAL_SECONDS
        conn.inbox += data
        self.held += len(data)
        if len(conn.inbox) >= HEAD_BYTES and conn.inbox.find(b"\r\n\r\n", 0, HEAD_BYTES) < 0:
            self._turn_away(self._stop_reading(conn), _TOO_LONG)
        elif length_of(conn.inbox) is None or 0 < (length_of(conn.inbox) or 0) <= len(conn.inbox):
            self._dispatch(self._stop_reading(conn))

    def _dispatch(self, conn: Client) -> None:
        """Give the first request that has come to a thread, or turn it away."""
        length = length_of(conn.inbox)
        conn.streams = length is None
        if self.at_work >= self.most or (conn.streams and self.uploads >= self.most_uploads):
            self._turn_away(conn, busy(bytes(conn.inbox[:HEAD_BYTES])))
            return
        taken = bytes(conn.inbox if length is None else conn.inbox[:length])
        del conn.inbox[: len(taken)]
        conn.ready = memoryview(taken)
        self.at_work += 1
        self.uploads += conn.streams
        self.enqueue_req(conn)

    def _turn_away(self, conn: Client, words: bytes) -> None:
        conn.sendall(words)
        with suppress(OSError):
            conn.flush()
            conn.raw.shutdown(socket.SHUT_WR)
        self._drop(conn)

    def _go_on_writing(self, conn: Client, _raw: object) -> None:
        try:
            before = len(conn.out), conn.out_bytes
            whole = conn.flush()
        except OSError:
            self._drop(self._stop_writing(conn))
            return
        if whole:
            self._answered(self._stop_writing(conn))
        elif (len(conn.out), conn.out_bytes) != before or isinstance(conn.out[0], tuple):
            conn.deadline = time.monotonic() + STALL_SECONDS

    def _answered(self, conn: Client) -> None:
        if not conn.again:
            self._drop(conn)
        elif 0 < (length_of(conn.inbox) or 0) <= len(conn.inbox):
            self._dispatch(conn)
        else:
            self.held += len(conn.inbox)
            self._listen(conn, ARRIVAL_SECONDS if conn.inbox else self.cfg.keepalive)

    def _stop_reading(self, conn: Client) -> Client:
        del self.reading[conn.fileno()]
        self.held -= len(conn.inbox)
        self.poller.unregister(conn.raw)
        return conn

    def _stop_writing(self, conn: Client) -> Client:
        del self.writing[conn.fileno()]
        self.poller.unregister(conn.raw)
        return conn

    def _drop(self, conn: Client) -> None:
        self.nr_conns -= 1
        conn.close()
