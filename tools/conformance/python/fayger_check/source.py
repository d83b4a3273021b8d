"""A source over a storage that notes what is read of it, what a loader reads when, and what it makes of the answers.

`front` is how many bytes at the front have been read without a gap; nothing of them is read again. What every read has
brought was compared with what was asked for, so that bytes that have been read are those of the storage.
"""

from . import storage
from .refusal import Refusal

FIRST_READ_BYTES = 16 * 1024
TRAILER_BYTES = 44
SAFE_MAXIMUM = 2**53 - 1


class Source:
    """A storage, and the ranges of it that were read, in their order, as (offset, length)."""

    def __init__(self, data, faults=None):
        self.storage = storage.Storage(data, faults or {})
        self.data, self.size, self.tag, self.front, self.reads = data, len(data), None, 0, []
        self.closes, self.fetched = 0, set()


def close(source):
    """Given back once, however the case ends. @spec loader.close"""
    source.closes += 1


def unavailable(reason):
    return Refusal("LDR_SOURCE_UNAVAILABLE", source="vector", reason=reason)


def read(source, offset, length):
    """Exactly the bytes that are asked for. @spec loader.source.untrusted"""
    source.reads.append((offset, length))
    refuse_if_stopped(source, offset, length)
    try:
        found = storage.read(source.storage, offset, length)
    except storage.Failure as failure:
        refuse_failure(failure.code)
    check_is_bytes(found)
    check_not_long(found, length)
    check_not_short(found, offset, length)


def refuse_failure(code):
    """What a source has found out itself is passed on; anything else is a failure. @spec loader.source.unavailable"""
    raise Refusal(code, source="vector") if code is not None else unavailable("the storage failed")


def refuse_if_stopped(source, offset, length):
    """The caller stops while a read is under way. @spec loader.cancellation"""
    if storage.touches(source.storage, "stops_at", offset, length):
        raise Refusal("LDR_ABORTED")


def check_is_bytes(found):
    """@spec loader.source.untrusted"""
    if not isinstance(found, bytes):
        raise unavailable("no bytes")


def check_not_long(found, length):
    """@spec loader.source.long-read"""
    if len(found) > length:
        raise unavailable("more bytes than were asked for")


def check_not_short(found, offset, length):
    """@spec loader.source.short-read"""
    if len(found) < length:
        end = offset + len(found)
        raise Refusal("LDR_TRUNCATED", offset=end, available=end, expected=offset + length)


def check_size(size):
    """What is no integer from 0 to 2^53-1 is no size. @spec loader.source.untrusted"""
    if type(size) is not int or not 0 <= size <= SAFE_MAXIMUM:
        raise unavailable("no size")


def strong_tag(tag):
    """A tag that is weak, empty or no text is none. @spec loader.source.strong-etag"""
    return tag if isinstance(tag, str) and tag != "" and not tag.startswith("W/") else None


def check_unchanged(source):
    """Size and tag are those of the opening; asked before a digest is looked at. @spec loader.source.changed"""
    told = source.storage
    if told.size != source.size:
        raise Refusal("LDR_SOURCE_CHANGED", source="vector", property="size")
    if source.tag is not None and strong_tag(told.tag) != source.tag:
        raise Refusal("LDR_SOURCE_CHANGED", source="vector", property="etag")


def open_source(source):
    """One read at the front, and one of the last bytes where the first does not cover them. @spec loader.reads.open"""
    check_size(source.storage.size)
    source.size, source.tag = source.storage.size, strong_tag(source.storage.tag)
    source.data = source.data[: source.size]
    read(source, 0, min(FIRST_READ_BYTES, source.size))
    source.front = min(FIRST_READ_BYTES, source.size)
    if source.size > source.front:
        start = max(source.front, source.size - TRAILER_BYTES)
        read(source, start, source.size - start)


def read_front(source, length):
    """A further read only where manifest and index are longer than the first. @spec loader.reads.open"""
    if length > source.front:
        read(source, source.front, length - source.front)
        source.front = length


def prefetch(source, ranges):
    """Bodies that will be asked for, joined as far as they are neighbours. @spec loader.read-sections.prefetch"""
    read_bodies(source, sorted(set(ranges)))
    source.fetched.update(ranges)


def read_bodies(source, ranges):
    """Read bodies, neighbours in one read, without a byte between them. @spec loader.read-sections.coalesced"""
    joined = []
    for offset, length in ranges:
        if (offset, length) in source.fetched:
            continue
        start, end = max(offset, source.front), offset + length
        if start >= end:
            continue
        if joined and joined[-1][1] == start:
            joined[-1][1] = end
        else:
            joined.append([start, end])
    for start, end in joined:
        try:
            read(source, start, end - start)
        except Refusal as refusal:
            # A short read of a source that has changed is that change.
            if refusal.code == "LDR_TRUNCATED":
                check_unchanged(source)
            raise


def bytes_at(source, offset, length):
    """Bytes that have been read before."""
    return source.data[offset : offset + length]
