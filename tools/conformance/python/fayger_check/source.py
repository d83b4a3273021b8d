"""A source over bytes in memory that notes what is read of it, and what a loader reads when.

`front` is how many bytes at the front have been read without a gap; nothing of them is read again.
"""

FIRST_READ_BYTES = 16 * 1024
TRAILER_BYTES = 44


class Source:
    """Bytes, and the ranges of them that were read, in their order, as (offset, length)."""

    def __init__(self, data):
        self.data, self.size, self.front, self.reads = data, len(data), 0, []


def read(source, offset, length):
    source.reads.append((offset, length))
    return source.data[offset : offset + length]


def open_source(source):
    """One read at the front, and one of the last bytes where the first does not cover them. @spec loader.reads.open"""
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


def read_bodies(source, ranges):
    """Read bodies, neighbours in one read, without a byte between them. @spec loader.read-sections.coalesced"""
    joined = []
    for offset, length in ranges:
        start, end = max(offset, source.front), offset + length
        if start >= end:
            continue
        if joined and joined[-1][1] == start:
            joined[-1][1] = end
        else:
            joined.append([start, end])
    for start, end in joined:
        read(source, start, end - start)


def bytes_at(source, offset, length):
    """Bytes that have been read before."""
    return source.data[offset : offset + length]
