"""Durable honest reports a second over HTTP, in turns with a bare Flask view that does one durable upsert and one with no database."""

import argparse
import json
import sys
import time
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from bench import county, load, site
from courses.kernel.db import db
from tests import databases

LINKS = 64
BARE = {"durable": "durable", "none": "bare"}


def main() -> None:
    """Measure each variant in turns and print what it came to."""
    wanted = argparse.ArgumentParser(description=__doc__)
    wanted.add_argument("--short", action="store_true")
    wanted.add_argument("--only", help="one variant: database-workers, such as sqlite-2")
    options = wanted.parse_args()
    turns, seconds, people = (2, 4.0, 300) if options.short else (5, 8.0, 2000)
    variants = [("sqlite", 2)] if options.short else [(database, workers) for database in ("sqlite", "postgresql") for workers in (1, 2)]
    if options.only:
        variants = [(options.only.split("-")[0], int(options.only.split("-")[1]))]
    said: dict[str, Any] = {"calibration_ms": site.calibration_ms()}
    for database, workers in variants:
        said[f"{database}_{workers}"] = measured(database, workers, turns=turns, seconds=seconds, people=people)
        print(f"{database}, {workers} worker(s): {said[f'{database}_{workers}']}", flush=True)
    first = said.get("sqlite_2") or next(row for name, row in said.items() if name != "calibration_ms")
    print(json.dumps({"durable_ratio": first["durable_ratio"], "bare_ratio": first["bare_ratio"], "rate": first["rate"], "p99_ms": first["p99_ms"], **said}))


def measured(database: str, workers: int, *, turns: int, seconds: float, people: int) -> dict[str, Any]:
    """Rates of ours and of both bare views, taken in turns on this database."""
    databases.SETTINGS |= {"fsync": "on", "full_page_writes": "on"}  # the tests' own server hurries
    with site.site(database) as made:
        built = county.build(made.app, people=people, courses=10)
        county.open_sessions(made.app, first=1, last=people)
        with made.app.app_context():
            db.engine.dispose()
        cookies = [built.cookie(made.app, n) for n in range(1, people + 1)]
        with site.serving(made, workers=workers) as ours, site.serving(made, workers=workers, target="bench.bare:create_app()") as plain:
            asked = {"ours": ours, "durable": plain, "none": plain}
            runs: dict[str, list[dict[str, Any]]] = {name: [] for name in asked}
            for turn in range(turns + 1):
                for name, server in asked.items():
                    before = server.cpu_seconds()
                    with load.apart(_run, name, server.port, cookies, built.csrf(), seconds if turn else 0.0) as said:
                        run = said.recv()
                    run["server_ms"] = 1000 * (server.cpu_seconds() - before) / max(run["answers"], 1)
                    if turn:  # in the first everyone is heard once, which begins their row
                        runs[name].append(run)
            return {**_summary(runs), "sync_ms": site.sync_ms(made.folder)}


def _summary(runs: dict[str, list[dict[str, Any]]]) -> dict[str, Any]:
    rate = {name: sum(run["answers"] for run in rows) / sum(run["seconds"] for run in rows) for name, rows in runs.items()}
    ours = runs["ours"]
    return {
        "durable_ratio": round(rate["ours"] / rate["durable"], 3),
        "bare_ratio": round(rate["ours"] / rate["none"], 3),
        "rate": round(rate["ours"]),
        "rate_durable": round(rate["durable"]),
        "rate_none": round(rate["none"]),
        "p99_ms": round(load.percentile([value for run in ours for value in run["times"]], 99) * 1000, 1),
        "faults": sum(run["faults"] for run in ours),
        "with_seconds": round(sum(run["spoken"] for run in ours) / sum(run["answers"] for run in ours), 2),
        "server_cpu_ms": {name: round(sum(run["server_ms"] for run in rows) / len(rows), 3) for name, rows in runs.items()},
        "generator_cpu_share": round(sum(run["cpu"] for run in ours) / sum(run["seconds"] for run in ours), 3),
        "generator_lag_p99_ms": round(max(run["lag"] for run in ours), 2),
    }


def _run(name: str, port: int, cookies: list[str], csrf: str, seconds: float) -> dict[str, Any]:
    """Sixty-four connections, each asking again once answered; everyone is heard at least once, and reports what they played since their last report."""
    times: list[float] = []
    faults = asked = spoken = 0
    people, began = len(cookies), time.monotonic()
    last = [began] * (people + 1)
    # Everyone goes on from another second, so that a later run covers other seconds.
    at = [int(time.time() % 1000) + n % 500 for n in range(people + 1)]
    rounds: list[float] = []

    def request() -> load.Request:
        nonlocal asked, spoken
        person = asked % people + 1
        asked += 1
        now = time.monotonic()
        played, start = int(now - last[person]), at[person]
        last[person], at[person] = last[person] + played, start + played
        spans = [[start, start + played]] if played else []
        spoken += bool(played)
        if name != "ours":
            return load.post(f"/{BARE[name]}/{person}", json.dumps({"position": at[person]}).encode(), cookie=""), person
        body = json.dumps({"spans": spans, "position": at[person], "sequence": int(now * 1000), "sound": False}).encode()
        return load.post(f"/sessions/{person}/reports", body, cookie=cookies[person - 1], csrf=csrf), person

    def answered(_mark: object, status: int, body: bytes, spent: float) -> None:
        nonlocal faults
        times.append(spent)
        faults += status != 200 or b"covered" not in body
        if asked < people or time.monotonic() < began + seconds:
            generator.send(request())

    generator = load.Load(port, answered, links=LINKS)
    for _ in range(LINKS):
        generator.send(request())
    while generator.busy:
        before = time.monotonic()
        generator.turn(1.0)
        rounds.append(time.monotonic() - before)
    cost = generator.close()
    lag = load.percentile(rounds, 99) * 1000
    return {"answers": asked, "spoken": spoken, "seconds": cost.seconds, "times": times, "faults": faults, "cpu": cost.cpu_seconds, "lag": lag}


if __name__ == "__main__":
    main()
