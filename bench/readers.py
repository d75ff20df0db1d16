"""How much longer a page takes while forty phones read video slowly from the same server: the 95th percentiles apart, in milliseconds.

The server is gunicorn alone, as ./manage run starts it, sending the video itself. The readers are a process of their own; idle and busy spells follow
each other in short turns, so that whatever else the machine does falls on both.
"""

import argparse
import http.client
import json
import multiprocessing
import os
import socket
import sys
import time
from datetime import timedelta
from multiprocessing.synchronize import Event
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from bench import county, load, site
from courses.kernel import clock
from courses.kernel.db import db, transaction
from courses.kernel.storage import storage
from courses.media import tokens
from courses.media.models import Asset

READERS = 40
SLOW = 80_000  # bytes a second of each reader: 360p as a phone plays it
PAGE_EVERY = 0.2
VIDEO_BYTES = 60 << 20


def main() -> None:
    """Measure in turns and print."""
    wanted = argparse.ArgumentParser(description=__doc__)
    wanted.add_argument("--short", action="store_true")
    turns, seconds = (5, 4.0) if wanted.parse_args().short else (12, 12.0)
    with site.site() as made:
        built = county.build(made.app, people=50, courses=10)
        with made.app.app_context():
            address = _video(made)
            db.engine.dispose()
        cookie = built.cookie(made.app, 1)
        with site.serving(made) as server:
            pages(server.port, cookie, 2.0)  # warms up
            idle: list[float] = []
            busy: list[float] = []
            read = 0
            for turn in range(turns):
                idle += pages(server.port, cookie, seconds)
                more, bytes_read = beside_readers(server.port, cookie, address, seconds)
                busy += more
                read += bytes_read
                print(f"turn {turn + 1}: {load.percentile(idle, 95) * 1000:.1f} ms idle, {load.percentile(busy, 95) * 1000:.1f} ms beside readers", flush=True)
    said = {"p95_idle_ms": round(load.percentile(idle, 95) * 1000, 1), "p95_busy_ms": round(load.percentile(busy, 95) * 1000, 1)}
    extra = round(said["p95_busy_ms"] - said["p95_idle_ms"], 1)
    pace = round(read / (turns * seconds) / READERS)
    print(json.dumps({"p95_extra_ms": extra, **said, "readers": READERS, "reader_bytes_s": pace, "pages": len(idle), "calibration_ms": site.calibration_ms()}))


def pages(port: int, cookie: str, seconds: float) -> list[float]:
    """Seconds that each page took, asked for by one person at a steady pace."""
    line = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    taken, began = [], time.monotonic()
    for number in range(int(seconds / PAGE_EVERY)):
        due = began + number * PAGE_EVERY
        time.sleep(max(0.0, due - time.monotonic()))
        sent = time.monotonic()
        line.request("GET", "/courses", headers={"Cookie": f"hall={cookie}"})
        answer = line.getresponse()
        answer.read()
        assert answer.status == 200, answer.status
        taken.append(time.monotonic() - sent)
    line.close()
    return taken


def beside_readers(port: int, cookie: str, address: str, seconds: float) -> tuple[list[float], int]:
    """The same beside the readers; and how many bytes they read."""
    context = multiprocessing.get_context("spawn")
    reading, over, told = context.Event(), context.Event(), context.Queue()
    process = context.Process(target=readers, args=(port, address, reading, over, told))
    process.start()
    assert reading.wait(60), "the readers did not begin"
    taken = pages(port, cookie, seconds)
    over.set()
    read = told.get(timeout=30)
    process.join(30)
    return taken, read


def readers(port: int, address: str, reading: Event, over: Event, told: Any) -> None:
    """Forty phones, each reading a little at a time, in one loop."""
    lines = [_open(port, address, number) for number in range(READERS)]
    for line in lines:
        assert line.recv(1 << 14)[:13] in {b"HTTP/1.1 206 ", b"HTTP/1.1 200 "}
    reading.set()
    tick, total = 0.25, 0
    while not over.is_set():
        began = time.monotonic()
        for line in lines:
            total += len(line.recv(int(SLOW * tick)))
        time.sleep(max(0.0, tick - (time.monotonic() - began)))
    told.put(total)
    for line in lines:
        line.close()


def _open(port: int, address: str, number: int) -> socket.socket:
    line = socket.socket()
    line.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1 << 16)  # a phone's buffer, so that the server feels how slow it is
    line.connect(("127.0.0.1", port))
    line.sendall(f"GET {address} HTTP/1.1\r\nHost: 127.0.0.1\r\nRange: bytes={number * 1000}-\r\n\r\n".encode())
    return line


def _video(made: site.Site) -> str:
    work = storage().workspace()
    (work / "video.mp4").write_bytes(os.urandom(VIDEO_BYTES))
    storage().put_folder("media/bench", work)
    with transaction() as session:
        asset = session.query(Asset).order_by(Asset.id).first()
        assert asset is not None
        asset.folder, asset.state = "media/bench", "ready"
        ticket = tokens.Ticket(asset.id, 1, None, clock.now() + timedelta(hours=1))
    return f"/media/{tokens.sign(ticket, key=site.SECRET)}/video.mp4"


if __name__ == "__main__":
    main()
