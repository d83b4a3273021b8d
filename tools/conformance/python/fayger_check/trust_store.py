"""The trust store: what is one, and which may follow which. @spec trust-store.shape"""

import hashlib
from collections import namedtuple

from . import documents, paths, signatures
from .refusal import Refusal

# What an update does to the keys: lists of key ids in hexadecimal, ascending.
Change = namedtuple("Change", "added removed revoked altered")

EMPTY = {"keys": []}


def read(data):
    """A trust store as Python's own values, its keys judged. @spec trust-store.invalid"""
    verdict = documents.decode(data, "trust-store")
    if verdict.fault is not None:
        refuse(verdict.fault.reason, verdict.fault.path, verdict.fault.offset)
    keys = documents.member(verdict.item, "keys")
    for number, key in enumerate(keys.members):
        check_key(key, ((None, "keys"), number))
    return documents.plain(verdict.item)


def refuse(reason, path, offset):
    raise Refusal(
        "LDR_TRUST_STORE_INVALID",
        reason=reason,
        path=paths.write_path(path),
        offset=offset,
        expected="a trust store without this fault",
        found=reason,
    )


def check_key(key, path):
    """The first that holds of three, at its member."""
    check_key_id(key, path)
    check_algorithm(key, path)
    check_public_key(key, path)


def check_key_id(key, path):
    """@spec trust-store.key-id"""
    stated = documents.member(key, "key_id")
    if stated.value != key_id_of(documents.member(key, "public_key").value):
        refuse("key_id_mismatch", (path, "key_id"), stated.offset)


def key_id_of(spki):
    """@spec signatures.key-id"""
    return hashlib.sha256(spki).digest()


def check_algorithm(key, path):
    """@spec trust-store.key-form"""
    algorithm = documents.member(key, "algorithm")
    if algorithm.value not in signatures.algorithms():
        refuse("algorithm_unknown", (path, "algorithm"), algorithm.offset)


def check_public_key(key, path):
    """@spec trust-store.key-form"""
    public_key = documents.member(key, "public_key")
    if not signatures.key_is_valid(documents.member(key, "algorithm").value, public_key.value):
        refuse("public_key_invalid", (path, "public_key"), public_key.offset)


def keys_by_id(store):
    return {key["key_id"]: key for key in store["keys"]}


def present_time(clock, store):
    """Never earlier than the store was issued. @spec trust-store.clock"""
    return max(clock, store.get("issued_at", 0))


# Updates.


def update(data, installed):
    """Install a store behind another one, both as bytes; `installed` is None where there is none yet. The change, or
    None where nothing changes."""
    offered = read(data)
    if installed is None:
        return changes(EMPTY, offered)
    before = read(installed)
    if is_same(data, installed):
        return None
    check_version(before, offered)
    return changes(before, offered)


def is_same(data, installed):
    """@spec trust-store.update.same"""
    return data == installed


def check_version(before, offered):
    """@spec trust-store.update"""
    if offered["version"] <= before["version"]:
        raise Refusal("LDR_TRUST_STORE_ROLLBACK", installed=before["version"], offered=offered["version"])


def changes(before, after):
    """@spec trust-store.update.event"""
    old, new = keys_by_id(before), keys_by_id(after)
    both = [key_id for key_id in new if key_id in old]
    revoked = [key_id for key_id in both if is_newly_revoked(old[key_id], new[key_id])]
    altered = [key_id for key_id in both if key_id not in revoked and old[key_id] != new[key_id]]
    added = [key_id for key_id in new if key_id not in old]
    removed = [key_id for key_id in old if key_id not in new]
    return Change(*[sorted(key_id.hex() for key_id in ids) for ids in (added, removed, revoked, altered)])


def is_newly_revoked(old, new):
    return "revoked_at" in new and "revoked_at" not in old
