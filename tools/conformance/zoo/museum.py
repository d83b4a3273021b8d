"""The museum's keeper: what a member is, which members there are, and how one is brought to life.

A member is the second implementation (`../python/fayger_check`) with one or two of its functions replaced. Every
replacement gets the function it replaces as its first argument, so that a fault is written as the difference.
"""

import contextlib
import functools
import importlib
import pathlib
import sys

sys.dont_write_bytecode = True
HERE = pathlib.Path(__file__).resolve().parent
for folder in (HERE, HERE.parent / "python"):
    if str(folder) not in sys.path:
        sys.path.insert(0, str(folder))

# Beside each other: what the members of a chapter have in common is their file.
ROOMS = (
    "form",
    "schema",
    "documents",
    "format",
    "read_head",
    "structure",
    "load",
    "reads",
    "storage",
    "selection",
    "decision",
    "ed25519",
    "ecdsa_p256",
    "rsa_pss",
    "trust_store",
    "versions",
    "lifecycle",
    "capabilities",
    "quotas",
    "guest_calls",
    "network",
    "host_paths",
    "processes",
    "adapters",
    "input_logs",
    "ui",
    "routing",
    "instructions",
    "bus",
    "messages",
    "conversation",
    "commands",
    "json_forms",
    "snapshots",
    "fay_manifest",
    "fay_resolution",
    "assembly",
    "assembly_steps",
    "actions",
    "action_calls",
    "answers",
)
# Where verdicts on signatures come from; what is remembered of them does not hold for a member that differs there.
CRYPTOGRAPHY = ("fayger_check.ed25519", "fayger_check.ecdsa_p256", "fayger_check.rsa_pss")

MEMBERS = {}


class Member:
    """`id`, the anchors it `violates`, its `story`, and its `patches`: module, name of the function, replacement."""

    def __init__(self, identity, violates, story):
        self.id, self.violates, self.story, self.patches = identity, violates.split(), story, []

    def functions(self):
        """What it replaces, as `module.name`."""
        return [module.__name__.rpartition(".")[2] + "." + name for module, name, _ in self.patches]


def faulty(identity, violates, story, module, name):
    """Put a member into the museum: the decorated function replaces `module.name`."""
    if identity in MEMBERS:
        raise ValueError("two members are called " + identity)
    member = MEMBERS[identity] = Member(identity, violates, story)
    return functools.partial(_add, member, module, name)


def also(identity, module, name):
    """A second function that a member replaces."""
    return functools.partial(_add, MEMBERS[identity], module, name)


def _add(member, module, name, replacement):
    if not callable(getattr(module, name, None)):
        raise ValueError("%s replaces %s.%s, which is no function" % (member.id, module.__name__, name))
    member.patches.append((module, name, replacement))
    return replacement


def members():
    """Every member by its id, in the order of the ids."""
    for room in ROOMS:
        importlib.import_module("members." + room)
    return {identity: MEMBERS[identity] for identity in sorted(MEMBERS)}


@contextlib.contextmanager
def alive(member):
    """While this lasts, the implementation is the member."""
    from fayger_check import signatures

    originals = []
    with contextlib.ExitStack() as undo:
        if any(module.__name__ in CRYPTOGRAPHY or name == "verify" for module, name, _ in member.patches):
            fresh = functools.lru_cache(maxsize=None)(signatures.verify.__wrapped__)
            undo.callback(setattr, signatures, "verify", signatures.verify)
            signatures.verify = fresh
        for module, name, replacement in member.patches:
            original = getattr(module, name)
            originals.append(original)
            undo.callback(setattr, module, name, original)
            setattr(module, name, functools.partial(replacement, original))
        yield originals
