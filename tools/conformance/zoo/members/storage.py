"""Faults around the storage: what is made of answers that are not what was asked for, and of a caller who stops."""

from fayger_check import bodies, events, load, source, storage
from fayger_check.refusal import Refusal
from museum import faulty


@faulty(
    "loader.source.interface/needs-a-tag",
    "loader.source.interface",
    "Written for one web server: a source without an entity tag is none.",
    source,
    "open_source",
)
def _(original, opened):
    if opened.storage.tag is None:
        raise source.unavailable("no entity tag")
    original(opened)


@faulty(
    "loader.source.untrusted/size-not-checked",
    "loader.source.untrusted",
    "Takes a size that makes no sense for the end of the artifact.",
    source,
    "check_size",
)
def _(original, size):
    try:
        original(size)
    except Refusal:
        raise Refusal("LDR_TRUNCATED", offset=0, available=0, expected=92)


@faulty(
    "loader.source.short-read/failure",
    "loader.source.short-read",
    "Takes a short read for a failure of the storage.",
    source,
    "check_not_short",
)
def _(original, found, offset, length):
    try:
        original(found, offset, length)
    except Refusal:
        raise source.unavailable("too few bytes")


@faulty(
    "loader.source.long-read/cut",
    "loader.source.long-read",
    "Takes as many bytes as it asked for, and drops what is behind them.",
    source,
    "check_not_long",
)
def _(original, found, length):
    pass


@faulty(
    "loader.source.unavailable/truncated",
    "loader.source.unavailable",
    "Takes whatever goes wrong in a read for the end of the artifact.",
    source,
    "refuse_failure",
)
def _(original, code):
    raise Refusal("LDR_TRUNCATED", offset=0, available=0, expected=0)


@faulty(
    "loader.source.changed/not-asked",
    "loader.source.changed",
    "Leaves changes to the digests.",
    source,
    "check_unchanged",
)
def _(original, opened):
    pass


@faulty(
    "loader.source.changed/size-alone",
    "loader.source.changed",
    "Compares sizes and forgets entity tags.",
    source,
    "check_unchanged",
)
def _(original, opened):
    if opened.storage.size != opened.size:
        original(opened)


@faulty(
    "loader.source.strong-etag/weak-ones-too",
    "loader.source.strong-etag",
    "Compares entity tags as they come, weak ones too.",
    source,
    "strong_tag",
)
def _(original, tag):
    return tag


@faulty(
    "loader.read-sections.failed/kept",
    "loader.read-sections.failed",
    "Keeps what came out of the first access, an error too.",
    bodies,
    "access_again",
)
def _(original, state, section_id, tries):
    return original(state, section_id, 0)


@faulty(
    "loader.events.retried/silent",
    "loader.events.retried",
    "Publishes nothing of what a source repeats.",
    events,
    "publish",
)
def _(original, state, event, **fields):
    if event != "load.source_retried":
        original(state, event, **fields)


@faulty(
    "loader.close/twice",
    "loader.close",
    "Closes the source in the error path, and once more behind it.",
    source,
    "close",
)
def _(original, opened):
    original(opened)
    original(opened)


@faulty(
    "loader.close/never",
    "loader.close",
    "Leaves the source to the garbage collector.",
    source,
    "close",
)
def _(original, opened):
    pass


@faulty(
    "loader.cancellation/between-phases-alone",
    "loader.cancellation",
    "Asks between phases whether it is to stop, and waits for a read as long as it takes.",
    source,
    "refuse_if_stopped",
)
def _(original, opened, offset, length):
    if storage.touches(opened.storage, "stops_at", offset, length):
        raise source.unavailable("no answer in time")


@faulty(
    "loader.cancellation/reads-alone",
    "loader.cancellation",
    "Can be stopped while it reads, and not between reads.",
    load,
    "stopped",
)
def _(original, state, phase):
    pass
