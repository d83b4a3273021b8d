import type { Draft } from "../../corpus/family.js";
import { type Called, calls, effects, INSTRUCTION, REPLY, ROOM, SIZE } from "./calls.js";

const emit: Called = {
  name: "emit",
  slug: "emit",
  inputs: { reply: REPLY },
  clauses: ["guest-abi.emit"],
  effect: effects.given,
};

/** Calls of `emit`. */
export function emits(): readonly Draft[] {
  const handed = { instructions: [INSTRUCTION] };
  const whole = { ...handed, returned: 8, runs: [{ offset: ROOM, bytes: REPLY }] };
  const pointers = ["guest-abi.pointers"];
  return calls(
    emit,
    [
      { id: "whole", passed: [16, 4, ROOM, 16], result: whole, why: "The reply fits, and its length is returned." },
      {
        id: "just-fits",
        passed: [16, 4, ROOM, 8],
        result: whole,
        why: "The reply fits to the last byte.",
      },
      {
        id: "part",
        passed: [16, 4, ROOM, 3],
        result: { ...whole, runs: [{ offset: ROOM, bytes: REPLY.slice(0, 6) }] },
        why: "What fits of a reply is copied, and its full length returned.",
      },
      {
        id: "no-room",
        passed: [16, 4, 0, 0],
        result: { ...whole, runs: [] },
        why: "Without room nothing is copied, and the full length is returned.",
      },
      {
        id: "empty-reply",
        passed: [16, 4, ROOM, 16],
        inputs: { reply: "" },
        result: { ...handed, returned: 0 },
        why: "A reply without bytes is copied like any other.",
      },
      {
        id: "at-the-end",
        passed: [SIZE - 4, 4, SIZE - 16, 12],
        result: { instructions: ["00000000"], returned: 8, runs: [{ offset: SIZE - 16, bytes: REPLY }] },
        clauses: ["guest-abi.ranges"],
        why: "Both ranges may reach to the last byte of the memory.",
      },
      {
        id: "reply-at-the-end",
        passed: [16, 4, SIZE - 8, 8],
        result: { ...whole, runs: [{ offset: SIZE - 8, bytes: REPLY }] },
        clauses: ["guest-abi.ranges"],
        why: "The room for the reply may reach to the last byte of the memory.",
      },
      {
        id: "nothing-at-the-end",
        passed: [SIZE, 0, SIZE, 0],
        result: { instructions: [""], returned: 8 },
        clauses: ["guest-abi.ranges"],
        why: "An empty range may lie at the end of the memory.",
      },
      {
        id: "empty-memory",
        passed: [0, 0, 0, 0],
        inputs: { memory_bytes: 0, bytes: "" },
        result: { instructions: [""], returned: 8 },
        clauses: ["guest-abi.ranges"],
        why: "A memory without pages has room for empty ranges.",
      },
      {
        id: "second-page",
        passed: [16, 4, SIZE + 8, 16],
        inputs: { memory_bytes: 2 * SIZE },
        result: { ...whole, runs: [{ offset: SIZE + 8, bytes: REPLY }] },
        clauses: ["guest-abi.ranges"],
        why: "The memory is as large as it is now.",
      },
      {
        id: "same-place",
        passed: [16, 4, 16, 4],
        result: { ...whole, runs: [{ offset: 16, bytes: REPLY.slice(0, 8) }] },
        why: "A reply may take the place of its instruction.",
      },
    ],
    [
      {
        id: "instruction-one-too-long",
        passed: [SIZE - 4, 5, ROOM, 16],
        reason: "instruction_out_of_memory",
        why: "The last byte of the instruction lies behind the memory.",
      },
      {
        id: "instruction-behind",
        passed: [SIZE + 1, 0, ROOM, 16],
        reason: "instruction_out_of_memory",
        why: "An empty range does not lie behind the end of the memory.",
      },
      {
        id: "instruction-highest-pointer",
        passed: [-1, 1, ROOM, 16],
        reason: "instruction_out_of_memory",
        clauses: pointers,
        why: "−1 is the highest pointer there is.",
      },
      {
        id: "instruction-highest-length",
        passed: [16, -1, ROOM, 16],
        reason: "instruction_out_of_memory",
        clauses: pointers,
        why: "−1 is the greatest length there is.",
      },
      {
        id: "instruction-wraps",
        passed: [-8, 24, ROOM, 16],
        reason: "instruction_out_of_memory",
        clauses: pointers,
        why: "The sum of pointer and length does not wrap to 16.",
      },
      {
        id: "reply-one-too-long",
        passed: [16, 4, SIZE - 8, 9],
        reason: "reply_out_of_memory",
        why: "The room lies outside, though the reply would fit the part inside.",
      },
      {
        id: "reply-behind",
        passed: [16, 4, SIZE + 1, 0],
        reason: "reply_out_of_memory",
        why: "An empty range does not lie behind the end of the memory.",
      },
      {
        id: "reply-highest-room",
        passed: [16, 4, ROOM, -1],
        reason: "reply_out_of_memory",
        clauses: pointers,
        why: "−1 is the greatest length there is.",
      },
      {
        id: "reply-wraps",
        passed: [16, 4, -ROOM, 2 * ROOM],
        reason: "reply_out_of_memory",
        clauses: pointers,
        why: "The sum of pointer and length does not wrap to 256.",
      },
      {
        id: "no-reply-room-outside",
        passed: [16, 4, SIZE - 4, 5],
        inputs: { reply: "" },
        reason: "reply_out_of_memory",
        why: "The room lies outside, though there is no byte to put there.",
      },
      {
        id: "both",
        passed: [SIZE, 1, SIZE, 1],
        reason: "instruction_out_of_memory",
        clauses: ["guest-abi.violation.first"],
        why: "Of two ranges outside the memory the first is named.",
      },
      {
        id: "both-far",
        passed: [-1, -1, -1, -1],
        reason: "instruction_out_of_memory",
        clauses: ["guest-abi.violation.first", ...pointers],
        why: "Of two ranges outside the memory the first is named, however far they are.",
      },
      {
        id: "second-page-of-one",
        passed: [SIZE, 4, ROOM, 16],
        reason: "instruction_out_of_memory",
        why: "What a second page would hold is not there.",
      },
      {
        id: "initialising",
        passed: [16, 4, ROOM, 16],
        inputs: { initialising: true },
        reason: "not_running",
        clauses: ["guest-abi.init-restrictions"],
        why: "Nothing is emitted before the instance runs.",
      },
      {
        id: "initialising-and-reply-outside",
        passed: [16, 4, SIZE, 16],
        inputs: { initialising: true },
        reason: "not_running",
        clauses: ["guest-abi.init-restrictions", "guest-abi.violation.first"],
        why: "That the instance does not run is named before the room for a reply.",
      },
      {
        id: "initialising-and-outside",
        passed: [SIZE, 4, SIZE, 16],
        inputs: { initialising: true },
        reason: "not_running",
        clauses: ["guest-abi.init-restrictions", "guest-abi.violation.first"],
        why: "That the instance does not run is named before any range.",
      },
    ],
  );
}
