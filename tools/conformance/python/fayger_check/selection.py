"""Which sections of an index a terminal gets. @spec selection.applies"""

from collections import namedtuple

from .refusal import Refusal

# Ids of the selected sections, and (id, reason, length) of the skipped ones; both in index order.
Selection = namedtuple("Selection", "selected skipped")

KNOWN_CONSTRAINTS = ("terminals", "capabilities", "features", "min_memory_bytes")
REQUIRED = 0


def select(entries, profile):
    """Choose among the entries of a section index, given as dicts. @spec selection.required-first"""
    skipped = {}
    for entry in entries:
        reason = why_not_applicable(entry["profile_constraints"], profile)
        if reason:
            skipped[entry["section_id"]] = reason
    applying = [entry for entry in entries if entry["section_id"] not in skipped]
    left = profile.get("max_total_bytes")
    for entry in required_first(applying):
        budget, available = why_unfit(entry, profile, left)
        if budget is None:
            left = take_off(left, entry)
        elif entry["visibility"] == REQUIRED:
            refuse_unfit(entry, budget, available)
        else:
            skipped[entry["section_id"]] = budget
    return Selection(
        [entry["section_id"] for entry in entries if entry["section_id"] not in skipped],
        [(entry["section_id"], skipped[entry["section_id"]], entry["length"]) for entry in entries
         if entry["section_id"] in skipped],
    )


def why_not_applicable(constraints, profile):
    """Steps 1 to 5: the first constraint that does not match, or None. @spec selection.not-applicable"""
    if not terminal_matches(constraints, profile):
        return "terminal"
    if not capabilities_match(constraints, profile):
        return "capabilities"
    if not features_match(constraints, profile):
        return "features"
    if not memory_matches(constraints, profile):
        return "memory"
    if not constraints_are_known(constraints):
        return "unknown_constraint"
    return None


def terminal_matches(constraints, profile):
    """As text, whatever the table of terminals says. @spec selection.terminals"""
    return "terminals" not in constraints or profile["terminal"] in constraints["terminals"]


def capabilities_match(constraints, profile):
    """The profile claims all of them. @spec selection.profile.claim"""
    return set(constraints.get("capabilities", [])) <= set(profile["capabilities"])


def features_match(constraints, profile):
    return set(constraints.get("features", [])) <= set(profile["features"])


def memory_matches(constraints, profile):
    """A profile without `memory_bytes` has memory without bound."""
    memory = profile.get("memory_bytes")
    return memory is None or constraints.get("min_memory_bytes", 0) <= memory


def constraints_are_known(constraints):
    """@spec selection.unknown-constraint"""
    return all(name in KNOWN_CONSTRAINTS for name in constraints)


def required_first(entries):
    """Steps 7 and 8: required sections, then optional ones, each in index order. @spec selection.required-first"""
    required = [entry for entry in entries if entry["visibility"] == REQUIRED]
    return required + [entry for entry in entries if entry["visibility"] != REQUIRED]


def why_unfit(entry, profile, left):
    """The budget that a body is too long for, and what of it is available; (None, None) where it fits.
    @spec selection.budget"""
    maximum = profile.get("max_section_bytes")
    if maximum is not None and entry["length"] > maximum:
        return "max_section_bytes", maximum
    if left is not None and entry["length"] > left:
        return "max_total_bytes", left
    return None, None


def take_off(left, entry):
    return None if left is None else left - entry["length"]


def refuse_unfit(entry, budget, available):
    """@spec selection.unfit"""
    raise Refusal(
        "LDR_SECTION_UNFIT",
        phase="select",
        section_id=entry["section_id"],
        length=entry["length"],
        budget=budget,
        available=available,
    )
