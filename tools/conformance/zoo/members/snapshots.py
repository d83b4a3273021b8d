"""Faults in what is read of a snapshot."""

from fayger_check import documents, snapshots
from fayger_check.refusal import Refusal
from museum import faulty


def parts_of(data):
    """Version, state, its digest and the artifact's of a snapshot that is one."""
    snapshot = snapshots.decoded(data, "snapshot")
    names = ("schema_version", "state", "state_digest", "manifest_digest")
    return [documents.plain(documents.member(snapshot, name)) for name in names]


@faulty(
    "snapshots.order/version-unread",
    "snapshots.order",
    "Takes every snapshot for one of its own version.",
    snapshots,
    "check_version",
)
def _(original, version):
    pass


@faulty(
    "snapshots.order/later-majors-refused-alone",
    "snapshots.order",
    "Refuses later majors and goes on from earlier ones.",
    snapshots,
    "check_version",
)
def _(original, version):
    if version[0] > snapshots.MAJOR:
        original(version)


@faulty(
    "snapshots.order/minors-refused",
    "snapshots.order",
    "Refuses minors that came after its own.",
    snapshots,
    "check_version",
)
def _(original, version):
    original(version)
    if version[1] > 0:
        raise snapshots.invalid("unsupported_version")


@faulty(
    "snapshots.order/damage-unseen",
    "snapshots.order lifecycle.snapshot.invalid",
    "Never computes the digest of a state.",
    snapshots,
    "check_digest",
)
def _(original, state, digest):
    pass


@faulty(
    "lifecycle.snapshot.pins/any-artifact",
    "lifecycle.snapshot.pins lifecycle.snapshot.invalid snapshots.order",
    "Goes on under any artifact, as long as the code fits.",
    snapshots,
    "check_artifact",
)
def _(original, pinned, digest):
    pass


@faulty(
    "snapshots.order/artifact-first",
    "snapshots.order",
    "Compares the artifact before it reads the state.",
    snapshots,
    "read",
)
def _(original, data, manifest_digest):
    version, state, digest, pinned = parts_of(data)
    snapshots.check_version(version)
    snapshots.check_digest(state, digest)
    snapshots.check_artifact(pinned, manifest_digest)
    return snapshots.decoded(state, "snapshot-state")


@faulty(
    "snapshots.order/state-before-its-digest",
    "snapshots.order",
    "Decodes the state before it looks whether it is the one that was saved.",
    snapshots,
    "read",
)
def _(original, data, manifest_digest):
    version, state, digest, pinned = parts_of(data)
    snapshots.check_version(version)
    item = snapshots.decoded(state, "snapshot-state")
    snapshots.check_digest(state, digest)
    snapshots.check_artifact(pinned, manifest_digest)
    return item


@faulty(
    "snapshots.order/version-last",
    "snapshots.order",
    "Looks at the version when everything else was right.",
    snapshots,
    "read",
)
def _(original, data, manifest_digest):
    version, state, digest, pinned = parts_of(data)
    snapshots.check_digest(state, digest)
    item = snapshots.decoded(state, "snapshot-state")
    snapshots.check_artifact(pinned, manifest_digest)
    snapshots.check_version(version)
    return item


@faulty(
    "snapshots.invalid/offset-in-the-snapshot",
    "snapshots.invalid",
    "Counts the offset of a fault in the state from the beginning of the snapshot.",
    snapshots,
    "read",
)
def _(original, data, manifest_digest):
    _, state, _, _ = parts_of(data)
    try:
        return original(data, manifest_digest)
    except Refusal as refusal:
        if "offset" in refusal.context:
            refusal.context["offset"] += data.find(state)
        raise


@faulty(
    "snapshots.invalid/one-reason",
    "snapshots.invalid",
    "Calls damaged whatever it cannot go on from.",
    snapshots,
    "invalid",
)
def _(original, reason, offset=None):
    return original("state_damaged", offset)


@faulty(
    "snapshots.invalid/error-of-the-decoder",
    "snapshots.invalid lifecycle.snapshot.invalid",
    "Lets the error of its decoder through.",
    snapshots,
    "invalid",
)
def _(original, reason, offset=None):
    return original(reason) if offset is None else Refusal("CODEC", reason=reason, path="$", offset=offset)


@faulty(
    "snapshots.shape/state-unjudged",
    "snapshots.shape",
    "Takes a state as it comes, since its digest is right.",
    snapshots,
    "decoded",
)
def _(original, data, rule):
    return original(data, rule) if rule == "snapshot" else documents.decode(data, rule).item


@faulty(
    "snapshots.shape/members-beyond-the-schema",
    "snapshots.shape",
    "Passes over members that it does not know.",
    snapshots,
    "decoded",
)
def _(original, data, rule):
    verdict = documents.decode(data, rule)
    if verdict.fault is not None and verdict.fault.reason == "unknown_field":
        return verdict.item
    return original(data, rule)
