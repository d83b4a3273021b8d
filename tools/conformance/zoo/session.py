"""python3 tools/conformance/zoo/session.py MEMBER_ID
python3 tools/conformance/zoo/session.py adapter/NAME

A session of the second implementation with a member's fault, or of an adapter that implements nothing. Without an id:
their list.
"""

import sys

import museum
import adapters
from fayger_check import session


def main(arguments):
    if len(arguments) != 1:
        sys.stderr.write(__doc__)
        for identity, member in museum.members().items():
            sys.stdout.write("%s\n    %s\n" % (identity, member.story))
        for name, adapter in adapters.ADAPTERS.items():
            sys.stdout.write("adapter/%s\n    %s\n" % (name, adapter.__doc__.strip().split("\n")[0]))
        return 0 if not arguments else 2
    kind, _, name = arguments[0].partition("/")
    if kind == "adapter" and name in adapters.ADAPTERS:
        adapters.session(adapters.ADAPTERS[name](), sys.stdin.buffer, sys.stdout)
        return 0
    member = museum.members().get(arguments[0])
    if member is None:
        sys.stderr.write("there is no member %s\n" % arguments[0])
        return 2
    with museum.alive(member):
        session.session(sys.stdin.buffer, sys.stdout)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
