"""Rows that are written at every press: the statements are put together once, as in uconf.lib.prepared."""

from functools import lru_cache

from django.db import connection


def insert(one):
    """Store a new object, whose model has no parents; sets its key and returns it. One query."""
    sql, fields = _insert(type(one))
    with connection.cursor() as cursor:
        cursor.execute(sql, [each.get_db_prep_save(each.pre_save(one, add=True), connection) for each in fields])
        (one.pk,) = cursor.fetchone()
    one._state.adding, one._state.db = False, connection.alias
    return one


def update(model, where, **values):
    """Give the rows where all fields have these values others; returns how many there were. One query."""
    sql, fields = _update(model, tuple(values), tuple(where))
    wanted = (*values.values(), *where.values())
    with connection.cursor() as cursor:
        cursor.execute(
            sql, [field.get_db_prep_save(value, connection) for field, value in zip(fields, wanted, strict=True)]
        )
        return cursor.rowcount


# No value of anybody's stands in the text of these statements: the names are those of the models.


@lru_cache
def _insert(model):
    key, *fields = model._meta.local_concrete_fields
    columns, marks = ", ".join(_quoted(each.column) for each in fields), ", ".join(["%s"] * len(fields))
    table = _quoted(model._meta.db_table)
    return f"INSERT INTO {table} ({columns}) VALUES ({marks}) RETURNING {_quoted(key.column)}", fields  # noqa: S608


@lru_cache
def _update(model, values, where):
    sets, wheres = ([model._meta.get_field(name) for name in names] for names in (values, where))
    said = [[f"{_quoted(each.column)} = %s" for each in fields] for fields in (sets, wheres)]
    table = _quoted(model._meta.db_table)
    return f"UPDATE {table} SET {', '.join(said[0])} WHERE {' AND '.join(said[1])}", (*sets, *wheres)  # noqa: S608


def _quoted(name):
    return connection.ops.quote_name(name)
