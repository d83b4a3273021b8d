"""How an answer is judged. @spec conformance.grades"""

import hashlib
import json
import re

GRADES = ("verdict", "code", "phase", "locus", "effects")
LOCUS = {"at": "offset", "path": "path", "part": "part", "section": "section_id"}
ABSENT = object()


class Graded:
    """`asserted` and `met` grades; the first that was missed with what was `expected` and `found` there, or None."""

    __slots__ = ("asserted", "met", "missed", "expected", "found")

    def __init__(self, asserted):
        self.asserted, self.met, self.missed, self.expected, self.found = asserted, [], None, None, None


def grade(expect, answer):
    """Judge one answer; None where there was none, which meets nothing."""
    graded = Graded([each for each in GRADES if is_asserted(expect, each)])
    if answer is None:
        return graded
    for each in graded.asserted:
        difference = DIFFERENCES[each](expect, answer)
        if difference is not None:
            graded.missed = each
            graded.expected, graded.found = difference
            return graded
        graded.met.append(each)
    return graded


def meets(graded, up_to):
    last = GRADES.index(up_to)
    return all(GRADES.index(each) > last or each in graded.met for each in graded.asserted)


def is_asserted(expect, each):
    if each == "verdict":
        return True
    if each == "code":
        return "code" in expect or "reason" in expect
    if each == "effects":
        return bool(expect.get("context")) or bool(expect.get("effects"))
    return bool(expect.get(each))


def verdict_difference(expect, answer):
    if expect["verdict"] != answer.get("verdict"):
        return present(expect, ("verdict", "code", "reason", "phase")), present(
            answer, ("verdict", "code", "context", "result")
        )
    difference = differing(expect.get("result", {}), answer.get("result", {}))
    return difference and ({"result": difference[0]}, {"result": difference[1]})


def code_difference(expect, answer):
    expected = present(expect, ("code", "reason"))
    found = present({"code": answer.get("code", ABSENT), "reason": context_of(answer).get("reason", ABSENT)})
    return (expected, found) if differing(expected, found) else None


def phase_difference(expect, answer):
    return differing(present(expect, ("phase",)), context_of(answer))


def locus_difference(expect, answer):
    context = context_of(answer)
    return differing(expect["locus"], {name: context[member] for name, member in LOCUS.items() if member in context})


def effects_difference(expect, answer):
    contexts = differing(expect.get("context", {}), context_of(answer)) or ({}, {})
    others = differing_effects(expect.get("effects", {}), answer.get("effects", {})) or ({}, {})
    expected, found = dict(contexts[0], **others[0]), dict(contexts[1], **others[1])
    return (expected, found) if expected else None


DIFFERENCES = {
    "verdict": verdict_difference,
    "code": code_difference,
    "phase": phase_difference,
    "locus": locus_difference,
    "effects": effects_difference,
}


def differing_effects(effects, answered):
    """`max_reads` and `unread` bound the reads of the answer, `published`, `unpublished` and `told` its
    events; others are compared as they are."""
    bounds = ("max_reads", "unread", "published", "unpublished", "told")
    plain = differing({name: value for name, value in effects.items() if name not in bounds}, answered) or ({}, {})
    expected, found = dict(plain[0]), dict(plain[1])
    reads, events = answered.get("reads", ABSENT), answered.get("events", ABSENT)
    if "max_reads" in effects and (reads is ABSENT or len(reads) > effects["max_reads"]):
        expected["max_reads"], found["reads"] = effects["max_reads"], reads
    unread = effects.get("unread", [])
    touched = [each for each in unread if reads is ABSENT or any(overlap(each, one) for one in reads)]
    if touched:
        expected["unread"], found["reads"] = touched, reads
    if "published" in effects and not is_among(effects["published"], [] if events is ABSENT else events):
        expected["published"], found["events"] = effects["published"], events
    if any(events is ABSENT or each in events for each in effects.get("unpublished", [])):
        expected["unpublished"], found["events"] = effects["unpublished"], events
    told = answered.get("told", ABSENT)
    if "told" in effects and not is_told_among(effects["told"], [] if told is ABSENT else told):
        expected["told"], found["told"] = effects["told"], told
    return (expected, present(found)) if expected else None


def is_told_among(wanted, others):
    """Whether the wanted events stand among the others in this order, each with at least its fields."""
    rest = iter(others)
    return all(any(has_fields(other, one) for other in rest) for one in wanted)


def has_fields(event, wanted):
    return event["event"] == wanted["event"] and differing(wanted["fields"], event["fields"]) is None


def is_among(wanted, others):
    """Whether the wanted names stand among the others in this order."""
    rest = iter(others)
    return all(any(name == other for other in rest) for name in wanted)


def overlap(one, other):
    """Whether two ranges share a byte."""
    return max(one["offset"], other["offset"]) < min(
        one["offset"] + one["length"], other["offset"] + other["length"]
    )


def context_of(answer):
    return answer.get("context", {})


def present(members, names=None):
    """The members of these names, or all, that are there."""
    names = members if names is None else names
    return {name: members[name] for name in names if members.get(name, ABSENT) is not ABSENT}


def differing(expected, found):
    """The expected members that are not equal in `found`, on both sides; None where all are."""
    names = [name for name in expected if not is_equal(expected[name], found.get(name, ABSENT))]
    if not names:
        return None
    return {name: expected[name] for name in names}, present(found, names)


def is_equal(one, other):
    """Whether two values of JSON are equal: true is not 1, and the order of an object's members means nothing."""
    if isinstance(one, bool) or isinstance(other, bool):
        return one is other
    if isinstance(one, dict) and isinstance(other, dict):
        return one.keys() == other.keys() and all(is_equal(one[name], other[name]) for name in one)
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(map(is_equal, one, other))
    return type(one) in (int, float) and type(other) in (int, float) and one == other or (
        type(one) is type(other) and one == other
    )


# The signature of a wrong answer: by it answers of different implementations are compared.


def signature(graded):
    """Eight digits for what was answered where the first grade was missed."""
    found = graded.found
    if graded.missed == "verdict" and "verdict" in found:
        # Of an answer with the other verdict only what a claim compares: wording and places are everybody's own.
        context = found.get("context", {})
        found = {"verdict": found["verdict"]}
        if found["verdict"] == "reject":
            found.update(present({"code": graded.found.get("code", ABSENT)}))
            found.update(present(context, ("reason", "phase")))
    text = canonical({"grade": graded.missed, "found": shortened(found)})
    return hashlib.sha256(text.encode("ascii")).hexdigest()[:8]


def shortened(value, depth=0):
    """A value with long texts and lists cut, as reports have it."""
    if isinstance(value, str):
        return value if len(value) <= 2000 else "%s\u2026 (%s characters)" % (value[:1000], grouped(len(value)))
    if not isinstance(value, (dict, list)):
        return value
    if depth == 40:
        return "\u2026"
    if isinstance(value, list):
        items = [shortened(each, depth + 1) for each in value[:200]]
        return items + ["\u2026 (%s items)" % grouped(len(value))] if len(value) > 200 else items
    shown = {name: shortened(each, depth + 1) for name, each in list(value.items())[:200]}
    if len(value) > 200:
        shown["\u2026"] = "(%s members)" % grouped(len(value))
    return shown


def grouped(number):
    return "{:,}".format(number)


def canonical(value):
    """JSON in ASCII without blanks, members ascending by their names as they are written, numbers as JavaScript has
    them."""
    if isinstance(value, dict):
        members = sorted((json.dumps(name), canonical(each)) for name, each in value.items())
        return "{" + ",".join(name + ":" + each for name, each in members) + "}"
    if isinstance(value, list):
        return "[" + ",".join(map(canonical, value)) + "]"
    if isinstance(value, bool) or value is None or isinstance(value, str):
        return json.dumps(value)
    return number_text(value)


def number_text(value):
    """The shortest decimal text of a binary64, without an exponent below 10^21."""
    try:
        number = float(value)
    except OverflowError:
        return "null"
    if number == int(number) and abs(number) <= 2**53:
        return str(int(number))
    digits, _, exponent = repr(number).partition("e")
    if not exponent:
        return digits[:-2] if digits.endswith(".0") else digits
    if 0 < int(exponent) < 21:
        sign, digits = ("-", digits[1:]) if digits.startswith("-") else ("", digits)
        whole, _, rest = digits.partition(".")
        return sign + whole + rest.ljust(int(exponent), "0")
    return re.sub("e([+-])0*", r"e\1", repr(number))
