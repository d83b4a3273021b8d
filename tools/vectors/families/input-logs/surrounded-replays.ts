import type { VectorProgramStep, VectorRepeated } from "../../../../generated/json/vector.js";
import type { Members } from "../../building/input-log.js";
import { fromHex, join, toHex } from "../../building/octets.js";
import type { Draft } from "../../corpus/family.js";
import { causedDrafts } from "./caused-replays.js";
import { fired, print, reply, sleep, startTimer } from "./messages.js";
import { observedDrafts } from "./observed-replays.js";
import { bytesOf, emits, ends, left, reached, repeated, takes } from "./replay-drafts.js";

const complete = "instructions.replay.complete";
const quotaAnchor = "instructions.input-log.quota";

const rests: VectorProgramStep = { rests: true };
const refuses: VectorProgramStep = { refuses_event: true };
const grant = { command: "grant", quota: "fuel", value: 9 } satisfies VectorRepeated;

/** What surrounds a replay: a program that waits, a snapshot, a host that cannot repeat a command, observers. */
export function surroundedDrafts(parent: Draft): readonly Draft[] {
  return [
    ...resting(),
    ...causedDrafts(),
    ...ended(parent),
    ...snapshots(parent),
    ...unrepeatable(parent),
    ...observedDrafts(parent),
    ...anyBytes(parent),
  ];
}

function resting(): readonly Draft[] {
  const told = { clauses: [complete] };
  return [
    repeated({
      ...told,
      id: "rests/granted",
      entries: [grant, { instruction: print("a"), reply: reply() }, { ...grant, value: 10 }],
      program: [rests, emits(print("a")), rests, ends],
      replies: [reply()],
      commands: [grant, { ...grant, value: 10 }],
      complete: [true, true],
      why: "Nor does a grant.",
    }),
    repeated({
      ...told,
      id: "rests/nothing-left",
      entries: [],
      program: [rests, ends],
      complete: [true],
      why: "A program that waits for nothing is complete.",
    }),
    repeated({
      ...told,
      id: "rests/event-next",
      entries: [{ event: fired(1) }, { event: fired(2) }],
      program: [rests, takes, rests, takes, rests, ends],
      events: [fired(1), fired(2)],
      complete: [false, false, true],
      why: "While an event is to come a program is not complete, though no timer runs on any host.",
    }),
    repeated({
      ...told,
      id: "rests/event-behind-an-instruction",
      entries: [{ instruction: print("a"), reply: reply() }, { event: fired(1) }],
      program: [emits(print("a")), rests, takes, rests, ends],
      replies: [reply()],
      events: [fired(1)],
      complete: [false, true],
      why: "So behind an instruction.",
    }),
    repeated({
      ...told,
      id: "rests/quota",
      clauses: [complete, quotaAnchor],
      entries: [{ command: "quota" }, { command: "resume" }, { event: fired(1) }],
      program: [rests, reached, rests, takes, rests, ends],
      events: [fired(1)],
      commands: [{ command: "resume" }],
      complete: [true, false, true],
      why: "A quota is reached by the program alone: one that waits instead is complete, and has left its log.",
    }),
    repeated({
      ...told,
      id: "rests/quota-behind-an-instruction",
      clauses: [complete, quotaAnchor],
      entries: [{ instruction: print("a"), reply: reply() }, { command: "quota" }],
      program: [rests, emits(print("a")), rests, reached, rests, ends],
      replies: [reply()],
      complete: [true, true, true],
      why: "An instruction comes from the program alone as well.",
    }),
    repeated({
      ...told,
      id: "rests/commands-done",
      entries: [{ command: "suspend" }, grant, { command: "resume" }],
      program: [rests, ends],
      commands: [{ command: "suspend" }, grant, { command: "resume" }],
      complete: [true],
      why: "Commands that are done hold nobody up.",
    }),
  ];
}

/** A program that its host has ended by a command of the log. */
function ended(parent: Draft): readonly Draft[] {
  const terminate = { command: "terminate" };
  const a = { instruction: print("a"), reply: reply() };
  const behind = (id: string, entry: number, entries: readonly Members[], why: string): Draft =>
    left(parent, `ended-${id}`, entry, { bytes: bytesOf(entries), program: [ends] }, why);
  return [
    repeated({
      id: "ended/emits",
      entries: [a, terminate],
      program: [emits(print("a")), emits(print("b")), ends],
      replies: [reply()],
      commands: [terminate],
      why: "What a program emits that was ended inside a call is not compared: not every engine can stop it there.",
    }),
    repeated({
      id: "ended/takes",
      entries: [terminate],
      more: { queued: [toHex(fired(1))] },
      program: [takes, ends],
      commands: [terminate],
      why: "Nor what it is called with.",
    }),
    repeated({
      id: "ended/while-suspended",
      entries: [{ instruction: sleep }, { command: "suspend" }, terminate],
      program: [emits(sleep), ends],
      commands: [{ command: "suspend" }, terminate],
      why: "A reply that never came does not come to a program that was suspended before it ended.",
    }),
    repeated({
      id: "ended/while-it-waits-for-long",
      entries: [{ instruction: sleep }, { event: fired(1) }, terminate],
      more: { queued: [toHex(fired(1))] },
      program: [emits(sleep), takes, ends],
      commands: [terminate],
      why: "Nor to one that was called meanwhile.",
    }),
    behind("grant", 1, [terminate, grant], "Nothing is granted to a program that has ended."),
    behind("suspend", 1, [terminate, { command: "suspend" }, grant], "Nor is it suspended."),
    behind("others", 2, [{ command: "suspend" }, terminate, grant], "Whatever came before its end."),
    behind("instruction", 1, [terminate, a], "Nor is there an instruction to come."),
    behind("event", 1, [terminate, { event: fired(1) }], "Nor an event."),
    behind(
      "quota-first",
      0,
      [{ command: "quota" }, { command: "resume" }, a],
      "A quota comes before what is behind it.",
    ),
  ];
}

function snapshots(parent: Draft): readonly Draft[] {
  const queued = (...events: readonly Uint8Array[]) => ({ queued: events.map(toHex) });
  const two = [{ event: fired(1) }, { event: fired(2) }, { instruction: print("a"), reply: reply() }];
  const other = (id: string, entries: readonly Members[], event: Uint8Array, why: string): Draft =>
    left(parent, `queued-${id}`, 0, { bytes: bytesOf(entries), ...queued(event), program: [takes, ends] }, why);
  return [
    repeated({
      id: "queued/first",
      entries: two,
      more: queued(fired(1)),
      program: [takes, takes, emits(print("a")), ends],
      replies: [reply()],
      events: [fired(2)],
      why: "An event that waits in the snapshot is not handed over once more.",
    }),
    repeated({
      id: "queued/all",
      entries: two,
      more: queued(fired(1), fired(2)),
      program: [takes, takes, emits(print("a")), ends],
      replies: [reply()],
      why: "Nor are several.",
    }),
    repeated({
      id: "queued/behind-an-instruction",
      entries: [{ instruction: print("a"), reply: reply() }, ...two.slice(0, 2)],
      more: queued(fired(1)),
      program: [emits(print("a")), takes, takes, ends],
      replies: [reply()],
      events: [fired(2)],
      why: "A program that was called when it was saved ends that call first.",
    }),
    repeated({
      id: "queued/rests",
      clauses: [complete],
      entries: two,
      more: queued(fired(1)),
      program: [rests, takes, rests, takes, rests, emits(print("a")), ends],
      replies: [reply()],
      events: [fired(2)],
      complete: [false, false, true],
      why: "It is not complete before it was called with them.",
    }),
    other("other", two, fired(2), "An event in the snapshot that is not the one of the log."),
    other("longer", two, join(fired(1), Uint8Array.of(0)), "Or that has a byte more."),
    other("shorter", two, fired(1).slice(0, -1), "Or one less."),
    other("too-early", two.slice(2), fired(1), "An event where the log has an instruction."),
    other("nothing-more", [], fired(1), "An event where the log is over."),
    left(
      parent,
      "second-of-the-snapshot",
      1,
      { bytes: bytesOf(two), ...queued(fired(1), fired(3)), program: [takes, takes, ends] },
      "The second of two events in the snapshot is another.",
    ),
    left(
      parent,
      "no-room",
      0,
      { bytes: bytesOf([{ event: fired(1) }]), program: [refuses, takes, ends] },
      "An event for which the program has no room.",
    ),
    left(
      parent,
      "no-room-later",
      1,
      { bytes: bytesOf([{ event: fired(1) }, { event: fired(2) }]), program: [takes, refuses, takes, ends] },
      "Nor later.",
    ),
    left(
      parent,
      "prefix",
      2,
      { program: [emits(startTimer), takes, emits(join(print("tick"), Uint8Array.of(0)))] },
      "The bytes of the instruction with one behind them.",
    ),
  ];
}

/** Commands that fail. */
function unrepeatable(parent: Draft): readonly Draft[] {
  const fails = (
    id: string,
    entries: readonly Members[],
    places: readonly number[],
    program: readonly VectorProgramStep[],
    why: string,
  ): Draft =>
    left(parent, `unrepeatable-${id}`, places[0] ?? 0, { bytes: bytesOf(entries), unrepeatable: places, program }, why);
  const a = { instruction: print("a"), reply: reply() };
  const b = { instruction: print("b"), reply: reply() };
  return [
    ...["suspend", "resume", "terminate"].map((command) =>
      fails(command, [{ command }], [0], [ends], `The command ${command} cannot be repeated.`),
    ),
    fails("grant", [grant], [0], [ends], "Nor can a grant, of more than this host would give for instance."),
    fails("behind-others", [{ command: "suspend" }, grant, { command: "resume" }], [1], [ends], "The second of three."),
    fails("last", [{ command: "suspend" }, grant, { command: "resume" }], [2], [ends], "The last of three."),
    fails("two", [{ command: "suspend" }, grant, { command: "resume" }], [0, 1], [ends], "Of two the first."),
    fails("later", [a, { command: "suspend" }], [1], [emits(print("a")), ends], "A command behind an instruction."),
    fails(
      "before-an-instruction",
      [a, grant, b],
      [1],
      [emits(print("a")), emits(print("b")), ends],
      "Nothing is done behind the first difference.",
    ),
    fails(
      "behind-a-quota",
      [{ command: "quota" }, { command: "resume" }],
      [1],
      [reached, ends],
      "A command that had to wait for a quota.",
    ),
  ];
}

/** Replies and events that are no messages: a log may hold any bytes. */
function anyBytes(parent: Draft): readonly Draft[] {
  const replies = ["", "30", "3004", "3004ff", "3004070131", "ffff010400000010", "3005010400000005ff", "0000ff"];
  const events = ["", "40", "430003", "430003ff", "43000301040000000107", "4f0003010400000001010400003004", "ff0003"];
  return [
    ...replies.map((hex, at) =>
      repeated({
        id: `any-bytes/reply-${at}`,
        entries: [{ instruction: at % 2 === 0 ? print("a") : sleep, reply: fromHex(hex) }],
        program: [emits(at % 2 === 0 ? print("a") : sleep), ends],
        replies: [fromHex(hex)],
        why: `A reply 0x${hex} reaches the program as it stands in the log.`,
      }),
    ),
    ...events.map((hex, at) =>
      repeated({
        id: `any-bytes/event-${at}`,
        entries: [{ event: fromHex(hex) }],
        program: [takes, ends],
        events: [fromHex(hex)],
        why: `So does an event 0x${hex}.`,
      }),
    ),
    left(
      parent,
      "any-bytes",
      0,
      { bytes: bytesOf([{ event: fromHex("40") }]), queued: ["4000"], program: [takes, ends] },
      "Bytes that are no event are compared like others.",
    ),
  ];
}
