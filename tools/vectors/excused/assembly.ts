import type { Group } from "./group.js";

const ARTIFACT = "reference/assembly/artifact";
const MANIFEST = "reference/assembly/manifest";

/** Requirements of FayManifest and assembly that no vector forces. The named tests hold them. */
export const assemblyExcuses: readonly Group[] = [
  {
    reason: "It speaks of what a tool for authors shows and takes, and no operation is such a tool.",
    clauses: ["faymanifest.comments", "faymanifest.validation.place"],
    tests: [`${MANIFEST}/json-reader.test.ts`, `${MANIFEST}/read.test.ts`, `${MANIFEST}/paths.test.ts`],
  },
  {
    reason: "A file that shows it has over a thousand faults: a vector of such a length would show nothing else.",
    clauses: ["faymanifest.validation.bound"],
    tests: [`${MANIFEST}/read.test.ts`, `${MANIFEST}/judge.test.ts`],
  },
  {
    reason:
      "It speaks of a registry of implementations, of which a vector has none: only what was chosen is in an artifact.",
    clauses: ["assembly.implementations", "assembly.implementations.missing", "assembly.registry"],
    tests: [`${ARTIFACT}/implementation-registry.test.ts`],
  },
  {
    reason:
      "It needs an artifact whose parts run, and calls between them; what is judged of an artifact and of a call is forced by the families assembly-section and assembly-permissions to assembly-value.",
    clauses: [
      "loader.hand-off.assembly",
      "assembly.steps.instances",
      "assembly.steps.end",
      "assembly.parts.failed",
      "assembly.calls.policy",
      "assembly.calls.topic",
      "assembly.calls.delivery",
      "assembly.calls.order",
      "assembly.calls.answer",
      "assembly.calls.unanswerable",
      "assembly.calls.ended",
      "assembly.calls.cause",
      "assembly.calls.unanswered",
      "assembly.calls.deadlock",
      "assembly.calls.handles",
      "assembly.calls.service",
      "assembly.calls.settings",
      "assembly.calls.identity",
      "assembly.control-mode.command",
      "assembly.control-mode.ego",
      "assembly.control-mode.autonomous",
      "assembly.control-mode.next",
      "assembly.control-mode.nobody",
    ],
    tests: [
      "reference/assembled.test.ts",
      "reference/assembled-calls.test.ts",
      "reference/assembled-actions.test.ts",
      "reference/assembled-answers.test.ts",
    ],
  },
];
