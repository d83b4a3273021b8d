"""The load chain: ten phases, and in them every check of spec/tables/loader-checks.yaml, in its order.
@spec loader.checks.order"""

from . import artifact, bodies, events, head, policy, source
from .refusal import Refusal


class Load:
    """What a load is given, and what it has found out so far."""

    def __init__(self, data, options):
        self.source = source.Source(data, options.get("storage"))
        self.options = options
        self.refusal = None
        self.events = []
        self.told = []
        self.bodies = {}


def phases():
    """The phases with what is done in them. @spec loader.phases"""
    return [
        ("read_head", read_head()),
        ("parse", [head.check_manifest, head.check_index, head.check_section_count, head.check_section_lengths]),
        ("verify_structure", verify_structure()),
        ("verify_digest", [head.check_expected_digest, head.check_manifest_digest, head.check_index_digest]),
        ("verify_signature", [policy.check_signature]),
        ("negotiate_version", [policy.check_schema_version, policy.check_runtime_interface]),
        ("select", [policy.check_selection]),
        ("resolve", [policy.check_entry, policy.check_dependencies, policy.warn_of_unselected_assembly]),
        ("read_sections", [bodies.check_bodies]),
        ("hand_off", [bodies.hand_over]),
    ]


def read_head():
    return [
        head.open_source,
        head.check_magic,
        head.check_format_version,
        head.check_size,
        head.check_manifest_limit,
        head.check_index_limit,
        head.check_head_fits,
        head.read_rest_of_head,
    ]


def verify_structure():
    return [
        head.check_end_within_size,
        head.check_end_is_size,
        head.check_checksum,
        head.check_total_length,
        head.check_flags,
        head.check_reserved,
        head.check_manifest_offset,
        head.check_index_offset,
        head.check_signed_flag,
        head.check_section_offsets,
        head.check_assembly,
    ]


def load(data, options):
    """Load an artifact. `options`: profile, strategy, store (or None), enforce_signature, expected_manifest_digest (or
    None), limits, storage and stop (or None), now, offers, runtime_interface. Gives the Load, refused where `refusal`
    is not None."""
    state = Load(data, options)
    events.publish(state, "load.load_started", source="vector", strategy=options["strategy"])
    for phase, steps in phases():
        events.publish(state, "load.phase_started", phase=phase)
        state.refusal = stopped(state, phase) or run_phase(state, phase, steps)
        if state.refusal is not None:
            events.publish(state, "load.phase_failed", phase=phase, code=state.refusal.code, duration_ns=0)
            return state
        events.publish(state, "load.phase_completed", phase=phase, duration_ns=0)
    events.publish(state, "load.load_completed", **summary(state))
    return state


def summary(state):
    """What is told at the end of a load. @spec loader.events"""
    return {
        "name": state.manifest["name"],
        "version": state.manifest["version"],
        "sections": len(state.selected),
        "reads": len(state.source.reads),
        "bytes": sum(length for _, length in state.source.reads),
        "duration_ns": 0,
    }


def stopped(state, phase):
    """The refusal of a load that its caller stops where a phase begins. @spec loader.cancellation"""
    return Refusal("LDR_ABORTED", phase=phase) if state.options.get("stop") == phase else None


def run_phase(state, phase, steps):
    """The first refusal of a phase, or None. It carries the phase. @spec loader.phase-context"""
    for step in steps:
        try:
            step(state)
        except Refusal as refusal:
            refusal.context = dict({"phase": phase}, **refusal.context)
            return refusal
    return None


def repack(data, limits):
    """Parse an artifact and serialise it again. Every digest is compared first, or what was wrong would come out as if
    it were right; no signature is judged, and nothing is selected. @spec format.serialize.refuses"""
    state = Load(data, {"limits": limits, "expected_manifest_digest": None})
    judged = phases()[:4] + [
        ("negotiate_version", [policy.check_schema_version]),
        ("read_sections", [bodies.check_every_body]),
    ]
    for phase, steps in judged:
        refusal = run_phase(state, phase, steps)
        if refusal is not None:
            raise refusal
    every_body = [state.bodies[entry["section_id"]] for entry in state.entries]
    return artifact.serialize(state.manifest_item, state.index_item, every_body)
