import type { VectorInputs, VectorProgramStep, VectorRepeated } from "../../../../generated/json/vector.js";
import type { Members } from "../../building/input-log.js";
import { handle, u32 } from "../../building/instruction.js";
import type { Draft } from "../../corpus/family.js";
import { completed, fired, print, reply, sleep, startTimer } from "./messages.js";
import { bytesOf, emits, ends, left, reached, repeated, takes } from "./replay-drafts.js";
import { surroundedDrafts } from "./surrounded-replays.js";

const entriesAnchor = "instructions.input-log.entries";
const quotaAnchor = "instructions.input-log.quota";

const told = [
  { instruction: startTimer, reply: reply(handle(1)) },
  { event: fired(1) },
  { instruction: print("tick"), reply: reply() },
  { event: fired(2) },
  { instruction: print("tock"), reply: reply() },
] satisfies readonly Members[];
const clock: readonly VectorProgramStep[] = [
  emits(startTimer),
  takes,
  emits(print("tick")),
  takes,
  emits(print("tock")),
  ends,
];

/** What replays do, and where they leave their logs. */
export function replayDrafts(): readonly Draft[] {
  const parent = repeated({
    id: "ticking",
    entries: told,
    program: clock,
    replies: [reply(handle(1)), reply(), reply()],
    events: [fired(1), fired(2)],
    clauses: [entriesAnchor],
    why: "Replies and events come as the log has them and where it has them.",
  });
  return [parent, ...others(), ...differences(parent), ...surroundedDrafts(parent)];
}

function others(): readonly Draft[] {
  const grant = { command: "grant", quota: "fuel", value: 9 } satisfies VectorRepeated;
  return [
    repeated({ id: "nothing", entries: [], program: [ends], why: "A program that does nothing but end." }),
    repeated({
      id: "exit-code",
      entries: [],
      end: { state: "terminated", exit_code: 0 },
      program: [{ ends: "terminated", exit_code: 0 }],
      why: "An exit with code 0.",
    }),
    repeated({
      id: "failure",
      entries: [],
      end: { state: "failed", failure: "RT_TRAP" },
      program: [{ ends: "failed", failure: "RT_TRAP" }],
      why: "A program that fails as it did.",
    }),
    repeated({
      id: "error-reply",
      entries: [{ instruction: print("a"), reply: Uint8Array.of(0x30, 0x04, 1, 4, 0, 0, 0, 0x10) }],
      program: [emits(print("a")), ends],
      replies: [Uint8Array.of(0x30, 0x04, 1, 4, 0, 0, 0, 0x10)],
      why: "An error is repeated, with nobody to cause it.",
    }),
    repeated({
      id: "malformed",
      entries: [{ instruction: Uint8Array.of(0xff), reply: Uint8Array.of(0x30, 0x05, 1, 4, 0, 0, 0, 5) }],
      program: [{ emits: "ff" }, ends],
      replies: [Uint8Array.of(0x30, 0x05, 1, 4, 0, 0, 0, 5)],
      why: "Bytes that are no instruction are compared like others.",
    }),
    repeated({
      id: "completion",
      entries: [{ instruction: sleep, reply: reply(u32(1)) }, { event: completed(1) }],
      program: [emits(sleep), takes, ends],
      replies: [reply(u32(1))],
      events: [completed(1)],
      why: "A completion is an event like others, and its call id stands in the log.",
    }),
    repeated({
      id: "other-handles",
      entries: [{ instruction: startTimer, reply: reply(handle(17)) }],
      program: [emits(startTimer), ends],
      replies: [reply(handle(17))],
      why: "A replay gives out no handles of its own.",
    }),
    repeated({
      id: "commands",
      entries: [{ command: "suspend" }, grant, { command: "resume" }, { instruction: print("a"), reply: reply() }],
      program: [emits(print("a")), ends],
      replies: [reply()],
      commands: [{ command: "suspend" }, grant, { command: "resume" }],
      clauses: [entriesAnchor],
      why: "Commands that come before anything else are repeated before it.",
    }),
    repeated({
      id: "commands-between",
      entries: [
        { event: fired(1) },
        { command: "suspend" },
        { command: "resume" },
        { event: fired(2) },
        { instruction: print("a"), reply: reply() },
        grant,
      ],
      program: [takes, takes, emits(print("a")), ends],
      replies: [reply()],
      events: [fired(1), fired(2)],
      commands: [{ command: "suspend" }, { command: "resume" }, grant],
      clauses: [entriesAnchor],
      why: "Commands are repeated where they stand.",
    }),
    repeated({
      id: "quota",
      entries: [
        { instruction: print("a"), reply: reply() },
        { command: "quota" },
        grant,
        { command: "resume" },
        { instruction: print("b"), reply: reply() },
      ],
      program: [emits(print("a")), reached, emits(print("b")), ends],
      replies: [reply(), reply()],
      commands: [grant, { command: "resume" }],
      clauses: [quotaAnchor],
      why: "What stands behind `quota` waits until the program has reached it.",
    }),
    repeated({
      id: "event-behind-quota",
      entries: [{ command: "quota" }, { command: "resume" }, { event: fired(1) }],
      program: [reached, takes, ends],
      events: [fired(1)],
      commands: [{ command: "resume" }],
      clauses: [quotaAnchor],
      why: "So does an event.",
    }),
    repeated({
      id: "two-quotas",
      entries: [
        { command: "quota" },
        { command: "resume" },
        { command: "quota" },
        { command: "resume" },
        { event: fired(1) },
      ],
      program: [reached, reached, takes, ends],
      events: [fired(1)],
      commands: [{ command: "resume" }, { command: "resume" }],
      clauses: [quotaAnchor],
      why: "Each waits for a quota of its own.",
    }),
    repeated({
      id: "terminated",
      entries: [{ instruction: print("a"), reply: reply() }, { command: "terminate" }],
      program: [emits(print("a")), ends],
      replies: [reply()],
      commands: [{ command: "terminate" }],
      why: "A program that its host has ended is ended again.",
    }),
    repeated({
      id: "terminated-while-it-waits",
      entries: [{ instruction: sleep }, { command: "terminate" }],
      program: [emits(sleep), ends],
      commands: [{ command: "terminate" }],
      why: "A reply that never came does not come now.",
    }),
  ];
}

function differences(parent: Draft): readonly Draft[] {
  const does = (...program: readonly VectorProgramStep[]): Partial<VectorInputs> => ({ program });
  const [start, tick] = clock as readonly [VectorProgramStep, ...VectorProgramStep[]];
  const begun = [start, tick as VectorProgramStep];
  const fails: Members = { state: "failed", failure: "RT_TRAP" };
  return [
    left(parent, "first", 0, does(emits(print("tick"))), "Another instruction than the first."),
    left(parent, "operands", 2, does(...begun, emits(print("tack"))), "The same instruction with other operands."),
    left(parent, "longer", 2, does(...begun, emits(print("ticks"))), "With a byte more."),
    left(parent, "event-next", 1, does(start, emits(print("tick"))), "An instruction where the log has an event."),
    left(
      parent,
      "nothing-more",
      5,
      does(...clock.slice(0, 5), emits(print("tick"))),
      "An instruction where the log is over.",
    ),
    left(
      parent,
      "again",
      3,
      does(...begun, emits(print("tick")), emits(print("tick"))),
      "The same instruction once more.",
    ),
    left(parent, "ends-early", 4, does(...clock.slice(0, 4), ends), "An end before the log's."),
    left(parent, "ends-at-once", 0, does(ends), "An end before anything."),
    left(
      parent,
      "ends-with-a-code",
      5,
      does(...clock.slice(0, 5), { ends: "terminated", exit_code: 0 }),
      "An end with an exit code where there was none.",
    ),
    left(
      parent,
      "fails",
      5,
      does(...clock.slice(0, 5), { ends: "failed", failure: "RT_TRAP" }),
      "A failure where there was none.",
    ),
    left(
      parent,
      "fails-otherwise",
      0,
      { bytes: bytesOf([], fails), program: [{ ends: "failed", failure: "RT_ABI_VIOLATION" }] },
      "Another failure.",
    ),
    left(
      parent,
      "other-code",
      0,
      { bytes: bytesOf([], { state: "terminated", exit_code: 1 }), program: [{ ends: "terminated", exit_code: 2 }] },
      "Another exit code.",
    ),
    left(
      parent,
      "no-code",
      0,
      { bytes: bytesOf([], { state: "terminated", exit_code: 1 }), program: [ends] },
      "No exit code where there was one.",
    ),
    left(parent, "does-not-fail", 0, { bytes: bytesOf([], fails), program: [ends] }, "No failure where there was one."),
    left(
      parent,
      "quota-never-reached",
      0,
      { bytes: bytesOf([{ command: "quota" }, { command: "resume" }]), program: [ends] },
      "A quota that is never reached.",
      [quotaAnchor],
    ),
    left(
      parent,
      "quota-later",
      1,
      { bytes: bytesOf([{ event: fired(1) }, { command: "quota" }]), program: [takes, ends] },
      "Nor later.",
      [quotaAnchor],
    ),
  ];
}
