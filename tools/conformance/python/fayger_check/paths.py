"""Where a fault lies inside a document, in the notation of RFC 9535. @spec encoding.path

While a document is walked, a path is None for the whole document or a pair (path, step): an integer for an element of
an array, a text for a member, and any other key already written out, as `KeyText`.
"""

import re

SHORT_NAME = re.compile("[A-Za-z_][A-Za-z0-9_]*")
NAMED_ESCAPES = {"'": "\\'", "\\": "\\\\", "\b": "\\b", "\f": "\\f", "\n": "\\n", "\r": "\\r", "\t": "\\t"}


class KeyText(str):
    """A key that is no text, in CBOR diagnostic notation; never written as `.name`."""


def write_path(path):
    """`$`, then every step: `.name`, `['…']` or `[n]`."""
    steps = []
    while path is not None:
        path, step = path
        steps.append(write_step(step))
    return "$" + "".join(reversed(steps))


def write_step(step):
    if isinstance(step, int):
        return "[%d]" % step
    if not isinstance(step, KeyText) and SHORT_NAME.fullmatch(step):
        return "." + step
    return "['" + "".join(escape(character) for character in step) + "']"


def escape(character):
    """A character between `['` and `']`: eight have an escape of their own, other control characters are `\\u00xx`."""
    if character in NAMED_ESCAPES:
        return NAMED_ESCAPES[character]
    return "\\u%04x" % ord(character) if character < " " else character
