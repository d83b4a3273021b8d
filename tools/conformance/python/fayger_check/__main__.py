"""python3 fayger_check session
python3 fayger_check OPERATION INPUTS.json

The first answers messages, one JSON object a line, until `bye`. The second answers one case and exits with 0 where it
accepts and 1 where it refuses. Anything else is exit 2.
"""

import pathlib
import sys

sys.dont_write_bytecode = True  # Nothing is left behind in the folder.
if not __package__:
    # Started as a folder: the modules are those of the package all the same.
    sys.path[0] = str(pathlib.Path(__file__).resolve().parent.parent)

from fayger_check import operations, session  # noqa: E402

FAILED = 2


def main(arguments):
    if arguments == ["session"]:
        session.session(sys.stdin.buffer, sys.stdout)
        return 0
    if len(arguments) == 2 and arguments[0] in operations.operations():
        return session.command(*arguments)
    sys.stderr.write(__doc__)
    return FAILED


def guarded(arguments):
    """A fault of this program is never a refusal, so it never ends with 1. @spec conformance.crash"""
    try:
        return main(arguments)
    except Exception:  # pylint: disable=broad-except
        sys.excepthook(*sys.exc_info())
        return FAILED


if __name__ == "__main__":
    sys.exit(guarded(sys.argv[1:]))
