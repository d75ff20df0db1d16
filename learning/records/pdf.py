"""What stands on each printed form: a certificate and a branch record, from the rows to the values that the forms set."""

from datetime import date
from itertools import pairwise
from typing import Any

from courses.kernel.clock import day_of, local
from learning.hours.rules import hours_text
from learning.organization.rules import STAGE_WORDS
from learning.records import keys, log, qr, queries, rules, tree, typst
from learning.records.models import BranchRecord, Certificate
from learning.records.sheet_rules import COUNT, HOURS, Sheet, Table, texts

PHONE_DOTS = 216  # an inch: 360 points, the width of the picture, become 1080 dots


def paper(row: Certificate | BranchRecord, *, address: str, zone: str) -> bytes:
    """A paper of either kind as PDF, before it is signed; equal input gives equal bytes."""
    return certificate(row, address=address, zone=zone) if isinstance(row, Certificate) else branch_record(row, address=address, zone=zone)


def signer(row: Certificate | BranchRecord) -> str:
    """Who signs a paper, as PDF readers show it."""
    return row.issuer_name if isinstance(row, Certificate) else str(row.content.get("organization_full") or row.organization.name)


def certificate(row: Certificate, *, address: str, zone: str) -> bytes:
    """学习结业证明 as PDF, A4; `address` is where its QR code leads."""
    return typst.pdf("certificate", certificate_values(row, address=address, zone=zone))


def certificate_picture(row: Certificate, *, address: str, zone: str) -> bytes:
    """The certificate as PNG three times as fine as a small phone's screen, to be kept by a long press: narrow, in words that are read at its width."""
    return typst.picture("certificate_picture", certificate_values(row, address=address, zone=zone), dots_per_inch=PHONE_DOTS)


def branch_record(row: BranchRecord, *, address: str, zone: str) -> bytes:
    """支部完成记录 as PDF, A4 landscape, the head of its table repeated on each page."""
    return typst.pdf("branch_record", branch_values(row, address=address, zone=zone))


def certificate_values(row: Certificate, *, address: str, zone: str, demo: bool | None = None) -> dict[str, Any]:
    """Every word on the certificate: the snapshot as it was issued, and the notice of what changed since. `demo` spares asking for each of many."""
    return {
        "number": row.number,
        "code": row.code,
        "name": row.person_name,
        "organization": row.organization_name,
        "course": row.course_title,
        "text": certificate_text(row),
        "facts": [
            ["学习形式", rules.route_words(row.route, row.completion.evidence)],
            ["起止日期", rules.span_text(row.began_on, row.completed_on)],
            ["核定学时", f"{hours_text(row.quarters)} 学时"],
            ["考核结果", _result(row)],
        ],
        "issuer": row.issuer_name,
        "date": rules.long_date(day_of(row.issued_at, zone)),
        "rule": row.rule,
        "notice": _notice(row, zone),
        "demo": queries.is_demo() if demo is None else demo,
        "qr": qr.svg(address),
        "address": address,
    }


def certificate_text(row: Certificate) -> str:
    """The sentence that certifies, as the paper and its page say it."""
    return rules.certificate_text(
        name=row.person_name,
        organization=row.organization_name,
        began=row.began_on,
        completed=row.completed_on,
        course=row.course_title,
        hours=hours_text(row.quarters),
        examined=_is_examined(row),
    )


def branch_values(row: BranchRecord, *, address: str, zone: str) -> dict[str, Any]:
    """Every word on the branch record: the snapshot, its number and its hash."""
    content = row.content
    counts = content.get("counts", {})
    return {
        "branch": content.get("organization_full") or content.get("organization", ""),
        "campaign": content.get("campaign", ""),
        "as_of": rules.long_date(row.as_of),
        "counts": [[words, str(counts[key])] for key, words in rules.COUNT_WORDS.items() if counts.get(key) is not None],
        "people": [[str(place), *person_cells(person)] for place, person in enumerate(content.get("people", []), 1)],
        "help": [rules.help_words(line) for line in content.get("help", [])],
        "confirmed": f"{content.get('confirmed_by', '')}  {rules.long_date(day_of(row.confirmed_at, zone))}",
        "number": row.number,
        "code": row.code,
        "sha256": row.sha256,
        "demo": queries.is_demo(),
        "qr": qr.svg(address),
        "checkpoint": _checkpoint(row, zone),
    }


def sheet_values(form: Sheet) -> dict[str, Any]:
    """Every word on a printed form."""
    return {
        "title": form.title,
        "wide": form.is_wide,
        "demo": queries.is_demo(),
        "facts": [list(fact) for fact in form.facts],
        "tables": [_table(table) for table in form.tables],
        "notes": list(form.notes),
        "signs": list(form.signs),
    }


def person_cells(person: dict[str, Any]) -> list[str]:
    """One person's line of a branch record: name, stage, state, route, day, number, note."""
    words = {
        "stage": STAGE_WORDS.get(person.get("stage", ""), person.get("stage", "")),
        "route": rules.ROUTE_WORDS.get(person.get("route") or "", person.get("route") or ""),
        "state": rules.STATE_WORDS.get(person.get("state", ""), person.get("state", "")),
    }
    if "erased" in person:
        return [rules.ERASED, *[""] * 6]
    return [str(words.get(key, person.get(key)) or "") for key in ("name", "stage", "state", "route", "on", "number", "note")]


def _table(table: Table) -> dict[str, Any]:
    bounds = [0, *table.breaks, len(table.rows)]
    parts = [
        {"rows": [texts(table, row) for row in table.rows[since:until]], "page": place > 0, "last": until == bounds[-1]}
        for place, (since, until) in enumerate(pairwise(bounds))
    ]
    columns = [{"words": column.words, "width": column.width, "right": column.kind in (COUNT, HOURS)} for column in table.columns]
    return {"title": table.title, "columns": columns, "parts": parts, "total": texts(table, table.total) if table.total else []}


def _checkpoint(row: BranchRecord, zone: str) -> dict[str, str] | None:
    """The signed checkpoint that covers the record, to be printed with it; None before there were keys."""
    leaf = log.leaf_of("branch_record", row.id)
    found = tree.covering(leaf.index) if leaf else None
    ring = keys.ring()
    if found is None or ring is None:
        return None
    said = {"size": str(found.size), "root": found.root, "at": local(found.at, zone).strftime("%Y-%m-%d %H:%M"), "kid": found.kid}
    return {**said, "text": found.text, "qr": qr.svg(found.text), "fingerprint": ring.fingerprint}


def _is_examined(row: Certificate) -> bool:
    return bool(row.completion.evidence.get("quizzes"))


def _result(row: Certificate) -> str:
    if not _is_examined(row):
        return "到场学习，已登记" if row.route == "class" else ("送学到户，已登记" if row.route == "home" else "完成规定内容")
    return "合格" if row.score is None else f"合格（{row.score} 分）"


def _notice(row: Certificate, zone: str) -> str:
    if row.revocation is not None:
        return f"本证明已于{_day(row.revocation.at, zone)}撤销，不再有效。"
    names = {"person_name": "姓名", "organization_name": "所在党组织"}
    lines = [f"{names[change.field]}更正为“{change.value}”（{_day(change.at, zone)}）" for change in row.corrections]
    return f"更正：{'；'.join(lines)}。" if lines else ""


def _day(at: Any, zone: str) -> str:
    day: date = day_of(at, zone)
    return rules.long_date(day)
