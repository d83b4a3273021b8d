"""Faults of the decision table, of the trust in a key and of what is signed."""

import fnmatch
import hashlib
import re

from fayger_check import artifact, cddl, documents, operations, policy, schema, signatures, trust_store
from museum import also, faulty


@faulty(
    "signatures.enforce-default/off",
    "signatures.enforce-default signatures.decision security.default-deny",
    "Enforces signatures only where it is told to.",
    operations,
    "options_of",
)
def _(original, inputs):
    return dict(original(inputs), enforce_signature=inputs.get("enforce_signature", False))


@faulty(
    "signatures.enforce-default/always-on",
    "signatures.enforce-default signatures.decision signatures.trust-levels",
    "Knows no way to turn the enforcement off.",
    operations,
    "options_of",
)
def _(original, inputs):
    return dict(original(inputs), enforce_signature=True)


@faulty(
    "signatures.decision/off-means-nothing-refused",
    "signatures.decision",
    "Looks at no signature where they are not enforced, so that a wrong one loads.",
    signatures,
    "decide",
)
def _(original, block, keys, now, name, message, enforce):
    try:
        return original(block, keys, now, name, message, enforce)
    except signatures.Refusal:
        if enforce:
            raise
        return "unverified"


@faulty(
    "signatures.decision/off-means-unverified",
    "signatures.decision signatures.trust-levels",
    "Calls everything `unverified` where signatures are not enforced, also what it verified or what has none.",
    signatures,
    "decide",
)
def _(original, block, keys, now, name, message, enforce):
    level = original(block, keys, now, name, message, enforce)
    return level if enforce else "unverified"


@faulty(
    "signatures.decision/unsigned-loads",
    "signatures.decision loader.verify-signature",
    "Verifies a signature where there is one.",
    signatures,
    "decide",
)
def _(original, block, keys, now, name, message, enforce):
    return original(block, keys, now, name, message, enforce) if block else "unsigned"


@faulty(
    "signatures.trust-levels/unsigned-is-unverified",
    "signatures.trust-levels",
    "Has two levels of trust: verified and not.",
    signatures,
    "decide",
)
def _(original, block, keys, now, name, message, enforce):
    level = original(block, keys, now, name, message, enforce)
    return "unverified" if level == "unsigned" else level


@faulty(
    "signatures.algorithms/unknown-is-untrusted",
    "signatures.algorithms signatures.decision",
    "Looks the key up before it looks at the algorithm.",
    signatures,
    "rows_that_hold",
)
def _(original, block, key, now, name, message):
    if block is not None and signatures.key_is_untrusted(key):
        yield "UntrustedKey"
    yield from original(block, key, now, name, message)


@faulty(
    "signatures.algorithms/letter-case-ignored",
    "signatures.algorithms",
    "Compares the names of algorithms without regard to letter case.",
    signatures,
    "algorithm_is_unknown",
)
def _(original, block):
    block["algorithm"] = block["algorithm"].lower()
    return original(block)


@faulty(
    "signatures.decision/mismatch-is-invalid",
    "signatures.decision",
    "Does not compare the algorithms of block and key: the signature will turn out wrong.",
    signatures,
    "algorithm_differs",
)
def _(original, block, key):
    return False


@also("signatures.decision/mismatch-is-invalid", signatures, "is_wrong")
def _(original, block, key, message):
    return key["algorithm"] != block["algorithm"] or original(block, key, message)


@faulty(
    "signatures.decision/algorithm-of-the-key",
    "signatures.decision signatures.algorithms",
    "Verifies by the algorithm of the key, whatever the block says.",
    signatures,
    "algorithm_differs",
)
def _(original, block, key):
    block["algorithm"] = key["algorithm"]
    return False


@faulty(
    "trust-store.revocation/not-looked-at",
    "trust-store.revocation signatures.decision signatures.no-signing-time",
    "Has revocation in its data and not in its code.",
    signatures,
    "is_revoked",
)
def _(original, key, now):
    return False


@faulty(
    "trust-store.revocation/second-after",
    "trust-store.revocation",
    "Refuses a revoked key from the second after its revocation on.",
    signatures,
    "is_revoked",
)
def _(original, key, now):
    return original(key, now) and now != key["revoked_at"]


@faulty(
    "trust-store.revocation/at-any-time",
    "trust-store.revocation",
    "Takes a key that is to be revoked for revoked.",
    signatures,
    "is_revoked",
)
def _(original, key, now):
    return "revoked_at" in key


@faulty(
    "trust-store.validity/not-looked-at",
    "trust-store.validity signatures.decision signatures.no-signing-time",
    "Lets keys be valid for ever.",
    signatures,
    "is_not_valid",
)
def _(original, key, now):
    return False


@faulty(
    "trust-store.validity/last-second-included",
    "trust-store.validity",
    "Takes `not_after` for the last second of validity, as certificates do.",
    signatures,
    "is_not_valid",
)
def _(original, key, now):
    return original(key, now) and now != key.get("not_after")


@faulty(
    "trust-store.validity/first-second-excluded",
    "trust-store.validity",
    "Writes `>` where validity begins with `not_before`.",
    signatures,
    "is_not_valid",
)
def _(original, key, now):
    return original(key, now) or now == key.get("not_before")


@faulty(
    "trust-store.validity/never-expires",
    "trust-store.validity signatures.no-signing-time",
    "Lets a key that has expired vouch for what it may have signed before.",
    signatures,
    "is_not_valid",
)
def _(original, key, now):
    return now < key.get("not_before", 0)


@faulty(
    "trust-store.validity/absent-bound-is-zero",
    "trust-store.validity",
    "Fills absent bounds with 0, so that a key without an end has ended.",
    signatures,
    "is_not_valid",
)
def _(original, key, now):
    return original(dict({"not_after": 0}, **key), now)


@faulty(
    "trust-store.times/milliseconds",
    "trust-store.times trust-store.validity",
    "Compares the milliseconds of its clock with the seconds of the store.",
    trust_store,
    "present_time",
)
def _(original, clock, store):
    return original(clock * 1000, store)


@faulty(
    "trust-store.clock/host-alone",
    "trust-store.clock",
    "Believes the clock of its host, also where the store is younger.",
    trust_store,
    "present_time",
)
def _(original, clock, store):
    return clock


@faulty(
    "trust-store.clock/store-alone",
    "trust-store.clock",
    "Takes the time at which the store was issued for the present.",
    trust_store,
    "present_time",
)
def _(original, clock, store):
    return store.get("issued_at", clock)


@faulty(
    "trust-store.clock/machine-time",
    "conformance.injected trust-store.clock conformance.operations",
    "Asks the machine for the time and not the clock that it was given; here a machine of the year 2040.",
    operations,
    "options_of",
)
def _(original, inputs):
    return dict(original(inputs), now=2208988800)


@faulty(
    "signatures.decision/validity-before-revocation",
    "signatures.decision",
    "Asks whether a key is valid before it asks whether it was revoked.",
    signatures,
    "rows_that_hold",
)
def _(original, block, key, now, name, message):
    for reason in original(block, key, now, name, message):
        if reason == "RevokedKey" and signatures.is_not_valid(key, now):
            yield "KeyNotValid"
        yield reason


@faulty(
    "signatures.decision/scope-before-revocation",
    "signatures.decision",
    "Asks for the scope where it looks the key up.",
    signatures,
    "rows_that_hold",
)
def _(original, block, key, now, name, message):
    for reason in original(block, key, now, name, message):
        if reason in ("RevokedKey", "KeyNotValid") and signatures.is_out_of_scope(key, name):
            yield "KeyOutOfScope"
        yield reason


@faulty(
    "signatures.decision/signature-before-the-key",
    "signatures.decision",
    "Verifies first, and asks about revocation, validity and scope of the key afterwards.",
    signatures,
    "rows_that_hold",
)
def _(original, block, key, now, name, message):
    for reason in original(block, key, now, name, message):
        late = reason in ("RevokedKey", "KeyNotValid", "KeyOutOfScope")
        if late and signatures.is_wrong(block, key, message):
            yield "InvalidSignature"
        yield reason


@faulty(
    "signatures.decision/any-signature",
    "signatures.decision loader.verify-signature signatures.bytes",
    "Checks all about the key, and never the signature.",
    signatures,
    "is_wrong",
)
def _(original, block, key, message):
    return False


@faulty(
    "signatures.decision/untrusted-always-refused",
    "signatures.decision",
    "Refuses unknown keys also where signatures are not enforced.",
    signatures,
    "decide",
)
def _(original, block, keys, now, name, message, enforce):
    level = original(block, keys, now, name, message, enforce)
    if level == "unverified":
        signatures.refuse("UntrustedKey", block, None)
    return level


@faulty(
    "signatures.key-id/any-key-that-fits",
    "signatures.key-id signatures.decision",
    "Tries every trusted key of the algorithm until one fits, whatever key id the block states.",
    signatures,
    "decide",
)
def _(original, block, keys, now, name, message, enforce):
    if block and block["key_id"] not in keys:
        for key_id, key in keys.items():
            if key["algorithm"] == block["algorithm"] and signatures.key_is_valid(key["algorithm"], key["public_key"]):
                if signatures.verify(block["algorithm"], key["public_key"], message(), block["value"]):
                    return original(dict(block, key_id=key_id), keys, now, name, message, enforce)
    return original(block, keys, now, name, message, enforce)


# Scope.


@faulty(
    "trust-store.scope/not-looked-at",
    "trust-store.scope signatures.decision",
    "Trusts a key for everything.",
    signatures,
    "is_out_of_scope",
)
def _(original, key, name):
    return False


@faulty(
    "trust-store.scope/star-crosses-slashes",
    "trust-store.scope",
    "Has one star, which matches everything.",
    signatures,
    "glob_matches",
)
def _(original, glob, name):
    return original(glob.replace("**", "*").replace("*", "**"), name)


@faulty(
    "trust-store.scope/two-stars-stay",
    "trust-store.scope",
    "Reads two stars as one star twice, which stays inside a segment.",
    signatures,
    "glob_pieces",
)
def _(original, glob):
    return list(glob)


@faulty(
    "trust-store.scope/beginning-is-enough",
    "trust-store.scope",
    "Asks whether the name begins with what the glob says.",
    signatures,
    "glob_matches",
)
def _(original, glob, name):
    return any(original(glob, name[:length]) for length in range(len(name) + 1))


@faulty(
    "trust-store.scope/file-name-patterns",
    "trust-store.scope",
    "Hands globs to the matcher for file names, in which `?` and `[` mean something.",
    signatures,
    "glob_matches",
)
def _(original, glob, name):
    if "?" in glob or "[" in glob:
        return fnmatch.fnmatchcase(name, glob)
    return original(glob, name)


@faulty(
    "trust-store.scope/star-needs-a-character",
    "trust-store.scope",
    "Lets a star stand for at least one character.",
    signatures,
    "glob_matches",
)
def _(original, glob, name):
    pieces = {"**": ".+", "*": "[^/]+"}
    pattern = "".join(pieces.get(piece, re.escape(piece)) for piece in signatures.glob_pieces(glob))
    return re.fullmatch(pattern, name, re.DOTALL) is not None


@faulty(
    "trust-store.scope/first-glob",
    "trust-store.scope",
    "Compares the name with the first glob of a scope.",
    signatures,
    "is_out_of_scope",
)
def _(original, key, name):
    return original(dict(key, scope=key["scope"][:1]) if "scope" in key else key, name)


@faulty(
    "trust-store.rotation/one-key-a-label",
    "trust-store.rotation trust-store.scope",
    "Keeps keys by their label, so that the second one of a rotation replaces the first.",
    trust_store,
    "keys_by_id",
)
def _(original, store):
    by_label = {key.get("label", key["key_id"]): key for key in store["keys"]}
    return {key["key_id"]: key for key in by_label.values()}


# What is signed.


@faulty(
    "signatures.bytes/manifest-alone",
    "signatures.bytes",
    "Signs the manifest, and neither the header before it nor the index behind it.",
    artifact,
    "signed_bytes",
)
def _(original, header, manifest, item, index):
    return artifact.manifest_without_signature(manifest, item)


@faulty(
    "signatures.bytes/index-left-out",
    "signatures.bytes",
    "Leaves the index out, as the manifest pins it.",
    artifact,
    "signed_bytes",
)
def _(original, header, manifest, item, index):
    return original(header, manifest, item, b"")


@faulty(
    "signatures.bytes/length-without-signature",
    "signatures.bytes signatures.length-first",
    "Puts the length of the manifest without its signature into the header that it verifies.",
    artifact,
    "signed_bytes",
)
def _(original, header, manifest, item, index):
    unsigned = artifact.manifest_without_signature(manifest, item)
    return header[:24] + len(unsigned).to_bytes(8, "big") + header[32:] + unsigned + index


@faulty(
    "signatures.bytes/digest-of-the-bytes",
    "signatures.bytes",
    "Signs the SHA-256 of the bytes and not the bytes.",
    policy,
    "signed_bytes",
)
def _(original, state):
    return hashlib.sha256(original(state)).digest()


@faulty(
    "signatures.bytes/signature-zeroed",
    "signatures.bytes loader.verify-signature",
    "Verifies over the manifest with its signature zeroed, as executables are signed.",
    artifact,
    "manifest_without_signature",
)
def _(original, manifest, item):
    block = next((value for key, value in schema.pairs(item) if key.value == "signature"), None)
    if block is None:
        return manifest
    stated = next(value for key, value in schema.pairs(block) if key.value == "value")
    return manifest[: stated.end - len(stated.value)] + bytes(len(stated.value)) + manifest[stated.end :]


@faulty(
    "signatures.bytes.manifest/count-not-lowered",
    "signatures.bytes.manifest",
    "Cuts the signature out and leaves the count in the head of the map as it was.",
    artifact,
    "manifest_without_signature",
)
def _(original, manifest, item):
    for key, value in schema.pairs(item):
        if key.value == "signature":
            return manifest[: key.offset] + manifest[value.end :]
    return manifest


@faulty(
    "signatures.bytes.manifest/head-as-long-as-before",
    "signatures.bytes.manifest",
    "Lowers the count in place, so that a map of 24 keeps its head of two bytes.",
    artifact,
    "manifest_without_signature",
)
def _(original, manifest, item):
    made = original(manifest, item)
    if manifest[0] == 0xB8 and made[0] != 0xB8:
        return bytes([0xB8, made[0] & 31]) + made[1:]
    return made


@faulty(
    "signatures.bytes.manifest/end-cut-off",
    "signatures.bytes.manifest",
    "Knows that `signature` is the last key of its own manifests and cuts off the end.",
    artifact,
    "manifest_without_signature",
)
def _(original, manifest, item):
    for key, _ in schema.pairs(item):
        if key.value == "signature":
            head_end = 1 if item.value < 24 else 2
            return original(manifest, item)[:1] + manifest[head_end : key.offset]
    return manifest


@faulty(
    "signatures.bytes.manifest/built-anew",
    "signatures.bytes.manifest encoding.growth.higher",
    "Encodes the members that it knows anew, so that kept unknown ones are not signed.",
    artifact,
    "manifest_without_signature",
)
def _(original, manifest, item):
    names = [member["name"] for member in cddl.rule("manifest")["members"]]
    kept = [pair for pair in schema.pairs(item) if pair[0].value in names and pair[0].value != "signature"]
    return documents.write_item(documents.container("map", [each for pair in kept for each in pair]))


@faulty(
    "loader.verify-signature/reason-for-all",
    "loader.verify-signature signatures.decision",
    "Has one reason: whatever is wrong, the signature is invalid.",
    signatures,
    "refuse",
)
def _(original, reason, block, key):
    original("InvalidSignature", block, key)




@faulty(
    "trust-store.out-of-band/carried-along",
    "trust-store.out-of-band",
    "Takes the trust store that an artifact brings with it in a section.",
    policy,
    "check_signature",
)
def _(original, state):
    keys = list((state.options["store"] or trust_store.EMPTY)["keys"])
    for entry in state.entries:
        start = state.bodies_start + entry["offset"]
        try:
            keys += trust_store.read(state.source.data[start : start + entry["length"]])["keys"]
        except trust_store.Refusal:
            pass
    state.options = dict(state.options, store=dict(state.options["store"] or {}, keys=keys))
    original(state)


@faulty(
    "trust-store.out-of-band/trusted-on-first-use",
    "trust-store.out-of-band signatures.decision",
    "Trusts whatever key it meets first, where nobody gave it a store.",
    signatures,
    "decide",
)
def _(original, block, keys, now, name, message, enforce):
    return original(block, keys, now, name, message, enforce and bool(keys or not block))
