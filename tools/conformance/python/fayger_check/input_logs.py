"""Input logs: which are accepted, and what a replay does with them. @spec instructions.input-log"""

import hashlib

from . import bus, conversation, documents, instructions, messages, tables
from .refusal import Refusal

MAJOR = 1
NOTICED_QUOTAS = ("memory_bytes", "table_elements", "fuel")


def read(data, subject):
    """The record of a log that is of this program. @spec instructions.input-log.order"""
    record, pinned = read_record(data)
    check_artifact(pinned, subject["manifest_digest"])
    plain = documents.plain(record)
    check_snapshot(plain.get("snapshot_digest"), subject["snapshot_digest"])
    check_sections(plain["sections"], subject["selected"])
    check_quotas(plain["quotas"], subject["quotas"])
    return record


def read_record(data):
    """The record as an item, and the digest of the manifest that it is of."""
    log = decoded(data, "input-log")
    check_version(documents.plain(documents.member(log, "schema_version")))
    written = documents.member(log, "record").value
    check_digest(written, documents.member(log, "record_digest").value)
    record = decoded(written, "input-log-record")
    check_entries(documents.plain(record)["entries"])
    return record, documents.member(log, "manifest_digest").value


def decoded(data, rule):
    """What a decoder finds is the reason, with the offset in this document. @spec instructions.input-log.invalid"""
    verdict = documents.decode(data, rule)
    if verdict.fault is not None:
        raise invalid(verdict.fault.reason, verdict.fault.offset)
    return verdict.item


def check_version(version):
    if version[0] != MAJOR:
        raise invalid("unsupported_version")


def check_digest(record, digest):
    if hashlib.sha256(record).digest() != digest:
        raise invalid("record_damaged")


def check_entries(entries):
    if not all(is_of_one_kind(entry) for entry in entries):
        raise invalid("entry_unfit")


def is_of_one_kind(entry):
    """Instruction with or without reply, event, or command. @spec instructions.input-log.entries"""
    kinds = [name for name in ("instruction", "event", "command") if name in entry]
    if len(kinds) != 1 or ("reply" in entry and kinds != ["instruction"]):
        return False
    return fits_grant(entry) if entry.get("command") == "grant" else not {"quota", "value"} & set(entry)


def fits_grant(entry):
    return entry.get("quota") in tables.names("quotas") and "value" in entry


def check_artifact(pinned, digest):
    """@spec instructions.input-log.pins"""
    if pinned != digest:
        raise invalid("other_artifact")


def check_snapshot(pinned, digest):
    """None where the program began."""
    if pinned != digest:
        raise invalid("other_snapshot")


def check_sections(pinned, selected):
    if pinned != selected:
        raise invalid("other_sections")


def check_quotas(pinned, effective):
    """Absent means unbounded, and only these can be noticed."""
    if any(pinned.get(name) != effective.get(name) for name in NOTICED_QUOTAS):
        raise invalid("other_quotas")


def invalid(reason, offset=None):
    """@spec instructions.input-log.invalid"""
    context = {"reason": reason} if offset is None else {"reason": reason, "offset": offset}
    return Refusal("ADP_INPUT_LOG_INVALID", **context)


class Replay:
    """A program that does what it is told, and the log that answers it. @spec instructions.replay"""

    def __init__(self, record, queued, unrepeatable):
        self.entries, self.end = record["entries"], record["end"]
        self.next, self.waits_for_quota, self.is_handed_over = 0, None, False
        self.queued, self.unrepeatable = list(queued), unrepeatable
        self.held, self.calls, self.has_ended = [], set(), False
        self.replies, self.handed_over, self.repeated, self.complete, self.told = [], [], [], [], []
        self.causes, self.last_instruction = [], None
        self.granted = record["granted"]
        negotiated = {name: record[name] for name in ("granted", "denied", "warnings")}
        self.told.append({"event": "capability.negotiated", "fields": negotiated})


def replay(data, program, queued=(), unrepeatable=()):
    """The replay behind the last step or the first difference, and that difference or None."""
    record, _ = read_record(data)
    state = Replay(what_comes(documents.plain(record)), queued, unrepeatable)
    try:
        go_on(state)
        for step in program:
            take_step(state, step)
    except Refusal as difference:
        return state, difference
    return state, None


def what_comes(record):
    """Entries in their order, and the end. @spec instructions.input-log.entries"""
    return record


def take_step(state, step):
    if state.has_ended and "ends" not in step:
        state.complete += [True] if "rests" in step else []
    elif "emits" in step:
        emit(state, bytes.fromhex(step["emits"]))
    elif step.get("takes_event"):
        take_event(state)
    elif step.get("refuses_event"):
        differ(state.next)
    elif step.get("rests"):
        state.complete.append(is_complete(state))
    elif step.get("quota_reached"):
        meet_quota(state)
    else:
        end(state, step)


def entry(state):
    """The next one, or nothing."""
    return state.entries[state.next] if state.next < len(state.entries) else {}


def take_event(state):
    """The one that is queued first, or else the one that was handed over, which is the next of the log."""
    if state.queued and state.queued.pop(0) != entry(state).get("event"):
        differ(state.next)
    publish_completion(state, entry(state)["event"])
    state.is_handed_over = False
    advance(state)


def is_complete(state):
    """@spec instructions.replay.complete"""
    return state.waits_for_quota is not None or "event" not in entry(state)


def advance(state):
    state.next += 1
    go_on(state)


def go_on(state):
    """Repeat commands that are next, and hand over an event that is."""
    while "command" in entry(state):
        repeat(state, entry(state), state.next)
        state.next += 1
    hand_over(state)


def hand_over(state):
    """Not while a command is left to do."""
    is_ready = not state.is_handed_over and state.waits_for_quota is None and not state.has_ended
    if "event" in entry(state) and is_ready:
        if state.queued:
            return
        state.is_handed_over = True
        state.handed_over.append(entry(state)["event"])


def repeat(state, command, at):
    """`quota` waits for the quota, and what comes behind it waits for `quota`. @spec instructions.input-log.quota"""
    if state.waits_for_quota is not None or state.has_ended:
        state.held.append((command, at))
    elif command["command"] == "quota":
        state.waits_for_quota = at
    elif at in state.unrepeatable:
        differ(at)
    else:
        told = {name: command[name] for name in ("command", "quota", "value") if name in command}
        state.repeated.append(told)
        state.has_ended = command["command"] == "terminate"


def meet_quota(state):
    held, state.held, state.waits_for_quota = state.held, [], None
    for command, at in held:
        repeat(state, command, at)
    hand_over(state)


def emit(state, instruction):
    """@spec instructions.replay.diverged"""
    state.last_instruction = instruction
    if entry(state).get("instruction") != instruction:
        differ(state.next)
    if "reply" in entry(state):
        state.replies.append(entry(state)["reply"])
        publish_answer(state, instruction, entry(state)["reply"])
    advance(state)


def publish_answer(state, instruction, reply):
    """@spec instructions.replay.events"""
    emitted = conversation.Emit(0, None, instruction, 0)
    status = int.from_bytes(reply[:2].ljust(2, b"\0"), "big")
    told = {
        "instruction": conversation.event_name(emitted),
        "category": emitted.category,
        "opcode": emitted.opcode,
        "status": status,
        "operand_bytes": emitted.operand_bytes,
        "reply_bytes": len(reply),
        "asynchronous": emitted.asynchronous,
    }
    state.told.append({"event": "instruction.dispatched", "fields": told})
    keep_error(state, status, first_refusal(instruction, state.granted))
    results = as_read(messages.read_reply, reply)
    if emitted.asynchronous and status == 0 and results is not None and results.results:
        state.calls.add(results.results[0].value)


def publish_completion(state, data):
    """@spec instructions.replay.events"""
    event = as_read(messages.read_event, data)
    if event is None or not event.completion:
        return
    call, status = (each.value for each in event.payload[:2])
    keep_error(state, status, None)
    if call not in state.calls:
        return
    state.calls.discard(call)
    name = conversation.event_name(event)
    told = {"instruction": name, "call_id": call, "status": status, "reply_bytes": len(data)}
    state.told.append({"event": "instruction.completed", "fields": told})


def keep_error(state, status, refused):
    """The error behind a refusal, and its causes; `refused` is what the bus itself has to refuse it as, where it has
    to. @spec adapters.host-errors"""
    if status != 0:
        row = tables.by("error-codes", "number").get(status)
        is_told = row is not None and row["code"] in ("ADP_POLICY_DENIED", refused)
        state.causes = conversation.error_codes(Refusal(row["code"] if is_told else "ADP_HOST_CALL_FAILED"))


def first_refusal(instruction, granted):
    """The first of the bus's checks that fails, where no adapter supports anything. @spec instructions.check-order"""
    try:
        bus.check_granted(instructions.decode(instruction), {"granted": granted})
    except Refusal as refusal:
        return refusal.code
    return "ADP_UNSUPPORTED_INSTRUCTION"


def as_read(read, data):
    """What a message says; None where the bytes are none, which a log may hold as well."""
    try:
        return read(data)
    except Refusal:
        return None


def end(state, step):
    """The log has to be over, with the same end."""
    if state.waits_for_quota is not None:
        differ(state.waits_for_quota)
    if state.held:
        differ(state.held[0][1])
    if state.next < len(state.entries):
        differ(state.next)
    if not is_same_end(state.end, step):
        differ(len(state.entries))


def is_same_end(recorded, step):
    return (
        recorded["state"] == step["ends"]
        and recorded.get("exit_code") == step.get("exit_code")
        and recorded.get("failure") == step.get("failure")
    )


def differ(at):
    raise Refusal("ADP_REPLAY_DIVERGED", entry=at, instance="instance#1")
