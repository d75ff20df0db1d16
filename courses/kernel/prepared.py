"""Statements written as everywhere and sent by the driver alone: what is asked hundreds of times a second need not be built each time."""

from collections.abc import Callable, Collection, Iterable, Mapping
from typing import Any

from sqlalchemy import BigInteger, bindparam
from sqlalchemy.engine import Dialect
from sqlalchemy.sql import ClauseElement
from sqlalchemy.sql.elements import BindParameter

from courses.kernel.db import db

Values = Mapping[str, Any]
_Process = Callable[[Any], Any] | None


class Prepared:
    """One statement, compiled once for each kind of database, for many sets of values; values pass through the types of their columns."""

    def __init__(self, statement: ClauseElement) -> None:
        self.statement = statement
        self.forms: dict[type[Any], _Form] = {}  # by the kind of the driver's connection

    def firsts(self, driver: Any, many: Iterable[Values]) -> list[tuple[Any, ...] | None]:
        """The first row found for each set of values, in order."""
        form = self._form(driver)
        sent = [form.sent(values) for values in many]
        if not sent:
            return []
        cursor = driver.cursor()
        if form.is_sqlite:
            return [form.read(cursor.execute(form.text, one).fetchone()) for one in sent]
        cursor.executemany(form.text, sent, returning=True)  # in one journey
        found = []
        for _ in sent:
            found.append(form.read(cursor.fetchone()))
            cursor.nextset()
        return found

    def rows(self, **values: Any) -> list[tuple[Any, ...]]:
        """Every row found, read in the session's own transaction; what it still has to write is written before."""
        session = db.session()
        session.flush()
        driver: Any = session.connection().connection.driver_connection
        form = self._form(driver)
        cursor = driver.cursor()
        try:
            return [form.row(row) for row in cursor.execute(form.text, form.sent(values)).fetchall()]
        finally:
            cursor.close()

    def column(self, **values: Any) -> list[Any]:
        """The first column of every row found."""
        return [row[0] for row in self.rows(**values)]

    def run(self, driver: Any, many: Iterable[Values]) -> None:
        """Send it with each set of values."""
        form = self._form(driver)
        sent = [form.sent(values) for values in many]
        if sent:
            driver.cursor().executemany(form.text, sent)

    def _form(self, driver: Any) -> "_Form":
        form = self.forms.get(type(driver))
        if form is None:
            form = self.forms[type(driver)] = _Form(self.statement, db.engine.dialect)
        return form


class PreparedAmong:
    """A statement about some ids, prepared once for each number of them; `about` is given what stands for them."""

    def __init__(self, about: Callable[[list[BindParameter[int]]], ClauseElement]) -> None:
        self.about = about
        self.of_length: dict[int, Prepared] = {}

    def rows(self, ids: Collection[int], **values: Any) -> list[tuple[Any, ...]]:
        """Every row found, as `Prepared.rows`; none for no ids."""
        if not ids:
            return []
        if len(ids) not in self.of_length:
            self.of_length[len(ids)] = Prepared(self.about([bindparam(f"id{place}", type_=BigInteger) for place in range(len(ids))]))
        return self.of_length[len(ids)].rows(**{f"id{place}": one for place, one in enumerate(ids)}, **values)


class _Form:
    """A statement as one kind of driver takes it."""

    def __init__(self, statement: ClauseElement, dialect: Dialect) -> None:
        compiled: Any = statement.compile(dialect=dialect)
        assert not compiled.insert_prefetch, "columns with a default of their own are given their value: the driver knows of none"
        self.is_sqlite = dialect.name == "sqlite"
        self.text: str = str(compiled)
        self.fixed: dict[str, Any] = {name: bind.value for name, bind in compiled.binds.items() if not bind.required}
        names = compiled.positiontup or list(compiled.binds)
        self.names: list[tuple[str, _Process]] = [(name, compiled.binds[name].type.dialect_impl(dialect).bind_processor(dialect)) for name in names]
        columns = getattr(statement, "exported_columns", ())  # of a select, or those that a write gives back
        self.readers: list[_Process] = [column.type.dialect_impl(dialect).result_processor(dialect, None) for column in columns]

    def sent(self, values: Values) -> Any:
        """The values as the driver takes them: in order for SQLite, by name for PostgreSQL."""
        fixed = self.fixed
        ready = [(name, values[name] if name in values else fixed[name], process) for name, process in self.names]
        if self.is_sqlite:
            return [process(value) if process else value for _, value, process in ready]
        return {name: process(value) if process else value for name, value, process in ready}

    def read(self, row: Any) -> tuple[Any, ...] | None:
        """A row as its columns' types read it."""
        return None if row is None else self.row(row)

    def row(self, row: Any) -> tuple[Any, ...]:
        """A row that was found, as its columns' types read it."""
        return tuple([reader(value) if reader else value for reader, value in zip(self.readers, row, strict=True)])
