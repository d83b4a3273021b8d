"""A channel of the bus through several turns. @spec instructions.bus

A `Channel` is what bus, adapter, host and program know. Whatever a turn causes is noted in `channel.turn`.
"""

from . import bus, instructions, messages, tables
from .refusal import Refusal

MOST_HELD_EVENTS = 1024
MILLISECOND = 1000000
FIRED = ("time", 1, "time.timer_fired")


class Turn:
    """What one turn did: as in `vector-turn-result` and `vector-turn-effects`."""

    def __init__(self, number):
        self.number, self.reply = number, None
        self.delivered, self.calls, self.released, self.errors, self.raised, self.published = [], [], [], [], [], []


class Emit:
    """One instruction on its way: when it was emitted, what it says, what the host does."""

    def __init__(self, number, turn, data, begun):
        self.number, self.turn, self.begun = number, turn, begun
        self.instruction, self.call = None, None
        self.operand_bytes = operand_bytes(data)
        self.category = data[0] & 0x0F if data else 0
        self.opcode = int.from_bytes(data[1:3], "big") if len(data) > 2 else 0
        self.asynchronous = bool(data and data[0] & instructions.ASYNC)
        self.confirming, self.blocked = False, False


class Channel:
    def __init__(self, inputs):
        self.granted, self.supported = inputs["granted"], inputs["supported"]
        self.may_wait = inputs.get("may_wait", True)
        self.quotas = effective(inputs.get("quotas", {}), inputs.get("host_quotas", {}))
        self.handles, self.last_handle = {}, 0
        self.last_call, self.open_calls = 0, 0
        self.emits = []
        self.suspended, self.held, self.ended, self.draining = False, [], False, False
        self.busy, self.waiting, self.after_next = False, [], None
        self.turn = None


def converse(inputs):
    """The turns of a conversation, each with what it left open."""
    channel, turns = Channel(inputs), []
    for number, step in enumerate(inputs["conversation"], 1):
        channel.turn = Turn(number)
        globals()["take_" + step["do"]](channel, step)
        turns.append((channel.turn, len(channel.handles), open_sources(channel), open_calls(channel)))
    return turns


def effective(quotas, host):
    """The lower of both. @spec quotas.effective"""
    names = set(quotas) | set(host)
    return {name: min(each[name] for each in (quotas, host) if name in each) for name in names}


def open_calls(channel):
    """A call is open until its completion has reached the program. @spec quotas.bus"""
    return channel.open_calls + sum(1 for item in channel.waiting if item["completion"])


def open_sources(channel):
    """@spec lifecycle.completion"""
    return sum(1 for each in channel.handles.values() if each["subscription"])


def operand_bytes(data):
    extension = 1 + (data[5] if len(data) > 5 else 0) if data and data[0] & instructions.EXT_CAPS else 0
    return max(0, len(data) - 5 - extension)


# Emits.


def take_emit(channel, step):
    data = bytes.fromhex(step["bytes"])
    emit = Emit(len(channel.emits) + 1, step, data, channel.turn.number)
    channel.emits.append(emit)
    try:
        go(channel, emit, data)
    except Refusal as refusal:
        answer_refusal(channel, emit, refusal)


def go(channel, emit, data):
    """The checks in their order, then the host. @spec instructions.check-order"""
    instruction = emit.instruction = instructions.decode(data)
    bus.check_granted(instruction, {"granted": channel.granted})
    bus.check_supported(instruction, {"supported": channel.supported})
    check_quotas(channel, instruction)
    if emit.turn.get("decision") == "ask":
        ask(channel, emit)
        return
    bus.check_policy(instruction, {"decision": emit.turn.get("decision", "allow")})
    check_may_wait(channel, emit)
    check_handles(channel, instruction)
    call_host(channel, emit)


def check_quotas(channel, instruction):
    """@spec quotas.bus instructions.quotas-first"""
    if instruction.asynchronous:
        check_quota(channel, instruction, "open_calls", open_calls(channel))
    if handle_kind(instruction) is not None:
        check_quota(channel, instruction, "open_handles", len(channel.handles))


def check_quota(channel, instruction, quota, used):
    limit = channel.quotas.get(quota)
    if limit is not None and used >= limit:
        refuse_quota(channel, instruction, quota, limit)


def refuse_quota(channel, instruction, quota, limit):
    """@spec quotas.events"""
    publish(channel, "resource.quota_reached", quota=quota, limit=limit, action="reply")
    raise Refusal("ADP_POLICY_DENIED", **bus.about(instruction, host_error="quota", reason=quota))


def ask(channel, emit):
    """Somebody is asked and has not answered yet. @spec instructions.async.confirmation"""
    if blocks(channel, emit.instruction):
        refuse_host(emit.instruction, "would_block")
    emit.confirming = True
    if emit.instruction.asynchronous:
        begin_call(channel, emit)


def check_may_wait(channel, emit):
    """An asynchronous row has no answer at once. @spec instructions.would-block"""
    if emit.instruction.row["dispatch"] == "async" and blocks(channel, emit.instruction):
        refuse_host(emit.instruction, "would_block")


def blocks(channel, instruction):
    return not instruction.asynchronous and not channel.may_wait


def refuse_host(instruction, host_error):
    """@spec adapters.host-errors"""
    raise Refusal("ADP_HOST_CALL_FAILED", **bus.about(instruction, host_error=host_error))


def check_handles(channel, instruction):
    """@spec instructions.handles.closed"""
    for name, operand in zip(instruction.row["operands"], instruction.operands):
        if operand.type == "handle" and not is_open(channel, operand.value, name):
            refuse_host(instruction, "bad_handle")


def is_open(channel, handle, name):
    """`close` takes a handle of any kind."""
    return handle in channel.handles and (name == "handle" or channel.handles[handle]["kind"] == name)


def call_host(channel, emit):
    instruction = emit.instruction
    form = [instructions.operand_form(operand) for operand in instruction.operands]
    channel.turn.calls.append({"instruction": bus.name_of(instruction.row), "operands": form})
    if bus.name_of(instruction.row) == "io.close":
        close_handle(channel, instruction.operands[0].value)
    if instruction.asynchronous and emit.call is None:
        begin_call(channel, emit)
    if not emit.turn.get("waits", False):
        give(channel, emit, emit.turn)
    elif blocks(channel, instruction):
        emit.blocked = True
        refuse_host(instruction, "would_block")


def begin_call(channel, emit):
    """Status 0 and the next call id, at once. @spec instructions.async.call-id"""
    channel.last_call += 1
    channel.open_calls += 1
    emit.call = channel.last_call
    answer(channel, emit, 0, bus.results_reply(bus.u32(emit.call)))


def take_confirm(channel, step):
    emit = channel.emits[step["emit"] - 1]
    emit.confirming = False
    if channel.ended:
        arrive(channel, emit, None)
        return
    try:
        agreed = step.get("agreed", True) and not step.get("lost", False)
        bus.check_policy(emit.instruction, {"decision": "allow" if agreed else "refuse"})
        check_handles(channel, emit.instruction)
        call_host(channel, emit)
    except Refusal as refusal:
        arrive(channel, emit, refusal)


def take_answer(channel, step):
    give(channel, channel.emits[step["emit"] - 1], step)


# What a host call gives.


def give(channel, emit, gift):
    try:
        results = results_of(channel, emit, gift)
    except Refusal as refusal:
        results = refusal
    arrive(channel, emit, results)


def results_of(channel, emit, gift):
    """The bytes of the results."""
    check_fault(emit.instruction, gift)
    kind = handle_kind(emit.instruction)
    if kind is None:
        return bytes.fromhex(gift.get("results", ""))
    try:
        check_not_ended(channel, emit)
        check_quota(channel, emit.instruction, "open_handles", len(channel.handles))
    except Refusal:
        channel.turn.released.append(0)
        raise
    handle = open_handle(channel, kind, "events" in emit.instruction.row)
    channel.handles[handle]["once"] = fires_once(emit.instruction)
    return b"\x08\x04" + handle.to_bytes(4, "big")


def check_fault(instruction, gift):
    """A refusal of the adapter counts as policy. @spec adapters.host-errors instructions.policy"""
    fault = gift.get("fault", "host")
    if fault == "other":
        refuse_host(instruction, "unknown")
    if "host_error" in gift and fault == "policy":
        about = bus.about(instruction, host_error=gift["host_error"], reason="the adapter")
        raise Refusal("ADP_POLICY_DENIED", **about)
    if "host_error" in gift:
        refuse_host(instruction, gift["host_error"])


def check_not_ended(channel, emit):
    if channel.ended:
        refuse_host(emit.instruction, "unavailable")


def fires_once(instruction):
    """A timer without an interval. @spec instructions.table"""
    values = dict(zip(instruction.row["operands"], (operand.value for operand in instruction.operands)))
    return values.get("interval_ns") == 0


def handle_kind(instruction):
    """The name of the handle among the results, or None."""
    return next((name for name, type_name in instruction.row["results"].items() if type_name == "handle"), None)


def open_handle(channel, kind, subscription):
    """@spec instructions.handles"""
    channel.last_handle += 1
    channel.handles[channel.last_handle] = {"kind": kind, "subscription": subscription}
    return channel.last_handle


def close_handle(channel, handle):
    del channel.handles[handle]
    channel.turn.released.append(handle)


def arrive(channel, emit, outcome):
    """Results or a Refusal, for the program."""
    name = bus.name_of(emit.instruction.row)
    if emit.blocked:
        forget(channel, emit, outcome)
        discard(channel, name, "would_block")
    elif emit.call is None:
        offer(channel, name, lambda: answer_outcome(channel, emit, outcome), True, lambda: interrupt(channel, emit))
    else:
        offer(channel, name, lambda: complete(channel, emit, outcome), True)


def interrupt(channel, emit):
    """The instance has ended, and nobody reads the reply."""
    try:
        refuse_host(emit.instruction, "interrupted")
    except Refusal as refusal:
        answer_refusal(channel, emit, refusal)


def answer_outcome(channel, emit, outcome):
    try:
        answer(channel, emit, 0, bus.results_reply(seal(channel, emit, outcome)))
    except Refusal as refusal:
        answer_refusal(channel, emit, refusal)


def complete(channel, emit, outcome):
    """@spec instructions.async.completion"""
    channel.open_calls -= 1
    try:
        status, results = 0, seal(channel, emit, outcome)
    except Refusal as refusal:
        raise_error(channel, refusal)
        reply = bus.error_reply(refusal)
        status, results = int.from_bytes(reply[:2], "big"), reply[2:]
    head = bytes([emit.category | messages.COMPLETION]) + emit.opcode.to_bytes(2, "big")
    event = head + bus.u32(emit.call) + bus.u32(status) + results
    publish(
        channel,
        "instruction.completed",
        instruction=bus.name_of(emit.instruction.row),
        call_id=emit.call,
        status=status,
        reply_bytes=len(event),
        duration_ns=since(channel, emit),
    )
    send(channel, {"bytes": event, "completion": True, "handle": None})


def seal(channel, emit, outcome):
    """The results, where a reply may have them. @spec quotas.bus instructions.handles.unheard"""
    if isinstance(outcome, Refusal):
        raise outcome
    limit = channel.quotas.get("reply_bytes")
    if limit is not None and 2 + len(outcome) > limit:
        forget(channel, emit, outcome)
        refuse_quota(channel, emit.instruction, "reply_bytes", limit)
    return outcome


def forget(channel, emit, outcome):
    """Close the handle that the program will not learn of. @spec instructions.handles.unheard"""
    if not isinstance(outcome, Refusal) and handle_kind(emit.instruction) is not None:
        close_handle(channel, int.from_bytes(outcome[2:], "big"))


def raise_error(channel, refusal):
    """@spec events.raised"""
    channel.turn.errors = error_codes(refusal)
    channel.turn.raised.append(refusal.code)


def answer_refusal(channel, emit, refusal):
    raise_error(channel, refusal)
    reply = bus.error_reply(refusal)
    answer(channel, emit, int.from_bytes(reply[:2], "big"), reply)


def error_codes(refusal):
    """@spec adapters.host-errors"""
    return [refusal.code] + (["HOST_ERROR"] if refusal.code == "ADP_HOST_CALL_FAILED" else [])


def answer(channel, emit, status, reply):
    if not channel.ended:
        channel.turn.reply = reply
    publish(
        channel,
        "instruction.dispatched",
        instruction=event_name(emit),
        category=emit.category,
        opcode=emit.opcode,
        status=status,
        operand_bytes=emit.operand_bytes,
        reply_bytes=len(reply),
        asynchronous=emit.asynchronous,
        duration_ns=since(channel, emit),
    )


def event_name(emit):
    """@spec instructions.bus.events.fields"""
    category = tables.by("instruction-categories", "number").get(emit.category)
    if category is None:
        return "reserved 0x%x.0x%04x" % (emit.category, emit.opcode)
    row = instructions.row_of(emit.category, emit.opcode)
    return bus.name_of(row) if row is not None else "%s.0x%04x" % (category["name"], emit.opcode)


def since(channel, emit):
    return (channel.turn.number - emit.begun) * MILLISECOND


# Events.


def take_event(channel, step):
    category, opcode, name = FIRED
    for _ in range(step.get("times", 1)):
        if is_subscription(channel, step["handle"]):
            number = tables.by("instruction-categories", "name")[category]["number"]
            event = bytes([number]) + opcode.to_bytes(2, "big") + b"\x08\x04" + step["handle"].to_bytes(4, "big")
            event += b"\x02\x08" + step.get("count", 1).to_bytes(8, "big")
            item = {"bytes": event, "completion": False, "handle": step["handle"]}
            offer(channel, name, lambda item=item: send(channel, item), False)
            end_after_first(channel, step["handle"])


def end_after_first(channel, handle):
    if channel.handles.get(handle, {}).get("once"):
        channel.handles[handle]["subscription"] = False


def is_subscription(channel, handle):
    """@spec instructions.events.binding"""
    return handle in channel.handles and channel.handles[handle]["subscription"]


# The way to the program.


def offer(channel, name, deliver, reserved, dropped=lambda: None):
    """Deliver now, or hold. @spec instructions.suspend"""
    if channel.ended:
        discard(channel, name, "instance_ended")
        dropped()
    elif not channel.suspended and not channel.draining:
        deliver()
    elif reserved or has_room(channel):
        channel.held.append({"name": name, "deliver": deliver, "reserved": reserved, "dropped": dropped})
    else:
        discard(channel, name, "too_many_held")


def has_room(channel):
    """@spec instructions.suspend.bound"""
    return sum(1 for item in channel.held if not item["reserved"]) < MOST_HELD_EVENTS


def discard(channel, name, reason):
    """@spec instructions.discarded"""
    publish(channel, "instruction.result_discarded", instruction=name, reason=reason)


def take_suspend(channel, step):
    channel.suspended = True


def take_resume(channel, step):
    channel.suspended = False
    channel.after_next = step if "afterwards" in step else None
    drain(channel)


def drain(channel):
    """What comes meanwhile comes behind it."""
    channel.draining = True
    while channel.held and not channel.suspended:
        channel.held.pop(0)["deliver"]()
    channel.draining = False


def send(channel, item):
    channel.waiting.append(item)
    take_waiting(channel)


def take_waiting(channel):
    """The program takes what it was sent, unless it is busy."""
    while channel.waiting and not channel.busy:
        item = channel.waiting.pop(0)
        if item["handle"] is not None and item["handle"] not in channel.handles:
            discard(channel, FIRED[2], "handle_closed")
            continue
        channel.turn.delivered.append({"bytes": item["bytes"].hex()})
        after, channel.after_next = channel.after_next, None
        if after is not None:
            go_on_behind(channel, after)


def go_on_behind(channel, step):
    """What is done behind the first delivery; an instance that goes on at once is as it was."""
    if step["afterwards"] != "resume":
        globals()["take_" + step["afterwards"]](channel, step)


def take_busy(channel, step):
    channel.busy = True


def take_idle(channel, step):
    channel.busy = False
    take_waiting(channel)


def take_end(channel, step):
    """@spec instructions.close"""
    channel.ended = True
    channel.busy, channel.waiting, channel.open_calls = True, [], 0
    held, channel.held = channel.held, []
    for item in held:
        discard(channel, item["name"], "instance_ended")
        item["dropped"]()
    for handle in sorted(channel.handles):
        close_handle(channel, handle)


def publish(channel, event, **fields):
    channel.turn.published.append({"event": event, "fields": fields})


# As JSON. @spec conformance.operations


def result_form(turn, handles, sources, calls):
    form = {"open_handles": handles, "open_sources": sources, "open_calls": calls}
    form.update({"reply": turn.reply.hex()} if turn.reply is not None else {})
    form.update({"delivered": grouped(turn.delivered)} if turn.delivered else {})
    return form


def effects_form(turn):
    lists = {"calls": turn.calls, "released": turn.released, "errors": turn.errors, "raised": turn.raised}
    lists["published"] = grouped(turn.published)
    return {name: content for name, content in lists.items() if content}


def grouped(items):
    """What follows each other and is equal, once."""
    groups = []
    for item in items:
        if groups and {name: groups[-1][name] for name in item} == item:
            groups[-1]["times"] = groups[-1].get("times", 1) + 1
        else:
            groups.append(dict(item))
    return groups
