"""The tables of operations and families: those of spec/tables, read by the second implementation's reader."""

from fayger_check.tables import by, names  # noqa: F401


def by_name(table):
    return by(table, "name")
