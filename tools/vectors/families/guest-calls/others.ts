import type { VectorResult } from "../../../../generated/json/vector.js";
import type { Draft } from "../../corpus/family.js";
import { type Called, calls, effects, LARGE_NUMBER, REPLY, ROOM, SIZE } from "./calls.js";

const replyRead: Called = {
  name: "reply_read",
  slug: "reply-read",
  inputs: { reply: REPLY },
  clauses: ["guest-abi.reply-read"],
  effect: effects.given,
};

/** Calls of `reply_read`. */
export function replies(): readonly Draft[] {
  const outside = "reply_out_of_memory";
  return calls(
    replyRead,
    [
      {
        id: "whole",
        passed: [ROOM, 16],
        result: { returned: 8, runs: [{ offset: ROOM, bytes: REPLY }] },
        why: "The last reply from its beginning.",
      },
      {
        id: "part",
        passed: [ROOM, 5],
        result: { returned: 8, runs: [{ offset: ROOM, bytes: REPLY.slice(0, 10) }] },
        why: "What fits is copied, and the full length returned.",
      },
      { id: "no-room", passed: [ROOM, 0], result: { returned: 8 }, why: "The length alone is asked for." },
      {
        id: "none",
        passed: [ROOM, 16],
        inputs: { reply: "" },
        result: { returned: 0 },
        why: "There is no reply before the first `emit`.",
      },
      {
        id: "at-the-end",
        passed: [SIZE - 8, 8],
        result: { returned: 8, runs: [{ offset: SIZE - 8, bytes: REPLY }] },
        clauses: ["guest-abi.ranges"],
        why: "The room may reach to the last byte of the memory.",
      },
      {
        id: "initialising",
        passed: [ROOM, 16],
        inputs: { reply: "", initialising: true },
        result: { returned: 0 },
        clauses: ["guest-abi.init-restrictions"],
        why: "Only `emit` and `exit` have to wait until the instance runs.",
      },
    ],
    [
      { id: "one-too-long", passed: [SIZE - 8, 9], reason: outside, why: "The room lies outside, the reply does not." },
      { id: "behind", passed: [SIZE + 1, 0], reason: outside, why: "An empty range does not lie behind the memory." },
      {
        id: "wraps",
        passed: [-ROOM, 2 * ROOM],
        reason: outside,
        clauses: ["guest-abi.pointers"],
        why: "The sum of pointer and length does not wrap.",
      },
    ],
  );
}

const ended: Called = {
  name: "exit",
  slug: "exit",
  inputs: {},
  clauses: ["guest-abi.exit"],
  effect: "A program that failed is taken for one that did its work.",
};

/** Calls of `exit`. */
export function exits(): readonly Draft[] {
  return calls(
    ended,
    [
      { id: "zero", passed: [0], result: { exit_code: 0 }, why: "An exit code of 0." },
      { id: "some", passed: [7], result: { exit_code: 7 }, why: "An exit code." },
      { id: "highest", passed: [-1], result: { exit_code: LARGE_NUMBER }, why: "Exit codes are unsigned." },
    ],
    [
      {
        id: "initialising",
        passed: [0],
        inputs: { initialising: true },
        reason: "not_running",
        clauses: ["guest-abi.init-restrictions"],
        why: "A program ends itself only once it runs.",
      },
      {
        id: "initialising-with-a-code",
        passed: [-1],
        inputs: { initialising: true },
        reason: "not_running",
        clauses: ["guest-abi.init-restrictions"],
        why: "A program cannot end itself during `init`, whatever its exit code.",
      },
    ],
  );
}

const EVENT = "0300010804000000";

const allocated: Called = {
  name: "fayger_alloc",
  slug: "alloc",
  inputs: { event: EVENT },
  clauses: ["guest-abi.events"],
  effect: "A program is called with an event that is not there.",
};

/** What `fayger_alloc` gives. */
export function deliveries(): readonly Draft[] {
  const at = (offset: number): VectorResult => ({ runs: runsAt(offset) });
  const outside = "event_out_of_memory";
  return calls(
    allocated,
    [
      { id: "somewhere", passed: [ROOM], result: at(ROOM), why: "The event is copied to where the program wants it." },
      {
        id: "at-the-end",
        passed: [SIZE - 8],
        result: at(SIZE - 8),
        clauses: ["guest-abi.ranges"],
        why: "The event may reach to the last byte of the memory.",
      },
      {
        id: "high-address",
        passed: [2 * SIZE],
        inputs: { memory_bytes: 3 * SIZE },
        result: at(2 * SIZE),
        why: "The program may have grown its memory for the event.",
      },
    ],
    [
      { id: "one-too-far", passed: [SIZE - 7], reason: outside, why: "The last byte of the event has no place." },
      { id: "behind", passed: [SIZE], reason: outside, why: "No byte of the event has a place." },
      {
        id: "minus-one",
        passed: [-1],
        reason: outside,
        clauses: ["guest-abi.pointers"],
        why: "−1 is the highest pointer there is, and no way to say that there is no room.",
      },
      {
        id: "wraps",
        passed: [-4],
        reason: outside,
        clauses: ["guest-abi.pointers"],
        why: "The sum of pointer and length does not wrap.",
      },
    ],
  );
}

/** The event in a memory of zeros: its own zeros change nothing. */
function runsAt(offset: number): NonNullable<VectorResult["runs"]> {
  return [
    { offset, bytes: "03" },
    { offset: offset + 2, bytes: "010804" },
  ];
}
