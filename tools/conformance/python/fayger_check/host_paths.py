"""Where a path of a program lies. @spec instructions.io.file-roots"""

from .refusal import Refusal

SEPARATORS_OF_SOME_HOST = "\0\\:"


def decide(policy, path, changes):
    """The guest path of the root, and the names below it."""
    names = read_path(path)
    roots = [root for root in policy.get("file_roots", []) if holds(root, names)]
    if not roots:
        refuse()
    root = longest(roots)
    if changes and not root["writable"]:
        refuse()
    return root["guest_path"], names[len(names_of(root)) :]


def refuse():
    raise Refusal("ADP_POLICY_DENIED", host_error="access_denied")


def read_path(path):
    """@spec instructions.io.paths"""
    if not is_absolute(path):
        refuse()
    names = split(path)
    if not all(is_name(name) for name in names):
        refuse()
    return names


def is_absolute(path):
    return path.startswith("/")


def split(path):
    return path[1:].split("/") if path != "/" else []


def is_name(name):
    return name not in ("", ".", "..") and not any(each in name for each in SEPARATORS_OF_SOME_HOST)


def names_of(root):
    return split(root["guest_path"])


def holds(root, names):
    return names[: len(names_of(root))] == names_of(root)


def longest(roots):
    return max(roots, key=lambda root: len(names_of(root)))
