"""Faults of the trust store: what is one, and which may follow which."""

from fayger_check import documents, operations, signatures, trust_store
from museum import also, faulty


@faulty(
    "trust-store.key-id/believed",
    "trust-store.key-id signatures.key-id trust-store.invalid",
    "Believes the key id that stands beside a key.",
    trust_store,
    "check_key_id",
)
def _(original, key, path):
    pass


@faulty(
    "trust-store.key-id/of-the-raw-key",
    "trust-store.key-id signatures.key-id",
    "Hashes the bare key and not its SPKI.",
    trust_store,
    "key_id_of",
)
def _(original, spki):
    return original(spki[12:] if len(spki) == 44 else spki)


@faulty(
    "trust-store.key-form/unknown-algorithms-kept",
    "trust-store.key-form trust-store.invalid",
    "Keeps keys of algorithms that it does not know for a later version of itself.",
    trust_store,
    "check_algorithm",
)
def _(original, key, path):
    pass


@also("trust-store.key-form/unknown-algorithms-kept", trust_store, "check_public_key")
def _(original, key, path):
    if documents.member(key, "algorithm").value in signatures.algorithms():
        original(key, path)


@faulty(
    "trust-store.key-form/keys-unread",
    "trust-store.key-form trust-store.invalid",
    "Reads a key when it verifies with it, and not when it takes it in.",
    trust_store,
    "check_public_key",
)
def _(original, key, path):
    pass


@faulty(
    "trust-store.key-form/bad-keys-left-out",
    "trust-store.key-form trust-store.invalid",
    "Leaves a bad key out and takes the rest of the store.",
    trust_store,
    "read",
)
def _(original, data):
    try:
        return original(data)
    except trust_store.Refusal as refusal:
        if refusal.context["reason"] not in ("key_id_mismatch", "algorithm_unknown", "public_key_invalid"):
            raise
    verdict = documents.decode(data, "trust-store")
    store = documents.plain(verdict.item)
    good = []
    for key, item in zip(store["keys"], documents.member(verdict.item, "keys").members):
        try:
            trust_store.check_key(item, None)
            good.append(key)
        except trust_store.Refusal:
            pass
    return dict(store, keys=good)


@faulty(
    "trust-store.key-form/form-before-id",
    "trust-store.invalid",
    "Reads a key before it compares its id.",
    trust_store,
    "check_key",
)
def _(original, key, path):
    trust_store.check_algorithm(key, path)
    trust_store.check_public_key(key, path)
    original(key, path)


@faulty(
    "trust-store.invalid/key-for-member",
    "trust-store.invalid",
    "Reports the key that is wrong, and not its member.",
    trust_store,
    "refuse",
)
def _(original, reason, path, offset):
    members = {"key_id_mismatch", "algorithm_unknown", "public_key_invalid"}
    original(reason, path[0] if reason in members else path, offset)


@faulty(
    "trust-store.invalid/as-untrusted",
    "trust-store.invalid",
    "Loads with no trust where the store does not decode, and says that the key is unknown.",
    operations,
    "options_of",
)
def _(original, inputs):
    try:
        return original(inputs)
    except operations.Refusal as refusal:
        if refusal.code != "LDR_TRUST_STORE_INVALID":
            raise
        return original({name: value for name, value in inputs.items() if name != "trust_store"})


# Updates.


@faulty(
    "trust-store.update/any-version",
    "trust-store.update",
    "Takes whatever store is given last.",
    trust_store,
    "check_version",
)
def _(original, before, offered):
    pass


@faulty(
    "trust-store.update/same-version-passes",
    "trust-store.update",
    "Refuses a lower version alone, so that a store can be exchanged for another one of its version.",
    trust_store,
    "check_version",
)
def _(original, before, offered):
    if offered["version"] < before["version"]:
        original(before, offered)


@faulty(
    "trust-store.update/next-version-alone",
    "trust-store.update",
    "Expects versions without a gap.",
    trust_store,
    "check_version",
)
def _(original, before, offered):
    if offered["version"] > before["version"] + 1:
        raise trust_store.Refusal(
            "LDR_TRUST_STORE_ROLLBACK", installed=before["version"], offered=offered["version"]
        )
    original(before, offered)


@faulty(
    "trust-store.update/by-time",
    "trust-store.update",
    "Compares the times of issue, not the versions.",
    trust_store,
    "check_version",
)
def _(original, before, offered):
    if offered["issued_at"] <= before["issued_at"]:
        raise trust_store.Refusal(
            "LDR_TRUST_STORE_ROLLBACK", installed=before["version"], offered=offered["version"]
        )


@faulty(
    "trust-store.update.same/rollback",
    "trust-store.update.same",
    "Asks for a higher version also where the bytes are the same.",
    trust_store,
    "is_same",
)
def _(original, data, installed):
    return False


@faulty(
    "trust-store.update.same/counts-as-a-change",
    "trust-store.update.same trust-store.update.event",
    "Installs the same store once more and says so.",
    trust_store,
    "update",
)
def _(original, data, installed):
    change = original(data, installed)
    return trust_store.Change([], [], [], []) if change is None else change


@faulty(
    "trust-store.update.event/silent",
    "trust-store.update.event",
    "Installs a store and publishes nothing.",
    operations,
    "update_trust_store",
)
def _(original, inputs):
    made = original(inputs)
    return dict(made, effects={"events": []}) if made["verdict"] == "accept" else made


@faulty(
    "trust-store.update.refused/silent",
    "trust-store.update.refused",
    "Refuses a store and publishes nothing.",
    operations,
    "update_trust_store",
)
def _(original, inputs):
    made = original(inputs)
    return dict(made, effects={"events": []}) if made["verdict"] == "reject" else made


@faulty(
    "trust-store.update.event/revoked-are-altered",
    "trust-store.update.event",
    "Has no list of its own for newly revoked keys.",
    trust_store,
    "changes",
)
def _(original, before, after):
    change = original(before, after)
    return change._replace(revoked=[], altered=sorted(change.altered + change.revoked))


@faulty(
    "trust-store.update.event/revoked-also-altered",
    "trust-store.update.event",
    "Lists a newly revoked key twice, since it changed as well.",
    trust_store,
    "changes",
)
def _(original, before, after):
    change = original(before, after)
    return change._replace(altered=sorted(change.altered + change.revoked))


@faulty(
    "trust-store.update.event/all-revoked-ones",
    "trust-store.update.event",
    "Lists every revoked key, also those that were so before.",
    trust_store,
    "is_newly_revoked",
)
def _(original, old, new):
    return "revoked_at" in new


@faulty(
    "trust-store.update.event/removed-unmentioned",
    "trust-store.update.event",
    "Goes through the keys of the new store, where none is that was removed.",
    trust_store,
    "changes",
)
def _(original, before, after):
    return original(before, after)._replace(removed=[])


@faulty(
    "trust-store.update.event/labels-do-not-count",
    "trust-store.update.event",
    "Compares of a key what decides about trust, and no label.",
    trust_store,
    "changes",
)
def _(original, before, after):
    def bare(store):
        return dict(store, keys=[{name: value for name, value in key.items() if name != "label"} for key in store["keys"]])

    return original(bare(before), bare(after))


@faulty(
    "trust-store.rotation/one-key-of-a-kind",
    "trust-store.rotation",
    "Refuses a store with two keys of one label.",
    trust_store,
    "read",
)
def _(original, data):
    store = original(data)
    labels = [key["label"] for key in store["keys"] if "label" in key]
    if len(labels) != len(set(labels)):
        trust_store.refuse("duplicate_key", (None, "keys"), 0)
    return store


@faulty(
    "trust-store.shape/empty-refused",
    "trust-store.shape",
    "Refuses a store without keys.",
    trust_store,
    "read",
)
def _(original, data):
    store = original(data)
    if not store["keys"]:
        trust_store.refuse("length_out_of_range", (None, "keys"), 0)
    return store
