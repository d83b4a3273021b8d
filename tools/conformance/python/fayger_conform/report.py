"""A run and its report, of the rule `conformance-report`. @spec conformance.report"""

import datetime
import time

from . import grade as grading
from . import tables
from .session import Failure

HIGHEST_STEP = 6
CLAIM = ("verdict", "code", "phase")
STATUSES = ("passed", "failed", "crashed", "timed_out", "unsupported", "known")


class Counts:
    """Sums over cases."""

    def __init__(self):
        self.status = dict.fromkeys(STATUSES + ("not_asked",), 0)
        self.grades = {name: {"met": 0, "of": 0} for name in grading.GRADES}
        self.conforming = 0

    def add(self, status, graded=None):
        self.status[status] += 1
        if graded is None:
            return
        for name in graded.asserted:
            self.grades[name]["of"] += 1
        for name in graded.met:
            self.grades[name]["met"] += 1
        if all(name in graded.met for name in graded.asserted if name in CLAIM):
            self.conforming += 1

    def form(self):
        made = {"cases": sum(self.status.values())}
        made.update({name: self.status[name] for name in STATUSES})
        if self.status["not_asked"]:
            made["not_asked"] = self.status["not_asked"]
        made["grades"] = [dict({"grade": name}, **self.grades[name]) for name in grading.GRADES]
        return made


def run(corpus, session, options):
    """Ask every chosen case and make the report. `options`: families, grade, most_crashes, command, runner."""
    began, started = time.monotonic(), datetime.datetime.now(datetime.timezone.utc)
    problems, hello = set(), None
    try:
        hello = session.introduction()
    except Failure as failure:
        problems.add("the implementation cannot be started: " + failure.detail)
    totals, families, findings = Counts(), {}, []
    passed, imperfect, unsupported, right = [], set(), set(), {}
    crashes, stopped = 0, False
    for case in chosen(corpus, options["families"]):
        counts = families.setdefault(case.family, Counts())
        vector = case.vector
        passed += [vector["id"]] if not passed or passed[-1] != vector["id"] else []
        graded, failure = None, None
        if not is_supported(hello, vector):
            status = "unsupported"
            unsupported.add(vector["id"])
        elif stopped:
            status = "not_asked"
        else:
            answer = None
            try:
                answer = session.ask(vector["operation"], corpus.inputs(case))
            except Failure as found:
                failure = found
                crashes += 1
            graded = grading.grade(case.expect, answer)
            asked = right.setdefault(vector["operation"], [0, 0])
            asked[0] += 1
            asked[1] += "verdict" in graded.met
            met = answer is not None and grading.meets(graded, options["grade"])
            status = failure.status if failure else "passed" if met else "failed"
            if status != "passed":
                findings.append(finding_of(case, status, graded, failure))
            if failure and crashes == options["most_crashes"]:
                stopped = True
                problems.add("nothing more was asked after %d crashes and timeouts" % crashes)
        if status != "passed":
            imperfect.add(vector["id"])
        counts.add(status, graded)
        totals.add(status, graded)
    session.close()
    problems |= set(what_else(corpus, hello, totals, right))
    bad = sum(totals.status[name] for name in ("failed", "crashed", "timed_out", "not_asked"))
    asked = sum(totals.status.values()) - totals.status["unsupported"] - totals.status["not_asked"]
    hello = hello or {}
    return {
        "report": 1,
        "corpus": {
            "version": corpus.index["corpus"],
            "digest": corpus.index["digest"],
            "specification": corpus.index["specification"],
        },
        "implementation": {
            "name": hello.get("name", "unknown"),
            "version": hello.get("version", ""),
            "language": hello.get("language", ""),
            "operations": hello.get("operations", []),
            "features": hello.get("features", []),
        },
        "runner": options["runner"],
        "started": started.strftime("%Y-%m-%dT%H:%M:%S.") + "%03dZ" % (started.microsecond // 1000),
        "duration_ms": round((time.monotonic() - began) * 1000),
        "command": options["command"],
        "entrance": "session",
        "filter": dict({"families": options["families"]} if options["families"] else {}, grade=options["grade"]),
        "passed": bad == 0 and not problems and asked > 0,
        "problems": sorted(problems),
        "totals": totals.form(),
        "families": [family_form(name, counts) for name, counts in families.items()],
        "ladder": ladder(corpus, families),
        "findings": findings,
        "vectors_passed": [each for each in passed if each not in imperfect],
        "vectors_unsupported": [each for each in passed if each in unsupported],
    }


def chosen(corpus, families):
    """@spec conformance.no-vacuous-pass"""
    names = [family["name"] for family in corpus.index["families"]]
    for family in families or []:
        if family not in names:
            raise LookupError("there is no family " + family)
    return (case for case in corpus.cases() if not families or case.family in families)


def is_supported(hello, vector):
    """@spec conformance.unsupported"""
    if hello is None:
        return True
    features = hello.get("features", [])
    return vector["operation"] in hello["operations"] and all(each in features for each in vector["features"])


def finding_of(case, status, graded, failure):
    made = {"id": case.vector["id"]}
    made.update({"case": case.number} if case.number is not None else {}, status=status)
    if failure is not None:
        made.update({"cause": failure.cause} if failure.status == "crashed" else {})
    if graded.missed is not None:
        made.update(
            grade=graded.missed, expected=grading.shortened(graded.expected), found=grading.shortened(graded.found)
        )
    if failure is not None:
        made["detail"] = failure.detail
    return made


def what_else(corpus, hello, totals, right):
    """What makes a run fail besides its cases. @spec conformance.no-vacuous-pass"""
    cases = sum(totals.status.values())
    if cases == 0:
        yield "no case was chosen"
    elif totals.status["unsupported"] == cases:
        yield "no case was asked: none of the %d is of an operation and features that are declared" % cases
    if hello is None:
        return
    for operation in hello["operations"]:
        if operation not in tables.names("vector-operations"):
            yield "declares the operation `%s`, which there is not" % operation
    known = {feature for _, vector in corpus.vectors() for feature in vector["features"]}
    for feature in hello.get("features", []):
        if feature not in known:
            yield "declares the feature `%s`, which no vector knows" % feature
    if hello["specification"] not in ("", corpus.index["specification"]):
        yield "implements version %s of the specification, the corpus is of %s" % (
            hello["specification"],
            corpus.index["specification"],
        )
    for operation, (asked, good) in right.items():
        if good == 0:
            noun = "case" if asked == 1 else "cases"
            yield "declares the operation `%s`, and is right in none of its %d %s" % (operation, asked, noun)


def family_form(name, counts):
    unknown = {"ladder": HIGHEST_STEP, "ifacts_level": 0, "ifacts_category": ""}
    row = tables.by_name("vector-families").get(name, unknown)
    return {
        "name": name,
        "ladder": row["ladder"],
        "ifacts_level": row["ifacts_level"],
        "ifacts_category": row["ifacts_category"],
        "counts": counts.form(),
    }


def ladder(corpus, families):
    """@spec conformance.ladder"""
    reached = -1
    rows = tables.by_name("vector-families")
    for step in range(HIGHEST_STEP + 1):
        of_step = [each for each in corpus.index["families"] if rows.get(each["name"], {}).get("ladder", 5) == step]
        if not of_step or not all(is_whole(each, families.get(each["name"])) for each in of_step):
            break
        reached = step
    return reached


def is_whole(family, counts):
    if counts is None or not sum(counts.status.values()):
        return False
    total = sum(counts.status.values())
    return counts.status["passed"] == total and counts.conforming == total
