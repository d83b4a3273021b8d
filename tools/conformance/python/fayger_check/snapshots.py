"""Snapshots, as far as they can be judged without the code of a program. @spec snapshots.order"""

import hashlib

from . import documents
from .refusal import Refusal

MAJOR = 1


def read(data, manifest_digest):
    """The state in a snapshot of the artifact whose manifest has this digest, as an item."""
    snapshot = decoded(data, "snapshot")
    check_version(documents.plain(documents.member(snapshot, "schema_version")))
    state = documents.member(snapshot, "state").value
    check_digest(state, documents.member(snapshot, "state_digest").value)
    item = decoded(state, "snapshot-state")
    check_artifact(documents.member(snapshot, "manifest_digest").value, manifest_digest)
    return item


def decoded(data, rule):
    """What a decoder finds is the reason, with the offset in these bytes. @spec snapshots.invalid"""
    verdict = documents.decode(data, rule)
    if verdict.fault is not None:
        raise invalid(verdict.fault.reason, verdict.fault.offset)
    return verdict.item


def check_version(version):
    if version[0] != MAJOR:
        raise invalid("unsupported_version")


def check_digest(state, digest):
    if hashlib.sha256(state).digest() != digest:
        raise invalid("state_damaged")


def check_artifact(pinned, digest):
    """@spec lifecycle.snapshot.pins"""
    if pinned != digest:
        raise invalid("other_artifact")


def invalid(reason, offset=None):
    """@spec snapshots.invalid"""
    context = {"reason": reason} if offset is None else {"reason": reason, "offset": offset}
    return Refusal("RT_SNAPSHOT_INVALID", **context)
