"""What certificates by the many cost beside typesetting them: bulk issue, one PDF of 1,000, 1,000 files, a branch's record.

./manage bench certificates [--short]. The last line is one JSON object. `bundle_ratio` and `files_ratio` are the seconds that the worker takes
for a whole export (asked for, read, typeset, joined or packed, put into storage, published), without keys and so unsigned, against a raw loop of the
typesetter alone over the same values, fonts loaded once; each is measured in turns and the quickest taken, so that what else the machine does weighs
less on all three; `issue_ratio` is the same for issuing as many
as were asked for (rows, leaves of the log, its tree), and `ledger_ratio` for the record of a branch of 300. `bundle_to_one_run` is against the
typesetter setting all pages of the bundle in one run, which shares the work on what every page has in common and cannot be had for a list of any length.
Signing is told apart: milliseconds a certificate for the credential in its QR code and for the signature of its PDF.
"""

import json
import sys
import time
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import typst as typesetter
from sqlalchemy import JSON, literal

HERE = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(HERE))

from bench.county import NUMBER, THEN, build, many  # noqa: E402
from bench.site import Site, site  # noqa: E402
from courses.kernel import queue  # noqa: E402
from courses.kernel.db import db, transaction  # noqa: E402
from learning.exports import actions as exports  # noqa: E402
from learning.exports.models import Export  # noqa: E402
from learning.exports.rules import Wish  # noqa: E402
from learning.goals.models import Campaign  # noqa: E402
from learning.organization.models import Appointment, Organization, Person  # noqa: E402
from learning.records import actions, bulk_actions, bundles, keys, pdf, typst  # noqa: E402
from learning.records.bulk_queries import Scope  # noqa: E402
from learning.records.models import BranchRecord, CourseCompletion, Issuance  # noqa: E402

SIZES = {False: (10_000, 1_000, 200, 2), True: (400, 100, 20, 3)}  # issued, bound, signed, turns
BASE = "https://dx.example.cn"
FONTS = typesetter.Fonts()


def live(made: Site, people: int, bound: int) -> None:
    """A county whose people have all finished a course and have no certificate, so many of them this year."""
    build(made.app, people=people, courses=1, studied=0)
    with made.app.app_context(), transaction() as session:
        session.add(Appointment(person_id=1, role="county_admin", organization_id=1, since=date(2026, 1, 1), note="", appointed_at=THEN))
        facts = {
            "person_id": NUMBER,
            "course_id": 1,
            "version_id": 1,
            "route": "online",
            "at": THEN,
            "evidence": literal({"quizzes": {"1": 100}, "score": 100}, JSON),
        }
        for year, chosen in ((2026, bound >= NUMBER), (2025, bound < NUMBER)):
            day = date(year, 10, 1)
            many(CourseCompletion, 1, people, {**facts, "began_on": day, "completed_on": day}, only=chosen)


def timed(work: Callable[[], Any]) -> float:
    begun = time.perf_counter()
    work()
    return time.perf_counter() - begun


def issued(made: Site) -> float:
    """Seconds to issue all that is missing."""
    with made.app.app_context(), transaction() as session:
        where = session.get_one(Organization, 1)
        bulk_actions.ask(where, Scope(where.path), actor=session.get_one(Person, 1), now=datetime.now(UTC))
    spent = timed(lambda: worked(made))
    with made.app.app_context():
        row = db.session.query(Issuance).one()
        assert row.issued == row.total and row.ended_at, row.fault
    return spent


def exported(made: Site, kind: str, ending: str, count: int) -> float:
    """Seconds to have a file made of this year's certificates."""
    with made.app.app_context(), transaction() as session:
        wish = Wish(kind, "结业证明", ending, 1, "see_people", {"base": BASE, "year": 2026, "run": time.monotonic_ns()})
        exports.ask(wish, actor=session.get_one(Person, 1), now=datetime.now(UTC))
    spent = timed(lambda: worked(made))
    with made.app.app_context():
        row = db.session.query(Export).order_by(Export.id.desc()).first()
        assert row is not None and row.items == count, row and row.fault
    return spent


def worked(made: Site) -> None:
    while queue.work_once(made.app, lease_seconds=300):
        pass


def values(made: Site) -> list[dict[str, Any]]:
    """What stands on each of this year's certificates, read beforehand."""
    order = exports.Order(1, 1, {"base": BASE, "year": 2026}, "结业证明", THEN)
    with made.app.app_context():
        return [sheet.values for part, _ in bundles._sheets(order) for sheet in part]


def raw(form: str, said: list[dict[str, Any]]) -> float:
    """Seconds of the typesetter alone, a run each, as its own documentation would have it."""

    def loop() -> None:
        for one in said:
            inputs = {"data": json.dumps(one, ensure_ascii=False)}
            typesetter.compile(str(typst.FORMS / f"{form}.typ"), root=str(typst.FORMS), format="pdf", font_paths=FONTS, sys_inputs=inputs, timestamp=0)

    return timed(loop)


def in_turn(made: Site, said: list[dict[str, Any]]) -> tuple[float, float, float]:
    """Seconds of the typesetter alone, of one PDF of all and of a file each, one after another."""
    bound = len(said)
    return raw("certificate", said), exported(made, "certificate_bundle", "pdf", bound), exported(made, "certificate_files", "zip", bound)


def ledger(made: Site, times: int) -> tuple[float, float]:
    """Seconds of a branch's record of 300 people, ours and the typesetter's alone."""
    people = [
        {"name": f"第{n}人", "stage": "full", "state": "done", "route": "online", "on": "2026-11-02", "number": f"QC0101-2026-{n:06d}-A", "note": ""}
        for n in range(300)
    ]
    content = {"organization": "样例支部", "campaign": "万名党员进党校", "counts": {"total": 300}, "people": people, "help": [], "confirmed_by": "陈戊"}
    with made.app.app_context():
        with transaction() as session:
            where = session.query(Organization).filter_by(kind="branch").first()
            record = actions.confirm_branch(where, session.query(Campaign.id).scalar(), date(2026, 11, 2), content, actor=session.get_one(Person, 1), now=THEN)
            record_id = record.id
        spent = [_record(record_id, f"{BASE}/{turn}") for turn in range(times)]
    return sum(ours for ours, _ in spent), sum(alone for _, alone in spent)


def _record(record_id: int, address: str) -> tuple[float, float]:
    db.session.expire_all()
    said = pdf.branch_values(db.session.get_one(BranchRecord, record_id), address=f"{address}/raw", zone="Asia/Shanghai")
    alone = raw("branch_record", [said])
    db.session.expire_all()
    return timed(lambda: pdf.branch_record(db.session.get_one(BranchRecord, record_id), address=address, zone="Asia/Shanghai")), alone


def main() -> None:
    """Unsigned against the raw loop, then the same with keys."""
    people, bound, signed, turns = SIZES["--short" in sys.argv]
    out: dict[str, float] = {"issued": people, "bound": bound}
    with site() as made:
        live(made, people, bound)
        issue = issued(made)
        print(f"{people} issued in {issue:.1f} s", flush=True)
        said = values(made)
        raw("certificate", said[:10])
        alone, bundle, files = map(min, zip(*(in_turn(made, said) for _ in range(turns)), strict=True))
        one_run = raw("certificates", [{"title": "结业证明", "pages": said}])
        ours, sheet = ledger(made, 3)
    out |= {"bundle_ratio": bundle / alone, "files_ratio": files / alone, "issue_ratio": issue / people * bound / alone, "ledger_ratio": ours / sheet}
    out |= {"bundle_to_one_run": bundle / one_run, "raw_ms": 1000 * alone / bound, "issue_ms": 1000 * issue / people}
    with site() as made:
        keys.begin(made.folder / "keys", now=datetime.now(UTC))
        live(made, signed, signed)
        out["sign_credential_ms"] = 1000 * issued(made) / signed - out["issue_ms"]
        first = exported(made, "certificate_files", "zip", signed)
        out["sign_pdf_ms"] = 1000 * first / signed - 1000 * files / bound
    print(json.dumps({name: round(value, 3) for name, value in out.items()}))


if __name__ == "__main__":
    main()
