"""The storage of a case: bytes, and what the member `storage` of its inputs says. @spec conformance.operations"""


class Failure(Exception):
    """An error of the host, or the code that the source itself has found."""

    def __init__(self, code):
        Exception.__init__(self, code)
        self.code = code


class Storage:
    """What it tells of itself, and the faults of its reads."""

    def __init__(self, data, faults):
        self.data, self.faults = data, faults
        self.size = faults.get("size", len(data))
        self.tag = faults.get("etag")
        self.failures = faults.get("failures")
        self.changed = False


def touches(storage, fault, offset, length):
    at = storage.faults.get(fault)
    return at is not None and offset <= at < offset + length


def read(storage, offset, length):
    """What one read gets."""
    if touches(storage, "fails_at", offset, length) and storage.failures != 0:
        storage.failures = storage.failures and storage.failures - 1
        raise Failure(storage.faults.get("fails_with"))
    if touches(storage, "nothing_at", offset, length):
        return None
    found = storage.data[offset : offset + length]
    if touches(storage, "ends_at", offset, length):
        found = storage.data[offset : storage.faults["ends_at"]]
    if touches(storage, "excess_at", offset, length):
        found += b"\0"
    change = storage.faults.get("change", {})
    if not storage.changed and offset <= change.get("at", -1) < offset + length:
        storage.changed = True
        storage.size = change.get("size", storage.size)
        storage.tag = change.get("etag", storage.tag)
    return found
