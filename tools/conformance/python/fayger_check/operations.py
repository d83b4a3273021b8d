"""The operations of the chapter conformance: inputs as JSON to an answer as JSON. @spec conformance.operations

An operation is a function of the inputs that gives `accepted` or raises a Refusal. A later one is a function more and a
line in `operations`.
"""

from . import actions, adapters, artifact, assembly, bodies, bus, capabilities, commands, conversation, documents
from . import fay_manifest, fay_resolution, guest_calls
from . import host_paths, input_logs, instructions, json_forms, lifecycle, load, messages, network, paths, processes
from . import quotas, selection, ui
from . import routing, signatures, snapshots, source, tables, trust_store, versions
from .refusal import Refusal

DEFAULT_PROFILE = {"terminal": "server", "capabilities": [], "features": []}
DEFAULT_NOW = 1767225600


def operations():
    return {
        "echo": echo,
        "decode": decode,
        "encode": encode,
        "load": load_artifact,
        "repack": repack,
        "select": select,
        "negotiate_version": negotiate_version,
        "match_version": match_version,
        "verify_signature": verify_signature,
        "update_trust_store": update_trust_store,
        "negotiate_capabilities": negotiate_capabilities,
        "lifecycle": take_through,
        "decode_instruction": decode_instruction,
        "dispatch": dispatch,
        "to_json": to_json,
        "encode_instruction": encode_instruction,
        "decode_reply": decode_reply,
        "decode_event": decode_event,
        "converse": converse,
        "command": command,
        "effective_quotas": effective_quotas,
        "read_snapshot": read_snapshot,
        "guest_call": guest_call,
        "decide_connection": decide_connection,
        "decide_listener": decide_listener,
        "decide_path": decide_path,
        "select_adapter": select_adapter,
        "check_descriptor": check_descriptor,
        "read_input_log": read_input_log,
        "replay": replay,
        "draw": draw,
        "read_environment": read_environment,
        "decide_process": decide_process,
        "route": route,
        "validate_fay": validate_fay,
        "resolve_fay": resolve_fay,
        "claim_stage": claim_stage,
        "read_assembly": read_assembly,
        "assemble": assemble,
        "act": act,
    }


def run(operation, inputs):
    """The answer of an operation, without what a message adds to it."""
    try:
        return operations()[operation](inputs)
    except Refusal as refusal:
        return refused(refusal)


def accepted(effects=None, **result):
    answer = {"verdict": "accept", "result": result}
    return dict(answer, effects=effects) if effects is not None else answer


def refused(refusal, effects=None, **result):
    """The error's code and its context in JSON, integers as numbers. @spec conformance.refusal"""
    context = {name: json_forms.bare_form(value) for name, value in refusal.context.items()}
    answer = {"verdict": "reject", "code": refusal.code, "context": context}
    answer.update({"result": result} if result else {})
    answer.update({"effects": effects} if effects is not None else {})
    return answer


# Documents.


def echo(inputs):
    return accepted(bytes=inputs["bytes"])


def schema_version_of(inputs):
    return versions.parts(inputs.get("schema_version", "1.0"))


def decoded(data, rule, version):
    """A document that stands alone, as an item."""
    verdict = documents.decode(data, rule, version)
    check_fault(verdict.fault)
    return verdict.item


def check_fault(fault):
    if fault is not None:
        raise Refusal("CODEC", reason=fault.reason, path=paths.write_path(fault.path), offset=fault.offset)


def decode(inputs):
    item = decoded(bytes.fromhex(inputs["bytes"]), inputs["rule"], schema_version_of(inputs))
    return accepted(value=documents.to_value(item), bytes=documents.write_item(item).hex())


def encode(inputs):
    item = documents.from_value(inputs["value"])
    data, fault = documents.encode(item, inputs["rule"], schema_version_of(inputs))
    check_fault(fault)
    return accepted(bytes=data.hex())


def to_json(inputs):
    value = documents.plain(decoded(bytes.fromhex(inputs["bytes"]), inputs["rule"], None))
    form = json_forms.error_form if inputs["rule"] == "fayger-error" else json_forms.event_form
    return accepted(json=form(value))


# Artifacts.


def limits_of(inputs):
    """@spec loader.limits"""
    return dict({row["name"]: row["default"] for row in tables.rows("load-limits")}, **inputs.get("limits", {}))


def runtime_interface_of(inputs):
    if "runtime_interface" in inputs:
        return versions.parts(inputs["runtime_interface"])
    return tables.current_version("runtime_interface")


def options_of(inputs):
    """What a load is given, with its defaults."""
    expected = inputs.get("expected_manifest_digest")
    return {
        "store": trust_store.read(bytes.fromhex(inputs["trust_store"])) if "trust_store" in inputs else None,
        "profile": json_forms.check_profile(inputs.get("profile", DEFAULT_PROFILE)),
        "strategy": inputs.get("strategy", "eager"),
        "enforce_signature": inputs.get("enforce_signature", True),
        "expected_manifest_digest": bytes.fromhex(expected) if expected is not None else None,
        "limits": limits_of(inputs),
        "storage": inputs.get("storage"),
        "stop": inputs.get("stop"),
        "now": inputs.get("now", DEFAULT_NOW),
        "offers": inputs.get("offers", []),
        "runtime_interface": runtime_interface_of(inputs),
    }


def load_artifact(inputs):
    try:
        options = options_of(inputs)
    except Refusal as refusal:
        return refused(refusal, told_effects(inputs, {"reads": [], "closes": 1, "events": []}, []))
    state = load.load(bytes.fromhex(inputs["bytes"]), options)
    if state.refusal is not None:
        source.close(state.source)
        return refused(state.refusal, load_effects(state, inputs))
    try:
        tries = inputs.get("tries", 0)
        if inputs.get("ways", {}).get("access") == "prefetch":
            bodies.prefetch(state, inputs.get("access", []))
        read = [bodies.access_again(state, section_id, tries) for section_id in inputs.get("access", [])]
    except Refusal as refusal:
        source.close(state.source)
        return refused(refusal, load_effects(state, inputs))
    source.close(state.source)
    return accepted(
        load_effects(state, inputs),
        selected=state.selection.selected,
        skipped=skipped_form(state.selection),
        trust_level=state.trust_level,
        manifest_digest=artifact.digest(state.manifest_bytes).hex(),
        strategy=options["strategy"],
        selected_bytes=sum(state.entry_by_id[section_id]["length"] for section_id in state.selection.selected),
        bodies=[artifact.digest(body).hex() for body in read],
    )


def load_effects(state, inputs):
    reads = [{"offset": offset, "length": length} for offset, length in state.source.reads]
    return told_effects(inputs, {"reads": reads, "closes": state.source.closes, "events": state.events}, state.told)


def told_effects(inputs, effects, told):
    """Effects with the fields of the events that were asked for. @spec conformance.grades"""
    if "tell" not in inputs:
        return effects
    wanted = [each for each in told if each["event"] in inputs["tell"]]
    return dict(effects, told=[dict(each, fields=bare_fields(each["fields"])) for each in wanted])


def bare_fields(fields):
    return {name: json_forms.bare_form(value) for name, value in fields.items()}


def skipped_form(chosen):
    return [{"section": section_id, "reason": reason} for section_id, reason, _ in chosen.skipped]


def repack(inputs):
    return accepted(bytes=load.repack(bytes.fromhex(inputs["bytes"]), limits_of(inputs)).hex())


def select(inputs):
    profile = json_forms.check_profile(inputs["profile"])
    index = decoded(bytes.fromhex(inputs["bytes"]), "section-index", schema_version_of(inputs))
    chosen = selection.select([artifact.entry_fields(entry) for entry in index.members], profile)
    return accepted(selected=chosen.selected, skipped=skipped_form(chosen))


# Versions.


def negotiate_version(inputs):
    required = versions.parts(inputs["runtime_interface_min"])
    versions.negotiate(versions.parts(inputs["schema_version"]), required, runtime_interface_of(inputs))
    return accepted()


def match_version(inputs):
    versions.check_form("version-range", inputs["range"])
    versions.check_form("semantic-version", inputs["version"])
    return accepted(matches=versions.in_range(inputs["version"], inputs["range"]))


# Signatures and trust.


def verify_signature(inputs):
    algorithm, key = inputs["algorithm"], bytes.fromhex(inputs["key"])
    message, signature = bytes.fromhex(inputs["message"]), bytes.fromhex(inputs["signature"])
    if algorithm not in signatures.algorithms():
        raise Refusal("LDR_SIGNATURE_FAIL", phase="verify_signature", reason="UnsupportedAlgorithm")
    if not signatures.key_is_valid(algorithm, key):
        raise Refusal("LDR_TRUST_STORE_INVALID", reason="public_key_invalid")
    if not signatures.verify(algorithm, key, message, signature):
        raise Refusal("LDR_SIGNATURE_FAIL", phase="verify_signature", reason="InvalidSignature")
    return accepted()


def update_trust_store(inputs):
    installed = bytes.fromhex(inputs["installed"]) if "installed" in inputs else None
    try:
        change = trust_store.update(bytes.fromhex(inputs["bytes"]), installed)
    except Refusal as refusal:
        return refused(refusal, told_effects(inputs, *trust_store_refused(refusal, installed)))
    lists = change or trust_store.Change([], [], [], [])
    effects = {"events": ["security.trusted_roots_updated"] if change else []}
    effects = told_effects(inputs, effects, trust_store_updated(change, inputs))
    return accepted(effects, changed=change is not None, **lists._asdict())


def trust_store_refused(refusal, installed):
    """The effects of a refusal and the event that is told of it. @spec trust-store.update.refused"""
    if installed is None:
        return {"events": []}, []
    fields = {"code": refusal.code, "version": trust_store.read(installed)["version"]}
    if "offered" in refusal.context:
        fields["offered"] = refusal.context["offered"]
    event = "security.trust_store_refused"
    return {"events": [event]}, [{"event": event, "fields": fields}]


def trust_store_updated(change, inputs):
    """The event of an update. @spec trust-store.update.event"""
    if change is None:
        return []
    version = trust_store.read(bytes.fromhex(inputs["bytes"]))["version"]
    fields = {"version": version, "added": change.added, "removed": change.removed, "revoked": change.revoked}
    return [{"event": "security.trusted_roots_updated", "fields": dict(fields, changed=change.altered)}]


# Capabilities, lifecycle, instructions.


def negotiate_capabilities(inputs):
    negotiation = capabilities.negotiate(
        inputs["required"], inputs["optional"], inputs["available"], inputs["policy"], inputs.get("restricted", [])
    )
    effects = {"events": ["capability.negotiated"]}
    try:
        capabilities.check_may_start(negotiation)
    except Refusal as refusal:
        return refused(refusal, effects)
    return accepted(effects, granted=negotiation.granted, denied=negotiation.denied, warnings=negotiation.warnings)


def take_through(inputs):
    state, states = None, []
    for step in inputs["steps"]:
        try:
            state = lifecycle.step(state, step["trigger"], step.get("failing", []))
        except Refusal as refusal:
            effects = transition_events(states)
            return refused(refusal, dict(effects, state=state) if state is not None else effects)
        states.append(state)
    return accepted(transition_events(states), states=states)


def transition_events(states):
    """One event for each transition. @spec lifecycle.events"""
    return {"events": ["lifecycle.transition"] * len(states)}


def decode_instruction(inputs):
    instruction = instructions.decode(bytes.fromhex(inputs["bytes"]))
    return accepted(
        category=tables.by("instruction-categories", "number")[instruction.category]["name"],
        opcode=instruction.opcode,
        asynchronous=instruction.asynchronous,
        capability_bits=instruction.capability_bits,
        operands=[instructions.operand_form(operand) for operand in instruction.operands],
    )


def dispatch(inputs):
    host = {
        "granted": inputs["granted"],
        "supported": inputs["supported"],
        "decision": inputs.get("decision", "allow"),
        "host_functions": inputs.get("host_functions", []),
        "results": bytes.fromhex(inputs.get("results", "")),
        "host_error": inputs.get("host_error"),
    }
    answer = bus.answer(bytes.fromhex(inputs["bytes"]), host)
    effects = {"host_calls": answer.host_calls, "events": ["instruction.dispatched"]}
    if answer.refusal is not None:
        return refused(answer.refusal, effects, reply=answer.reply.hex())
    return accepted(effects, reply=answer.reply.hex())


def encode_instruction(inputs):
    number = tables.by("instruction-categories", "name")[inputs["category"]]["number"]
    bits, asynchronous = inputs.get("capability_bits", []), inputs.get("asynchronous", False)
    return accepted(
        bytes=messages.write_instruction(number, inputs["opcode"], asynchronous, bits, inputs["operands"]).hex()
    )


def decode_reply(inputs):
    reply = messages.read_reply(bytes.fromhex(inputs["bytes"]))
    return accepted(status=reply.status, operands=forms(reply.results), bytes=messages.write_reply(reply).hex())


def decode_event(inputs):
    event = messages.read_event(bytes.fromhex(inputs["bytes"]))
    return accepted(
        category=tables.by("instruction-categories", "number")[event.category]["name"],
        opcode=event.opcode,
        completion=event.completion,
        operands=forms(event.payload),
        bytes=messages.write_event(event).hex(),
    )


def forms(tlvs):
    return [instructions.operand_form(tlv) for tlv in tlvs]


def converse(inputs):
    turns = conversation.converse(inputs)
    effects = {"turns": [conversation.effects_form(turn) for turn, *_ in turns]}
    return accepted(effects, turns=[conversation.result_form(*turn) for turn in turns])


def command(inputs):
    life, states = commands.take(inputs["commands"])
    return accepted({"transitions": life.transitions}, outcomes=life.outcomes, states=states)


def effective_quotas(inputs):
    manifest, host = inputs["quotas"], inputs["host_quotas"]
    grants = [(act["quota"], act["value"]) for act in inputs.get("log", [])]
    return accepted(effective=quotas.effective(manifest, host, grants), implied=quotas.implied(manifest, host))


def read_snapshot(inputs):
    item = snapshots.read(bytes.fromhex(inputs["bytes"]), bytes.fromhex(inputs["manifest_digest"]))
    return accepted(value=documents.to_value(item))


def guest_call(inputs):
    call = guest_calls.Call(inputs)
    try:
        guest_calls.make(call)
    except Refusal as refusal:
        return refused(refusal, {"host_calls": len(call.instructions)})
    return accepted(
        {"host_calls": len(call.instructions)},
        **call.result,
        instructions=[instruction.hex() for instruction in call.instructions],
        runs=guest_calls.changed_runs(call.before, call.memory),
    )


# Policies of a host, adapters, input logs.


def decide_connection(inputs):
    target = inputs["scheme"], inputs["host"], inputs["port"]
    network.decide_connection(inputs["host_policy"], *target, inputs.get("addresses"))
    return accepted()


def decide_listener(inputs):
    network.decide_listener(inputs["host_policy"], inputs["scheme"], inputs["host"], inputs["port"])
    return accepted()


def decide_path(inputs):
    root, below = host_paths.decide(inputs["host_policy"], inputs["path"], inputs["changes"])
    return accepted(file_root=root, below=below)


def select_adapter(inputs):
    try:
        candidates = adapters.select(inputs["environment"], inputs["adapters"])
    except Refusal as refusal:
        return refused(refusal, {"events": []})
    return accepted({"events": ["capability.adapter_selected"]}, chosen=candidates[0], candidates=candidates)


def check_descriptor(inputs):
    adapters.check_descriptor(inputs["descriptor"])
    return accepted()


def read_input_log(inputs):
    digest = inputs.get("snapshot_digest")
    subject = {
        "manifest_digest": bytes.fromhex(inputs["manifest_digest"]),
        "snapshot_digest": bytes.fromhex(digest) if digest is not None else None,
        "selected": inputs["selected"],
        "quotas": inputs["quotas"],
    }
    return accepted(value=documents.to_value(input_logs.read(bytes.fromhex(inputs["bytes"]), subject)))


def replay(inputs):
    queued = [bytes.fromhex(event) for event in inputs.get("queued", [])]
    log, unrepeatable = bytes.fromhex(inputs["bytes"]), inputs.get("unrepeatable", [])
    state, difference = input_logs.replay(log, inputs["program"], queued, unrepeatable)
    if difference is not None:
        fields = {"code": difference.code, "layer": "adapter"}
        state.told.append({"event": "error.raised", "fields": fields})
    told = [each for each in state.told if each["event"] in inputs.get("tell", [])]
    effects = {"events": [each["event"] for each in state.told], "told": told} if "tell" in inputs else {}
    if difference is not None:
        return refused(difference, effects)
    return accepted(
        effects,
        replies=[reply.hex() for reply in state.replies],
        handed_over=[event.hex() for event in state.handed_over],
        repeated=state.repeated,
        complete_at_rest=state.complete,
        causes=state.causes,
        **({"last_instruction": state.last_instruction.hex()} if state.last_instruction is not None else {}),
    )


def draw(inputs):
    program, drawn = ui.draw(inputs["drawing"], inputs.get("host_policy", {}))
    return accepted(drawn=drawn, surfaces=ui.surface_forms(program))


def route(inputs):
    return accepted(chosen=routing.route(inputs))


def read_environment(inputs):
    policy, variables = inputs["host_policy"], inputs["variables"]
    if "variable" not in inputs:
        return accepted(names=processes.names(policy, variables))
    return accepted(variable=processes.read_variable(policy, variables, inputs["variable"]))


def decide_process(inputs):
    argv, environment = processes.decide(inputs["host_policy"], inputs["process"])
    return accepted(argv=argv, environment=environment)


# FayManifest and assembly.


def validate_fay(inputs):
    found = fay_manifest.validate(bytes.fromhex(inputs["bytes"]))
    return accepted(findings=[{"field": field, "code": code} for field, code in found])


def resolve_fay(inputs):
    resolution = fay_resolution.resolve(inputs["fay"])
    tests = fay_resolution.required_tests(resolution, resolution["resolvedStage"])
    return accepted(resolution=resolution, tests=fay_resolution.tests_form(tests))


def claim_stage(inputs):
    complete, missing, tests = fay_resolution.claim(fay_resolution.resolve(inputs["fay"]), inputs["stage"])
    return accepted(complete=complete, missing=missing, tests=fay_resolution.tests_form(tests))


def read_assembly(inputs):
    return accepted(parts=assembly.read(bytes.fromhex(inputs["bytes"]), inputs["assembled"]))


def assemble(inputs):
    failing = inputs.get("failing")
    steps = assembly.steps(inputs["fay"], inputs.get("drivers", []))
    events, failed = assembly.take(steps, failing)
    effects = {"events": [each["event"] for each in events], "told": events}
    if failed is not None:
        return refused(Refusal("RT_ASSEMBLY_FAILED", step=failed, part=failing["part"]), effects)
    return accepted(effects, steps=[{"step": step, "parts": parts} for step, parts in steps])


def act(inputs):
    drivers = inputs.get("drivers", [])
    fay = actions.Fay(inputs["fay"], inputs.get("actions", {}), drivers, inputs.get("methods", []))
    return accepted(judged=actions.act(fay, inputs["acts"]))
