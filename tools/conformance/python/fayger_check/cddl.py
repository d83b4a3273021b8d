"""The schemas of spec/cddl, read into plain data.

What is understood is what spec/README.md says a schema may hold ("What the generator understands"), with its comment
directives. A rule becomes a dict with a `kind`:

    integer   minimum, maximum                 text, bytes   minimum, maximum (bytes); a text also pattern
    boolean, any                               texts, integers   values: the listed ones
    array     item, minimum                    row           members: as many elements, in this order
    map       members: named                   dictionary    value, minimum: texts to values
    choice    alternatives                     rule          name: what another rule says

A member is a dict of `name`, `optional`, `since` (the minor it came with) and `type`. Directives stand beside the kind:
`grows`, `frozen`, `ascending` (True), `ascending_by`, `prefix_free`, `disjoint_from`.
"""

import functools
import re

from . import tables

TOKEN = re.compile(
    r"""(?P<blank>\n[ \t]*(?=\n)) | (?P<space>\s+) | ;(?P<comment>[^\n]*) | "(?P<text>(?:[^"\\]|\\.)*)"
      | (?P<word>[A-Za-z_][A-Za-z0-9_]*(?:-[A-Za-z0-9_]+)*) | (?P<number>-?[0-9]+)
      | (?P<mark>=>|\.\.|\.[a-z]+|[={}\[\]()?*+,:/&])""",
    re.VERBOSE,
)
MAXIMUM = 2**64 - 1
MINIMUM = -(2**64)
SIMPLE = {
    "uint": {"kind": "integer", "minimum": 0, "maximum": MAXIMUM},
    "int": {"kind": "integer", "minimum": MINIMUM, "maximum": MAXIMUM},
    "bool": {"kind": "boolean"},
    "tstr": {"kind": "text", "minimum": 0, "maximum": None, "pattern": None},
    "bstr": {"kind": "bytes", "minimum": 0, "maximum": None},
    "any": {"kind": "any"},
}
JSON_FILES = ("load-profile.cddl", "fay-manifest.cddl")


@functools.lru_cache(maxsize=None)
def rules():
    """Every rule of the files that describe CBOR, of the LoadProfile and of the FayManifest, by its name."""
    found = {}
    for file in sorted((tables.SPECIFICATION / "cddl").glob("*.cddl")):
        text = file.read_text(encoding="utf-8")
        domain = re.search("^; @domain (.*)$", text, re.MULTILINE)
        if "cbor" in domain.group(1).split() or file.name in JSON_FILES:
            found.update(read_rules(text))
    return found


@functools.lru_cache(maxsize=None)
def rule(name):
    """What a rule asks for, through rules that only give another one a name of their own."""
    body = rules()[name]
    return dict(rule(body["name"]), **directives_of(body)) if body["kind"] == "rule" else body


def resolve(body):
    """The rule behind a name, with the directives that stand where the name is used; any other body as it is."""
    return rule(body["name"]) if body["kind"] == "rule" else body


def directives_of(body):
    return {name: value for name, value in body.items() if name not in ("kind", "name")}


# Reading: a list of tokens (kind, text) that the functions below take from the front.


def tokens_of(text):
    found, position = [], 0
    while position < len(text):
        match = TOKEN.match(text, position)
        if match is None:
            raise ValueError("no CDDL: " + text[position : position + 40])
        if match.lastgroup != "space":
            found.append((match.lastgroup, match.group(match.lastgroup)))
        position = match.end()
    return found + [("end", "")]


def read_rules(text):
    tokens = tokens_of(text)
    found = {}
    while True:
        directives = take_directives(tokens)
        if tokens[0][0] == "end":
            return found
        name = take(tokens, "word")
        take(tokens, "mark", "=")
        found[name] = with_directives(take_type(tokens), directives)


def take(tokens, kind, text=None):
    if tokens[0][0] != kind or text not in (None, tokens[0][1]):
        raise ValueError("expected %s %s, found %s %r" % (kind, text or "", tokens[0][0], tokens[0][1]))
    return tokens.pop(0)[1]


def next_is(tokens, text):
    return tokens[0] == ("mark", text)


def take_directives(tokens):
    """The directives of the comment lines directly above; an empty line parts a comment from what follows."""
    found = {}
    while tokens[0][0] in ("comment", "blank"):
        kind, text = tokens.pop(0)
        words = text.split()
        if kind == "blank":
            found = {}
        elif words and words[0].startswith("@"):
            found[words[0][1:].replace("-", "_")] = words[1:]
    return found


def with_directives(body, found):
    """A body with those directives that decide what is legal beside it."""
    known = dict(body)
    for name in ("grows", "ascending_by", "disjoint_from"):
        if name in found:
            known[name] = found[name][0]
    if "frozen" in found:
        known["frozen"] = found["frozen"]
    if "ascending" in found:
        known["ascending"] = True
    if "prefix_free" in found:
        known["prefix_free"] = True
    return known


def take_type(tokens):
    """`type` or `type / type / ...`, each behind comments of its own."""
    take_directives(tokens)
    alternatives = [take_controlled(tokens)]
    while next_is(tokens, "/"):
        tokens.pop(0)
        take_directives(tokens)
        alternatives.append(take_controlled(tokens))
    if len(alternatives) == 1:
        return alternatives[0]
    if all(alternative["kind"] == "texts" for alternative in alternatives):
        return {"kind": "texts", "values": [value for each in alternatives for value in each["values"]]}
    return {"kind": "choice", "alternatives": alternatives}


def take_controlled(tokens):
    """A type with the controls behind it: `.size N`, `.size (a..b)`, `.regexp "…"`."""
    body = take_single(tokens)
    while next_is(tokens, ".size") or next_is(tokens, ".regexp"):
        control = tokens.pop(0)[1]
        if control == ".regexp":
            body = dict(body, pattern=re.compile(unescape(take(tokens, "text"))))
        else:
            minimum, maximum = take_size(tokens)
            body = dict(body, minimum=minimum, maximum=maximum)
    return body


def take_size(tokens):
    if not next_is(tokens, "("):
        number = int(take(tokens, "number"))
        return number, number
    tokens.pop(0)
    bounds = take_single(tokens)
    take(tokens, "mark", ")")
    return bounds["minimum"], bounds["maximum"]


def take_single(tokens):
    kind, text = tokens.pop(0)
    if kind == "word":
        return SIMPLE.get(text, {"kind": "rule", "name": text})
    if kind == "text":
        return {"kind": "texts", "values": [unescape(text)]}
    if kind == "number":
        take(tokens, "mark", "..")
        return {"kind": "integer", "minimum": int(text), "maximum": int(take(tokens, "number"))}
    if text == "(":
        body = take_type(tokens)
        take(tokens, "mark", ")")
        return body
    if text == "&":
        take(tokens, "mark", "(")
        return {"kind": "integers", "values": [member["type"] for member in take_members(tokens, ")", take_number)]}
    if text == "[":
        return take_array(tokens)
    if text == "{":
        return take_map(tokens)
    raise ValueError("no type begins with " + text)


def take_number(tokens):
    return int(take(tokens, "number"))


def take_array(tokens):
    """`[* type]`, `[+ type]`, or a row of named members."""
    if next_is(tokens, "*") or next_is(tokens, "+"):
        minimum = 1 if tokens.pop(0)[1] == "+" else 0
        body = {"kind": "array", "item": take_type(tokens), "minimum": minimum}
        take(tokens, "mark", "]")
        return body
    return {"kind": "row", "members": take_members(tokens, "]", take_type)}


def take_map(tokens):
    """`{ * tstr => type }`, `{ + tstr => type }`, or named members."""
    if next_is(tokens, "*") or next_is(tokens, "+"):
        minimum = 1 if tokens.pop(0)[1] == "+" else 0
        take(tokens, "word", "tstr")
        take(tokens, "mark", "=>")
        body = {"kind": "dictionary", "value": take_type(tokens), "minimum": minimum}
        take(tokens, "mark", "}")
        return body
    return {"kind": "map", "members": take_members(tokens, "}", take_type)}


def take_members(tokens, end, take_value):
    members = []
    while True:
        directives = take_directives(tokens)
        if next_is(tokens, end):
            tokens.pop(0)
            return members
        optional = next_is(tokens, "?")
        if optional:
            tokens.pop(0)
        name = take(tokens, "word")
        take(tokens, "mark", ":")
        body = take_value(tokens)
        body = with_directives(body, directives) if isinstance(body, dict) else body
        since = int(directives["since"][0].split(".")[1]) if "since" in directives else 0
        members.append({"name": name, "optional": optional, "since": since, "type": body})
        if next_is(tokens, ","):
            tokens.pop(0)


def unescape(text):
    return re.sub(r"\\(.)", r"\1", text)
