"""Queries that are put together once and then only run: for what is read at every press, where Django's own work of
turning a queryset into SQL takes longer than the database does.

PostgreSQL, too, plans each of them once for a connection (PREPARE) instead of at every press. That needs connections
of one's own: a pooler between has to keep sessions.
"""

import itertools
import json
from collections.abc import Callable
from dataclasses import dataclass, field
from weakref import WeakSet

from django.db import DEFAULT_DB_ALIAS, connection, connections
from django.db.models import ForeignObject, IntegerField, Lookup, QuerySet
from django.db.models.query import get_related_populators

_FIRST = 2_000_000_001  # no key that a row has; found again among the query's values
_numbers = itertools.count(1)


@dataclass(frozen=True, eq=False)
class _Plan:
    sql: str
    values: tuple
    holes: dict[int, str]  # where which argument goes
    converters: tuple
    compiler: object
    name: str
    known: WeakSet = field(default_factory=WeakSet)  # the connections that have it prepared


class Prepared:
    """A ``values_list`` queryset with named arguments: whole numbers, such as primary keys, ``texts``, and ``lists`` of
    whole numbers, which the queryset looks up by ``field__among=…``.

    ``build`` gets the arguments by name and gives the queryset. Rows come as tuples, converted as Django does.
    """

    def __init__(
        self, build: Callable[..., QuerySet], *names: str, texts: tuple[str, ...] = (), lists: tuple[str, ...] = ()
    ):
        self._build, self._names, self._texts, self._lists = build, (*names, *lists), texts, lists
        self._plans: dict[str, _Plan] = {}

    def __call__(self, **arguments: int | str | list[int]) -> tuple[tuple, ...]:
        """Run it. One query."""
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
                arguments |= {name: json.dumps(arguments[name]) for name in self._lists}
                values = list(plan.values)
                for place, name in plan.holes.items():
                    values[place] = arguments[name]
                cursor.execute(plan.sql, values)
            rows = cursor.fetchall()
        if not plan.converters:
            return tuple(rows)
        rows = [list(row) for row in rows]
        for place, converters, expression in plan.converters:
            for convert in converters:
                for row in rows:
                    row[place] = convert(row[place], expression, database)
        return tuple(map(tuple, rows))

    def _put_together(self):
        marks = {_FIRST + index: name for index, name in enumerate(self._names)}
        marks |= {f"{_FIRST}{name}": name for name in self._texts}
        queryset = self._build(**{name: mark for mark, name in marks.items()})
        compiler = queryset.query.get_compiler(connection=connection)
        sql, values = compiler.as_sql()
        holes = {
            place: marks[value] for place, value in enumerate(values) if isinstance(value, int | str) and value in marks
        }
        if set(holes.values()) != {*self._names, *self._texts}:
            raise ValueError(f"Not all of {(*self._names, *self._texts)} are part of the query.")
        fields = [each[0] for each in compiler.select[: compiler.col_count]]
        converters = tuple(
            (place, converters, expression)
            for place, (converters, expression) in compiler.get_converters(fields).items()
        )
        said = self._build.__name__.strip("_")  # for whoever reads the database's log
        name = f"{said if said.isidentifier() else 'uconf'}_{next(_numbers)}"
        return _Plan(sql, tuple(values), holes, converters, compiler, name)


@IntegerField.register_lookup
@ForeignObject.register_lookup
class Among(Lookup):
    """Whether a whole number, or the key of another row, is one of a list."""

    lookup_name = "among"

    def as_postgresql(self, compiler, connection):
        return self._in(compiler, connection, "SELECT unnest(%s::bigint[])")

    def as_sqlite(self, compiler, connection):
        return self._in(compiler, connection, "SELECT value FROM json_each(%s)")

    def _in(self, compiler, connection, rows):
        sql, values = self.process_lhs(compiler, connection)
        # Said like this PostgreSQL looks each row up in the list. It would join the list, which it takes for ten rows.
        return f"({sql} IN ({rows})) IS TRUE", [*values, self.rhs]


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
