"""A file sent by tus, in the pieces our page sends, in turns with one plain PUT of the same file to a bare view behind the same server settings.

`put_ratio` is the rate of tus to that of a PUT whose file is on the disk when it is answered, as ours is; `put_ratio_unsynced` to one that leaves
it to the kernel. Medians over the turns.
"""

import argparse
import http.client
import json
import mmap
import os
import statistics
import sys
import time
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from itsdangerous import URLSafeTimedSerializer

from bench import site
from courses.media import upload_rules
from tests import people
from tests.clients import client_for

PIECE = 64 << 20


def main() -> None:
    """Measure and print."""
    wanted = argparse.ArgumentParser(description=__doc__)
    wanted.add_argument("--short", action="store_true")
    short = wanted.parse_args().short
    size, turns = (256 << 20, 3) if short else (1 << 30, 5)
    with site.site(MAX_UPLOAD_MB="16384") as made:
        source = made.folder / "source"
        _write(source, size)
        with made.app.app_context():
            headers = _session(made)
        with site.serving(made) as ours, site.serving(made, target="bench.bare_upload:create_app()") as plain, source.open("rb") as handle:
            data = memoryview(mmap.mmap(handle.fileno(), 0, access=mmap.ACCESS_READ))
            spent: dict[str, list[float]] = {"tus": [], "synced": [], "unsynced": []}
            cpu = {"tus": 0.0, "plain": 0.0}
            for turn in range(turns):
                for name in spent:
                    server = ours if name == "tus" else plain
                    before = server.cpu_seconds()
                    seconds = by_tus(ours.port, headers, data) if name == "tus" else by_put(plain.port, name, data)
                    spent[name].append(seconds)
                    cpu["tus" if name == "tus" else "plain"] += server.cpu_seconds() - before
                print(f"turn {turn + 1}: { ({name: round(rows[-1], 2) for name, rows in spent.items()}) } s", flush=True)
            said = {name: statistics.median(rows) for name, rows in spent.items()}
            print(json.dumps(_summary(said, size, turns, cpu, made.folder)))


def by_tus(port: int, headers: dict[str, str], data: memoryview) -> float:
    """Seconds from the creation to the answer to the last piece; the upload is then ended."""
    line = http.client.HTTPConnection("127.0.0.1", port, timeout=120)
    tus = {**headers, "Tus-Resumable": upload_rules.VERSION}
    start = time.perf_counter()
    address = _ask(line, "POST", "/uploads", {**tus, "Upload-Length": str(len(data))}, None, 201).headers["Location"]
    for at in range(0, len(data), PIECE):
        said = {**tus, "Content-Type": upload_rules.PIECE, "Upload-Offset": str(at)}
        answer = _ask(line, "PATCH", address, said, data[at : at + PIECE], 204)
    spent = time.perf_counter() - start
    assert int(answer.headers["Upload-Offset"]) == len(data)
    _ask(line, "DELETE", address, tus, None, 204)
    line.close()
    return spent


def by_put(port: int, how: str, data: memoryview) -> float:
    """Seconds of one plain PUT."""
    line = http.client.HTTPConnection("127.0.0.1", port, timeout=120)
    start = time.perf_counter()
    _ask(line, "PUT", f"/{how}", {}, data, 204)
    spent = time.perf_counter() - start
    line.close()
    return spent


def _ask(line: http.client.HTTPConnection, method: str, path: str, headers: dict[str, str], body: Any, status: int) -> http.client.HTTPResponse:
    line.request(method, path, body=body, headers={"Content-Length": str(len(body)) if body is not None else "0", **headers})
    answer = line.getresponse()
    said = answer.read()
    assert answer.status == status, f"{method} {path}: {answer.status} {said[:300]!r}"
    return answer


def _session(made: site.Site) -> dict[str, str]:
    county = people.make_county()
    client = client_for(made.app, county.trainer)
    with client.session_transaction() as session:
        session["csrf_token"] = "raw"
    cookie = client.get_cookie("hall")
    assert cookie is not None
    return {"Cookie": f"hall={cookie.value}", "X-CSRFToken": str(URLSafeTimedSerializer(site.SECRET, salt="wtf-csrf-token").dumps("raw"))}


def _write(path: Path, size: int) -> None:
    with path.open("wb") as out:
        for _ in range(size >> 20):
            out.write(os.urandom(1 << 20))


def _summary(said: dict[str, float], size: int, turns: int, cpu: dict[str, float], folder: Path) -> dict[str, Any]:
    rate = {f"{name}_mb_s": round(size / seconds / 1e6, 1) for name, seconds in said.items()}
    ratios = {"put_ratio": round(said["synced"] / said["tus"], 3), "put_ratio_unsynced": round(said["unsynced"] / said["tus"], 3)}
    ratios["cpu_ratio"] = round(cpu["plain"] / 2 / max(cpu["tus"], 1e-9), 3)
    return {**ratios, "megabytes": size >> 20, "turns": turns, **rate, "calibration_ms": site.calibration_ms(), "sync_ms": site.sync_ms(folder)}


if __name__ == "__main__":
    main()
