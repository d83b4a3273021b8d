import type { VectorProgramStep } from "../../../../generated/json/vector.js";
import type { Members } from "../../building/input-log.js";
import { u32 } from "../../building/instruction.js";
import { fromHex, join } from "../../building/octets.js";
import type { Draft } from "../../corpus/family.js";
import { completed, fired, print, reply, sleep } from "./messages.js";
import { emits, repeated, takes } from "./replay-drafts.js";

const failed = { state: "failed", failure: "RT_TRAP" } as const;
const fails: VectorProgramStep = { ends: "failed", failure: "RT_TRAP" };
const hostCall = ["ADP_HOST_CALL_FAILED", "HOST_ERROR"];

/** The error behind what a log has refused. */
export function causedDrafts(): readonly Draft[] {
  const replies: readonly (readonly [
    id: string,
    bytes: Uint8Array,
    reply: string,
    causes: readonly string[],
    why?: string,
  ])[] = [
    ["host-call", print("a"), "3004010400000010", hostCall],
    ["policy", print("a"), "3006010400000010", ["ADP_POLICY_DENIED"]],
    ["malformed", fromHex("ff"), "3005010400000005", ["ADP_INSTRUCTION_MALFORMED"]],
    ["unsupported", print("a"), "3002010400000010", ["ADP_UNSUPPORTED_INSTRUCTION"]],
    [
      "no-code",
      print("a"),
      "ffff010400000010",
      hostCall,
      "A status that is the number of no code counts as a failed call of the host.",
    ],
    [
      "no-host-error",
      print("a"),
      "3004010400000063",
      hostCall,
      "A host error that is none of the table is one that nobody knows.",
    ],
    ["no-number", print("a"), "3004", hostCall, "A refusal that ends behind its status has no host error."],
    [
      "no-check",
      print("a"),
      "3001010400000010",
      hostCall,
      "A status that no check of the bus has counts as a failed call of the host.",
    ],
    [
      "denied-though-granted",
      print("a"),
      "3003010400000004",
      hostCall,
      "Nothing was denied that was granted, whatever the reply says.",
    ],
    [
      "malformed-though-it-is-not",
      print("a"),
      "3005010400000005",
      hostCall,
      "No instruction was malformed that is well-formed, whatever the reply says.",
    ],
    [
      "unsupported-though-malformed",
      fromHex("ff"),
      "3002010400000010",
      hostCall,
      "A malformed instruction is refused as nothing else.",
    ],
  ];
  const completion = (end: string): Uint8Array => join(Uint8Array.of(0x43, 0, 3), fromHex(`010400000001${end}`));
  const failing = completion("010400003004010400000010");
  const denied = completion("010400003006010400000010");
  const begun = { instruction: sleep, reply: reply(u32(1)) };
  const fine = { instruction: print("b"), reply: reply() };
  const refused = { instruction: print("a"), reply: fromHex("3006010400000010") };
  return [
    ...replies.map(([id, instruction, bytes, causes, why]) =>
      one(id, [{ instruction, reply: fromHex(bytes) }], [emits(instruction)], causes, instruction, why),
    ),
    one(
      "nothing",
      [begun, { event: completed(1) }, fine],
      [emits(sleep), takes, emits(print("b"))],
      [],
      print("b"),
      "A program that was never refused has no error of the bus behind its failure.",
    ),
    one("completion", [begun, { event: failing }], [emits(sleep), takes], hostCall, sleep),
    one(
      "unsupported-completion",
      [begun, { event: completion("010400003002010400000010") }],
      [emits(sleep), takes],
      hostCall,
      sleep,
      "What fails as a completion was no check of the bus but the policy, or the host.",
    ),
    one("denied-completion", [begun, { event: denied }], [emits(sleep), takes], ["ADP_POLICY_DENIED"], sleep),
    one(
      "last-of-two",
      [refused, begun, { event: failing }, fine, { event: fired(1) }],
      [emits(print("a")), emits(sleep), takes, emits(print("b")), takes],
      hostCall,
      print("b"),
    ),
    one(
      "last-is-a-reply",
      [begun, { event: failing }, refused, fine],
      [emits(sleep), takes, emits(print("a")), emits(print("b"))],
      ["ADP_POLICY_DENIED"],
      print("b"),
    ),
  ];
}

const one = (
  id: string,
  entries: readonly Members[],
  does: readonly VectorProgramStep[],
  causes: readonly string[],
  last: Uint8Array,
  why = "A program that fails behind a refusal has the same error behind its failure, though no host has refused it.",
): Draft =>
  repeated({
    id: `caused/${id}`,
    clauses: ["adapters.host-errors", "lifecycle.failure-info"],
    entries,
    end: failed,
    program: [...does, fails],
    replies: bytesIn(entries, "reply"),
    events: bytesIn(entries, "event"),
    causes,
    last,
    why,
  });

function bytesIn(entries: readonly Members[], member: "reply" | "event"): readonly Uint8Array[] {
  return entries.map((each) => each[member]).filter((bytes) => bytes instanceof Uint8Array);
}
