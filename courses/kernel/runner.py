"""Runs programs that read strangers' files as bounded children: no input, limits of time, memory, files and words, and no survivor if we are killed."""

import os
import selectors
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

LAUNCHER = Path(__file__).with_name("launcher.py")
GIGABYTE = 1024**3
STALL_SECONDS = 180


@dataclass(frozen=True)
class Bounds:
    """What a child may use. `seconds` is on the wall; processor time is bounded by it on all cores.

    With `shut_in` it has no network and finds the `hidden` folders empty, where the kernel allows it, which `./manage doctor` tells.
    """

    seconds: float
    data_bytes: int = 4 * GIGABYTE
    file_bytes: int = 32 * GIGABYTE
    output_bytes: int = GIGABYTE // 16
    shut_in: bool = False
    hidden: tuple[Path, ...] = ()


@dataclass(frozen=True)
class Ended:
    """How a child ended: its status, what it printed, and the end of its complaints."""

    status: int
    output: bytes
    complaints: str


class OutOfTime(Exception):
    """The child took longer than its bounds, or stood still."""


class OutOfWords(Exception):
    """The child printed more than its bounds."""


def run(command: list[str], bounds: Bounds, *, on_line: Callable[[str], None] | None = None, environ: dict[str, str] | None = None) -> Ended:
    """Run `command` to its end, in our environment or another. Each line it prints goes to `on_line`, if given; an exception from there ends the child."""
    cpu = int(bounds.seconds * (os.cpu_count() or 1)) + 10
    hidden = ":" + ":".join(str(folder.resolve()) for folder in bounds.hidden) if bounds.shut_in else "-"
    limits = [str(os.getpid()), str(bounds.data_bytes), str(bounds.file_bytes), str(cpu), hidden]
    with tempfile.TemporaryFile() as complaints:
        child = subprocess.Popen(
            [sys.executable, "-I", "-S", str(LAUNCHER), *limits, *command],
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=complaints, start_new_session=True, close_fds=True, env=environ,
        )  # fmt: skip
        try:
            output = _listen(child, bounds, on_line)
            status = child.wait(timeout=30)
        finally:
            _end(child)
        return Ended(status, output, _tail(complaints.fileno()))


def _listen(child: "subprocess.Popen[bytes]", bounds: Bounds, on_line: Callable[[str], None] | None) -> bytes:
    assert child.stdout is not None
    deadline, kept = time.monotonic() + bounds.seconds, bytearray()
    with selectors.DefaultSelector() as ready, child.stdout as pipe:
        ready.register(pipe, selectors.EVENT_READ)
        while True:
            patience = min(deadline - time.monotonic(), STALL_SECONDS)
            if patience <= 0 or not ready.select(patience):
                raise OutOfTime
            chunk = os.read(pipe.fileno(), 65536)
            if not chunk:
                return bytes(kept)
            kept += chunk
            if len(kept) > bounds.output_bytes:
                raise OutOfWords
            if on_line is not None:
                *lines, rest = bytes(kept).split(b"\n")
                kept = bytearray(rest)
                for line in lines:
                    on_line(line.decode("utf-8", "replace").strip())


def _end(child: "subprocess.Popen[bytes]") -> None:
    if child.poll() is None:
        os.killpg(child.pid, signal.SIGKILL)
        child.wait()


def _tail(handle: int, most: int = 4000) -> str:
    size = os.fstat(handle).st_size
    return os.pread(handle, most, max(0, size - most)).decode("utf-8", "replace")
