"""Queries that are put together once and then only run: for what is read at every press, where Django's own work of
turning a queryset into SQL takes longer than the database does."""

from collections.abc import Callable
from dataclasses import dataclass

from django.db import connection
from django.db.models import QuerySet

_FIRST = 2_000_000_001  # no key that a row has; found again among the query's values


@dataclass(frozen=True)
class _Plan:
    sql: str
    values: tuple
    holes: dict[int, str]  # where which argument goes
    converters: tuple


class Prepared:
    """A ``values_list`` queryset with named whole-number arguments, such as primary keys.

    ``build`` gets the arguments by name and gives the queryset. Rows come as tuples, converted as Django does.
    """

    def __init__(self, build: Callable[..., QuerySet], *names: str):
        self._build, self._names = build, names
        self._plans: dict[str, _Plan] = {}

    def __call__(self, **arguments: int) -> tuple[tuple, ...]:
        """Run it. One query."""
        plan = self._plans.get(connection.vendor)
        if plan is None:
            plan = self._plans[connection.vendor] = self._put_together()
        values = list(plan.values)
        for place, name in plan.holes.items():
            values[place] = arguments[name]
        with connection.cursor() as cursor:
            cursor.execute(plan.sql, values)
            rows = cursor.fetchall()
        if not plan.converters:
            return tuple(rows)
        rows = [list(row) for row in rows]
        for place, converters, expression in plan.converters:
            for convert in converters:
                for row in rows:
                    row[place] = convert(row[place], expression, connection)
        return tuple(map(tuple, rows))

    def _put_together(self):
        marks = {_FIRST + index: name for index, name in enumerate(self._names)}
        queryset = self._build(**{name: mark for mark, name in marks.items()})
        compiler = queryset.query.get_compiler(connection=connection)
        sql, values = compiler.as_sql()
        holes = {place: marks[value] for place, value in enumerate(values) if isinstance(value, int) and value in marks}
        if set(holes.values()) != set(self._names):
            raise ValueError(f"Not all of {self._names} are part of the query.")
        fields = [each[0] for each in compiler.select[: compiler.col_count]]
        converters = tuple(
            (place, converters, expression)
            for place, (converters, expression) in compiler.get_converters(fields).items()
        )
        return _Plan(sql, tuple(values), holes, converters)
