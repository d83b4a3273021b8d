"""python3 fayger_conform --impl COMMAND [--family NAME]... [--grade GRADE] [--report FILE]

Asks an implementation the vectors of conformance-vectors/ and writes what came out: a report of the rule
conformance-report. Exit 0 where the run passed, 1 where it did not, 2 where it could not be made.

--impl COMMAND   command line of the implementation, a session of messages; no shell reads it
--family NAME    only this family; may be given again
--grade GRADE    grade up to which a case has to be right: verdict, code, phase (default), locus, effects
--corpus FOLDER  another corpus
--timeout S      seconds for one answer (default 10)
--max-crashes N  crashes after which nothing more is asked (default 50)
--report FILE    write the report
"""

import argparse
import json
import pathlib
import shlex
import sys

sys.dont_write_bytecode = True
HERE = pathlib.Path(__file__).resolve().parent
if not __package__:
    sys.path[0] = str(HERE.parent)

from fayger_conform import corpus as corpora  # noqa: E402
from fayger_conform import grade, report, session  # noqa: E402

VERSION = "1.0.0"
UNUSABLE = 2


def main(arguments):
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--impl", required=True)
    parser.add_argument("--family", action="append", default=[])
    parser.add_argument("--grade", choices=grade.GRADES, default="phase")
    parser.add_argument("--corpus", default=HERE.parents[3] / "conformance-vectors")
    parser.add_argument("--timeout", type=float, default=10)
    parser.add_argument("--max-crashes", type=int, default=50)
    parser.add_argument("--report")
    given = parser.parse_args(arguments)
    corpus = corpora.Corpus(given.corpus)
    try:
        corpus.check()
        options = {
            "families": given.family,
            "grade": given.grade,
            "most_crashes": given.max_crashes,
            "command": given.impl,
            "runner": {"name": "fayger_conform", "version": VERSION},
        }
        made = report.run(corpus, session.Session(shlex.split(given.impl), given.timeout), options)
    except (corpora.CorpusFault, LookupError, OSError) as error:
        sys.stderr.write("%s\n" % error)
        return UNUSABLE
    if given.report:
        pathlib.Path(given.report).write_text(json.dumps(made, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    show(made)
    return 0 if made["passed"] else 1


def show(made):
    """The report in words."""
    for family in made["families"]:
        counts = family["counts"]
        print("%-24s %6d of %d" % (family["name"], counts["passed"], counts["cases"]))
    for finding in made["findings"][:20]:
        name = finding["id"] + ("#%d" % finding["case"] if "case" in finding else "")
        print("%s %s %s" % (finding["status"], name, finding.get("grade", "")))
        for side in ("expected", "found"):
            if side in finding:
                print("    %-8s %s" % (side, json.dumps(finding[side])[:300]))
    if len(made["findings"]) > 20:
        print("and %d more" % (len(made["findings"]) - 20))
    for problem in made["problems"]:
        print("problem: " + problem)
    grades = ", ".join("%(grade)s %(met)d of %(of)d" % each for each in made["totals"]["grades"])
    print("%s; %s; ladder %d" % ("passed" if made["passed"] else "not passed", grades, made["ladder"]))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
