"""Faults of reading: how often, how much, and of what."""

from fayger_check import artifact, bodies, head, source
from museum import faulty


@faulty(
    "loader.reads.bodies/whole-file",
    "loader.reads.bodies loader.reads.open",
    "Reads the whole artifact into memory first.",
    source,
    "open_source",
)
def _(original, opened):
    source.read(opened, 0, opened.size)
    opened.front = opened.size


@faulty(
    "loader.reads.bodies/gaps-joined",
    "loader.reads.bodies loader.read-sections.coalesced",
    "Joins bodies into one read also across those between them, as one read is cheaper than two.",
    source,
    "read_bodies",
)
def _(original, opened, ranges):
    ranges = [(max(offset, opened.front), offset + length) for offset, length in ranges if offset + length > opened.front]
    if ranges:
        start, end = min(start for start, _ in ranges), max(end for _, end in ranges)
        source.read(opened, start, end - start)


@faulty(
    "loader.reads.bodies/every-body",
    "loader.reads.bodies",
    "Reads all bodies and hands out the selected ones.",
    bodies,
    "check_bodies",
)
def _(original, state):
    if state.options["strategy"] == "eager":
        places = [(state.bodies_start + entry["offset"], entry["length"]) for entry in state.entries]
        skipped = [place for place, entry in zip(places, state.entries) if entry["section_id"] not in state.selected]
        source.read_bodies(state.source, skipped)
    original(state)


@faulty(
    "loader.reads.bodies/before-the-signature",
    "loader.verify-signature loader.reads.bodies",
    "Reads the bodies with the rest of the head, before it knows who signed it.",
    head,
    "check_index_digest",
)
def _(original, state):
    places = [(state.bodies_start + entry["offset"], entry["length"]) for entry in state.entries]
    source.read_bodies(state.source, places)
    original(state)


@faulty(
    "loader.reads.open/field-by-field",
    "loader.reads.open loader.reads.small",
    "Reads header, manifest, index and trailer one after the other.",
    source,
    "open_source",
)
def _(original, opened):
    source.read(opened, 0, min(artifact.HEADER_BYTES, opened.size))
    opened.front = min(artifact.HEADER_BYTES, opened.size)
    if opened.size > opened.front:
        start = max(opened.front, opened.size - artifact.TRAILER_BYTES)
        source.read(opened, start, opened.size - start)


@faulty(
    "loader.reads.small/trailer-again",
    "loader.reads.small loader.reads.open",
    "Reads the trailer in a read of its own, also where it has it already.",
    source,
    "open_source",
)
def _(original, opened):
    original(opened)
    if opened.front == opened.size and opened.size >= artifact.TRAILER_BYTES:
        source.read(opened, opened.size - artifact.TRAILER_BYTES, artifact.TRAILER_BYTES)


@faulty(
    "loader.read-sections.coalesced/one-by-one",
    "loader.read-sections.coalesced",
    "Reads every body in a read of its own.",
    source,
    "read_bodies",
)
def _(original, opened, ranges):
    for each in ranges:
        original(opened, [each])


@faulty(
    "loader.reads.open/bodies-again",
    "loader.reads.open",
    "Reads bodies again that came with the first read.",
    source,
    "read_bodies",
)
def _(original, opened, ranges):
    front, opened.front = opened.front, 0
    try:
        original(opened, ranges)
    finally:
        opened.front = front


@faulty(
    "loader.read-sections.again/empty-the-second-time",
    "loader.read-sections.again loader.hand-off",
    "Hands its buffer over at the first access, and has none left for the second.",
    bodies,
    "access",
)
def _(original, state, section_id):
    body = original(state, section_id)
    state.bodies[section_id] = b""
    return body
