import type { VectorResult } from "../../../../generated/json/vector.js";
import type { Draft } from "../../corpus/family.js";
import { BODY, type Called, calls, effects, LARGE_NUMBER, type Passed, ROOM, SECTIONS, SIZE } from "./calls.js";

const sectionRead: Called = {
  name: "section_read",
  slug: "section-read",
  inputs: { sections: SECTIONS },
  clauses: ["guest-abi.section-read"],
  effect: effects.given,
};

/** Calls of `section_read`. */
export function sections(): readonly Draft[] {
  const copied = (from: number, to: number): VectorResult => ({
    returned: to - from,
    ...(to > from && { runs: [{ offset: ROOM, bytes: BODY.slice(2 * from, 2 * to) }] }),
  });
  const read = (offset: string, room: number): Passed => [64, 10, offset, ROOM, room];
  const unselected = ["guest-abi.section-read.unselected"];
  const nowhere = { returned: LARGE_NUMBER };
  return calls(
    sectionRead,
    [
      { id: "whole", passed: read("0", 12), result: copied(0, 10), why: "All of a section fits." },
      { id: "part", passed: read("0", 4), result: copied(0, 4), why: "As much is copied as there is room for." },
      { id: "middle", passed: read("3", 4), result: copied(3, 7), why: "Bytes from the offset on." },
      { id: "rest", passed: read("7", 12), result: copied(7, 10), why: "What is left behind the offset." },
      { id: "at-its-end", passed: read("10", 12), result: copied(10, 10), why: "At the end there is nothing." },
      { id: "behind-its-end", passed: read("11", 12), result: copied(10, 10), why: "Behind the end there is nothing." },
      {
        id: "highest-offset",
        passed: read("-1", 12),
        result: copied(10, 10),
        clauses: ["guest-abi.pointers"],
        why: "The offset is unsigned, so −1 is far behind the end.",
      },
      {
        id: "lowest-offset",
        passed: read("-9223372036854775808", 12),
        result: copied(10, 10),
        clauses: ["guest-abi.pointers"],
        why: "The offset is unsigned, so the lowest one is far behind the end.",
      },
      { id: "high-offset", passed: read("4294967296", 12), result: copied(10, 10), why: "The offset has 64 bits." },
      { id: "no-room", passed: read("0", 0), result: copied(0, 0), why: "Without room nothing is copied." },
      { id: "empty-section", passed: [80, 10, "0", ROOM, 12], result: copied(0, 0), why: "An empty section is there." },
      {
        id: "unknown",
        passed: [64, 9, "0", ROOM, 12],
        result: nowhere,
        clauses: unselected,
        why: "No section of that name is selected.",
      },
      {
        id: "empty-id",
        passed: [64, 0, "0", ROOM, 12],
        result: nowhere,
        clauses: unselected,
        why: "No section has an empty id.",
      },
      {
        id: "no-id",
        passed: [0, 10, "0", ROOM, 12],
        result: nowhere,
        clauses: unselected,
        why: "Bytes that are no id name no section.",
      },
      {
        id: "long-id",
        passed: [0, 1000, "0", ROOM, 12],
        result: nowhere,
        clauses: unselected,
        why: "An id that is too long names no section.",
      },
      {
        id: "id-at-the-end",
        passed: [SIZE - 10, 10, "0", ROOM, 12],
        result: nowhere,
        clauses: ["guest-abi.ranges", ...unselected],
        why: "The id may reach to the last byte of the memory.",
      },
      {
        id: "room-at-the-end",
        passed: [64, 10, "0", SIZE - 4, 4],
        result: { returned: 4, runs: [{ offset: SIZE - 4, bytes: BODY.slice(0, 8) }] },
        clauses: ["guest-abi.ranges"],
        why: "The room may reach to the last byte of the memory.",
      },
      {
        id: "initialising",
        passed: read("0", 12),
        inputs: { initialising: true },
        result: copied(0, 10),
        clauses: ["lifecycle.init.reads"],
        why: "Sections are read before the instance runs.",
      },
    ],
    [
      {
        id: "id-one-too-long",
        passed: [SIZE - 10, 11, "0", ROOM, 12],
        reason: "section_id_out_of_memory",
        why: "The last byte of the id lies behind the memory.",
      },
      {
        id: "id-wraps",
        passed: [-10, 84, "0", ROOM, 12],
        reason: "section_id_out_of_memory",
        clauses: ["guest-abi.pointers"],
        why: "The sum of pointer and length does not wrap.",
      },
      {
        id: "room-one-too-long",
        passed: [64, 10, "0", SIZE - 10, 11],
        reason: "section_out_of_memory",
        why: "The room lies outside, though the section would fit the part inside.",
      },
      {
        id: "room-behind",
        passed: [64, 10, "0", SIZE + 1, 0],
        reason: "section_out_of_memory",
        why: "An empty range does not lie behind the end of the memory.",
      },
      {
        id: "room-highest",
        passed: [64, 10, "0", ROOM, -1],
        reason: "section_out_of_memory",
        clauses: ["guest-abi.pointers"],
        why: "−1 is the greatest length there is.",
      },
      {
        id: "both",
        passed: [SIZE, 10, "0", SIZE, 12],
        reason: "section_id_out_of_memory",
        clauses: ["guest-abi.violation.first"],
        why: "Of two ranges outside the memory the first is named.",
      },
      {
        id: "unknown-and-outside",
        passed: [64, 9, "0", SIZE, 12],
        reason: "section_out_of_memory",
        why: "Ranges are checked before it is asked which section it is.",
      },
      {
        id: "behind-its-end-and-outside",
        passed: [64, 10, "11", SIZE, 12],
        reason: "section_out_of_memory",
        why: "Ranges are checked, though nothing would be copied.",
      },
    ],
  );
}
