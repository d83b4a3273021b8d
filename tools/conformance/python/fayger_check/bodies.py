"""The phases that read bodies and hand the artifact over, and access to it afterwards. Checks as in head.py."""

from . import events, head, source
from .refusal import Refusal


# read_sections


def check_bodies(state):
    """Check 310; of a lazy load it is made at the first access. @spec loader.read-sections.order"""
    if state.options["strategy"] == "lazy":
        return
    entries = [entry for entry in state.entries if entry["section_id"] in state.selected]
    places = [(state.bodies_start + entry["offset"], entry["length"]) for entry in entries]
    expected = sum(length for offset, length in places if offset + length > state.source.front)
    source.read_bodies(state.source, places)
    source.check_unchanged(state.source)
    tell_progress(state, expected)
    for entry in entries:
        keep_body(state, entry)


def tell_progress(state, expected):
    """All bodies are one step. @spec loader.events.progress"""
    if expected > 0:
        events.publish(state, "load.progress", received=expected, expected=expected)


def check_every_body(state):
    """Check 310 for whoever serialises: of all bodies, whether selected or not. @spec format.parse.verified"""
    for entry in state.entries:
        keep_body(state, entry)


def keep_body(state, entry):
    """A body that has been read, once its digest is right. @spec loader.read-sections.verified-first"""
    start = state.bodies_start + entry["offset"]
    body = source.bytes_at(state.source, start, entry["length"])
    head.check_digest("section", body, entry["digest"], start, section_id=entry["section_id"])
    events.publish(state, "load.section_verified", section_id=entry["section_id"], length=entry["length"])
    state.bodies[entry["section_id"]] = body


# hand_off


def hand_over(state):
    """@spec manifest.deprecation-notice"""
    if "deprecation_notice" in state.manifest:
        notice = state.manifest["deprecation_notice"]
        events.publish(state, "load.deprecated", name=state.manifest["name"], notice=notice)


def access_again(state, section_id, tries):
    """An access that failed is made again, so many times at most. @spec loader.read-sections.failed"""
    for _ in range(tries):
        try:
            return access(state, section_id)
        except Refusal:
            pass
    return access(state, section_id)


def prefetch(state, section_ids):
    """@spec loader.read-sections.prefetch"""
    try:
        for section_id in section_ids:
            check_selected(state, section_id)
        if state.options.get("stop") == "access":
            raise Refusal("LDR_ABORTED")
        entries = [state.entry_by_id[section_id] for section_id in section_ids if section_id not in state.bodies]
        source.prefetch(state.source, [(state.bodies_start + entry["offset"], entry["length"]) for entry in entries])
    except Refusal as refusal:
        refusal.context["phase"] = "read_sections"
        raise


def access(state, section_id):
    """The body of a section of a loaded artifact; a lazy one is read at its first access. @spec loader.strategy"""
    try:
        check_selected(state, section_id)
        if state.options.get("stop") == "access":
            raise Refusal("LDR_ABORTED")
        if section_id not in state.bodies:
            entry = state.entry_by_id.get(section_id)
            source.read_bodies(state.source, [(state.bodies_start + entry["offset"], entry["length"])])
            source.check_unchanged(state.source)
            keep_body(state, entry)
        return state.bodies[section_id]
    except Refusal as refusal:
        refusal.context["phase"] = "read_sections"
        raise


def check_selected(state, section_id):
    """The reason is the one with which it was skipped, or `missing`. @spec loader.read-sections.unselected"""
    skipped = {name: reason for name, reason, _ in state.selection.skipped}
    if section_id not in state.selected:
        raise Refusal("LDR_SECTION_NOT_SELECTED", section_id=section_id, reason=skipped.get(section_id, "missing"))
