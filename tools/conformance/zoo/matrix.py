"""python3 tools/conformance/zoo/matrix.py [--check | --recorded] [--jobs N] [--only BEGINNING] [--quiet]

Asks every member of the museum every vector of conformance-vectors/, and of an exhaustive one a fixed choice of cases,
and writes what it answers wrongly to conformance-vectors/diagnosis.json. Says which members too few vectors tell apart
from a right implementation, and which requirements have no member.

--check     write nothing; exit 1 where the file is not as it is made
--recorded  write nothing; ask every member a few of the cases that the file says it gets wrong, and compare
--jobs N    processes (as many as there are processors)
--only B    only members whose id begins so; writes nothing
--quiet     only what is wrong
"""

import argparse
import contextlib
import json
import multiprocessing
import os
import pathlib
import re
import sys

import museum
from fayger_check import operations, signatures
from fayger_conform import corpus as corpora
from fayger_conform import grade as grading

REPOSITORY = museum.HERE.parents[2]
CORPUS = REPOSITORY / "conformance-vectors"
FILE = "diagnosis.json"
LEAST_VECTORS = 2
CRASHED = "crashed"
# Functions without an effect but their result: of these a member need not be run where it would have given the same.
PURE = re.compile(
    r"form\.(check_\w+|scalar|read_head|key_step|step_into)"
    r"|schema\.(check_\w+|length_of|bytes_of|members_of|keeps_unknown_keys|minor_is_higher|declared_version)"
    r"|documents\.(first_fault|write_head)"
    r"|(paths|versions|trust_store|capabilities|quotas|lifecycle|json_forms|instructions|bus|network|host_paths|processes|adapters)\.\w+"
    r"|selection\.(?!refuse_unfit)\w+"
    r"|signatures\.(is_\w+|glob_\w+|end_of_segment|key_is_untrusted|key_is_valid|decide)"
    r"|artifact\.(digest|read_layout|head_checksum|manifest_without_signature|signed_bytes|write_header)"
    r"|head\.(computed_end|refuse_\w+|check_(?!manifest$|index$|index_digest$|assembly$)\w+)"
    r"|policy\.why_entry_is_unresolved|bodies\.check_selected"
    r"|(ed25519|ecdsa_p256|rsa_pss)\.\w+"
)


class Asked:
    """The cases and the members, in every process the same."""

    def __init__(self, folder, only=""):
        self.corpus = corpora.Corpus(folder)
        self.cases = list(chosen_cases(self.corpus))
        self.members = {each: member for each, member in museum.members().items() if each.startswith(only)}
        self.inputs = {}

    def ask(self, number):
        """The graded answer of whatever is alive to a case: None where it is right, else the grade and a signature."""
        case = self.cases[number]
        if number not in self.inputs:
            self.inputs[number] = self.corpus.inputs(case)
        try:
            answer = operations.run(case.vector["operation"], self.inputs[number])
        except Exception:  # pylint: disable=broad-except
            return ("verdict", CRASHED)
        graded = grading.grade(case.expect, answer)
        return (graded.missed, grading.signature(graded)) if graded.missed else None


def chosen_cases(corpus):
    """Every vector of a known operation; of one with `expand` the first case of each kind of answer, and its last."""
    known = operations.operations()
    for family, vector in corpus.vectors():
        if vector["operation"] not in known:
            continue
        if "expand" not in vector:
            yield corpora.Case(family, vector, None, vector["expect"])
            continue
        seen = set()
        for part in vector["expand"]["classes"]:
            expect = part["expect"]
            kind = tuple(expect.get(name) for name in ("verdict", "code", "reason", "phase"))
            is_last = part["last"] == vector["expand"]["cases"] - 1
            if kind not in seen or is_last:
                yield corpora.Case(family, vector, part["last"] if kind in seen else part["first"], expect)
            seen.add(kind)


# What is done in each process.

ASKED = None


def begin(folder, only):
    global ASKED  # pylint: disable=global-statement
    ASKED = Asked(folder, only)


def unasked(numbers):
    """Which of the cases the implementation itself gets wrong."""
    answers = ((number, ASKED.ask(number)) for number in numbers)
    return [(number, wrong) for number, wrong in answers if wrong is not None]


def reached(numbers):
    """Of each case the functions that are called on the way to its answer."""
    made = {}
    for number in numbers:
        codes = set()
        signatures.verify.cache_clear()
        sys.setprofile(lambda frame, event, _: codes.add(frame.f_code) if event == "call" else None)
        ASKED.ask(number)
        sys.setprofile(None)
        made[number] = {name_of(code) for code in codes if "fayger_check" in code.co_filename}
    return made


def name_of(code):
    return pathlib.Path(code.co_filename).stem + "." + code.co_name


def is_pure(member):
    return all(PURE.fullmatch(name) for name in member.functions())


def differing(numbers):
    """Of each case those pure members of which some function gives something else than it should on the way."""
    faults = {}
    for member in ASKED.members.values():
        if is_pure(member):
            for module, name, replacement in member.patches:
                faults.setdefault((module, name), []).append((member.id, replacement))
    probes = [(module, name, Probe(getattr(module, name), each)) for (module, name), each in faults.items()]
    made = {}
    with contextlib.ExitStack() as undo:
        undo.callback(setattr, signatures, "verify", signatures.verify)
        signatures.verify = RememberedProbes(signatures.verify.__wrapped__)
        for module, name, probe in probes:
            undo.callback(setattr, module, name, probe.original)
            setattr(module, name, probe)
        for number in numbers:
            Probe.found = set()
            ASKED.ask(number)
            made[number] = Probe.found
    return made


class RememberedProbes:
    """Verification that remembers beside a verdict what was found on the way to it."""

    def __init__(self, verify):
        self.verify, self.known = verify, {}

    def __call__(self, *arguments):
        if Probe.is_inside:
            return self.verify(*arguments)
        if arguments not in self.known:
            before, Probe.found = Probe.found, set()
            try:
                verdict = self.verify(*arguments)
            finally:
                found, Probe.found = Probe.found, before
            self.known[arguments] = verdict, found
        verdict, found = self.known[arguments]
        Probe.found |= found
        return verdict


class Probe:
    """A function that notes which faulty ones would have given something else."""

    found = set()
    is_inside = False

    def __init__(self, original, faults):
        self.original, self.faults = original, faults

    def __call__(self, *arguments, **named):
        if Probe.is_inside:
            return self.original(*arguments, **named)
        right = outcome(self.original, arguments, named)
        Probe.is_inside = True
        try:
            for identity, replacement in self.faults:
                if identity not in Probe.found and outcome(replacement, (self.original,) + arguments, named) != right:
                    Probe.found.add(identity)
        finally:
            Probe.is_inside = False
        if right[0] == "raised":
            raise right[3]
        return right[1]


class Raised(tuple):
    """What was raised, compared by what it says."""

    def __eq__(self, other):
        return self[:3] == other[:3]

    def __ne__(self, other):
        return self[:3] != other[:3]

    __hash__ = None


def outcome(function, arguments, named):
    try:
        return ("gave", function(*arguments, **named))
    except Exception as error:  # pylint: disable=broad-except
        return Raised(("raised", type(error), vars(error), error))


def answered(task):
    """What a member answers wrongly of some cases."""
    identity, numbers = task
    member = ASKED.members[identity]
    with museum.alive(member):
        return identity, {number: wrong for number, wrong in ((each, ASKED.ask(each)) for each in numbers) if wrong}


# The matrix.


def matrix(folder, jobs, only="", say=lambda line: None):
    """The members, the cases, and of each member the cases it gets wrong: case number to grade and signature."""
    begin(folder, only)
    cases, members = ASKED.cases, ASKED.members
    parts = [list(range(start, len(cases), 8 * jobs)) for start in range(8 * jobs)]
    with multiprocessing.Pool(jobs, begin, (folder, only)) as pool:
        wrong = [each for part in pool.map(unasked, parts, 1) for each in part]
        if wrong:
            names = ", ".join("%s (%s)" % (cases[number].name, found[0]) for number, found in wrong[:10])
            told = (len(wrong), names)
            raise SystemExit("the implementation that the members are made of gets %d cases wrong: %s" % told)
        say("the implementation answers %d cases rightly" % len(cases))
        calls = {number: names for part in pool.map(reached, parts, 1) for number, names in part.items()}
        differ = {number: names for part in pool.map(differing, parts, 1) for number, names in part.items()}
        say("it is known which functions they call, and where members would give something else")
        tasks = []
        for identity, member in members.items():
            functions = set(member.functions())
            numbers = [
                number
                for number in range(len(cases))
                if (identity in differ[number] if is_pure(member) else functions & calls[number])
            ]
            tasks.append((identity, numbers))
        say("%d members, %d cases, %d runs" % (len(members), len(cases), sum(len(numbers) for _, numbers in tasks)))
        tasks.sort(key=lambda task: -len(task[1]))
        kills = dict(pool.imap_unordered(answered, tasks, 1))
    return members, cases, kills


def document(corpus, members, cases, kills):
    """The text of diagnosis.json. @spec conformance.generated"""
    killing = sorted({number for found in kills.values() for number in found})
    place = {number: at for at, number in enumerate(killing)}
    lines = []
    for identity, member in sorted(members.items()):
        by_grade = {}
        for number, (grade, signature) in sorted(kills[identity].items()):
            by_grade.setdefault(grade, {})[str(place[number])] = signature
        made = {
            "id": identity,
            "violates": member.violates,
            "story": member.story,
            "answers": {grade: by_grade[grade] for grade in grading.GRADES if grade in by_grade},
        }
        lines.append(text_of(made))
    head = '{"vectors":%s,\n"cases":[\n%s\n],\n"faults":[\n' % (
        text_of(corpora.digest_of_vectors(corpus)),
        ",\n".join(text_of(cases[number].name) for number in killing),
    )
    return head + ",\n".join(lines) + "\n]}\n"


def text_of(value):
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def anchors():
    """The anchors of the specification with their levels."""
    text = (REPOSITORY / "spec" / "anchors.yaml").read_text(encoding="utf-8")
    blocks = re.findall(r"^- id: (\S+)\n((?:  .*\n)*)", text, re.MULTILINE)
    return {identity: re.search(r"^  level: (\S+)$", block, re.MULTILINE).group(1) for identity, block in blocks}


def review(corpus, members, cases, kills):
    """What is missing, one line each."""
    levels = anchors()
    for identity, member in members.items():
        for anchor in member.violates:
            if anchor not in levels:
                yield "%s violates %s, which is no requirement" % (identity, anchor)
        vectors = {cases[number].vector["id"] for number in kills[identity]}
        if not vectors:
            yield identity + " is killed by no vector"
    violated = {anchor for member in members.values() for anchor in member.violates}
    # What only operations force that the members do not have, they cannot violate.
    forced = {clause for case in cases for clause in case.vector["clauses"]}
    for clause in corpus.index["clauses"]:
        if levels.get(clause["id"]) == "must" and clause["id"] in forced and clause["id"] not in violated:
            yield "%s is forced by vectors and violated by no member" % clause["id"]


def summary(members, cases, kills):
    total = len({case.vector["id"] for case in cases})
    used = {cases[number].vector["id"] for found in kills.values() for number in found}
    claims = ("verdict", "code", "phase")
    beside = [each for each in members if kills[each] and not any(grade in claims for grade, _ in kills[each].values())]
    killed = sum(1 for each in members if kills[each])
    yield "%d of %d members are killed; %d of them only where locus or effects are judged" % (
        killed, len(members), len(beside)
    )
    yield "%d of %d vectors kill a member" % (len(used), total)
    for identity in members:
        vectors = sorted({cases[number].vector["id"] for number in kills[identity]})
        if 0 < len(vectors) < LEAST_VECTORS:
            yield "%s is killed by %s alone" % (identity, vectors[0])


def recorded(folder, only):
    """What is no longer so of what the file says, one line each. @spec conformance.generated"""
    begin(folder, only)
    made = json.loads((folder / FILE).read_text(encoding="utf-8"))
    if made["vectors"] != corpora.digest_of_vectors(ASKED.corpus):
        yield FILE + " is of other vectors; run: npm run zoo"
        return
    numbers = {case.name: number for number, case in enumerate(ASKED.cases)}
    known = {fault["id"]: fault for fault in made["faults"]}
    for identity in sorted(ASKED.members.keys() ^ {each for each in known if each.startswith(only)}):
        yield identity + (" is in no diagnosis" if identity not in known else " is no member")
    for identity in sorted(ASKED.members.keys() & known.keys()):
        answers = [
            (made["cases"][int(place)], (grade, signature))
            for grade, places in known[identity]["answers"].items()
            for place, signature in places.items()
        ]
        if not answers:
            yield identity + " is killed by no vector"
        with museum.alive(ASKED.members[identity]):
            for name, wrong in answers[:LEAST_VECTORS]:
                if ASKED.ask(numbers[name]) != wrong:
                    yield "%s does not answer %s as it is recorded" % (identity, name)


def main(arguments):
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--check", action="store_true")
    parser.add_argument("--recorded", action="store_true")
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--only", default="")
    parser.add_argument("--quiet", action="store_true")
    chosen = parser.parse_args(arguments)
    if chosen.recorded:
        problems = list(recorded(CORPUS, chosen.only))
        for line in problems:
            print(line)
        print("%d members" % len(ASKED.members))
        return 1 if problems else 0
    say = (lambda line: None) if chosen.quiet else lambda line: print(line, flush=True)
    members, cases, kills = matrix(CORPUS, chosen.jobs, chosen.only, say)
    corpus = corpora.Corpus(CORPUS)
    for line in summary(members, cases, kills):
        say(line)
    problems = list(review(corpus, members, cases, kills))
    for line in problems:
        if not chosen.only or "no member" not in line:
            print(line)
    if chosen.only:
        return 0
    text = document(corpus, members, cases, kills).encode("utf-8")
    file = CORPUS / FILE
    if chosen.check:
        if not file.exists() or file.read_bytes() != text:
            print(FILE + " is not as it is made; run: npm run zoo")
            return 1
        return 1 if problems else 0
    file.write_bytes(text)
    say("%s: %d bytes" % (FILE, len(text)))
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
