"""One line of migrations that builds what the models say, and can be walked back and forth with rows in place."""

import re
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from flask import Flask
from flask_migrate import downgrade, upgrade

from courses.kernel.db import Instant, db, transaction
from tests import databases
from tests.conftest import settings_in
from tests.house.sources import ROOT
from tests.makers import make_course
from tests.people import NOW, County

Table = dict[str, Any]
# Where ones everywhere would contradict a check: no more can be trained than are in scope, nobody is transferred to where they are.
BESIDES: dict[str, Table] = {"campaign_count": {"in_scope": 9}, "transfer": {"target_id": 2}}

# What a database consists of, as it says itself: names and words.
SHAPE = {
    "sqlite": "select name, sql from sqlite_master where sql is not null and name not like 'sqlite_%'",
    "postgresql": """
        select table_name || '.' || column_name, concat_ws(' ', data_type, character_maximum_length, is_nullable, column_default)
            from information_schema.columns where table_schema = 'public' and table_name <> 'alembic_version'
        union all select conrelid::regclass || ':' || conname, pg_get_constraintdef(oid) from pg_constraint
            where connamespace = 'public'::regnamespace and conrelid <> 'alembic_version'::regclass
        union all select indexname, indexdef from pg_indexes where schemaname = 'public' and tablename <> 'alembic_version'
        union all select tgname, pg_get_triggerdef(oid) from pg_trigger where not tgisinternal
        union all select proname, pg_get_functiondef(oid) from pg_proc where pronamespace = 'public'::regnamespace
    """,
}


def scripts() -> ScriptDirectory:
    return ScriptDirectory(str(ROOT / "migrations"))


def test_there_is_one_head():
    heads = scripts().get_heads()
    assert len(heads) == 1, f"migrations end in {heads}. Set the later one's down_revision to the other, so that everyone walks one road."


def test_no_two_migrations_have_one_number():
    files = sorted((ROOT / "migrations" / "versions").glob("*.py"))
    numbers = [file.name.split("_")[0] for file in files]
    twice = sorted({number for number in numbers if numbers.count(number) > 1})
    assert not twice, f"{twice} stand twice in migrations/versions: one of the two would never run. Give the later one the next free number."
    revisions = {script.revision for script in scripts().walk_revisions()}
    assert revisions == set(numbers), f"{sorted(revisions ^ set(numbers))}: a migration's file is named by its revision, so that their order is seen."


def test_each_migration_says_its_idea():
    for script in scripts().walk_revisions():
        assert script.doc and len(script.doc) > 10, f"{script.path} does not say what it is for. One sentence at its top."


def test_migrations_build_what_the_models_say(app: Flask):
    with db.engine.connect() as connection:
        differences = compare_metadata(MigrationContext.configure(connection, opts={"compare_type": True}), db.metadata)
    assert not differences, f"the migrated database differs from the models: {differences}. Write a migration for the difference."


def test_constraints_are_those_of_the_models(app: Flask, tmp_path: Path):
    folder = tmp_path / "models"
    folder.mkdir()
    databases.create(folder)
    fresh = sa.create_engine(settings_in(folder).database)
    db.metadata.create_all(fresh)
    migrated, meant = constraints(db.engine), constraints(fresh)
    fresh.dispose()
    databases.drop(folder)
    for table, names in meant.items():
        assert migrated[table] == names, (
            f"{table}: migrations and models disagree about {migrated[table] ^ names}. A rule that is only in the models guards nothing."
        )


def test_down_and_up_again_with_rows_in_place(app: Flask, county: County):
    """Every migration is walked back, on and back again from the head, with rows in every table that still stands."""
    make_course(county)
    fill_every_table()
    shapes, counts = [shape()], row_counts()
    empty = [table for table, number in counts.items() if not number]
    assert not empty, f"{empty} got no row, so walking back is untested for them. Teach fill_every_table() to write one."
    for script in list(scripts().walk_revisions()):
        for step in (downgrade, upgrade, downgrade):
            step(revision=script.revision if step is upgrade else script.down_revision or "base")
            before, counts = counts, row_counts()
            lost = {table for table, number in counts.items() if before.get(table, number) != number}
            assert not lost, (
                f"{script.path}: {step.__name__} changed the number of rows of {sorted(lost)}. "
                "Batch changes on SQLite delete children while foreign keys are on: add, rename and drop columns natively."
            )
            if step is upgrade:
                assert shape() == shapes[-1], f"{script.path}: down and up does not lead to where it began. Make the downgrade the mirror of the upgrade."
        shapes.append(shape())
    assert set(shapes[-1]) <= {"alembic_version"}, f"{sorted(shapes[-1])} remain after walking all the way down. The downgrade forgot them."
    upgrade()
    assert shape() == shapes[0], "up, down and up again does not lead to where it began. Make the downgrade the mirror of the upgrade."


def test_walking_on_keeps_the_guards_of_proof(app: Flask, county: County):
    fill_every_table()
    with pytest.raises(sa.exc.DatabaseError, match="append-only"), transaction() as session:
        session.execute(sa.text("update certificate set id = id"))


def constraints(engine: sa.Engine) -> dict[str, set[tuple[Any, ...]]]:
    """The check, unique and foreign constraints and the indexes of each table, by name and columns."""
    inspector = sa.inspect(engine)
    return {table: _constraints_of(inspector, table) for table in inspector.get_table_names() if table != "alembic_version"}


def _constraints_of(inspector: sa.Inspector, table: str) -> set[tuple[Any, ...]]:
    found: set[tuple[Any, ...]] = {("check", row["name"], "".join(row["sqltext"].split())) for row in inspector.get_check_constraints(table)}
    found |= {("unique", row["name"], *row["column_names"]) for row in inspector.get_unique_constraints(table)}
    found |= {("index", row["name"], row["unique"], *row["column_names"]) for row in inspector.get_indexes(table)}
    return found | {("foreign", row["name"], row["referred_table"], *row["constrained_columns"]) for row in inspector.get_foreign_keys(table)}


def shape() -> dict[str, str]:
    """Everything the database consists of, by name; a batch change writes a table's parts down in an order of its own, quotes its name, and puts a default in brackets."""
    with db.engine.connect() as connection:
        rows = connection.execute(sa.text(SHAPE[db.engine.dialect.name]))
        plain = {name: re.sub(r"DEFAULT \(('[^']*')\)", r"DEFAULT \1", words) for name, words in rows}
        return {name: ", ".join(sorted(" ".join(words.replace("\n)", ",").replace('"', "").split()).split(","))) for name, words in plain.items()}


def row_counts() -> dict[str, int]:
    """How many rows each table holds that stands at this moment."""
    with db.engine.connect() as connection:
        standing = sorted(set(sa.inspect(connection).get_table_names()) - {"alembic_version"})
        return {table: connection.scalar(sa.select(sa.func.count()).select_from(sa.table(table))) or 0 for table in standing}


def fill_every_table() -> None:
    """Give each table that is still empty one row that its constraints accept."""
    with transaction() as session:
        for table in db.metadata.sorted_tables:
            if not session.scalar(sa.select(sa.func.count()).select_from(table)):
                session.execute(table.insert().values(_row(table)))


def _row(table: sa.Table) -> Table:
    allowed: Table = dict(BESIDES.get(table.name, {}))
    for constraint in table.constraints:
        words = str(constraint.sqltext).split(" in (") if isinstance(constraint, sa.CheckConstraint) else []
        if len(words) == 2:
            allowed[words[0].strip()] = words[1].split(",")[0].strip(" ')")
    return {column.name: allowed.get(column.name, _value(column)) for column in table.columns if not column.nullable}


def _value(column: sa.Column[Any]) -> Any:
    if isinstance(column.type, Instant):
        return NOW
    if isinstance(getattr(column.type, "impl", column.type), sa.JSON):
        return {}
    kinds: dict[type, Any] = {int: 1, str: "x", bool: False, bytes: b"x", float: 0.5}
    return kinds.get(column.type.python_type, NOW.date())
