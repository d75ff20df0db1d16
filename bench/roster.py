"""How long a roster takes from file to committed rows: 10,000 people in 100 branches, new, then again, then a tenth of them changed.

./manage bench roster [--short]. The last line is one JSON object. `seconds` is everything between the uploaded file and the commit,
`cpu_seconds` this process's own share of it, which others on the machine lengthen less; `raw_seconds` reads the same file with calamine
and writes as many bare rows with sqlite3 in one transaction on the same disk.
"""

import json
import sqlite3
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import date
from pathlib import Path

import xlsxwriter
from flask_migrate import upgrade
from python_calamine import CalamineWorkbook

HERE = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(HERE))

from app import create_app  # noqa: E402
from courses.kernel.clock import now  # noqa: E402
from courses.kernel.db import db, transaction  # noqa: E402
from courses.kernel.settings import Settings, settings  # noqa: E402
from learning.audit import import_actions, import_queries  # noqa: E402
from learning.audit.people_actions import Moment  # noqa: E402
from learning.organization.actions import Belonging, admit, appoint, found  # noqa: E402
from learning.organization.models import Organization, Person  # noqa: E402
from learning.roster import actions as roster  # noqa: E402
from learning.roster import files, queries  # noqa: E402

SURNAMES, GIVEN = "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦尤许", "一二三四五六七八九十甲乙丙丁戊己庚辛壬癸"
TODAY = date(2026, 11, 2)


def book(path: Path, people: int, branches: int, *, changed: int = 0) -> Path:
    """The roster; the first `changed` people have another stage."""
    out = xlsxwriter.Workbook(path)
    sheet = out.add_worksheet("名册")
    sheet.write_row(0, 0, ["姓名", "所在党支部", "人员类别", "手机号", "入党日期", "是否流动党员", "联系人"])
    for place in range(people):
        name = SURNAMES[place % 20] + GIVEN[place // 20 % 20] + GIVEN[place // 400 % 20] + GIVEN[place // 8000 % 20]
        stage = "预备党员" if place < changed else "正式党员"
        line = [name, f"第{place % branches}号支部", stage, f"199{place:08d}", "2001年7月1日", "是" if place % 20 == 0 else "否", "陈戊"]
        for column, cell in enumerate(line):
            sheet.write_string(place + 1, column, cell)
    out.close()
    return path


def county(branches: int) -> tuple[int, int]:
    """The organizations and someone who keeps their rosters: (the county, the person)."""
    with transaction():
        top = found("QC", "晴川县委", kind="county", parent=None, now=now())
        town = found("QC01", "样例镇党委", kind="township", parent=top, now=now())
        for place in range(branches):
            found(f"QC01{place:03d}", f"第{place}号支部", kind="branch", parent=town, now=now())
        keeper = admit("吴壬", top, Belonging(expectation="encouraged"), since=TODAY, actor=None, now=now())
        appoint(keeper, "county_admin", top, since=TODAY, actor=None, now=now())
        return top.id, keeper.id


def bring_in(path: Path, top: int, keeper: int) -> dict[str, float]:
    """Read, look over, import; seconds of each, and how many people it changed."""
    key, when, marks, cpu = settings().data_key, Moment(now(), TODAY), [time.perf_counter()], time.process_time()
    table = files.read(path)
    marks.append(time.perf_counter())
    with transaction():
        draft = roster.keep(db.session.get_one(Organization, top), table, path.name, actor=db.session.get_one(Person, keeper), key=key, now=now()).id
    actor = db.session.get_one(Person, keeper)
    shown = import_queries.preview(queries.draft_for(actor, draft), actor=actor, key=key, today=TODAY).plan
    marks.append(time.perf_counter())
    assert shown is not None and shown.refused == 0, shown.complaints[:3] if shown else "no plan"
    if shown.changes:
        with transaction():
            actor = db.session.get_one(Person, keeper)
            preview = import_queries.preview(queries.draft_for(actor, draft), actor=actor, key=key, today=TODAY)
            import_actions.apply(preview, shown.fingerprint, actor=actor, key=key, when=when)
    marks.append(time.perf_counter())
    db.session.remove()
    steps = {name: round(after - before, 2) for name, before, after in zip(("read", "preview", "import"), marks, marks[1:], strict=False)}
    return {**steps, "seconds": round(marks[-1] - marks[0], 2), "cpu_seconds": round(time.process_time() - cpu, 2), "changes": len(shown.changes)}


def raw(path: Path, folder: Path) -> float:
    """What no importer can do without: the cells read, and as many bare rows committed durably."""

    def work() -> None:
        rows = CalamineWorkbook.from_path(str(path)).get_sheet_by_index(0).to_python()
        with sqlite3.connect(folder / "raw.db") as connection:
            connection.execute("pragma synchronous=full")
            connection.execute("create table person (name, branch, stage, mobile, joined, floating, contact)")
            connection.executemany("insert into person values (?, ?, ?, ?, ?, ?, ?)", rows)

    return _seconds(work)


def _seconds(work: Callable[[], None]) -> float:
    begun = time.perf_counter()
    work()
    return time.perf_counter() - begun


def main() -> None:
    people, branches = (2_000, 20) if "--short" in sys.argv else (10_000, 100)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        env = {"SECRET_KEY": "bench-" * 10, "DATA_KEY": "QUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUE=", "DATA_DIR": name}
        app = create_app(Settings.from_env(env))
        with app.app_context():
            upgrade()
            top, keeper = county(branches)
            path = book(folder / "a.xlsx", people, branches)
            steps = {"new": bring_in(path, top, keeper), "again": bring_in(path, top, keeper)}
            steps["changed"] = bring_in(book(folder / "b.xlsx", people, branches, changed=people // 10), top, keeper)
            base = raw(path, folder)
            db.engine.dispose()
    for step, told in steps.items():
        print(step, json.dumps(told))
    print(
        json.dumps(
            {
                "people": people,
                "seconds": steps["new"]["seconds"],
                "cpu_seconds": steps["new"]["cpu_seconds"],
                "again_seconds": steps["again"]["seconds"],
                "again_changes": steps["again"]["changes"],
                "changed_seconds": steps["changed"]["seconds"],
                "changed_changes": steps["changed"]["changes"],
                "raw_seconds": round(base, 2),
                "ratio": round(steps["new"]["seconds"] / base, 1),
            }
        )
    )


if __name__ == "__main__":
    main()
