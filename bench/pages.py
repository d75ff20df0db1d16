"""The person's home and course page: how many a second, in how much processor time, and with how many questions to the database."""

import argparse
import json
import sys
import time
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from bench import county, load, site
from courses.kernel.db import db
from tests.clients import client_for

LINKS = 8
COURSES = 200


def main() -> None:
    """Measure both pages in a county of 10,000."""
    wanted = argparse.ArgumentParser(description=__doc__)
    wanted.add_argument("--short", action="store_true")
    options = wanted.parse_args()
    people, seconds = (1000, 5.0) if options.short else (10_000, 30.0)
    said: dict[str, Any] = {"people": people, "courses": COURSES, "calibration_ms": site.calibration_ms()}
    with site.site() as made:
        built = county.build(made.app, people=people, courses=COURSES)
        with site.serving(made) as server:
            print(json.dumps(said | measured(made, server, built, turns=1 if options.short else 3, seconds=seconds)))


def measured(made: site.Site, server: site.Server, built: county.County, *, turns: int, seconds: float) -> dict[str, Any]:
    """Both pages in turns, asked for by people in turn, in this county."""
    counts = {"home_queries": _questions(made, "/"), "course_queries": _questions(made, "/courses/3")}
    with made.app.app_context():
        db.engine.dispose()
    cookies = [built.cookie(made.app, n) for n in range(1, built.people + 1, max(1, built.people // 500))]
    runs: dict[str, list[dict[str, float]]] = {"home": [], "course": []}
    for turn in range(turns + 1):
        for name in runs:
            run = _asked(server, name, cookies, seconds if turn else 2.0)
            runs[name] += [run] if turn else []
    out: dict[str, Any] = dict(counts)
    for name, rows in runs.items():
        out |= {f"{name}_{what}": round(sum(row[what] for row in rows) / len(rows), 2) for what in ("per_second", "cpu_ms", "p99_ms")}
        out[f"{name}_faults"] = sum(row["faults"] for row in rows)
    return out


def _asked(server: site.Server, name: str, cookies: list[str], seconds: float) -> dict[str, float]:
    times: list[float] = []
    faults = asked = 0
    began, cpu = time.monotonic(), server.cpu_seconds()

    def ask() -> None:
        nonlocal asked
        asked += 1
        path = "/" if name == "home" else f"/courses/{asked % COURSES + 1}"
        links.send((load.get(path, cookie=cookies[asked % len(cookies)]), None))

    def answered(_mark: object, status: int, _body: bytes, spent: float) -> None:
        nonlocal faults
        times.append(spent)
        faults += status != 200
        if time.monotonic() < began + seconds:
            ask()

    links = load.Load(server.port, answered, links=LINKS)
    for _ in range(LINKS):
        ask()
    while links.busy:
        links.turn(1.0)
    cost = links.close()
    spent = 1000 * (server.cpu_seconds() - cpu) / len(times)
    return {"per_second": len(times) / cost.seconds, "cpu_ms": spent, "p99_ms": load.percentile(times, 99) * 1000, "faults": faults}


def _questions(made: site.Site, path: str) -> int:
    with made.app.app_context():
        client = client_for(made.app, 2)
        client.get(path)
        db.session.remove()
        with site.questions_asked() as seen:
            assert client.get(path).status_code == 200
    return len(seen)


if __name__ == "__main__":
    main()
