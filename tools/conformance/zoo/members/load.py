"""Faults of the later phases: versions, resolve, bodies, hand over, and what a load publishes."""

from fayger_check import bodies, documents, events, head, load, operations, policy, source, versions
from museum import faulty

# Resolve.


@faulty(
    "loader.resolve.entry/not-checked",
    "loader.resolve.entry manifest.entry",
    "Looks for the entry when the program starts.",
    policy,
    "check_entry",
)
def _(original, state):
    pass


@faulty(
    "loader.resolve.entry/of-any-kind",
    "loader.resolve.entry manifest.entry",
    "Takes a section of any kind for the program.",
    policy,
    "why_entry_is_unresolved",
)
def _(original, entry, selected):
    reason = original(entry, selected)
    return None if reason == "not_code" and entry["section_id"] in selected else reason


@faulty(
    "loader.resolve.entry/skipped-is-fine",
    "loader.resolve.entry",
    "Asks that the entry be in the index, not that it was selected.",
    policy,
    "why_entry_is_unresolved",
)
def _(original, entry, selected):
    reason = original(entry, selected)
    return None if reason == "not_selected" else reason


@faulty(
    "loader.resolve.entry/not-selected-first",
    "loader.resolve.entry",
    "Looks among the selected sections: what is not there is `not_selected`, whatever else it is.",
    policy,
    "why_entry_is_unresolved",
)
def _(original, entry, selected):
    if entry is not None and entry["section_id"] not in selected:
        return "not_selected"
    return original(entry, selected)


@faulty(
    "loader.resolve.entry/missing-is-not-selected",
    "loader.resolve.entry",
    "Has no word of its own for a section that does not exist.",
    policy,
    "why_entry_is_unresolved",
)
def _(original, entry, selected):
    return original(entry, selected) if entry is not None else "not_selected"


@faulty(
    "loader.resolve.dependencies/not-checked",
    "loader.resolve.dependencies manifest.dependencies",
    "Leaves dependencies to the package manager.",
    policy,
    "check_dependencies",
)
def _(original, state):
    pass


@faulty(
    "loader.resolve.dependencies/names-alone",
    "loader.resolve.dependencies manifest.dependencies",
    "Asks whether something of the name is offered, in whatever version.",
    policy,
    "check_dependencies",
)
def _(original, state):
    offered = {offer["name"] for offer in state.options["offers"]}
    if any(each["name"] not in offered for each in state.manifest.get("dependencies", [])):
        original(state)


@faulty(
    "loader.resolve.dependencies/first-offer",
    "loader.resolve.dependencies",
    "Puts offers into a dictionary by name, where only one version is left of each.",
    policy,
    "check_dependencies",
)
def _(original, state):
    kept = {}
    for offer in state.options["offers"]:
        kept.setdefault(offer["name"], offer)
    state.options = dict(state.options, offers=list(kept.values()))
    original(state)


@faulty(
    "loader.resolve.dependencies/last-one-reported",
    "loader.resolve.dependencies",
    "Goes on after the first dependency that is not offered, and reports the last.",
    policy,
    "check_dependencies",
)
def _(original, state):
    before = state.manifest
    state.manifest = dict(before, dependencies=list(reversed(before.get("dependencies", []))))
    try:
        original(state)
    finally:
        state.manifest = before


@faulty(
    "loader.resolve.dependencies/before-the-entry",
    "loader.resolve.dependencies loader.checks.order",
    "Resolves dependencies before the entry.",
    load,
    "phases",
)
def _(original):
    made = dict(original())
    made["resolve"] = [policy.check_dependencies, policy.check_entry] + made["resolve"][2:]
    return list(made.items())


@faulty(
    "loader.resolve.assembly/silent",
    "loader.resolve.assembly",
    "Says nothing where the assembly was not selected.",
    policy,
    "warn_of_unselected_assembly",
)
def _(original, state):
    pass


@faulty(
    "loader.resolve.assembly/refused",
    "loader.resolve.assembly",
    "Refuses an artifact whose assembly was not selected, as it does with the entry.",
    policy,
    "warn_of_unselected_assembly",
)
def _(original, state):
    if "assembly" in state.manifest and state.manifest["assembly"] not in state.selected:
        section_id = state.manifest["assembly"]
        raise policy.Refusal("LDR_ENTRY_UNRESOLVED", section_id=section_id, reason="not_selected")


# Bodies.


@faulty(
    "loader.read-sections/optional-ones-unverified",
    "loader.read-sections format.chain.bodies",
    "Takes it that the load can go on without an optional section whose digest is wrong.",
    bodies,
    "keep_body",
)
def _(original, state, entry):
    try:
        original(state, entry)
    except bodies.Refusal:
        if entry["visibility"] == 0:
            raise
        state.bodies[entry["section_id"]] = b""


@faulty(
    "loader.read-sections/code-alone",
    "loader.read-sections format.chain.bodies",
    "Verifies what it will execute, and takes data as it comes.",
    bodies,
    "keep_body",
)
def _(original, state, entry):
    if entry["kind"] == policy.CODE_KIND:
        return original(state, entry)
    start = state.bodies_start + entry["offset"]
    state.bodies[entry["section_id"]] = source.bytes_at(state.source, start, entry["length"])
    return events.publish(state, "load.section_verified")


@faulty(
    "loader.read-sections.order/last-fault-first",
    "loader.read-sections.order",
    "Verifies bodies as they arrive, here the last ones first.",
    bodies,
    "check_bodies",
)
def _(original, state):
    before = state.entries
    state.entries = list(reversed(before))
    try:
        original(state)
    finally:
        state.entries = before


@faulty(
    "loader.read-sections.order/required-ones-first",
    "loader.read-sections.order",
    "Verifies required bodies before optional ones.",
    bodies,
    "check_bodies",
)
def _(original, state):
    before = state.entries
    state.entries = sorted(before, key=lambda entry: entry["visibility"])
    try:
        original(state)
    finally:
        state.entries = before


@faulty(
    "loader.read-sections.verified-first/lazy-unverified",
    "loader.read-sections.verified-first loader.read-sections",
    "Verifies during the load, and hands out as it comes what is read later.",
    bodies,
    "access",
)
def _(original, state, section_id):
    try:
        return original(state, section_id)
    except bodies.Refusal as refusal:
        if refusal.code != "LDR_DIGEST_MISMATCH":
            raise
        entry = state.entry_by_id[section_id]
        return source.bytes_at(state.source, state.bodies_start + entry["offset"], entry["length"])


@faulty(
    "loader.read-sections.unselected/read-anyway",
    "loader.read-sections.unselected",
    "Gives out every section of the index, selected or not.",
    bodies,
    "check_selected",
)
def _(original, state, section_id):
    if section_id not in state.entry_by_id:
        original(state, section_id)


@faulty(
    "loader.read-sections.unselected/always-missing",
    "loader.read-sections.unselected",
    "Has forgotten why it skipped a section when somebody asks for it.",
    bodies,
    "check_selected",
)
def _(original, state, section_id):
    try:
        original(state, section_id)
    except bodies.Refusal as refusal:
        refusal.context["reason"] = "missing"
        raise


@faulty(
    "loader.read-sections.unselected/crashes-on-unknown",
    "loader.read-sections.unselected loader.coded-errors",
    "Looks a section up in its table without asking whether it is there.",
    bodies,
    "check_selected",
)
def _(original, state, section_id):
    original(state, state.entry_by_id[section_id]["section_id"])


@faulty(
    "loader.read-sections.unselected/reads-before-it-asks",
    "loader.read-sections.unselected loader.reads.bodies",
    "Reads the body and then finds that it was not selected.",
    bodies,
    "access",
)
def _(original, state, section_id):
    entry = state.entry_by_id.get(section_id)
    if entry is not None and section_id not in state.selected:
        source.read_bodies(state.source, [(state.bodies_start + entry["offset"], entry["length"])])
    return original(state, section_id)


@faulty(
    "loader.strategy/lazy-is-eager",
    "loader.strategy",
    "Has one way to load, and takes the wish for lazy loading as advice.",
    bodies,
    "check_bodies",
)
def _(original, state):
    state.options = dict(state.options, strategy="eager")
    original(state)


@faulty(
    "loader.strategy/eager-is-lazy",
    "loader.strategy loader.read-sections",
    "Reads every body at its first access, whatever strategy was asked for.",
    bodies,
    "check_bodies",
)
def _(original, state):
    pass


@faulty(
    "loader.strategy/lazy-code-alone",
    "loader.strategy",
    "Reads the entry's body also in a lazy load, since it will be needed.",
    bodies,
    "check_bodies",
)
def _(original, state):
    original(state)
    entry = state.entry_by_id.get(state.manifest["entry"]["section"])
    if state.options["strategy"] == "lazy" and entry:
        source.read_bodies(state.source, [(state.bodies_start + entry["offset"], entry["length"])])
        bodies.keep_body(state, entry)


@faulty(
    "loader.hand-off/digests-of-the-index",
    "loader.hand-off",
    "Answers with the bodies of the sections in index order, not those that were asked for.",
    operations,
    "load_artifact",
)
def _(original, inputs):
    return original(dict(inputs, access=sorted(inputs.get("access", []))))


@faulty(
    "loader.read-sections/wrong-offset-reported",
    "loader.read-sections",
    "Reports where a body begins counted from the end of the index.",
    head,
    "check_digest",
)
def _(original, part, data, pinned, offset, **section):
    original(part, data, pinned, 0 if part == "section" else offset, **section)


# Events.


@faulty(
    "loader.events/verified-bodies-unmentioned",
    "loader.events",
    "Publishes phases and says nothing of bodies.",
    events,
    "publish",
)
def _(original, state, event, **fields):
    if event != "load.section_verified":
        original(state, event, **fields)


@faulty(
    "loader.events/phases-without-end",
    "loader.events",
    "Publishes where a phase begins, and not where it ends.",
    events,
    "publish",
)
def _(original, state, event, **fields):
    if event != "load.phase_completed":
        original(state, event, **fields)


@faulty(
    "loader.events/failure-is-silent",
    "loader.events events.raised",
    "Throws the error of a load and publishes nothing of it.",
    events,
    "publish",
)
def _(original, state, event, **fields):
    if event != "load.phase_failed":
        original(state, event, **fields)


@faulty(
    "loader.events/end-unmentioned",
    "loader.events",
    "Publishes nothing where a load is done.",
    events,
    "publish",
)
def _(original, state, event, **fields):
    if event != "load.load_completed":
        original(state, event, **fields)


@faulty(
    "selection.skipped-event/silent",
    "selection.skipped-event loader.events",
    "Reports skipped sections in its result and publishes nothing of them.",
    events,
    "publish",
)
def _(original, state, event, **fields):
    if event != "load.section_skipped":
        original(state, event, **fields)


@faulty(
    "signatures.events/unsigned-is-silent",
    "signatures.events",
    "Publishes what it verified, and nothing where it verified nothing.",
    events,
    "publish",
)
def _(original, state, event, **fields):
    if event != "security.signature_skipped":
        original(state, event, **fields)


@faulty(
    "signatures.events/always-verified",
    "signatures.events",
    "Publishes that a signature was verified wherever it was looked at.",
    events,
    "publish",
)
def _(original, state, event, **fields):
    original(state, "security.signature_verified" if event == "security.signature_skipped" else event, **fields)


@faulty(
    "manifest.deprecation-notice/refused",
    "manifest.deprecation-notice",
    "Refuses deprecated artifacts.",
    policy,
    "check_entry",
)
def _(original, state):
    if "deprecation_notice" in state.manifest:
        raise policy.Refusal("LDR_ENTRY_UNRESOLVED", section_id="", reason="missing")
    original(state)


@faulty(
    "manifest.deprecation-notice/silent",
    "manifest.deprecation-notice loader.events",
    "Loads deprecated artifacts and tells nobody.",
    bodies,
    "hand_over",
)
def _(original, state):
    pass


# Versions in a load.


@faulty(
    "versions.negotiation.schema/not-asked",
    "versions.negotiation.schema encoding.growth.major format.parse.verified",
    "Loads what it can decode, of whatever major.",
    policy,
    "check_schema_version",
)
def _(original, state):
    pass


@faulty(
    "versions.negotiation.schema/refused-while-parsing",
    "versions.negotiation.schema encoding.growth.major loader.checks.order",
    "Refuses an unknown major where it decodes the manifest.",
    head,
    "check_manifest",
)
def _(original, state):
    version = documents.decode(state.manifest_bytes, "manifest").version
    versions.check_schema_major(version)
    original(state)


@faulty(
    "loader.coded-errors/unknown-major-crashes",
    "loader.coded-errors encoding.growth.major",
    "Looks for the name in a manifest of another major, which need not have one.",
    policy,
    "check_signature",
)
def _(original, state):
    if not isinstance(state.manifest["name"], str):
        raise TypeError("expected a text")
    original(state)


