"""How long a campaign's standing takes to open for 1,000,000 people in 2,000 organizations, against 10,000 people in the same organizations.

./manage bench standing [--short]: as many people either way, each board opened less often. The last line is one JSON object: `ms_1m` and `ms_10k` are medians of the whole page over the
application's own test client, `ratio_1m_to_10k` theirs; `calibration_ms` reads 2,000 bare rows of the same file with the driver alone.
The counts are written from the same facts (memberships, trained) by the command's own recount, which is timed as `recount_s_1m`.
"""

import hashlib
import json
import statistics
import sys
import time
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from sqlalchemy import String, case, cast, literal, text

HERE = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(HERE))

from bench.county import NUMBER, TERMS, THEN, add, many, token  # noqa: E402
from bench.site import Site, site  # noqa: E402
from courses.kernel.db import db, transaction  # noqa: E402
from learning.accounts.models import Account, SignedIn  # noqa: E402
from learning.goals import actions as goals  # noqa: E402
from learning.goals.models import Campaign, CampaignTerms, Trained  # noqa: E402
from learning.organization.models import Appointment, Membership, Organization, Person  # noqa: E402

ORGANIZATIONS = 2000
TOWNS = 20
TIMES = {False: (3, 15), True: (2, 2)}  # turns, and how often each board is opened in one


def build(made: Site, people: int) -> float:
    """A county of 2,000 organizations with this many people, four in ten of them trained; returns the seconds of the recount."""
    since, branches = date(2026, 1, 1), range(TOWNS + 2, ORGANIZATIONS + 1)
    with made.app.app_context(), transaction():
        db.session.execute(text("pragma cache_size = -400000"))  # the indexes of a million rows are built in memory
        rows = [(1, "QC", "晴川县委", "county", None, "/1/")]
        rows += [(n, f"QC{n:03d}", f"样例{n}镇党委", "township", 1, f"/1/{n}/") for n in range(2, TOWNS + 2)]
        rows += [(n, f"QC{2 + n % TOWNS:03d}{n:04d}", f"样例{n}号党支部", "branch", 2 + n % TOWNS, f"/1/{2 + n % TOWNS}/{n}/") for n in branches]
        names = ("id", "code", "name", "kind", "parent_id", "path")
        add(Organization, ({**dict(zip(names, row, strict=True)), "created_at": THEN} for row in rows))
        named, key = literal("学员") + cast(NUMBER, String), literal("xy ") + cast(NUMBER + people, String)  # as wide as one another, so in their order
        many(Person, 1, people, {"id": NUMBER, "name": named, "name_key": key, "created_at": THEN, "large_type": False})
        belongs = {"stage": "full", "expectation": "required", "floating": False, "online": True, "contact": "", "since": since, "entered_at": THEN}
        home = branches[0] + (NUMBER - 1) * len(branches) // people  # branch after branch, so that the index is written in its order
        many(Membership, 1, people, {"person_id": NUMBER, "organization_id": home, **belongs})
        add(Account, [{"person_id": 1, "user_name": "county", "must_change": False, "created_at": THEN}])
        add(Appointment, [{"person_id": 1, "role": "county_admin", "organization_id": 1, "since": since, "note": "", "appointed_at": THEN}])
        add(SignedIn, [{"person_id": 1, "token_hash": _hash(1), "device": "电脑 · 浏览器", "since": THEN, "until": datetime.now(UTC) + timedelta(days=1)}])
        add(Campaign, [{"id": 1, "organization_id": 1, "title": "万名党员进党校", "target": people, "since": since, "until": date(2099, 12, 31), "basis": "",
                        "created_at": THEN}])  # fmt: skip
        add(CampaignTerms, [TERMS])
        route = case((NUMBER % 3 == 0, "online"), (NUMBER % 3 == 1, "class"), else_="home")
        trained = {"campaign_id": 1, "person_id": NUMBER, "route": route, "on": date(2026, 10, 1), "at": THEN}
        many(Trained, 1, people, trained, only=NUMBER % 10 < 4)
    begun = time.perf_counter()
    with made.app.app_context(), transaction():
        goals.recount(range(1, ORGANIZATIONS + 1), now=datetime.now(UTC), today=date(2026, 11, 1))
    return time.perf_counter() - begun


def opened(made: Site, times: int) -> float:
    """Milliseconds of the board's page, the median of so many."""
    client = made.app.test_client()
    with client.session_transaction() as session:
        session["_user_id"], session["_fresh"] = token(1), True
    spent = []
    for _ in range(times + 1):
        begun = time.perf_counter()
        answer = client.get("/campaigns/1")
        spent.append(1000 * (time.perf_counter() - begun))
        assert answer.status_code == 200, answer.status_code
        assert "样例2000号党支部" in answer.get_data(as_text=True)
    return statistics.median(spent[1:])


def calibrated(made: Site, times: int) -> float:
    """Milliseconds of reading as many bare rows as there are organizations."""
    spent = []
    with made.app.app_context():
        for _ in range(times):
            begun = time.perf_counter()
            rows = db.session.execute(text("select id, in_scope from campaign_count")).all()
            spent.append(1000 * (time.perf_counter() - begun))
            assert len(rows) >= ORGANIZATIONS - TOWNS - 1
    return statistics.median(spent)


def _hash(person: int) -> str:
    return hashlib.sha256(token(person).encode()).hexdigest()


def main() -> None:
    """Build both, open both in turns, say what it took."""
    rounds, times = TIMES["--short" in sys.argv]
    with site() as small, site() as large:
        build(small, 10_000)
        print("10,000 people are in", flush=True)
        begun = time.perf_counter()
        recount = build(large, 1_000_000)
        print(f"1,000,000 people are in after {time.perf_counter() - begun:.0f} s", flush=True)
        turns = [(opened(small, times), opened(large, times)) for _ in range(rounds)]
        ms_10k, ms_1m = (statistics.median(one) for one in zip(*turns, strict=True))
        calibration = calibrated(large, times)
    print(
        json.dumps(
            {
                "ms_1m": round(ms_1m, 1),
                "ms_10k": round(ms_10k, 1),
                "ratio_1m_to_10k": round(ms_1m / ms_10k, 3),
                "calibration_ms": round(calibration, 2),
                "recount_s_1m": round(recount, 1),
            }
        )
    )


if __name__ == "__main__":
    main()
