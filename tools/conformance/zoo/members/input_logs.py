"""Faults of reading input logs, and of replays."""

from fayger_check import documents, input_logs, messages, tables
from fayger_check.refusal import Refusal
from museum import faulty


@faulty(
    "instructions.input-log/record-as-it-comes",
    "instructions.input-log instructions.input-log.order",
    "Reads the outer document with care, and believes the record inside.",
    input_logs,
    "decoded",
)
def _(original, data, rule):
    if rule == "input-log":
        return original(data, rule)
    verdict = documents.decode(data, rule)
    return verdict.item if verdict.item is not None else original(data, rule)


@faulty(
    "instructions.input-log/record-inline",
    "instructions.input-log",
    "Expects the record as a document of the rule around it.",
    input_logs,
    "decoded",
)
def _(original, data, rule):
    return original(data, "input-log")


@faulty(
    "instructions.input-log.pins/artifact-not-compared",
    "instructions.input-log.pins",
    "Replays a log with whatever program is there.",
    input_logs,
    "check_artifact",
)
def _(original, pinned, digest):
    return None


@faulty(
    "instructions.input-log.pins/snapshot-where-there-is-one",
    "instructions.input-log.pins instructions.equal-sequences.refused",
    "Compares snapshots only where the log names one.",
    input_logs,
    "check_snapshot",
)
def _(original, pinned, digest):
    return original(pinned, digest if pinned is not None else None)


@faulty(
    "instructions.input-log.pins/snapshot-not-compared",
    "instructions.input-log.pins",
    "Does not ask from which snapshot a program goes on.",
    input_logs,
    "check_snapshot",
)
def _(original, pinned, digest):
    return None


@faulty(
    "instructions.input-log.pins/sections-as-a-set",
    "instructions.input-log.pins",
    "Compares which sections there are, and not their order.",
    input_logs,
    "check_sections",
)
def _(original, pinned, selected):
    return original(sorted(pinned), sorted(selected))


@faulty(
    "instructions.input-log.pins/more-sections-are-fine",
    "instructions.input-log.pins instructions.equal-sequences.refused",
    "Is content where every section of the log is there.",
    input_logs,
    "check_sections",
)
def _(original, pinned, selected):
    return original(pinned, [section for section in selected if section in pinned])


@faulty(
    "instructions.input-log.pins/every-quota",
    "instructions.input-log.pins",
    "Compares quotas that no program can notice by itself.",
    input_logs,
    "check_quotas",
)
def _(original, pinned, effective):
    if pinned != effective:
        raise input_logs.invalid("other_quotas")


@faulty(
    "instructions.input-log.pins/larger-quotas-are-fine",
    "instructions.input-log.pins instructions.equal-sequences.refused",
    "Is content where the program has at least what it had.",
    input_logs,
    "check_quotas",
)
def _(original, pinned, effective):
    kept = {name: value for name, value in effective.items() if not value > pinned.get(name, value)}
    return original({name: value for name, value in pinned.items() if name in kept}, kept)


@faulty(
    "instructions.input-log.entries/any-members",
    "instructions.input-log.entries",
    "Takes the first member that it finds in an entry for its kind.",
    input_logs,
    "is_of_one_kind",
)
def _(original, entry):
    return True


@faulty(
    "instructions.input-log.entries/reply-required",
    "instructions.input-log.entries",
    "Expects a reply with every instruction.",
    input_logs,
    "is_of_one_kind",
)
def _(original, entry):
    return original(entry) and ("instruction" not in entry or "reply" in entry)


@faulty(
    "instructions.input-log.entries/grants-of-anything",
    "instructions.input-log.entries",
    "Does not ask which quota a grant is of.",
    input_logs,
    "fits_grant",
)
def _(original, entry):
    return True


@faulty(
    "instructions.input-log.quota/no-waiting",
    "instructions.input-log.quota",
    "Goes on behind `quota` without waiting for it.",
    input_logs,
    "repeat",
)
def _(original, state, command, at):
    if command["command"] != "quota":
        original(state, command, at)


@faulty(
    "instructions.input-log.quota/a-command-to-repeat",
    "instructions.input-log.quota",
    "Suspends the program itself where the log says `quota`.",
    input_logs,
    "repeat",
)
def _(original, state, command, at):
    original(state, dict(command, command="suspend") if command["command"] == "quota" else command, at)


@faulty(
    "instructions.input-log.order/version-not-asked",
    "instructions.input-log.order",
    "Reads logs of every major.",
    input_logs,
    "check_version",
)
def _(original, version):
    return None


@faulty(
    "instructions.input-log.order/major-0-too",
    "instructions.input-log.order",
    "Refuses later majors alone.",
    input_logs,
    "check_version",
)
def _(original, version):
    return original((max(1, version[0]), version[1]))


@faulty(
    "instructions.input-log.order/digest-not-compared",
    "instructions.input-log.order",
    "Does not compare the record with its digest.",
    input_logs,
    "check_digest",
)
def _(original, record, digest):
    return None


@faulty(
    "instructions.input-log.order/quotas-first",
    "instructions.input-log.order",
    "Compares quotas before anything else.",
    input_logs,
    "read",
)
def _(original, data, subject):
    record, _ = input_logs.read_record(data)
    input_logs.check_quotas(documents.plain(record)["quotas"], subject["quotas"])
    return original(data, subject)


@faulty(
    "instructions.input-log.order/artifact-before-the-record",
    "instructions.input-log.order",
    "Compares the artifact as soon as it knows its digest.",
    input_logs,
    "read",
)
def _(original, data, subject):
    log = input_logs.decoded(data, "input-log")
    input_logs.check_artifact(documents.member(log, "manifest_digest").value, subject["manifest_digest"])
    return original(data, subject)


@faulty(
    "instructions.input-log.invalid/one-reason",
    "instructions.input-log.invalid",
    "Says of every log that cannot be used the same.",
    input_logs,
    "invalid",
)
def _(original, reason, offset=None):
    return original("record_damaged", offset)


@faulty(
    "instructions.input-log.invalid/no-offset",
    "instructions.input-log.invalid",
    "Does not say where a document breaks a rule.",
    input_logs,
    "invalid",
)
def _(original, reason, offset=None):
    return original(reason)


@faulty(
    "instructions.input-log.invalid/as-a-document",
    "instructions.input-log.invalid",
    "Passes on what the decoder says, with the decoder's code.",
    input_logs,
    "invalid",
)
def _(original, reason, offset=None):
    return original(reason) if offset is None else Refusal("CODEC", reason=reason, offset=offset)


@faulty(
    "instructions.replay/commands-forgotten",
    "instructions.replay",
    "Passes over commands.",
    input_logs,
    "repeat",
)
def _(original, state, command, at):
    if command["command"] == "quota":
        original(state, command, at)


@faulty(
    "instructions.replay/replies-of-its-own",
    "instructions.replay",
    "Answers with status 0, whatever the log has.",
    input_logs,
    "emit",
)
def _(original, state, instruction):
    before = len(state.replies)
    original(state, instruction)
    state.replies[before:] = [b"\x00\x00"] * len(state.replies[before:])


@faulty(
    "instructions.replay/events-at-once",
    "instructions.replay instructions.equal-sequences",
    "Hands over every event as soon as the program can take one.",
    input_logs,
    "what_comes",
)
def _(original, record):
    order = sorted(record["entries"], key=lambda entry: "event" not in entry)
    return original(dict(record, entries=order))


@faulty(
    "instructions.replay.diverged/instructions-not-compared",
    "instructions.replay.diverged",
    "Answers every instruction with the next reply.",
    input_logs,
    "emit",
)
def _(original, state, instruction):
    original(state, input_logs.entry(state).get("instruction", instruction))


@faulty(
    "instructions.replay.diverged/by-opcode",
    "instructions.replay.diverged",
    "Compares opcodes, and not operands.",
    input_logs,
    "emit",
)
def _(original, state, instruction):
    expected = input_logs.entry(state).get("instruction", b"")
    original(state, expected if expected[:3] == instruction[:3] else instruction)


@faulty(
    "instructions.replay.diverged/counted-from-one",
    "instructions.replay.diverged",
    "Counts entries from 1.",
    input_logs,
    "differ",
)
def _(original, at):
    original(at + 1)


@faulty(
    "instructions.replay.diverged/end-not-compared",
    "instructions.replay.diverged",
    "Does not ask how a program has ended.",
    input_logs,
    "is_same_end",
)
def _(original, recorded, step):
    return True


@faulty(
    "instructions.replay.diverged/early-end",
    "instructions.replay.diverged",
    "Lets a program end before its log.",
    input_logs,
    "end",
)
def _(original, state, step):
    state.next = len(state.entries)
    original(state, step)


@faulty(
    "instructions.replay.diverged/state-of-the-end",
    "instructions.replay.diverged",
    "Compares the last state alone.",
    input_logs,
    "is_same_end",
)
def _(original, recorded, step):
    return recorded["state"] == step["ends"]


@faulty(
    "instructions.replay.diverged/failed-commands-skipped",
    "instructions.replay.diverged",
    "Goes on where a command cannot be repeated.",
    input_logs,
    "repeat",
)
def _(original, state, command, at):
    if at not in state.unrepeatable:
        original(state, command, at)


@faulty(
    "instructions.replay.diverged/queued-not-compared",
    "instructions.replay.diverged",
    "Does not ask whether the events of a snapshot are those of the log.",
    input_logs,
    "take_event",
)
def _(original, state):
    if state.queued:
        state.queued[0] = input_logs.entry(state).get("event", state.queued[0])
    original(state)


@faulty(
    "instructions.replay/queued-once-more",
    "instructions.replay",
    "Hands over the events that wait in a snapshot already.",
    input_logs,
    "hand_over",
)
def _(original, state):
    queued, state.queued = state.queued, []
    original(state)
    state.queued = queued


@faulty(
    "instructions.replay/readable-replies",
    "instructions.replay",
    "Gives the program only replies that it can read itself.",
    input_logs,
    "emit",
)
def _(original, state, instruction):
    original(state, instruction)
    state.replies = [reply for reply in state.replies if input_logs.as_read(messages.read_reply, reply) is not None]


@faulty(
    "instructions.replay.complete/as-on-a-host",
    "instructions.replay.complete",
    "Asks for open timers and calls, of which a replay has none, and ends the program before its events.",
    input_logs,
    "is_complete",
)
def _(original, state):
    return True


@faulty(
    "instructions.replay.complete/quota-still-to-come",
    "instructions.replay.complete",
    "Lets a program wait for a quota that nobody but itself can reach.",
    input_logs,
    "is_complete",
)
def _(original, state):
    return state.waits_for_quota is None and original(state)


@faulty(
    "instructions.replay.events/silent",
    "instructions.replay.events",
    "Publishes nothing of what a log answers.",
    input_logs,
    "publish_answer",
)
def _(original, state, instruction, reply):
    pass


@faulty(
    "instructions.replay.events/no-completions",
    "instructions.replay.events",
    "Publishes the instructions of a replay, and not the calls that were completed.",
    input_logs,
    "publish_completion",
)
def _(original, state, data):
    pass


@faulty(
    "instructions.replay.events/refused-untold",
    "instructions.replay.events",
    "Publishes only the instructions that were carried out.",
    input_logs,
    "publish_answer",
)
def _(original, state, instruction, reply):
    if reply[:2] == bytes(2):
        original(state, instruction, reply)


@faulty(
    "lifecycle.failure-info/without-the-log",
    "lifecycle.failure-info",
    "Tells no cause behind the failure of a replay: no host has refused anything.",
    input_logs,
    "keep_error",
)
def _(original, state, status, refused):
    pass


@faulty(
    "adapters.host-errors/numbers-believed",
    "adapters.host-errors lifecycle.failure-info",
    "Takes the status of a recorded refusal for the code behind it, whatever could have refused the instruction.",
    input_logs,
    "keep_error",
)
def _(original, state, status, refused):
    row = tables.by("error-codes", "number").get(status)
    original(state, status, refused if row is None else row["code"])
