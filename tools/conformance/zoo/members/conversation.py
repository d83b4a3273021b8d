"""Faults of a channel that lives longer than one instruction."""

from fayger_check import bus, conversation
from fayger_check.refusal import Refusal
from museum import faulty


@faulty(
    "instructions.handles/reused",
    "instructions.handles",
    "Gives out the lowest handle that is free.",
    conversation,
    "open_handle",
)
def _(original, channel, kind, subscription):
    free = next(number for number in range(1, 2**32) if number not in channel.handles)
    channel.last_handle = free - 1
    return original(channel, kind, subscription)


@faulty(
    "instructions.handles/from-zero",
    "instructions.handles",
    "Counts handles from 0.",
    conversation,
    "open_handle",
)
def _(original, channel, kind, subscription):
    handle = original(channel, kind, subscription) - 1
    channel.handles[handle] = channel.handles.pop(handle + 1)
    return handle


@faulty(
    "instructions.handles/a-table-for-each-kind",
    "instructions.handles",
    "Numbers files and timers on their own.",
    conversation,
    "open_handle",
)
def _(original, channel, kind, subscription):
    channel.last_handle = sum(1 for each in channel.handles.values() if each["kind"] == kind)
    return original(channel, kind, subscription)


@faulty(
    "instructions.handles.closed/any-kind",
    "instructions.handles.closed",
    "Looks whether a handle is open and not what it stands for.",
    conversation,
    "is_open",
)
def _(original, channel, handle, name):
    return handle in channel.handles


@faulty(
    "instructions.handles.closed/ever-given",
    "instructions.handles.closed",
    "Takes a handle that was closed for an open one.",
    conversation,
    "check_handles",
)
def _(original, channel, instruction):
    try:
        original(channel, instruction)
    except Refusal:
        if any(operand.type == "handle" and not 0 < operand.value <= channel.last_handle for operand in instruction.operands):
            raise
        raise Refusal("ADP_HOST_CALL_FAILED", **bus.about(instruction, host_error="unknown"))


@faulty(
    "instructions.handles.unheard/kept",
    "instructions.handles.unheard",
    "Forgets that a reply it threw away had a handle in it.",
    conversation,
    "forget",
)
def _(original, channel, emit, outcome):
    pass


@faulty(
    "instructions.close/descending",
    "instructions.close",
    "Releases what was opened last first.",
    conversation,
    "take_end",
)
def _(original, channel, step):
    original(channel, step)
    channel.turn.released.reverse()


@faulty(
    "instructions.close/nothing-released",
    "instructions.close",
    "Leaves open what a program did not close.",
    conversation,
    "take_end",
)
def _(original, channel, step):
    handles = dict(channel.handles)
    channel.handles = {}
    original(channel, step)
    channel.handles = handles


@faulty(
    "instructions.close/late-results-delivered",
    "instructions.close instructions.discarded",
    "Sends completions to whoever is there when they come.",
    conversation,
    "offer",
)
def _(original, channel, name, deliver, reserved, *dropped):
    ended, channel.ended = channel.ended, False
    original(channel, name, deliver, reserved, *dropped)
    channel.ended = ended


@faulty(
    "instructions.discarded/silently",
    "instructions.discarded",
    "Drops what nobody can take without a word.",
    conversation,
    "discard",
)
def _(original, channel, name, reason):
    pass


@faulty(
    "instructions.discarded/one-reason",
    "instructions.discarded",
    "Has one reason for everything that is dropped.",
    conversation,
    "discard",
)
def _(original, channel, name, reason):
    original(channel, name, "instance_ended")


@faulty(
    "instructions.async.call-id/from-zero-in-a-row",
    "instructions.async.call-id instructions.async",
    "Counts calls from 0.",
    conversation,
    "begin_call",
)
def _(original, channel, emit):
    channel.last_call -= channel.last_call == 0
    original(channel, emit)


@faulty(
    "instructions.async.call-id/lowest-free",
    "instructions.async.call-id",
    "Uses the id of a call again that was completed.",
    conversation,
    "begin_call",
)
def _(original, channel, emit):
    channel.last_call = channel.open_calls
    original(channel, emit)


@faulty(
    "instructions.async.call-id/used-by-failed-checks",
    "instructions.async.call-id instructions.async.failed-check",
    "Takes an id before it checks anything.",
    conversation,
    "answer_refusal",
)
def _(original, channel, emit, refusal):
    channel.last_call += emit.asynchronous
    original(channel, emit, refusal)


@faulty(
    "instructions.async.completion/failures-are-silent",
    "instructions.async.completion instructions.async",
    "Completes calls that went well.",
    conversation,
    "complete",
)
def _(original, channel, emit, outcome):
    if isinstance(outcome, Refusal):
        channel.open_calls -= 1
    else:
        original(channel, emit, outcome)


@faulty(
    "instructions.async.completion/without-its-bit",
    "instructions.async.completion",
    "Sends a completion as an event like others.",
    conversation,
    "send",
)
def _(original, channel, item):
    data = item["bytes"]
    original(channel, dict(item, bytes=bytes([data[0] & ~0x40]) + data[1:]))


@faulty(
    "instructions.async.confirmation/after-the-answer",
    "instructions.async.confirmation",
    "Gives a call id when somebody has agreed.",
    conversation,
    "ask",
)
def _(original, channel, emit):
    emit.confirming = True


@faulty(
    "instructions.would-block/calls-anyway",
    "instructions.would-block",
    "Calls the host and looks then whether the program can wait.",
    conversation,
    "check_may_wait",
)
def _(original, channel, emit):
    pass


@faulty(
    "instructions.would-block/waits-anyway",
    "instructions.would-block",
    "Lets every program wait.",
    conversation,
    "blocks",
)
def _(original, channel, instruction):
    return False


@faulty(
    "instructions.would-block/asynchronous-too",
    "instructions.would-block",
    "Refuses whatever takes time where a program cannot wait, also with ASYNC.",
    conversation,
    "blocks",
)
def _(original, channel, instruction):
    return not channel.may_wait


@faulty(
    "quotas.effective/host-alone",
    "quotas.effective",
    "Takes the host's quota where both say one.",
    conversation,
    "effective",
)
def _(original, quotas, host):
    return dict(quotas, **host)


@faulty(
    "quotas.effective/manifest-alone",
    "quotas.effective",
    "Takes the manifest's quota where both say one.",
    conversation,
    "effective",
)
def _(original, quotas, host):
    return dict(host, **quotas)


@faulty(
    "quotas.bus/one-more",
    "quotas.bus",
    "Refuses what is above a quota and not what reaches it.",
    conversation,
    "check_quota",
)
def _(original, channel, instruction, quota, used):
    original(channel, instruction, quota, used - 1)


@faulty(
    "quotas.bus/taken-when-sent",
    "quotas.bus",
    "Counts a call as closed when its completion was sent.",
    conversation,
    "open_calls",
)
def _(original, channel):
    return channel.open_calls


@faulty(
    "quotas.bus/replies-unbounded",
    "quotas.bus",
    "Bounds handles and calls, and no reply.",
    conversation,
    "seal",
)
def _(original, channel, emit, outcome):
    quotas, channel.quotas = channel.quotas, {}
    try:
        return original(channel, emit, outcome)
    finally:
        channel.quotas = quotas


@faulty(
    "quotas.bus/results-counted-alone",
    "quotas.bus",
    "Counts the results of a reply without its status.",
    conversation,
    "seal",
)
def _(original, channel, emit, outcome):
    quotas = channel.quotas
    channel.quotas = dict(quotas, **({"reply_bytes": quotas["reply_bytes"] + 2} if "reply_bytes" in quotas else {}))
    try:
        return original(channel, emit, outcome)
    finally:
        channel.quotas = quotas


@faulty(
    "quotas.events/unpublished",
    "quotas.events",
    "Refuses what a quota forbids, and tells nobody but the program.",
    conversation,
    "refuse_quota",
)
def _(original, channel, instruction, quota, limit):
    raise Refusal("ADP_POLICY_DENIED", **bus.about(instruction, host_error="quota", reason=quota))


@faulty(
    "instructions.quotas-first/policy-first",
    "instructions.quotas-first",
    "Asks the policy, and then looks at the quotas.",
    conversation,
    "check_quotas",
)
def _(original, channel, instruction):
    decision = channel.emits[-1].turn.get("decision", "allow")
    if decision in ("refuse", "unanswered"):
        bus.check_policy(instruction, {"decision": decision})
    original(channel, instruction)


@faulty(
    "instructions.policy/asked-for-nothing",
    "instructions.policy",
    "Calls the host whatever was confirmed.",
    conversation,
    "take_confirm",
)
def _(original, channel, step):
    original(channel, dict(step, agreed=True))


@faulty(
    "instructions.suspend/not-held",
    "instructions.suspend lifecycle.suspend.held",
    "Holds a suspended program and not what the host sends it.",
    conversation,
    "take_suspend",
)
def _(original, channel, step):
    pass


@faulty(
    "instructions.suspend/completions-first",
    "instructions.suspend",
    "Delivers completions before the events that came earlier.",
    conversation,
    "take_resume",
)
def _(original, channel, step):
    channel.held.sort(key=lambda item: not item["reserved"])
    original(channel, step)


@faulty(
    "instructions.suspend/all-at-once",
    "instructions.suspend",
    "Empties what was held in one go, whatever happens meanwhile.",
    conversation,
    "take_resume",
)
def _(original, channel, step):
    original(channel, step)
    if channel.suspended:
        channel.suspended = False
        held, channel.held = channel.held, []
        for item in held:
            item["deliver"]()
        channel.suspended = True


@faulty(
    "instructions.suspend.bound/unbounded",
    "instructions.suspend.bound",
    "Holds as many events as come.",
    conversation,
    "has_room",
)
def _(original, channel):
    return True


@faulty(
    "instructions.suspend.bound/completions-counted",
    "instructions.suspend.bound",
    "Counts completions among the events that are held.",
    conversation,
    "has_room",
)
def _(original, channel):
    return len(channel.held) < conversation.MOST_HELD_EVENTS


@faulty(
    "instructions.suspend.bound/one-less",
    "instructions.suspend.bound",
    "Is full when the last place is taken but one.",
    conversation,
    "has_room",
)
def _(original, channel):
    return original(channel) and sum(1 for item in channel.held if not item["reserved"]) + 1 < conversation.MOST_HELD_EVENTS


@faulty(
    "instructions.events.binding/any-open-handle",
    "instructions.events.binding instructions.events",
    "Delivers events of every handle that is open.",
    conversation,
    "is_subscription",
)
def _(original, channel, handle):
    return handle in channel.handles


@faulty(
    "instructions.events.binding/any-handle",
    "instructions.events.binding instructions.time.timers",
    "Delivers what the host says, whatever handle it names.",
    conversation,
    "is_subscription",
)
def _(original, channel, handle):
    return True


@faulty(
    "instructions.time.timers/after-the-close",
    "instructions.time.timers",
    "Delivers events that waited when their timer was closed.",
    conversation,
    "take_waiting",
)
def _(original, channel):
    for item in channel.waiting:
        item["handle"] = None
    original(channel)


@faulty(
    "instructions.bus.events/completions-unpublished",
    "instructions.bus.events",
    "Publishes answers, and no completion.",
    conversation,
    "publish",
)
def _(original, channel, event, **fields):
    if event != "instruction.completed":
        original(channel, event, **fields)


@faulty(
    "instructions.bus.events.fields/with-the-head",
    "instructions.bus.events.fields",
    "Counts all bytes of an instruction as those of its operands.",
    conversation,
    "operand_bytes",
)
def _(original, data):
    return len(data)


@faulty(
    "instructions.bus.events.fields/with-the-extension",
    "instructions.bus.events.fields",
    "Counts the extension of the capabilities as operands.",
    conversation,
    "operand_bytes",
)
def _(original, data):
    return max(0, len(data) - 5)


@faulty(
    "instructions.bus.events.fields/by-number",
    "instructions.bus.events.fields",
    "Names opcodes by their number also where the table has a name.",
    conversation,
    "event_name",
)
def _(original, emit):
    names = ["io", "net", "ui", "time", "random", "crypto", "proc", "host"]
    return "%s.0x%04x" % (names[emit.category], emit.opcode) if emit.category < 8 else original(emit)


@faulty(
    "instructions.bus.events.fields/of-the-last-turn",
    "instructions.bus.events.fields",
    "Measures from when the host answered.",
    conversation,
    "since",
)
def _(original, channel, emit):
    return 0


@faulty(
    "adapters.host-errors/no-cause",
    "adapters.host-errors",
    "Gives the error of a failed call no cause.",
    conversation,
    "error_codes",
)
def _(original, refusal):
    return [refusal.code]


@faulty(
    "instructions.dispatch/asynchronous-always",
    "instructions.dispatch instructions.async",
    "Answers every opcode that may be asynchronous with a call id.",
    conversation,
    "call_host",
)
def _(original, channel, emit):
    if emit.instruction.row["dispatch"] == "async" and emit.call is None and not emit.instruction.asynchronous:
        emit.instruction = emit.instruction._replace(asynchronous=True)
    original(channel, emit)


@faulty(
    "adapters.normalize/as-the-host-says-it",
    "adapters.normalize instructions.events",
    "Hands a program what the host told of its timer as it stands.",
    conversation,
    "send",
)
def _(original, channel, item):
    if item["completion"]:
        return original(channel, item)
    return original(channel, dict(item, bytes=b'{"timer":%d}' % item["handle"]))


@faulty(
    "instructions.reply.no-failure/ends",
    "instructions.reply.no-failure",
    "Ends an instance that was refused something.",
    conversation,
    "answer_refusal",
)
def _(original, channel, emit, refusal):
    original(channel, emit, refusal)
    conversation.take_end(channel, {})
