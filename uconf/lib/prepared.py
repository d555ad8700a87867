"""Queries that are put together once and then only run: for what is read at every press, where Django's own work of
turning a queryset into SQL takes longer than the database does.

PostgreSQL, too, plans each of them once for a connection (PREPARE) instead of at every press. That needs connections
of one's own: a pooler between has to keep sessions.
"""

import inspect
import itertools
import json
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from weakref import WeakSet

from django.db import DEFAULT_DB_ALIAS, connection, connections
from django.db.models import BooleanField, DateTimeField, JSONField, QuerySet
from django.db.models.query import get_related_populators

_FIRST = 2_000_000_001  # no key that a row has; found again among the query's values
_numbers = itertools.count(1)


@dataclass(frozen=True, eq=False)
class _Plan:
    sql: str
    values: tuple
    holes: dict[int, str]  # where which argument goes
    readers: tuple  # what makes values of what the database gives
    compiler: object
    name: str
    known: WeakSet = field(default_factory=WeakSet)  # the connections that have it prepared


class Prepared:
    """A ``values_list`` queryset with named arguments: whole numbers, such as primary keys, and ``texts``.

    ``build`` gets the arguments by name and gives the queryset. Rows come as tuples, converted as Django does.
    """

    def __init__(self, build: Callable[..., QuerySet], *names: str, texts: tuple[str, ...] = ()):
        self._build, self._names, self._texts = build, names, texts
        self._plans: dict[str, _Plan] = {}

    def __call__(self, **arguments: int | str) -> tuple[tuple, ...]:
        """Run it. One query."""
        plan, rows, database = self._run(arguments)
        if not plan.readers:
            return tuple(rows)
        rows = [list(row) for row in rows]
        for place, converters, expression in plan.readers:
            for convert in converters:
                for row in rows:
                    row[place] = convert(row[place], expression, database)
        return tuple(map(tuple, rows))

    def _run(self, arguments):
        database = connections[DEFAULT_DB_ALIAS]  # found once: looking behind `connection` takes its time
        plan = self._plans.get(database.vendor)
        if plan is None:
            plan = self._plans[database.vendor] = self._put_together()
        with database.cursor() as cursor:
            if database.vendor == "postgresql":
                _prepare(plan, database)
                names = dict.fromkeys(plan.holes.values())
                marks = ", ".join(["%s"] * len(names))
                # No value of anybody's stands in the text of this statement.
                cursor.execute(f"EXECUTE {plan.name} ({marks})", [arguments[name] for name in names])
            else:
                values = list(plan.values)
                for place, name in plan.holes.items():
                    values[place] = arguments[name]
                cursor.execute(plan.sql, values)
            return plan, cursor.fetchall(), database

    def _put_together(self):
        compiler, sql, values = self._compiled(self._build)
        fields = [each[0] for each in compiler.select[: compiler.col_count]]
        converters = tuple(
            (place, converters, expression)
            for place, (converters, expression) in compiler.get_converters(fields).items()
        )
        return self._planned(self._build.__name__, sql, values, converters, compiler)

    def _compiled(self, build):
        wanted = inspect.signature(build).parameters
        queryset = build(**{name: mark for mark, name in self._marks.items() if name in wanted})
        compiler = queryset.query.get_compiler(connection=connection)
        return compiler, *compiler.as_sql()

    @property
    def _marks(self):
        marks = {_FIRST + index: name for index, name in enumerate(self._names)}
        return marks | {f"{_FIRST}{name}": name for name in self._texts}

    def _planned(self, said, sql, values, readers, compiler=None):
        marks = self._marks
        holes = {
            place: marks[value] for place, value in enumerate(values) if isinstance(value, int | str) and value in marks
        }
        if set(holes.values()) != {*self._names, *self._texts}:
            raise ValueError(f"Not all of {(*self._names, *self._texts)} are part of the query.")
        said = said.strip("_")  # for whoever reads the database's log
        name = f"{said if said.isidentifier() else 'uconf'}_{next(_numbers)}"
        return _Plan(sql, tuple(values), holes, readers, compiler, name)


class Together(Prepared):
    """Several such querysets in one query, for where each by itself takes the database less time than the way there.

    ``builds`` gives them by name, and so come their rows: whole numbers, texts, instants, yes or no, documents. They
    come as text at first: whoever has seen the same text already need not read it again.
    """

    def __init__(self, *names: str, **builds: Callable[..., QuerySet]):
        super().__init__(None, *names)
        self._builds = builds

    def __call__(self, **arguments: int) -> "dict[str, Rows]":
        """Run them. One query; all see the database as it was at the same moment."""
        plan, (columns,), _database = self._run(arguments)
        columns = iter(columns)
        return {name: Rows(tuple(itertools.islice(columns, len(read))), read) for name, read in plan.readers}

    def _put_together(self):
        array = "json_agg" if connection.vendor == "postgresql" else "json_group_array"
        heads, parts, values, readers = [], [], [], []
        for name, build in self._builds.items():
            compiler, sql, mine = self._compiled(build)
            fields = [each[0].output_field for each in compiler.select[: compiler.col_count]]
            columns = [f"c{number}" for number in range(len(fields))]
            heads.append(f"{name} ({', '.join(columns)}) AS ({sql})")
            # Each column as an array of its own: that is quicker than an array for each row.
            arrays = ", ".join(f"CAST({array}({column}) AS text)" for column in columns)
            parts.append(f"(SELECT {arrays} FROM {name}) AS all_{name}")  # noqa: S608  (the names of our own code)
            values += mine
            readers.append((name, tuple(_reader_of(each) for each in fields)))
        sql = f"WITH {', '.join(heads)} SELECT * FROM {', '.join(parts)}"  # noqa: S608
        return self._planned("together", sql, values, tuple(readers))


class Rows:
    """What one of several queries gave. It is read when somebody goes through it, and compared without."""

    __slots__ = ("_columns", "_read")
    __hash__ = None

    def __init__(self, columns, read):
        self._columns, self._read = columns, read

    def __eq__(self, other):
        return isinstance(other, Rows) and self._columns == other._columns

    def __iter__(self):
        columns = [json.loads(column or "[]") for column in self._columns]
        for place, read in enumerate(self._read):
            if read:
                columns[place] = [None if value is None else read(value) for value in columns[place]]
        return zip(*columns, strict=True)


def _reader_of(field):
    """What makes a value of such a field out of what JSON has for it; None where that is the value."""
    if isinstance(field, DateTimeField):
        return _instant
    if isinstance(field, JSONField):
        return _document
    return bool if isinstance(field, BooleanField) else None


def _document(value):
    """SQLite keeps documents as text. Of those that are a text themselves nobody could tell."""
    return json.loads(value) if isinstance(value, str) else value


def _instant(text):
    """SQLite keeps instants in UTC, and does not say so."""
    found = datetime.fromisoformat(text)
    return found if found.tzinfo else found.replace(tzinfo=UTC)


class PreparedObjects(Prepared):
    """The same for a queryset of objects, with what its ``select_related`` names."""

    def __call__(self, **arguments: int | str) -> list:
        """Run it. One query."""
        rows = super().__call__(**arguments)
        compiler = self._plans[connection.vendor].compiler
        info, select = compiler.klass_info, compiler.select
        first, last = info["select_fields"][0], info["select_fields"][-1] + 1
        names = [each[0].target.attname for each in select[first:last]]
        related = get_related_populators(info, select, connection.alias)
        found = []
        for row in rows:
            one = info["model"].from_db(connection.alias, names, row[first:last])
            for each in related:
                each.populate(row, one)
            found.append(one)
        return found


def _prepare(plan, connection):
    """Let this connection's PostgreSQL plan a query, unless it has. Not counted as a query: it asks for nothing."""
    connection.ensure_connection()
    raw = connection.connection
    if raw in plan.known:
        return
    from psycopg2.extensions import AsIs

    numbers = {name: index for index, name in enumerate(dict.fromkeys(plan.holes.values()), start=1)}
    values = [AsIs(f"${numbers[plan.holes[i]]}") if i in plan.holes else each for i, each in enumerate(plan.values)]
    with connection.wrap_database_errors, raw.cursor() as cursor:
        cursor.execute(f"PREPARE {plan.name} AS {plan.sql}", values)
    plan.known.add(raw)
