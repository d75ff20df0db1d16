"""Tables keep their promises: constraints have names, and what proves something is refused any change by the database and the code."""

import ast
import re
from typing import Any

import sqlalchemy as sa
from flask import Flask

from courses.kernel.db import Base, Instant, db
from tests.house.laws import for_each
from tests.house.sources import ROOT, Source, calls, sources

# What proves what someone achieved, or who did what: rows are added, never changed (HOUSE.md law 3).
PROOFS = {
    "log_leaf", "certificate", "revocation", "correction", "hours_entry", "branch_record", "course_completion", "lesson_completion",
    "quiz_submission", "attendance", "home_delivery", "audit_entry", "hours_policy", "year_closing", "closed_year",
    "correction_request", "request_answer",
}  # fmt: skip
TRIGGERS = {
    "sqlite": "select tbl_name, lower(sql) from sqlite_master where type = 'trigger'",
    "postgresql": "select tgrelid::regclass::text, lower(pg_get_triggerdef(oid)) from pg_trigger where not tgisinternal",
}


def tables() -> list[sa.Table]:
    return Base.metadata.sorted_tables


def test_migrations_name_their_constraints():
    for path in sorted((ROOT / "migrations" / "versions").glob("*.py")):
        for node in ast.walk(ast.parse(path.read_text())):
            kind = node.func.attr if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) else ""
            if kind.endswith("Constraint") and isinstance(node, ast.Call) and kind not in {"drop_constraint"}:
                named = any(word.arg == "name" for word in node.keywords) or kind.startswith("create_")
                assert named, f"{path.name}:{node.lineno} makes a {kind} without a name. Name it: SQLite can drop no nameless constraint."


def test_every_time_is_an_instant():
    for table in tables():
        naive = [column.name for column in table.columns if isinstance(column.type, sa.DateTime) and not isinstance(column.type, Instant)]
        assert not naive, f"{table.name}: {naive} are bare DateTimes. Use Moment: nobody knows which clock a naive time was read from."


def test_every_proof_is_guarded_by_the_database(app: Flask):
    with db.engine.connect() as connection:
        rows: list[Any] = list(connection.execute(sa.text(TRIGGERS[db.engine.dialect.name])))
    for table in sorted(PROOFS):
        for act in ("update", "delete"):
            guarded = any(name == table and f"before {act}" in words for name, words in rows)
            assert guarded, f"{table} can be changed by {act}. Write a migration that makes the database refuse UPDATE and DELETE on it, as 0014 does."


def test_every_proof_has_its_table():
    assert {table.name for table in tables()} >= PROOFS


@for_each("source", sources)
def test_no_code_changes_a_proof(source: Source):
    proofs = {mapper.class_.__name__ for mapper in Base.registry.mappers if mapper.local_table.name in PROOFS}  # type: ignore[attr-defined]
    for name in ("update", "delete"):
        for call in calls(source, name):
            given = ast.unparse(call.args[0]) if call.args else ""
            assert given not in proofs, (
                f"{source.where}:{call.lineno} would {name} {given}. Add a row that corrects or revokes it; proofs stand as they were given."
            )
    raw = re.search(rf"\b(?:update|delete from)\s+(?:{'|'.join(sorted(PROOFS))})\b", source.text.lower())
    assert not raw, f"{source.where} says {raw and raw.group()!r}. Add a row that corrects or revokes it; proofs stand as they were given."
