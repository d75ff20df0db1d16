"""A telephone line between a browser and the site, that can be cut, lose every third call and be slow."""

import contextlib
import itertools
import socket
import threading
import time


class Line:
    """Listens on a port of its own and passes bytes on. `cut()` hangs up on everyone; `lossy()` drops every third call and is slow."""

    def __init__(self, port: int) -> None:
        self.upstream, self.mode, self.calls = port, "good", itertools.count()
        self.open: set[socket.socket] = set()
        self.door = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self.door.getsockname()[1]}"
        threading.Thread(target=self._answer, daemon=True).start()

    def good(self) -> None:
        self.mode = "good"

    def lossy(self) -> None:
        self._hang_up("lossy")

    def cut(self) -> None:
        self._hang_up("cut")

    def close(self) -> None:
        self.cut()
        self.door.close()

    def _hang_up(self, mode: str) -> None:
        self.mode = mode
        for one in list(self.open):
            with contextlib.suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)

    def _answer(self) -> None:
        while True:
            try:
                caller, _ = self.door.accept()
            except OSError:
                return
            if self.mode == "cut" or (self.mode == "lossy" and next(self.calls) % 3 == 0):
                caller.close()
                continue
            site = socket.create_connection(("127.0.0.1", self.upstream))
            self.open |= {caller, site}
            for one, other in ((caller, site), (site, caller)):
                threading.Thread(target=self._pass_on, args=(one, other), daemon=True).start()

    def _pass_on(self, one: socket.socket, other: socket.socket) -> None:
        with contextlib.suppress(OSError):
            while data := one.recv(16384):
                if self.mode == "lossy":
                    time.sleep(0.15)  # about 100 kB/s
                other.sendall(data)
        for end in (one, other):
            with contextlib.suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)
            self.open.discard(end)
            end.close()
