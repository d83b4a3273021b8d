import type { VectorInputs } from "../../../../generated/json/vector.js";
import { fromHex, join, toHex } from "../../building/octets.js";
import type { Draft } from "../../corpus/family.js";
import { hostErrors, instructionRow, sampleInstruction, tlv } from "../instruction-table.js";
import {
  aboutRow,
  answered,
  capabilitiesAnchor,
  hostErrorsAnchor,
  nameOf,
  ok,
  policyAnchor,
  refused,
  supportedAnchor,
} from "./drafts.js";

/** Replies: results, host errors, refusals of the policy. */
export function replies(): readonly Draft[] {
  const read = instructionRow("io.path_stat");
  const results = join(
    tlv(1, fromHex("00000001")),
    tlv(2, fromHex("0000000000000400")),
    tlv(2, fromHex("0000018bcfe56800")),
  );
  const inputs: VectorInputs = {
    bytes: toHex(sampleInstruction(read)),
    granted: ["fs.read"],
    supported: [nameOf(read)],
    results: toHex(results),
  };
  const parent = answered({
    id: "replies/three-results",
    inputs,
    reply: join(ok, results),
    published: ["instruction.dispatched"],
    clauses: ["instructions.bus.events"],
    why: "Results stand behind status 0 in the order of the row.",
  });
  const list = instructionRow("io.directory_list");
  const empty = join(fromHex("0900"));
  return [
    parent,
    answered({
      id: "replies/empty-list",
      inputs: {
        bytes: toHex(sampleInstruction(list)),
        granted: ["fs.read"],
        supported: [nameOf(list)],
        results: toHex(empty),
      },
      reply: join(ok, empty),
      why: "An empty folder is answered with an empty list.",
    }),
    answered({
      id: "replies/empty-bytes",
      inputs: {
        bytes: toHex(sampleInstruction(instructionRow("io.stdin_read"))),
        granted: ["io.stdio"],
        supported: ["io.stdin_read"],
        results: "0600",
      },
      reply: join(ok, fromHex("0600")),
      why: "The end of the input is answered with no bytes.",
    }),
    answered({
      id: "replies/long-bytes",
      inputs: {
        bytes: toHex(sampleInstruction(instructionRow("random.random_bytes"))),
        granted: ["random.get"],
        supported: ["random.random_bytes"],
        results: toHex(join(fromHex("06c801"), new Uint8Array(200).fill(0xa5))),
      },
      reply: join(ok, fromHex("06c801"), new Uint8Array(200).fill(0xa5)),
      clauses: ["instructions.tlv.length"],
      why: "A result of 200 bytes has a length of two bytes.",
    }),
    answered({
      id: "replies/more-granted-than-needed",
      inputs: { ...inputs, granted: ["fs.read", "fs.write", "net.http"] },
      reply: join(ok, results),
      clauses: [capabilitiesAnchor],
      why: "What is granted beyond what is needed does no harm.",
    }),
    answered({
      id: "replies/more-supported-than-asked",
      inputs: { ...inputs, supported: ["io.directory_list", nameOf(read)] },
      reply: join(ok, results),
      clauses: [supportedAnchor],
      why: "An adapter supports what its descriptor lists, this instruction among others.",
    }),
    answered({
      id: "replies/allowed-in-words",
      inputs: { ...inputs, decision: "allow" },
      reply: join(ok, results),
      clauses: [policyAnchor],
      why: "A policy that allows the instruction lets it through.",
    }),
    ...hostErrors.map((name) =>
      refused(parent, {
        id: `replies/host-error-${name.replaceAll("_", "-")}`,
        clauses: [hostErrorsAnchor],
        mutator: "fail-host-call",
        settings: { host_error: name },
        inputs: { host_error: name },
        check: "host",
        hostError: name,
        context: { ...aboutRow(read), host_error: name },
        ...(name === "not_found" && { published: ["instruction.dispatched"] }),
        why: `The host fails with ${name}, and its number is all that the program learns.`,
      }),
    ),
    ...(["refuse", "unanswered"] as const).map((decision) =>
      refused(parent, {
        id: `replies/policy-${decision}`,
        clauses: [policyAnchor, hostErrorsAnchor],
        mutator: "replace-decision",
        settings: { decision },
        inputs: { decision },
        check: "policy",
        context: { ...aboutRow(read), host_error: "access_denied" },
        published: ["instruction.dispatched"],
        why:
          decision === "refuse"
            ? "A policy that refuses is answered before the host is called."
            : "A confirmation that nobody gives is a refusal.",
      }),
    ),
  ];
}
