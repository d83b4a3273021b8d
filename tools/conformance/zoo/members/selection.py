"""Faults of selection."""

from fayger_check import json_forms, selection, tables
from museum import faulty


@faulty(
    "selection.terminals/letter-case-ignored",
    "selection.terminals",
    "Compares terminal classes without regard to letter case.",
    selection,
    "terminal_matches",
)
def _(original, constraints, profile):
    return profile["terminal"].lower() in [each.lower() for each in constraints.get("terminals", [profile["terminal"]])]


@faulty(
    "selection.terminals/known-ones-only",
    "selection.terminals",
    "Has an enumeration of terminals, where one outside the table matches nothing.",
    selection,
    "terminal_matches",
)
def _(original, constraints, profile):
    known = "terminals" not in constraints or profile["terminal"] in tables.names("terminals")
    return known and original(constraints, profile)


@faulty(
    "selection.terminals/unknown-matches-all",
    "selection.terminals selection.applies",
    "Gives a terminal that it does not know everything, to be safe.",
    selection,
    "terminal_matches",
)
def _(original, constraints, profile):
    return profile["terminal"] not in tables.names("terminals") or original(constraints, profile)


@faulty(
    "selection.terminals/ignored",
    "selection.terminals selection.applies",
    "Leaves the choice by terminal to the program.",
    selection,
    "terminal_matches",
)
def _(original, constraints, profile):
    return True


@faulty(
    "selection.applies/one-capability-is-enough",
    "selection.applies",
    "Asks that one of the capabilities be claimed, not all of them.",
    selection,
    "capabilities_match",
)
def _(original, constraints, profile):
    wanted = constraints.get("capabilities", [])
    return not wanted or bool(set(wanted) & set(profile["capabilities"]))


@faulty(
    "selection.profile.claim/unknown-claims-dropped",
    "selection.profile.claim",
    "Claims only capabilities that its table has.",
    selection,
    "capabilities_match",
)
def _(original, constraints, profile):
    known = [name for name in profile["capabilities"] if name in tables.by("capabilities", "name")]
    return original(constraints, dict(profile, capabilities=known))


@faulty(
    "selection.profile.claim/not-compared",
    "selection.profile.claim selection.applies",
    "Leaves capabilities to the negotiation at the start of the program.",
    selection,
    "capabilities_match",
)
def _(original, constraints, profile):
    return True


@faulty(
    "selection.applies/one-feature-is-enough",
    "selection.applies",
    "Asks that one of the features be there, not all of them.",
    selection,
    "features_match",
)
def _(original, constraints, profile):
    wanted = constraints.get("features", [])
    return not wanted or bool(set(wanted) & set(profile["features"]))


@faulty(
    "selection.applies/features-are-hints",
    "selection.applies",
    "Takes features for hints.",
    selection,
    "features_match",
)
def _(original, constraints, profile):
    return True


@faulty(
    "selection.applies/unknown-memory-is-none",
    "selection.applies selection.profile",
    "Takes a profile that states no memory for one without memory.",
    selection,
    "memory_matches",
)
def _(original, constraints, profile):
    return original(constraints, dict({"memory_bytes": 0}, **profile))


@faulty(
    "selection.applies/memory-must-be-more",
    "selection.applies",
    "Asks for more memory than the least that a section states.",
    selection,
    "memory_matches",
)
def _(original, constraints, profile):
    memory = profile.get("memory_bytes")
    return memory is None or "min_memory_bytes" not in constraints or constraints["min_memory_bytes"] < memory


@faulty(
    "selection.applies/memory-ignored",
    "selection.applies",
    "Lets the program find out how much memory there is.",
    selection,
    "memory_matches",
)
def _(original, constraints, profile):
    return True


@faulty(
    "selection.applies/memory-asked-first",
    "selection.applies selection.report",
    "Compares the number first, as it is cheapest, and so reports other reasons.",
    selection,
    "why_not_applicable",
)
def _(original, constraints, profile):
    return "memory" if not selection.memory_matches(constraints, profile) else original(constraints, profile)


@faulty(
    "selection.applies/unknown-asked-first",
    "selection.applies selection.report",
    "Stops at a constraint that it does not know before it compares those it knows.",
    selection,
    "why_not_applicable",
)
def _(original, constraints, profile):
    return original(constraints, profile) if selection.constraints_are_known(constraints) else "unknown_constraint"


@faulty(
    "selection.unknown-constraint/ignored",
    "selection.unknown-constraint",
    "Ignores constraints that it does not know.",
    selection,
    "constraints_are_known",
)
def _(original, constraints):
    return True


@faulty(
    "selection.not-applicable/required-ones-refused",
    "selection.not-applicable selection.unfit",
    "Refuses an artifact with a required section that does not apply.",
    selection,
    "select",
)
def _(original, entries, profile):
    made = original(entries, profile)
    budgets = ("max_section_bytes", "max_total_bytes")
    reasons = {section_id: reason for section_id, reason, _ in made.skipped}
    for entry in entries:
        if entry["visibility"] == selection.REQUIRED and reasons.get(entry["section_id"], budgets[0]) not in budgets:
            selection.refuse_unfit(entry, reasons[entry["section_id"]], 0)
    return made


@faulty(
    "selection.required-first/index-order",
    "selection.required-first",
    "Goes through the index once, required and optional sections as they come.",
    selection,
    "required_first",
)
def _(original, entries):
    return entries


@faulty(
    "selection.required-first/smallest-first",
    "selection.required-first selection.optional-unfit",
    "Takes the smallest optional sections first, so that more of them fit.",
    selection,
    "required_first",
)
def _(original, entries):
    made = original(entries)
    return sorted(made, key=lambda entry: (entry["visibility"], entry["length"] if entry["visibility"] else 0))


@faulty(
    "selection.budget/exact-does-not-fit",
    "selection.budget selection.unfit",
    "Writes `>=` where a body of exactly the limit fits.",
    selection,
    "why_unfit",
)
def _(original, entry, profile, left):
    return original(dict(entry, length=entry["length"] + 1), profile, left)


@faulty(
    "selection.budget/entries-count",
    "selection.budget",
    "Counts forty bytes more a section, for what it keeps about it.",
    selection,
    "take_off",
)
def _(original, left, entry):
    return original(left, dict(entry, length=entry["length"] + 40))


@faulty(
    "selection.budget/total-per-kind",
    "selection.budget selection.required-first",
    "Gives optional sections a budget of their own, as if no required one were there.",
    selection,
    "take_off",
)
def _(original, left, entry):
    return left if entry["visibility"] == selection.REQUIRED else original(left, entry)


@faulty(
    "selection.budget/total-first",
    "selection.budget selection.report",
    "Compares with the total before it compares with the limit of one section.",
    selection,
    "why_unfit",
)
def _(original, entry, profile, left):
    if left is not None and entry["length"] > left:
        return "max_total_bytes", left
    return original(entry, profile, left)


@faulty(
    "selection.profile/zero-is-unbounded",
    "selection.profile selection.budget",
    "Takes a limit of 0 for none.",
    selection,
    "select",
)
def _(original, entries, profile):
    return original(entries, {name: value for name, value in profile.items() if value != 0})


@faulty(
    "selection.unfit/skipped-instead",
    "selection.unfit index.visibility",
    "Skips every section that does not fit.",
    selection,
    "refuse_unfit",
)
def _(original, entry, budget, available):
    entry["visibility"] = 1


@faulty(
    "selection.unfit/whole-total-reported",
    "selection.unfit",
    "Reports the whole budget as available, not what is left of it.",
    selection,
    "why_unfit",
)
def _(original, entry, profile, left):
    budget, available = original(entry, profile, left)
    return budget, profile["max_total_bytes"] if budget == "max_total_bytes" else available


@faulty(
    "selection.optional-unfit/refused",
    "selection.optional-unfit selection.unfit index.visibility",
    "Ends the load where any section does not fit.",
    selection,
    "why_unfit",
)
def _(original, entry, profile, left):
    budget, available = original(entry, profile, left)
    if budget is not None:
        selection.refuse_unfit(entry, budget, available)
    return budget, available


@faulty(
    "selection.optional-unfit/counted-all-the-same",
    "selection.optional-unfit",
    "Takes the length of a section off the budget before it asks whether it fits, and never gives it back.",
    selection,
    "select",
)
def _(original, entries, profile):
    made = original(entries, profile)
    total, skipped = profile.get("max_total_bytes"), {each[0]: each for each in made.skipped}
    left = total
    for entry in selection.required_first(entries):
        section_id = entry["section_id"]
        if total is None or skipped.get(section_id, ("", "max_total_bytes"))[1] != "max_total_bytes":
            continue
        left -= entry["length"]
        if left < 0 and entry["visibility"] != selection.REQUIRED:
            skipped[section_id] = (section_id, "max_total_bytes", entry["length"])
    selected = [entry["section_id"] for entry in entries if entry["section_id"] not in skipped]
    return selection.Selection(selected, [skipped[each["section_id"]] for each in entries if each["section_id"] in skipped])


@faulty(
    "selection.optional-unfit/first-ends-it",
    "selection.optional-unfit",
    "Stops at the first optional section that does not fit, and takes none after it.",
    selection,
    "select",
)
def _(original, entries, profile):
    made = original(entries, profile)
    reasons = {section_id: reason for section_id, reason, _ in made.skipped}
    selected, skipped, full = [], [], None
    for entry in entries:
        section_id = entry["section_id"]
        if full is None and reasons.get(section_id) == "max_total_bytes":
            full = reasons[section_id]
        if section_id in reasons or (full and entry["visibility"] != selection.REQUIRED):
            skipped.append((section_id, reasons.get(section_id, full), entry["length"]))
        else:
            selected.append(section_id)
    return selection.Selection(selected, skipped)


@faulty(
    "selection.report/skipped-by-reason",
    "selection.report",
    "Reports skipped sections as it skips them: those that do not apply, then those that do not fit.",
    selection,
    "select",
)
def _(original, entries, profile):
    made = original(entries, profile)
    last = ("max_section_bytes", "max_total_bytes")
    return made._replace(skipped=sorted(made.skipped, key=lambda each: each[1] in last))


@faulty(
    "selection.report/selected-in-order-of-choice",
    "selection.report selection.deterministic",
    "Reports selected sections in the order in which it chose them, required ones first.",
    selection,
    "select",
)
def _(original, entries, profile):
    made = original(entries, profile)
    order = [entry["section_id"] for entry in selection.required_first(entries)]
    return made._replace(selected=sorted(made.selected, key=order.index))


@faulty(
    "selection.report/only-what-did-not-fit",
    "selection.report",
    "Reports sections that did not fit, and says nothing of those that do not apply.",
    selection,
    "select",
)
def _(original, entries, profile):
    made = original(entries, profile)
    return made._replace(skipped=[each for each in made.skipped if each[1].startswith("max_")])


@faulty(
    "selection.deterministic/ids-as-a-set",
    "selection.deterministic selection.report",
    "Keeps ids in a hash table, which has an order of its own; here the reverse one.",
    selection,
    "select",
)
def _(original, entries, profile):
    made = original(entries, profile)
    return made._replace(selected=made.selected[::-1])


# The profile.


@faulty(
    "selection.profile.invalid/not-checked",
    "selection.profile.invalid",
    "Believes its caller.",
    json_forms,
    "check_profile",
)
def _(original, profile):
    try:
        return original(profile)
    except json_forms.Refusal:
        empty = {"terminal": "server", "capabilities": [], "features": []}
        return dict(empty, **profile) if isinstance(profile, dict) else empty


@faulty(
    "selection.profile.invalid/unknown-members-pass",
    "selection.profile.invalid encoding.json.faults",
    "Ignores members of a profile that it does not know.",
    json_forms,
    "check_json_member",
)
def _(original, name, judged, path):
    pass


@faulty(
    "selection.profile.invalid/lists-may-be-left-out",
    "selection.profile.invalid selection.profile",
    "Takes absent lists of a profile for empty ones.",
    json_forms,
    "check_profile",
)
def _(original, profile):
    if isinstance(profile, dict):
        profile = dict({"capabilities": [], "features": []}, **profile)
    return original(profile)


@faulty(
    "encoding.json.numbers/fractions-cut",
    "encoding.json.numbers selection.profile.invalid",
    "Cuts the fraction off where an integer is asked for.",
    json_forms,
    "as_integer",
)
def _(original, value):
    return int(value) if isinstance(value, float) and abs(value) < 2**60 else original(value)


@faulty(
    "encoding.json.faults/unknown-members-first",
    "encoding.json.faults",
    "Looks for members that it does not know before it judges those it knows.",
    json_forms,
    "judge_members",
)
def _(original, value, body, path):
    names = [member["name"] for member in body["members"]]
    for name in sorted(value):
        json_forms.check_json_member(name, names, path)
    return original(value, body, path)


@faulty(
    "encoding.json.faults/order-of-the-text",
    "encoding.json.faults",
    "Judges members in the order in which the text has them, and absent ones at the end.",
    json_forms,
    "judge_members",
)
def _(original, value, body, path):
    members = {member["name"]: member["type"] for member in body["members"]}
    for name in value:
        json_forms.check_json_member(name, members, path)
        json_forms.judge(value[name], members[name], (path, name))
    return original(value, body, path)


@faulty(
    "encoding.json.paths/object-for-missing-member",
    "encoding.json.paths",
    "Names the object that lacks a member.",
    json_forms,
    "judge_members",
)
def _(original, value, body, path):
    try:
        return original(value, body, path)
    except json_forms.JsonFault as fault:
        if fault.reason == "missing_field":
            raise json_forms.JsonFault(fault.reason, path) from None
        raise


@faulty(
    "encoding.json.faults/texts-in-characters",
    "encoding.json.faults selection.profile.invalid",
    "Counts the length of a JSON text in characters.",
    json_forms,
    "byte_length",
)
def _(original, text):
    return len(text)
