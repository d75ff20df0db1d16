"""How long 10,000 questions of an Excel file take from the upload until they stand in the bank: read and compared by the worker, looked at, entered.

./manage bench questions [--short]. The last line is one JSON object: `seconds_10k` (the median of the rounds; short: of one) is the two jobs and
the requests around them, `rows_per_second` follows from it and `cpu_seconds` is the processor time it took, that of the child that reads the table
included; `again_seconds` the same file once more, which changes nothing; `look_ms` the first page
of the look and `last_look_ms` the last; `calibration_ms` a fixed piece of Python, and `bare_seconds` the driver's own insert of as many rows.
"""

import argparse
import io
import json
import os
import resource
import sqlite3
import statistics
import sys
import time
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from flask.testing import FlaskClient
from sqlalchemy import func, select

from bench import site
from courses.importers import xlsx
from courses.kernel import queue
from courses.kernel.db import db
from courses.questions.models import BankEntry
from courses.questions.rules import NewItem
from tests import people
from tests.clients import client_for

ROWS = 10_000
TOPICS = ("消防安全", "防范诈骗", "急救常识", "党务常识", "安全生产", "村级议事")
PLACES = ("村民家中", "社区活动室", "合作社仓库", "学校食堂", "施工现场", "卫生室", "党群服务中心", "小型商店")
WHEN = ("夜间停电时", "雨季来临前", "设备检修后", "人员集中时", "节日期间", "值班交接时", "接到通知后")
WHAT = ("应当先查看什么", "由谁负责登记", "哪一项做法正确", "哪一步不能省略", "多久检查一次")


def main() -> None:
    """Measure and print."""
    wanted = argparse.ArgumentParser(description=__doc__)
    wanted.add_argument("--short", action="store_true")
    rounds = 1 if wanted.parse_args().short else 3
    found = []
    for number in range(rounds):
        found.append(_round())
        print(f"round {number + 1}: {found[-1]}", flush=True)
    said = {name: round(statistics.median(row[name] for row in found), 2) for name in found[0]}
    rate = {"rows_per_second": round(ROWS / said["seconds_10k"]), "rows": ROWS, "calibration_ms": site.calibration_ms()}
    print(json.dumps({"seconds_10k": said.pop("seconds_10k"), **rate, **said}))


def _round() -> dict[str, float]:
    data = xlsx.workbook(_question(number) for number in range(ROWS))
    with site.site() as made, made.app.app_context():
        made.app.config["WTF_CSRF_ENABLED"] = False
        county = people.make_county()
        client = client_for(made.app, county.trainer)
        used = _cpu()
        spent, address = _brought(client, made, data, county.town)
        used = _cpu() - used
        first, last = _milliseconds(client, address), _milliseconds(client, f"{address}?page={ROWS}")
        used -= _cpu()
        spent += _entered(client, made, address)
        used += _cpu()
        db.session.rollback()
        assert db.session.scalar(select(func.count()).select_from(BankEntry)) == ROWS, "not every question stands in the bank"
        again, address = _brought(client, made, data, county.town)
        again += _entered(client, made, address)
        db.session.rollback()
        assert db.session.scalar(select(func.count()).select_from(BankEntry)) == ROWS, "the same file twice changed the bank"
        return {"seconds_10k": spent, "cpu_seconds": used, "again_seconds": again, "look_ms": first, "last_look_ms": last, "bare_seconds": _bare(made.folder)}


def _brought(client: FlaskClient, made: site.Site, data: bytes, home: int) -> tuple[float, str]:
    begun = time.perf_counter()
    sent: dict[str, Any] = {"file": (io.BytesIO(data), "题目.xlsx"), "home": home}
    answer = client.post("/workshop/question-files", data=sent, content_type="multipart/form-data")
    assert answer.status_code == 302, answer.text
    _work(made)
    return time.perf_counter() - begun, answer.location


def _entered(client: FlaskClient, made: site.Site, address: str) -> float:
    begun = time.perf_counter()
    assert client.post(f"{address}/entry", data={"like": "yes"}).status_code == 302
    _work(made)
    assert "progress" not in client.get(address).text
    return time.perf_counter() - begun


def _work(made: site.Site) -> None:
    while queue.work_once(made.app, lease_seconds=120):
        pass


def _cpu() -> float:
    own, children = os.times(), resource.getrusage(resource.RUSAGE_CHILDREN)
    return own.user + own.system + children.ru_utime + children.ru_stime


def _milliseconds(client: FlaskClient, address: str) -> float:
    spent = []
    for _ in range(5):
        begun = time.perf_counter()
        assert client.get(address).status_code == 200
        spent.append((time.perf_counter() - begun) * 1000)
    return statistics.median(spent)


def _bare(folder: Path) -> float:
    """Seconds of inserting as many short rows with the driver alone, durably, in one transaction."""
    begun = time.perf_counter()
    with sqlite3.connect(folder / "bare.db") as bare:
        bare.execute("create table question (id integer primary key, stem text, options text)")
        bare.executemany("insert into question (stem, options) values (?, ?)", ((_question(number).stem, "[]") for number in range(ROWS)))
    return time.perf_counter() - begun


def _question(number: int) -> NewItem:
    where, when, what = PLACES[number % 8], WHEN[number // 8 % 7], WHAT[number // 56 % 5]
    stem = f"第 {number} 题：{when}，在{where}{what}（编号 {number * 7919 % 100003}）？"
    topic, more = TOPICS[number % 6], {"explanation": f"按{where}的规定办，记在第 {number % 97} 条。", "difficulty": number % 3 + 1}
    if number % 4 == 3:
        return NewItem("true_false", stem, ("对", "错"), (number % 2,), topic=topic, **more)  # type: ignore[arg-type]
    options = tuple(f"{where}的第 {number * place % 89} 种做法" if place else f"先登记再办（{number % 71}）" for place in (0, 3, 5, 7))
    options = tuple(f"{chr(65 + place)} {option}" for place, option in enumerate(options))
    kind, answer = ("multiple", (0, 2)) if number % 4 == 2 else ("single", (number % 4,))
    return NewItem(kind, stem, options, answer, topic=topic, **more)  # type: ignore[arg-type]


if __name__ == "__main__":
    main()
