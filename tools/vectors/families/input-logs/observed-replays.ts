import type { VectorEffects } from "../../../../generated/json/vector.js";
import { u32 } from "../../building/instruction.js";
import { fromHex, join } from "../../building/octets.js";
import type { Draft } from "../../corpus/family.js";
import { completed, print, reply, sleep, startTimer } from "./messages.js";
import { emits, ends, left, repeated, takes } from "./replay-drafts.js";

const published = "instructions.replay.events";
const NEGOTIATED = "capability.negotiated";

type Told = NonNullable<VectorEffects["told"]>;

/** Effects of a replay that publishes this behind the negotiation, and nothing else. */
const heard = (told: Told): VectorEffects => ({
  events: [NEGOTIATED, ...told.map(({ event }) => event).filter((event) => event !== NEGOTIATED)],
  told,
});

/** What is published of a replay. */
export function observedDrafts(parent: Draft): readonly Draft[] {
  const dispatched = { tell: ["instruction.dispatched"] };
  const both = { tell: ["instruction.dispatched", "instruction.completed"] };
  const answered = (name: string, fields: Readonly<Record<string, unknown>>) => ({
    event: "instruction.dispatched",
    fields: { instruction: name, status: 0, asynchronous: false, ...fields },
  });
  const refusal = fromHex("3004010400000010");
  const sleeps = answered("time.sleep", {
    category: 3,
    opcode: 3,
    operand_bytes: 10,
    reply_bytes: 8,
    asynchronous: true,
  });
  const failed = join(Uint8Array.of(0x43, 0, 3), fromHex("010400000001010400003004010400000010"));
  const stdout = { category: 0, opcode: 0x11 };
  return [
    repeated({
      id: "told/negotiated",
      clauses: [published, "capabilities.negotiation.event"],
      entries: [],
      more: { tell: [NEGOTIATED] },
      program: [ends],
      effects: heard([
        {
          event: NEGOTIATED,
          fields: { granted: ["io.stdio", "time.timer"], denied: ["net.http"], warnings: [] },
        },
      ]),
      why: "What was negotiated is what the log says, whatever this host would have granted.",
    }),
    repeated({
      id: "told/dispatched",
      clauses: [published],
      entries: [
        { instruction: startTimer, reply: fromHex("0000080400000001") },
        { instruction: print("tick"), reply: reply() },
      ],
      more: dispatched,
      program: [emits(startTimer), emits(print("tick")), ends],
      replies: [fromHex("0000080400000001"), reply()],
      effects: heard([
        answered("time.timer_start", { category: 3, opcode: 4, operand_bytes: 20, reply_bytes: 8 }),
        answered("io.stdout_write", { ...stdout, operand_bytes: 6, reply_bytes: 2 }),
      ]),
      why: "Who observes a replay sees the instructions that were answered.",
    }),
    repeated({
      id: "told/refused",
      clauses: [published],
      entries: [
        { instruction: print("a"), reply: refusal },
        { instruction: fromHex("ff"), reply: fromHex("3005010400000005") },
      ],
      more: dispatched,
      program: [emits(print("a")), { emits: "ff" }, ends],
      replies: [refusal, fromHex("3005010400000005")],
      effects: heard([
        answered("io.stdout_write", { ...stdout, status: 0x3004, operand_bytes: 3, reply_bytes: 8 }),
        answered("reserved 0xf.0x0000", {
          category: 15,
          opcode: 0,
          status: 0x3005,
          operand_bytes: 0,
          reply_bytes: 8,
          asynchronous: true,
        }),
      ]),
      why: "Those that were refused too, whatever their bytes are.",
    }),
    repeated({
      id: "told/completed",
      clauses: [published],
      entries: [
        { instruction: sleep, reply: reply(u32(1)) },
        { instruction: sleep, reply: reply(u32(2)) },
        { event: completed(2) },
        { event: failed },
      ],
      more: both,
      program: [emits(sleep), emits(sleep), takes, takes, ends],
      replies: [reply(u32(1)), reply(u32(2))],
      events: [completed(2), failed],
      effects: heard([
        sleeps,
        sleeps,
        {
          event: "instruction.completed",
          fields: { instruction: "time.sleep", call_id: 2, status: 0, reply_bytes: 15 },
        },
        {
          event: "instruction.completed",
          fields: { instruction: "time.sleep", call_id: 1, status: 0x3004, reply_bytes: 21 },
        },
      ]),
      why: "And the calls that were completed, in the order in which the program was called.",
    }),
    repeated({
      id: "told/completed-once",
      clauses: [published],
      entries: [
        { instruction: sleep, reply: reply(u32(1)) },
        { event: completed(1) },
        { event: completed(1) },
        { event: completed(2) },
      ],
      more: both,
      program: [emits(sleep), takes, takes, takes, ends],
      replies: [reply(u32(1))],
      events: [completed(1), completed(1), completed(2)],
      effects: heard([
        sleeps,
        {
          event: "instruction.completed",
          fields: { instruction: "time.sleep", call_id: 1, status: 0, reply_bytes: 15 },
        },
      ]),
      why: "A call is completed once, and one that the replay has not answered never.",
    }),
    repeated({
      id: "told/no-calls",
      clauses: [published],
      entries: [
        { instruction: print("a"), reply: reply(u32(1)) },
        { event: completed(1) },
        { instruction: sleep, reply: refusal },
        { event: completed(16) },
      ],
      more: both,
      program: [emits(print("a")), takes, emits(sleep), takes, ends],
      replies: [reply(u32(1)), refusal],
      events: [completed(1), completed(16)],
      effects: heard([
        answered("io.stdout_write", { ...stdout, operand_bytes: 3, reply_bytes: 8 }),
        answered("time.sleep", {
          category: 3,
          opcode: 3,
          status: 0x3004,
          operand_bytes: 10,
          reply_bytes: 8,
          asynchronous: true,
        }),
      ]),
      why: "An instruction that waits has no call, nor has one that was refused.",
    }),
    ...["", "00", "0005", "000011", "00001100"].map((hex) =>
      repeated({
        id: `told/short-${hex.length / 2}`,
        clauses: [published],
        entries: [{ instruction: fromHex(hex), reply: fromHex("3005010400000005") }],
        more: dispatched,
        program: [{ emits: hex }, ends],
        replies: [fromHex("3005010400000005")],
        effects: heard([
          answered(hex.length < 6 ? "io.0x0000" : "io.stdout_write", {
            category: 0,
            opcode: hex.length < 6 ? 0 : 0x11,
            status: 0x3005,
            operand_bytes: 0,
            reply_bytes: 8,
          }),
        ]),
        why: `Of an instruction 0x${hex} counts as 0 what its bytes do not hold.`,
      }),
    ),
    left(
      parent,
      "told",
      0,
      { tell: ["error.raised"], program: [emits(print("tick"))] },
      "The first difference is published as an error.",
      ["events.raised"],
      {
        events: [NEGOTIATED, "error.raised"],
        told: [{ event: "error.raised", fields: { code: "ADP_REPLAY_DIVERGED", layer: "adapter" } }],
      },
    ),
  ];
}
