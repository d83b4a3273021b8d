import type { VectorInputs } from "../../../../generated/json/vector.js";
import { fromHex, join, toHex } from "../../building/octets.js";
import type { Draft } from "../../corpus/family.js";
import { instructionRow, sampleInstruction, tlv } from "../instruction-table.js";
import {
  aboutRow,
  answered,
  asyncAnchor,
  type Check,
  malformedAnchor,
  nameOf,
  noHostCall,
  ok,
  policyAnchor,
  type Refused,
  refused,
  usual,
  write,
} from "./drafts.js";

/** Instructions with ASYNC. */
export function asynchronous(): readonly Draft[] {
  const sleep = instructionRow("time.sleep");
  const inputs: VectorInputs = {
    bytes: toHex(sampleInstruction(sleep, true)),
    granted: ["time.timer"],
    supported: [nameOf(sleep)],
  };
  const callId = join(ok, tlv(1, fromHex("00000001")));
  const parent = answered({
    id: "asynchronous/host-error-comes-later",
    clauses: [asyncAnchor, "instructions.async.call-id"],
    inputs: { ...inputs, host_error: "unknown" },
    reply: callId,
    why: "An asynchronous instruction is answered with its call id before the host has failed.",
  });
  const refuse = (
    id: string,
    check: Check,
    changes: Partial<VectorInputs>,
    more: Partial<Refused>,
    why: string,
  ): Draft =>
    refused(parent, {
      id: `asynchronous/${id}`,
      clauses: ["instructions.async.failed-check", ...(more.clauses ?? [])],
      mutator: "fail-checks",
      settings: { check },
      inputs: changes,
      check,
      why,
      effect: "A program waits for a completion that never comes.",
      ...Object.fromEntries(Object.entries(more).filter(([key]) => key !== "clauses")),
    });
  const about = aboutRow(sleep);
  return [
    parent,
    refuse(
      "not-granted",
      "denied",
      { granted: [] },
      { context: { ...about, missing: ["time.timer"] }, clauses: [noHostCall] },
      "A capability that is missing is told at once, and no completion follows.",
    ),
    refuse(
      "not-supported",
      "unsupported",
      { supported: [] },
      { context: { ...about }, clauses: [noHostCall] },
      "That it is unsupported is told at once.",
    ),
    refuse(
      "refused",
      "policy",
      { decision: "refuse" },
      { context: { ...about, host_error: "access_denied" }, clauses: [policyAnchor] },
      "A refusal of the policy is told at once.",
    ),
    refuse(
      "unanswered",
      "policy",
      { decision: "unanswered" },
      { context: { ...about, host_error: "access_denied" }, clauses: [policyAnchor] },
      "A confirmation that nobody gives is a refusal, told at once.",
    ),
    refuse(
      "malformed",
      "malformed",
      { bytes: toHex(join(sampleInstruction(sleep, true), Uint8Array.of(1))) },
      { reason: "truncated", at: sampleInstruction(sleep).length + 1, clauses: [noHostCall, malformedAnchor] },
      "What is malformed is told at once.",
    ),
    refused(usual, {
      id: "asynchronous/on-a-synchronous-opcode",
      clauses: [malformedAnchor, noHostCall],
      mutator: "set-flag",
      settings: { flag: "ASYNC" },
      inputs: { bytes: toHex(sampleInstruction(write, true)) },
      check: "malformed",
      reason: "async_not_allowed",
      at: 0,
      why: "ASYNC on an opcode that is synchronous only is malformed.",
    }),
  ];
}
