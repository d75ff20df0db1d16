"""One connection as our worker holds it (gunicorn.py): what has come of a request, what is still to leave of an answer; never waiting but in a thread that reads an upload."""

import os
import re
import select
import socket
from collections import deque
from typing import Any

from gunicorn.http import get_parser

from courses.kernel.places import waiting

HEAD_BYTES = 16 * 1024
BODY_BYTES = 256 * 1024  # beyond it a thread reads for itself
TOGETHER_BYTES = 64 * 1024  # short pieces of an answer leave in one packet
OUT_BYTES = 4 * 1024 * 1024  # of one answer in memory; files are not counted, they are sent from the disk
STALL_SECONDS = 30  # without a byte moving, of an upload or an answer

_LENGTH = re.compile(rb"\r\ncontent-length:[ \t]*(\d{1,15})[ \t]*\r\n", re.IGNORECASE)
_STREAMED = re.compile(rb"\r\n(?:transfer-encoding|expect):", re.IGNORECASE)


def length_of(inbox: bytes | bytearray) -> int | None:
    """How many bytes the first request in `inbox` takes; 0 while its head is incomplete, None when a thread must read it as it comes."""
    end = inbox.find(b"\r\n\r\n", 0, HEAD_BYTES)
    if end < 0:
        return 0
    head = bytes(inbox[: end + 2])
    found = _LENGTH.search(head)
    body = int(found[1]) if found else 0
    return None if body > BODY_BYTES or _STREAMED.search(head) else end + 4 + body


class Client:
    """One connection, in the shape of a socket that gunicorn reads requests from and writes answers to."""

    is_http2 = False
    initialized = data_ready = True

    def __init__(self, raw: socket.socket, address: Any, server: Any, cfg: Any) -> None:
        raw.setblocking(False)
        self.raw, self.client, self.server = raw, address, server
        self.sock = self
        self.inbox = bytearray()
        self.ready: memoryview = memoryview(b"")  # what a thread may read without waiting
        self.streams = False
        self.out: deque[Any] = deque()  # bytes, or (file, offset, count)
        self.out_bytes = 0
        self.again = False
        self.deadline = 0.0
        self.parser = get_parser(cfg, self, address)

    def init(self) -> None:
        """Nothing is left to do when a thread begins."""

    def setblocking(self, _wanted: bool) -> None:
        """The loop decides."""

    def gettimeout(self) -> float:
        return 0.0

    def fileno(self) -> int:
        return self.raw.fileno()

    def recv(self, most: int) -> bytes:
        """For gunicorn's parser: the request at hand; of an upload, what comes after it too."""
        if self.ready:
            data, self.ready = bytes(self.ready[:most]), self.ready[most:]
            return data
        if not self.streams:
            return b""
        self._wait(select.POLLIN)
        return self.raw.recv(most)

    def send(self, data: bytes) -> int:
        self.sendall(data)
        self.flush()
        return len(data)

    def sendall(self, data: bytes) -> None:
        """Add to the answer; it leaves when the answer is whole, or when much has gathered."""
        if self.out and isinstance(self.out[-1], bytearray) and len(self.out[-1]) < TOGETHER_BYTES:
            self.out[-1] += data
        else:
            self.out.append(bytearray(data))
        self.out_bytes += len(data)
        if self.out_bytes > OUT_BYTES:
            while not self.flush():
                self._wait(select.POLLOUT)

    def sendfile(self, file: Any, offset: int = 0, count: int | None = None) -> None:
        """Add a piece of a file; it is read when the receiver is ready for it."""
        handle = os.dup(file.fileno())
        self.out.append((handle, offset, count if count is not None else os.fstat(handle).st_size - offset))

    def flush(self) -> bool:
        """Send what the receiver takes now; says whether all is gone."""
        try:
            while self.out:
                self._send_first()
        except BlockingIOError:
            return False
        return True

    def shutdown(self, how: int) -> None:
        self.raw.shutdown(how)

    def close(self) -> None:
        """Let go of the socket and of files that were to be sent."""
        for piece in self.out:
            if isinstance(piece, tuple):
                os.close(piece[0])
        self.out.clear()
        self.raw.close()

    def _send_first(self) -> None:
        piece = self.out.popleft()
        if not isinstance(piece, tuple):
            try:
                sent = self.raw.send(piece)
            except BlockingIOError:
                self.out.appendleft(piece)
                raise
            self.out_bytes -= sent
            if sent < len(piece):
                self.out.appendleft(memoryview(piece)[sent:])
            return
        handle, offset, count = piece
        try:
            sent = os.sendfile(self.raw.fileno(), handle, offset, min(count, OUT_BYTES)) if count else 0
        except BlockingIOError:
            self.out.appendleft(piece)
            raise
        if sent in {0, count}:
            os.close(handle)
        else:
            self.out.appendleft((handle, offset + sent, count - sent))

    def _wait(self, what: int) -> None:
        poll = select.poll()
        poll.register(self.raw, what)
        with waiting():  # an answer so long that it leaves in pieces
            moved = poll.poll(STALL_SECONDS * 1000)
        if not moved:
            raise BrokenPipeError("nothing moved for too long")
