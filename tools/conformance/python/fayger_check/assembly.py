"""The assembly section of an artifact, and the steps in which it becomes an iFay. @spec assembly.checks"""

from . import documents, fay_manifest, fay_resolution, fay_text, tables, versions
from .refusal import Refusal

SECTION = "assembly/fay"
RUNTIME = "fayger_runtime"


class Invalid(Refusal):
    """A reason of the table `assembly-reasons`, with the part that it is about."""

    def __init__(self, reason, part=None):
        about = {} if part is None else {"part": part}
        Refusal.__init__(
            self, "LDR_ASSEMBLY_INVALID", phase="hand_off", section_id=SECTION, reason=reason, **about
        )


def read(data, artifact):
    """The parts of an assembled artifact, once every check holds: in the order of the reasons, then of the parts."""
    section = decode(data)
    fay = check_manifest(section)
    check_name(fay, artifact)
    resolution = fay_resolution.resolve(fay)
    check_resolution(section["resolution"], resolution)
    implementations = {each["part"]: each for each in section["implementations"]}
    check_present(implementations, fay, resolution)
    drivers = drivers_of(implementations, fay)
    check_expected(implementations, drivers, resolution)
    check_matching(implementations, drivers, fay, resolution)
    parts = [part_of(implementations[name], drivers.get(name)) for name in sorted(implementations)]
    check_sections(parts, artifact)
    check_functions(parts, artifact)
    return parts


def decode(data):
    """The document, its resolution as a value. @spec assembly.section"""
    verdict = documents.decode(data, "assembly-section")
    if verdict.fault is not None:
        raise Invalid("not_decodable")
    section = documents.plain(verdict.item)
    try:
        resolution, _ = fay_text.read(section["resolution"].encode("utf-8"))
    except fay_text.TextFault:
        raise Invalid("not_decodable") from None
    return dict(section, resolution=resolution)


def check_manifest(section):
    data = section["manifest"].encode("utf-8")
    try:
        fay, _ = fay_text.read(data)
    except fay_text.TextFault:
        raise Invalid("manifest_invalid") from None
    if fay_manifest.errors_of(fay):
        raise Invalid("manifest_invalid")
    return fay


def check_name(fay, artifact):
    if not is_named_so(fay, artifact):
        raise Invalid("name_mismatch")


def is_named_so(fay, artifact):
    return (fay["name"], fay["version"]) == (artifact["name"], artifact["version"])


def check_resolution(written, resolution):
    """@spec assembly.checks.again"""
    if not is_same(written, resolution):
        raise Invalid("resolution_mismatch")


def is_same(one, other):
    """One JSON value, members in any order."""
    if isinstance(one, dict) and isinstance(other, dict):
        return one.keys() == other.keys() and all(is_same(one[name], other[name]) for name in one)
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(is_same(a, b) for a, b in zip(one, other))
    return isinstance(one, bool) == isinstance(other, bool) and one == other


# Implementations.


def guests(resolution):
    """The components that bring code, with what was asked for, in the order of the table."""
    entries = {each["id"]: each for each in resolution["allComponents"] + resolution["allProtocols"]}
    return {name: entries[name] for name in tables.names("components") if name in entries and brings_code(name)}


def brings_code(component):
    return fay_resolution.row(component)["runs"] == "guest"


def check_present(implementations, fay, resolution):
    """Components ascending, then drivers, which have no part to name."""
    for component in sorted(guests(resolution)):
        if component not in implementations:
            raise Invalid("implementation_missing", component)
    if len(set(drivers_of(implementations, fay).values())) < len(fay.get("drivers", [])):
        raise Invalid("implementation_missing")


def drivers_of(implementations, fay):
    """The number of the driver that each part is: of one package in the order of declaration, ascending by part."""
    found = {}
    for number, driver in enumerate(fay.get("drivers", [])):
        for part in sorted(implementations):
            if part not in found and may_be_driver(implementations[part], driver):
                found[part] = number
                break
    return found


def may_be_driver(implementation, driver):
    """@spec assembly.drivers"""
    is_component = fay_manifest.is_component(implementation["part"])
    return not is_component and implementation.get("source") == driver["driverPackage"]


def check_expected(implementations, drivers, resolution):
    for part in sorted(implementations):
        if part not in drivers and part not in guests(resolution):
            raise Invalid("implementation_unexpected", part)


def check_matching(implementations, drivers, fay, resolution):
    for part in sorted(implementations):
        asked = guests(resolution).get(part)
        if not (part in drivers or matches(implementations[part], asked, source_of(part, fay))):
            raise Invalid("implementation_mismatch", part)


def source_of(part, fay):
    """Where the Ego model comes from; no other component has a source."""
    return fay.get("ego", {}).get("modelSource") if part == "ego_model" else None


def matches(implementation, asked, source):
    """Version, provider, source, and no action of the table again."""
    return (
        has_version(implementation, asked)
        and has_provider(implementation, asked)
        and has_source(implementation, source)
        and not declares_again(implementation)
    )


def has_version(implementation, asked):
    return "version" not in asked or versions.in_range(implementation["version"], asked["version"])


def has_provider(implementation, asked):
    return implementation["provider"] == asked.get("provider", implementation["provider"])


def has_source(implementation, source):
    return implementation.get("source") == source


def declares_again(implementation):
    """@spec assembly.implementations.actions"""
    of_table = {action["name"] for action in table_actions(implementation["part"])}
    return any(action["name"] in of_table for action in implementation["actions"])


# Parts.


def table_actions(component):
    """Actions of a component, without what they have not."""
    rows = fay_resolution.row(component)["actions"]
    return [{name: row[name] for name in ("name", "skill", "permission") if row[name] is not None} for row in rows]


def part_of(implementation, driver):
    """@spec assembly.sections"""
    name = implementation["part"]
    own = table_actions(name) if driver is None else []
    actions = sorted(own + list(implementation["actions"]), key=lambda action: action["name"])
    if driver is None:
        return {"part": name, "section": "component/" + name, "actions": actions}
    return {"part": name, "section": "driver/" + name, "driver": driver, "actions": actions}


def check_sections(parts, artifact):
    there = {each["section"] for each in artifact["sections"] if is_code(each)}
    for part in parts:
        if part["section"] not in there:
            raise Invalid("section_missing", part["part"])


def is_code(section):
    """Of kind code, and selected."""
    return section.get("kind", "code") == "code" and section.get("selected", True)


def check_functions(parts, artifact):
    """@spec assembly.manifest"""
    named = set(artifact["host_functions"])
    needed = [(part["part"], functions_of(part)) for part in parts] + [(RUNTIME, action_names(RUNTIME))]
    for part, names in sorted(needed):
        if not named.issuperset(names):
            raise Invalid("host_function_missing", part)


def functions_of(part):
    """The part itself, and each of its actions."""
    return [part["part"]] + [part["part"] + "." + action["name"] for action in part["actions"]]


def action_names(component):
    return [component + "." + action["name"] for action in table_actions(component)]


# Steps. @spec assembly.steps


def steps(fay, drivers):
    """Each step with its parts, in their order."""
    there = list(guests(fay_resolution.resolve(fay)))
    parts = {
        "modules": [name for name in there if not fay_resolution.is_protocol(name) and name != "ego_model"],
        "protocols": [name for name in there if fay_resolution.is_protocol(name)],
        "drivers": list(drivers),
        "ego_model": [name for name in there if name == "ego_model"],
    }
    return [(step, parts.get(step, [])) for step in step_names()]


def step_names():
    return tables.names("assembly-steps")


def take(taken, failing):
    """The events of the steps, and the step that failed or None. @spec assembly.steps.events"""
    events, done = [], []
    for step, parts in taken:
        events.append(event("step_started", step=step, parts=parts))
        if failing is not None and failing["part"] in parts:
            events.append(event("step_failed", step=step, part=failing["part"], code=failing["code"]))
            return events + undo(done), step
        events.append(event("step_completed", step=step))
        done.append(step)
    return events, None


def undo(done):
    """In the reverse order. @spec assembly.steps.failed"""
    return [event("step_undone", step=step) for step in reversed(done)]


def event(name, **fields):
    return {"event": "assembly." + name, "fields": fields}
