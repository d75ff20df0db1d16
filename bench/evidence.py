"""How many bytes a person-lesson takes: coverage rows with realistic spans, with their indexes, in SQLite and in PostgreSQL, beside the same spans as JSON."""

import argparse
import json
import random
import sys
import tempfile
from pathlib import Path

import sqlalchemy as sa

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from courses.catalogue.models import Lesson
from courses.kernel.db import Base
from learning.organization.models import Person
from learning.progress import rules
from learning.progress.models import Coverage
from tests import databases

POINTED_AT = (Lesson, Person)  # whose keys give the columns their types
SHORT, FULL = 20_000, 200_000


def studied(chance: random.Random) -> rules.Spans:
    """What someone plays of a lecture of 5 to 60 minutes: most go through it, some skip about."""
    length = chance.randrange(300, 3600)
    if chance.random() < 0.6:
        return ((0, length),)
    cuts = sorted(chance.sample(range(length), 2 * chance.randrange(1, 8)))
    return rules.merged(zip(cuts[::2], cuts[1::2], strict=True))


def rows(count: int) -> list[dict[str, object]]:
    """So many rows, twenty lessons a person."""
    chance, out = random.Random(4), []
    for number in range(count):
        spans = studied(chance)
        out.append(
            {"person_id": number // 20 + 1, "lesson_id": number % 20 + 1, "asset_id": number % 20 + 1, "spans": rules.encode(spans),
             "covered_seconds": rules.seconds(spans), "position": spans[-1][1], "position_at": 28_000_000 + number, "sound_only": False}
        )  # fmt: skip
    return out


def bytes_a_row(engine: sa.Engine, made: list[dict[str, object]], size: str) -> float:
    """The growth of table and indexes, divided."""
    table = Base.metadata.tables[Coverage.__tablename__]
    with engine.begin() as connection:
        connection.execute(sa.schema.CreateTable(table, include_foreign_key_constraints=[]))  # what they point at is not weighed
        for index in table.indexes:
            index.create(connection)
        before = connection.scalar(sa.text(size)) or 0
        connection.execute(table.insert(), made)
        after = connection.scalar(sa.text(size)) or 0
    return round((after - before) / len(made), 1)


def main() -> None:
    """Print the bytes a row of each database as one line of JSON."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--short", action="store_true")
    count = SHORT if parser.parse_args().short else FULL
    made = rows(count)
    with tempfile.TemporaryDirectory() as folder:
        sqlite = bytes_a_row(sa.create_engine(f"sqlite:///{folder}/weigh.db"), made, "select page_count * page_size from pragma_page_count, pragma_page_size")
    databases.chosen = "postgresql"
    with tempfile.TemporaryDirectory() as folder:
        databases.create(Path(folder))
        engine = sa.create_engine(databases.address(Path(folder)).replace("postgresql://", "postgresql+psycopg://"))
        postgresql = bytes_a_row(engine, made, "select pg_total_relation_size('coverage')")
        engine.dispose()
        databases.drop(Path(folder))
    spans = [rules.decode(row["spans"]) for row in made if isinstance(row["spans"], bytes)]
    answer = {
        "rows": count,
        "sqlite_bytes": sqlite,
        "postgresql_bytes": postgresql,
        "spans_bytes": round(sum(len(rules.encode(one)) for one in spans) / count, 2),
        "spans_as_json_bytes": round(sum(len(json.dumps(one)) for one in spans) / count, 2),
    }
    print(json.dumps(answer))


if __name__ == "__main__":
    main()
