"""The tables of spec/tables: numbers, names and orders stand there and nowhere in this program.

Python has no YAML in its standard library, and the tables use little of it: `name: value` at the top, and rows in
flow style, `- { name: value, ... }`. That is all this reader knows.
"""

import functools
import pathlib
import re

SPECIFICATION = pathlib.Path(__file__).resolve().parents[4] / "spec"

INTEGER = re.compile(r"-?[0-9]+|0x[0-9a-fA-F]+")
ESCAPE = re.compile(r"\\(.)")


@functools.lru_cache(maxsize=None)
def table(name):
    """Everything that spec/tables/NAME.yaml holds: its `rows`, and what else stands at its top."""
    content = {}
    heading = None
    for line in (SPECIFICATION / "tables" / (name + ".yaml")).read_text(encoding="utf-8").splitlines():
        if not line.strip() or line.startswith("#"):
            continue
        if line.lstrip().startswith("- "):
            content[heading].append(read_value(line.lstrip()[2:]))
        else:
            heading, _, value = line.partition(":")
            content[heading] = read_value(value) if value.strip() else []
    return content


def rows(name):
    """The rows of a table, in their order."""
    return table(name)["rows"]


def names(name):
    """The names of a table's rows, in their order."""
    return [row["name"] for row in rows(name)]


@functools.lru_cache(maxsize=None)
def by(name, column):
    """The rows of a table by the value of a column that no two rows share."""
    return {row[column]: row for row in rows(name)}


@functools.lru_cache(maxsize=None)
def current_version(name):
    """A version of the table `versions`, as a tuple of integers. @spec versions.current"""
    return tuple(int(part) for part in by("versions", "name")[name]["version"].split("."))


# Flow style: values, lists in `[ ]`, maps in `{ }`, texts in `" "` or plain.


def read_value(text):
    value, rest = take_value(text.strip())
    if rest.strip():
        raise ValueError("unexpected text behind a value: " + rest)
    return value


def take_value(text):
    """The value a text begins with, and what follows it."""
    if text.startswith("{"):
        return take_map(text[1:].lstrip())
    if text.startswith("["):
        return take_list(text[1:].lstrip())
    if text.startswith('"'):
        end = re.compile(r'"((?:[^"\\]|\\.)*)"').match(text)
        return ESCAPE.sub(r"\1", end.group(1)), text[end.end() :].lstrip()
    plain = re.compile(r"[^,}\]]*").match(text)
    return plain_value(plain.group().strip()), text[plain.end() :].lstrip()


def take_map(text):
    content = {}
    while not text.startswith("}"):
        name, _, text = text.partition(":")
        content[name.strip()], text = take_value(text.lstrip())
        text = text[1:].lstrip() if text.startswith(",") else text
    return content, text[1:].lstrip()


def take_list(text):
    content = []
    while not text.startswith("]"):
        value, text = take_value(text)
        content.append(value)
        text = text[1:].lstrip() if text.startswith(",") else text
    return content, text[1:].lstrip()


def plain_value(text):
    if text in ("null", "true", "false"):
        return {"null": None, "true": True, "false": False}[text]
    return int(text, 0) if INTEGER.fullmatch(text) else text
