"""The database: one metadata, one naming convention, and `transaction()`, the only commit."""

import fcntl
import os
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated, Any

from flask import Flask
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import DateTime, Engine, MetaData, String, event, func, inspect, select
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert
from sqlalchemy.engine import Dialect
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import DeclarativeBase, Session, mapped_column, registry
from sqlalchemy.types import TypeDecorator

from courses.kernel.places import waiting
from courses.kernel.settings import Settings

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s",
    "pk": "pk_%(table_name)s",
}


class Instant(TypeDecorator[datetime]):
    """An aware UTC datetime; refuses a naive one, because nobody knows which clock it was read from."""

    impl = DateTime
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a naive datetime cannot be stored")
        return value.astimezone(UTC).replace(tzinfo=None)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        return None if value is None else value.replace(tzinfo=UTC)


Key = Annotated[int, mapped_column(primary_key=True)]
Moment = Annotated[datetime, mapped_column(Instant)]
Short = Annotated[str, mapped_column(String(200))]


class Base(DeclarativeBase):
    registry = registry(metadata=MetaData(naming_convention=NAMING), type_annotation_map={datetime: Instant})


db = SQLAlchemy(model_class=Base)

if TYPE_CHECKING:
    Model = Base
else:
    Model = db.Model


def engine_options(settings: Settings) -> dict[str, Any]:
    """Engine options for the database in `settings` (STACK.md section 5, docs/decisions/0008-two-databases.md).

    A page reads one snapshot on either database, and a fault never quotes the values of a row. Two web processes and a worker stay below PostgreSQL's usual hundred connections.
    The encoding is asked for: of a database in SQL_ASCII the driver would hand out bytes, and the doctor could not say what is wrong with it.
    """
    if not settings.database.startswith("sqlite"):
        return {
            "hide_parameters": True,
            "connect_args": {"client_encoding": "UTF8"},
            "pool_pre_ping": True,
            "pool_size": 10,
            "max_overflow": 30,
            "isolation_level": "REPEATABLE READ",
        }
    options: dict[str, Any] = {
        "hide_parameters": True,
        "connect_args": {"isolation_level": None, "timeout": 10, "check_same_thread": False},
        "pool_size": 20,
        "max_overflow": 108,
    }
    driver = _sqlite_driver()
    if driver is not None:
        options["module"] = driver
    return options


def install(app: Flask, settings: Settings) -> None:
    """Bind the database to `app` and prepare each new connection."""
    app.config["SQLALCHEMY_DATABASE_URI"] = settings.database
    app.config["SQLALCHEMY_ENGINE_OPTIONS"] = engine_options(settings)
    db.init_app(app)
    with app.app_context():
        if db.engine.dialect.name == "sqlite":
            event.listen(db.engine, "connect", _prepare_sqlite)
            event.listen(db.engine, "begin", _begin_sqlite)
        else:
            event.listen(db.engine, "connect", _prepare_postgresql)


turn = threading.local()  # whether this thread is inside a transaction, and what it does afterwards; the kernel's own
Unwritten = OperationalError  # what transaction() raises where the disk is full or the turn did not come
NOBODYS = 0  # the seat of rows that are no person's: jobs, failed sign-ins
_HALL, SEATS = 20120401, 20120402  # advisory locks on PostgreSQL: the whole hall, and its seats by person
_HUNG_MS = 60_000  # a writer that has said nothing for so long has hung, and its turn is taken from it
_BEGIN_BY_DRIVER = {
    "sqlite": "BEGIN IMMEDIATE",
    "postgresql": "SET TRANSACTION ISOLATION LEVEL READ COMMITTED; "
    f"SELECT set_config('idle_in_transaction_session_timeout', '{_HUNG_MS}', true), pg_advisory_xact_lock_shared({_HALL}, 0)",
}


@contextmanager
def transaction(*, seat: int | None = None) -> Iterator[Session]:
    """The only commit in the product.

    Everything inside becomes durable together or not at all, and what it read cannot change before it writes: writers take turns
    in a fair queue. On SQLite it is a lock on a file beside the database, then BEGIN IMMEDIATE; on PostgreSQL an advisory lock.
    There, a writer that names its `seat`, the id of the person whose own rows alone it writes, waits only for that person's other
    devices and for writers without one; what it writes beyond its seat has a lock of its own (`lock_row`, the log's).
    Rows read before are refreshed. Refuses nesting: an action never commits, so it never needs to open one.
    """
    if in_transaction():
        raise RuntimeError("transaction() inside transaction(): open it in the view, job or command alone")
    session = db.session()
    session.rollback()
    with _queue_for(db.engine):
        turn.open = True
        turn.afterwards = []
        try:
            if db.engine.dialect.name != "sqlite":
                _take_turn(session, seat)
            yield session
            session.commit()
        except BaseException:
            session.rollback()
            raise
        finally:
            turn.open = False
        afterwards: list[Callable[[], None]] = turn.afterwards
    for step in afterwards:
        step()


@contextmanager
def driver_transaction() -> Iterator[Any]:
    """`transaction()` for statements that the driver sends by itself (prepared.py): the same turn, the same durability, no session.

    Yields the driver's connection. On PostgreSQL it is in the hall; whoever writes people's rows takes their seats first (`SEATS`).
    """
    if in_transaction():
        raise RuntimeError("driver_transaction() inside transaction(): open it in the view alone")
    engine = db.engine
    connection = engine.raw_connection()
    try:
        with _queue_for(engine):
            turn.open = True
            try:
                connection.cursor().execute(_BEGIN_BY_DRIVER[engine.dialect.name])
                yield connection.driver_connection
                connection.commit()
            except BaseException as fault:
                connection.rollback()
                if isinstance(fault, engine.dialect.loaded_dbapi.OperationalError):
                    raise Unwritten(None, None, fault, hide_parameters=True) from fault
                raise
            finally:
                turn.open = False
    finally:
        connection.close()


def in_transaction() -> bool:
    """Whether this thread is inside transaction(), so that what it reads may yet be taken back."""
    return getattr(turn, "open", False)


def after_commit(step: Callable[[], None]) -> None:
    """Run `step` once the open transaction has committed and its turn is over; never if it is rolled back."""
    turn.afterwards.append(step)


def lock_row(row: Any) -> None:
    """On PostgreSQL, hold `row` against writers in other seats until the commit, and read it anew; on SQLite the whole file is held already.

    What this transaction changed in it before stands: a refresh alone would take it back, and say nothing.
    """
    if db.engine.dialect.name != "sqlite":
        db.session.flush()
        db.session.refresh(row, with_for_update=True)


def insert_once(model: type[Any], values: dict[str, Any], *, unique: tuple[str, ...]) -> bool:
    """Insert a row unless one with the same `unique` columns stands already; says whether it was inserted."""
    insert: Any = sqlite_insert if db.engine.dialect.name == "sqlite" else postgresql_insert
    statement = insert(model).values(**values).on_conflict_do_nothing(index_elements=list(unique))
    return db.session.execute(statement.returning(*inspect(model).primary_key)).first() is not None


@event.listens_for(Session, "before_flush")
def _only_in_a_transaction(session: Session, *_: object) -> None:
    changed = session.new or session.deleted or any(session.is_modified(row) for row in session.dirty)
    if changed and not in_transaction():
        raise RuntimeError("a write outside transaction(): the view, job or command must open one")


@contextmanager
def _queue_for(engine: Engine) -> Iterator[None]:
    name = engine.url.database
    is_file = engine.dialect.name == "sqlite" and name and name != ":memory:"
    with waiting(), file_turn(str(name)) if is_file else nullcontext():
        yield


@contextmanager
def file_turn(database: str) -> Iterator[None]:
    """The turn to write to a SQLite database: a lock on a file beside it, which is given in the order of asking."""
    handle = os.open(f"{database}.turn", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)


def _take_turn(session: Session, seat: int | None) -> None:
    # Each statement from here on sees all that was committed before the lock was given.
    session.connection(execution_options={"isolation_level": "READ COMMITTED"})
    hall = func.pg_advisory_xact_lock(_HALL, 0) if seat is None else func.pg_advisory_xact_lock_shared(_HALL, 0)
    own = [] if seat is None else [func.pg_advisory_xact_lock(SEATS, seat)]
    session.execute(select(func.set_config("idle_in_transaction_session_timeout", str(_HUNG_MS), True), hall, *own))


def journal_for(version: str) -> str:
    """The journal that a SQLite library of this version may be trusted with: those before 3.51.3 can corrupt a WAL database."""
    return "WAL" if tuple(map(int, version.split("."))) >= (3, 51, 3) else "DELETE"


def _sqlite_driver() -> Any:
    try:
        from pysqlite3 import dbapi2
    except ImportError:
        return None
    return dbapi2


def _prepare_sqlite(connection: Any, _record: object) -> None:
    cursor = connection.cursor()
    journal = journal_for(cursor.execute("select sqlite_version()").fetchone()[0])
    # A rollback journal's commit is the removal of its file, which only EXTRA waits for.
    synchronous = "FULL" if journal == "WAL" else "EXTRA"
    for pragma in (f"journal_mode={journal}", f"synchronous={synchronous}", "foreign_keys=ON", "cell_size_check=ON", "trusted_schema=OFF", "mmap_size=0"):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _prepare_postgresql(connection: Any, _record: object) -> None:
    # "Saved" means on the disk, also where the server was told to hurry.
    with connection.cursor() as cursor:
        cursor.execute("select set_config('synchronous_commit', 'on', false) where current_setting('synchronous_commit') = 'off'")
    connection.commit()


def _begin_sqlite(connection: Any) -> None:
    connection.exec_driver_sql("BEGIN IMMEDIATE" if in_transaction() else "BEGIN")
