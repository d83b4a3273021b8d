"""Faults of paths and file roots."""

import posixpath

from fayger_check import host_paths
from museum import faulty


@faulty(
    "instructions.io.file-roots/first",
    "instructions.io.file-roots",
    "Takes the first root that holds the path.",
    host_paths,
    "longest",
)
def _(original, roots):
    return roots[0]


@faulty(
    "instructions.io.file-roots/by-text",
    "instructions.io.file-roots",
    "Compares the beginning of the text, and not of the names.",
    host_paths,
    "holds",
)
def _(original, root, names):
    return ("/" + "/".join(names)).startswith(root["guest_path"])


@faulty(
    "instructions.io.file-roots/never-the-root-itself",
    "instructions.io.file-roots",
    "Takes a root for no path of its own.",
    host_paths,
    "holds",
)
def _(original, root, names):
    return original(root, names) and len(names) > len(host_paths.names_of(root))


@faulty(
    "instructions.io.file-roots/any-case",
    "instructions.io.file-roots",
    "Compares names without their case.",
    host_paths,
    "holds",
)
def _(original, root, names):
    return original(dict(root, guest_path=root["guest_path"].lower()), [name.lower() for name in names])


@faulty(
    "instructions.io.paths/resolved",
    "instructions.io.paths",
    "Resolves `.` and `..` before it looks where a path lies.",
    host_paths,
    "read_path",
)
def _(original, path):
    return original(posixpath.normpath(path) if path.startswith("/") else path)


@faulty(
    "instructions.io.paths/slashes-together",
    "instructions.io.paths",
    "Takes several slashes for one.",
    host_paths,
    "split",
)
def _(original, path):
    return [name for name in original(path) if name]


@faulty(
    "instructions.io.paths/separators-of-one-host",
    "instructions.io.paths",
    "Knows no separator but the slash.",
    host_paths,
    "is_name",
)
def _(original, name):
    return name not in ("", ".", "..")


@faulty(
    "instructions.io.paths/relative",
    "instructions.io.paths",
    "Puts a slash before a path that has none.",
    host_paths,
    "read_path",
)
def _(original, path):
    return original(path if path.startswith("/") else "/" + path)


@faulty(
    "instructions.io.read-only/not-asked",
    "instructions.io.read-only",
    "Changes what a root holds whether it is writable or not.",
    host_paths,
    "decide",
)
def _(original, policy, path, changes):
    return original(policy, path, False)


@faulty(
    "instructions.io.read-only/of-any-root",
    "instructions.io.read-only",
    "Is content with a writable root around the one that counts.",
    host_paths,
    "longest",
)
def _(original, roots):
    return dict(original(roots), writable=any(root["writable"] for root in roots))


@faulty(
    "instructions.io.read-only/hides",
    "instructions.io.read-only",
    "Refuses to read what is not writable.",
    host_paths,
    "decide",
)
def _(original, policy, path, changes):
    return original(policy, path, True)
