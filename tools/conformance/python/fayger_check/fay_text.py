"""The JSON text of a FayManifest: its value, and the members that it passes over. @spec faymanifest.validation.text"""

import json
import re

DEEPEST = 64
SPACE = re.compile(r"[ \t\n\r]*")
NUMBER = re.compile(r"-?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][+-]?[0-9]+)?")
TEXT = re.compile(r'"([^"\\\x00-\x1f]|\\(["\\/bfnrt]|u[0-9a-fA-F]{4}))*"')
WORD = re.compile("true|false|null")
WORDS = {"true": True, "false": False, "null": None}


class TextFault(Exception):
    """Why a text says nothing: `json_syntax` or `too_deep`."""

    def __init__(self, code):
        Exception.__init__(self, code)
        self.code = code


def read(data):
    """The value of a file, and the paths of the members that are passed over, in the order of the file."""
    reader = Reader(decode(data))
    value = reader.whole()
    return value, [path for _, path in sorted(reader.passed_over, key=lambda entry: entry[0])]


def decode(data):
    """UTF-8 without a byte order mark. @spec encoding.json"""
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        raise TextFault("json_syntax") from None


def is_too_deep(depth):
    return depth > DEEPEST


def number_of(text):
    """The nearest binary64. @spec encoding.json.numbers"""
    return float(text)


def keep_last(members, name, value):
    """@spec encoding.json.duplicates"""
    members[name] = value


class Reader:
    """A place in a text that moves on. A path is None or a pair, as in `paths`."""

    def __init__(self, text):
        self.text, self.at, self.passed_over = text, 0, []

    def whole(self):
        value = self.value(None, 0)
        self.take(SPACE)
        if self.at < len(self.text):
            raise TextFault("json_syntax")
        return value

    def value(self, path, depth):
        self.take(SPACE)
        first = self.text[self.at : self.at + 1]
        if first in ("{", "[") and first:
            if is_too_deep(depth + 1):
                raise TextFault("too_deep")
            self.at += 1
            return self.object(path, depth + 1) if first == "{" else self.array(path, depth + 1)
        if first == '"':
            return json.loads(self.needed(TEXT))
        word = self.take(WORD)
        return WORDS[word] if word else number_of(self.needed(NUMBER))

    def object(self, path, depth):
        members, places = {}, {}
        if self.next_is("}"):
            return members
        while True:
            self.take(SPACE)
            place = self.at
            name = json.loads(self.needed(TEXT))
            if not self.next_is(":"):
                raise TextFault("json_syntax")
            if name in places:
                self.passed_over.append((places[name], (path, name)))
            places[name] = place
            keep_last(members, name, self.value((path, name), depth))
            if not self.next_is(","):
                break
        if not self.next_is("}"):
            raise TextFault("json_syntax")
        return members

    def array(self, path, depth):
        items = []
        if self.next_is("]"):
            return items
        while True:
            items.append(self.value((path, len(items)), depth))
            if not self.next_is(","):
                break
        if not self.next_is("]"):
            raise TextFault("json_syntax")
        return items

    def next_is(self, sign):
        self.take(SPACE)
        there = self.text.startswith(sign, self.at)
        self.at += 1 if there else 0
        return there

    def needed(self, pattern):
        found = self.take(pattern)
        if found is None:
            raise TextFault("json_syntax")
        return found

    def take(self, pattern):
        match = pattern.match(self.text, self.at)
        if match is None:
            return None
        self.at = match.end()
        return match.group()
