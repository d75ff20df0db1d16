"""A disk whose power is cut: what a program wrote, recorded by strace in one order, and what may be found of it afterwards.

What was synced is there. Of the rest any part may be: each sector of each write by itself, each new or removed name by itself, so
writes also come in any order. What is on the disk is not harmed by a write beside it in its sector, as SQLite supposes too.
"""

import os
import re
import shutil
import subprocess
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

CALLS = "write,pwrite64,fsync,fdatasync,ftruncate,?unlink,unlinkat"
CALL = re.compile(r"(\d+) +(\w+)\((.*?)(?: <unfinished \.\.\.>|\) += (-?\d+).*)$")
RESUMED = re.compile(r"(\d+) +<\.\.\. (\w+) resumed>")


@dataclass(frozen=True)
class Event:
    """One thing that was done to a file: written (`data` at `offset`), cut to a length (`offset`), removed, or synced with all before `begun`."""

    call: str
    path: Path
    data: bytes = b""
    offset: int = 0
    begun: int = 0


def record(line: list[str], out: Path, *, cwd: Path) -> list[Event]:
    """Run a program whose standard output goes to the file `out`; gives all that it and its threads did to files, in order."""
    strace = shutil.which("strace")
    assert strace, "strace is missing: ./manage test installs it (Debian: apt-get install strace)"
    trace = out.with_suffix(".trace")
    options = ["-f", "--seccomp-bpf", "-y", "-xx", "-s", "1000000", "-e", f"trace={CALLS}", "-e", "signal=none", "-o", str(trace)]
    with out.open("wb") as file:
        done = subprocess.run([strace, *options, *line], cwd=cwd, stdout=file, stderr=subprocess.PIPE, text=True, timeout=120, check=False)
    assert done.returncode == 0, f"the recorded program failed:\n{done.stderr[-3000:]}"
    return read(trace.read_text())


def read(trace: str) -> list[Event]:
    """The events of a trace. A write counts from where its call begins, a sync from where it returns."""
    events: list[Event] = []
    syncs: dict[str, Event] = {}
    for line in trace.splitlines():
        if resumed := RESUMED.match(line):
            if resumed[1] in syncs:
                events.append(syncs.pop(resumed[1]))
        elif (called := CALL.match(line)) and called[4] != "-1":
            event = _event(called[2], called[3].split(", "), len(events))
            if event.call == "sync" and called[4] is None:
                syncs[called[1]] = event
            else:
                events.append(event)
    return events


def _event(call: str, words: list[str], begun: int) -> Event:
    if call in ("unlink", "unlinkat"):
        return Event("remove", Path(_plain(words[call == "unlinkat"].strip('"')).decode()))
    path = Path(_plain(words[0].partition("<")[2].rstrip(">")).decode())
    if call in ("fsync", "fdatasync"):
        return Event("sync", path, begun=begun)
    if call == "ftruncate":
        return Event("cut", path, offset=int(words[1]))
    return Event(call, path, _plain(words[1].strip('"')), int(words[3]) if call == "pwrite64" else 0)


def _plain(text: str) -> bytes:
    return bytes.fromhex(text.replace("\\x", "")) if text.startswith("\\x") else text.encode()


@dataclass
class File:
    """What of a file is on the disk for certain, and what was done to it since."""

    settled: bytearray = field(default_factory=bytearray)
    waiting: list[tuple[int, Event]] = field(default_factory=list)


class Disk:
    """A folder that begins with certain files and follows what was done to them. Other files, and the shared memory, are not kept."""

    def __init__(self, files: dict[Path, bytes]) -> None:
        self.names = {path: File(bytearray(data)) for path, data in files.items()}
        self.seen = dict(self.names)
        self.renamed: list[tuple[Path, File | None]] = []
        self.folders = {path.parent for path in files}
        self.stems = tuple(f"{path}{end}" for path in files for end in ("", "-wal", "-journal"))

    def follow(self, events: list[Event]) -> None:
        """Everything that was done, in its order."""
        for place, event in enumerate(events):
            if event.path in self.folders and event.call == "sync":
                self._keep_names()
            elif str(event.path) in self.stems:
                self._follow(place, event)

    def _follow(self, place: int, event: Event) -> None:
        if event.call == "remove":
            self.seen.pop(event.path, None)
            self.renamed.append((event.path, None))
            return
        if event.path not in self.seen:
            self.seen[event.path] = File()
            self.renamed.append((event.path, self.seen[event.path]))
        file = self.seen[event.path]
        if event.call != "sync":
            file.waiting.append((place, event))
            return
        for _, done in [one for one in file.waiting if one[0] < event.begun]:
            _apply(file.settled, done, sector=4096, lucky=_always)
        file.waiting = [one for one in file.waiting if one[0] >= event.begun]

    def _keep_names(self) -> None:
        self.names = dict(self.seen)
        self.renamed.clear()

    def found(self, *, lucky: Callable[[], bool], sector: int) -> dict[Path, bytes]:
        """What is there when the power comes back; `lucky` says of each piece that was not synced whether it had arrived."""
        names = dict(self.names)
        for path, file in self.renamed:
            if lucky():
                names.pop(path, None)
                names.update({path: file} if file else {})
        return {path: _found(file, lucky, sector) for path, file in names.items()}

    def whole(self) -> dict[Path, bytes]:
        """What the machine saw while it had power."""
        return self.found(lucky=_always, sector=4096)


def _always() -> bool:
    return True


def _found(file: File, lucky: Callable[[], bool], sector: int) -> bytes:
    data = bytearray(file.settled)
    for _, done in file.waiting:
        _apply(data, done, sector=sector, lucky=lucky)
    return bytes(data)


def _apply(data: bytearray, done: Event, *, sector: int, lucky: Callable[[], bool]) -> None:
    if done.call == "cut":
        if lucky():
            del data[done.offset :]
            data.extend(bytes(done.offset - len(data)))
        return
    start, end = done.offset, done.offset + len(done.data)
    while start < end:
        stop = min(end, (start // sector + 1) * sector)
        if lucky():
            data.extend(bytes(max(0, stop - len(data))))
            data[start:stop] = done.data[start - done.offset : stop - done.offset]
        start = stop


def put(files: dict[Path, bytes], folder: Path) -> None:
    """Write them into a new folder under their own names."""
    os.makedirs(folder)
    for path, data in files.items():
        (folder / path.name).write_bytes(data)
