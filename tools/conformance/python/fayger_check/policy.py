"""The phases that ask the host: verify_signature, negotiate_version, select, resolve. Checks as in head.py."""

from . import artifact, events, schema, selection, signatures, trust_store, versions
from .refusal import Refusal

CODE_KIND = 1


# verify_signature


def check_signature(state):
    """Check 250. @spec loader.verify-signature"""
    store = state.options["store"] or trust_store.EMPTY
    readable = schema.major_is_known(state.schema_version)
    block = state.manifest.get("signature")
    keys = trust_store.keys_by_id(store)
    state.trust_level = signatures.decide(
        block,
        keys,
        trust_store.present_time(state.options["now"], store),
        state.manifest["name"] if readable else None,
        lambda: signed_bytes(state),
        state.options["enforce_signature"],
    )
    tell_of_signature(state, block, keys)


def tell_of_signature(state, block, keys):
    """@spec signatures.events"""
    signer = {name: block[name] for name in ("algorithm", "key_id")} if block else {}
    if state.trust_level == "verified":
        key = keys[block["key_id"]]
        label = {"label": key["label"]} if "label" in key else {}
        events.publish(state, "security.signature_verified", **signer, **label)
    else:
        events.publish(state, "security.signature_skipped", trust=state.trust_level, **signer)


def signed_bytes(state):
    return artifact.signed_bytes(state.header_bytes, state.manifest_bytes, state.manifest_item, state.index_bytes)


# negotiate_version


def check_schema_version(state):
    """Check 260. @spec versions.negotiation.schema"""
    versions.check_schema_major(state.schema_version)


def check_runtime_interface(state):
    """Check 270. @spec versions.negotiation.runtime-interface"""
    required = tuple(state.manifest["runtime_interface_min"])
    versions.check_runtime_interface(required, state.options["runtime_interface"])


# select


def check_selection(state):
    """Check 280. @spec selection.unfit"""
    state.selection = selection.select(state.entries, state.options["profile"])
    state.selected = set(state.selection.selected)
    for section_id, reason, length in state.selection.skipped:
        events.publish(state, "load.section_skipped", section_id=section_id, reason=reason, length=length)


# resolve


def check_entry(state):
    """Check 290. @spec loader.resolve.entry"""
    section_id = state.manifest["entry"]["section"]
    reason = why_entry_is_unresolved(state.entry_by_id.get(section_id), state.selected)
    if reason:
        raise Refusal("LDR_ENTRY_UNRESOLVED", section_id=section_id, reason=reason)


def why_entry_is_unresolved(entry, selected):
    if entry is None:
        return "missing"
    if entry["kind"] != CODE_KIND:
        return "not_code"
    return None if entry["section_id"] in selected else "not_selected"


def check_dependencies(state):
    """Check 300. @spec loader.resolve.dependencies"""
    for dependency in state.manifest.get("dependencies", []):
        name, wanted = dependency["name"], dependency["version_range"]
        available = [offer["version"] for offer in state.options["offers"] if offer["name"] == name]
        if not any(versions.is_version(version) and versions.in_range(version, wanted) for version in available):
            raise Refusal("LDR_DEPENDENCY_UNRESOLVED", name=name, version_range=wanted, available=available)


def warn_of_unselected_assembly(state):
    """@spec loader.resolve.assembly"""
    if "assembly" in state.manifest and state.manifest["assembly"] not in state.selected:
        events.publish(state, "load.assembly_unselected", section_id=state.manifest["assembly"])
