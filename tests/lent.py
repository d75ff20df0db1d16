"""A PostgreSQL database that tests use one after another: what one wrote is taken out again, which is a fifth of the work of making a new one."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psycopg
from psycopg import sql

USES = 30  # what was taken out still lies in the files; a new one now and then keeps them small
PATIENCE_SECONDS = 0.2  # for connections that were closed and whose process has not ended yet

_TABLES = "select oid::regclass::text from pg_class where relkind = 'r' and relnamespace = 'public'::regnamespace"
_SEQUENCES = "select oid::regclass::text from pg_class where relkind = 'S' and relnamespace = 'public'::regnamespace"
_OTHERS = "select count(*) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()"
_STRUCTURE = " union all ".join(f"select count(*), max(xmin::text::bigint) from {name}" for name in ("pg_class", "pg_trigger", "pg_constraint", "pg_proc"))
_LAST = "select pg_snapshot_xmax(pg_current_snapshot())::text::bigint - 1"


@dataclass
class Lent:
    """A new copy of the database of the folder `source`, under `name`; `connect` opens it as its owner. Everything about it is learned before it is lent."""

    source: Path
    name: str
    connect: Callable[[str], psycopg.Connection[Any]]
    uses: int = 0
    rows: dict[str, bytes] = field(default_factory=dict)  # of the tables that are not empty, as COPY writes them
    counts: list[tuple[str, int]] = field(default_factory=list)
    last: int = 0  # the transaction after which any row was written by the test

    def __post_init__(self) -> None:
        self.owner = self.connect(self.name)
        self.owner.execute("set session_replication_role = replica")  # neither keys nor what forbids changes stand in the way of taking rows out
        tables = [name for (name,) in self.owner.execute(_TABLES)]
        looks = [sql.SQL("select {}, count(*), coalesce(max(xmin::text::bigint), 0) from {}").format(name, sql.SQL(name)) for name in tables]
        self.look = sql.SQL(" union all ").join(looks)
        self.counts = [(name, count) for name, count, _ in self.owner.execute(self.look, prepare=True)]
        for name, count in self.counts:
            if count:
                with self.owner.cursor().copy(sql.SQL("copy {} to stdout").format(sql.SQL(name))) as out:
                    self.rows[name] = b"".join(bytes(part) for part in out)
        self.numbers = self._numbers()
        self.structure = self.owner.execute(_STRUCTURE).fetchall()
        self._remember()

    def restored(self) -> bool:
        """Take out what was written since; False if it cannot be lent again: it is worn, was built otherwise, or someone still has it open."""
        self.uses += 1
        if self.uses == USES or self.owner.closed:
            return False
        try:
            if self._in_use() or self.owner.execute(_STRUCTURE, prepare=True).fetchall() != self.structure:
                return False
            self._restore()
        except psycopg.Error:  # the test replaced it, or cut our line
            return False
        self._remember()
        return True

    def close(self) -> None:
        """Let go of it, so that it can be copied; it is not lent again."""
        self.owner.close()

    def _restore(self) -> None:
        now = self.owner.execute(self.look, prepare=True).fetchall()
        changed = [name for (name, count, newest), (_, was) in zip(now, self.counts, strict=True) if count != was or newest > self.last]
        with self.owner.transaction(), self.owner.cursor() as cursor:
            if changed:
                cursor.execute(sql.SQL("; ").join(sql.SQL("delete from {}").format(sql.SQL(name)) for name in changed))
            for name in changed:
                if name in self.rows:
                    with cursor.copy(sql.SQL("copy {} from stdin").format(sql.SQL(name))) as back:
                        back.write(self.rows[name])
            cursor.execute(self.numbers)

    def _numbers(self) -> sql.Composed:
        """What sets every sequence to where it stands."""
        names = [name for (name,) in self.owner.execute(_SEQUENCES)]
        stand = [(name, *self.owner.execute(sql.SQL("select last_value, is_called from {}").format(sql.SQL(name))).fetchone()) for name in names]  # type: ignore[misc]
        return sql.SQL("select {}").format(sql.SQL(", ").join(sql.SQL("setval({}, {}, {})").format(*one) for one in stand))

    def _remember(self) -> None:
        found = self.owner.execute(_LAST).fetchone()
        assert found is not None
        self.last = found[0]

    def _in_use(self) -> bool:
        until = time.monotonic() + PATIENCE_SECONDS
        while self.owner.execute(_OTHERS).fetchone() != (0,):
            if time.monotonic() > until:
                return True
            time.sleep(0.002)
        return False
