import type fc from "fast-check";
import type { VectorInputs } from "../../../generated/json/vector.js";
import { isEqual } from "../run/grade.js";
import { bytesOf, edited, edits, hex } from "./edits.js";
import { type Beginnings, type Law, lawCases, told } from "./law.js";

function artifacts(check: typeof fc, { load = [] }: Beginnings): fc.Arbitrary<VectorInputs> {
  return check.constantFrom(...load.filter(isUndisturbed));
}

/** A load from a source that keeps what it promises, asked once and to its end: only there ways of loading agree. */
function isUndisturbed({ storage, tries, stop, ways }: VectorInputs): boolean {
  return [storage, tries, stop, ways].every((disturbance) => disturbance === undefined);
}

/** Loads whose signature is verified: there an artifact cannot be exchanged for another one. */
function verifiedLoads(check: typeof fc, { load = [] }: Beginnings): fc.Arbitrary<VectorInputs> {
  return check.constantFrom(
    ...load.filter(
      (inputs) => isUndisturbed(inputs) && inputs.trust_store !== undefined && inputs.enforce_signature !== false,
    ),
  );
}

/** Laws of artifacts: loading, access, serialising. */
export const artifactLaws: readonly Law[] = [
  {
    name: "a-signed-artifact-cannot-be-changed",
    statement: "No change of an artifact whose signature is enforced is accepted by a load that reads all its bodies.",
    clauses: ["signatures.bytes", "loader.read-sections", "loader.verify-digest.index"],
    operations: ["load"],
    cases: (check, beginnings) =>
      lawCases(check.tuple(verifiedLoads(check, beginnings), edits(check)), async ([inputs, script], ask) => {
        const before = await ask("load", { ...inputs, strategy: "eager" });
        // Bodies that the profile leaves out are not looked at.
        if (before.verdict === "reject" || (before.result?.skipped ?? []).length > 0) return undefined;
        const bytes = hex(edited(bytesOf(inputs.bytes ?? ""), script));
        if (bytes === inputs.bytes) return undefined;
        const after = await ask("load", { ...inputs, strategy: "eager", bytes });
        return after.verdict === "reject" ? undefined : "the changed artifact is accepted";
      }),
  },
  {
    name: "an-artifact-ends-where-it-ends",
    statement: "An accepted artifact with a byte more or less at its end is refused.",
    clauses: ["loader.verify-structure.end"],
    operations: ["load"],
    cases: (check, beginnings) =>
      lawCases(
        check.tuple(artifacts(check, beginnings), check.integer({ min: -64, max: 64 })),
        async ([inputs, more], ask) => {
          const whole = bytesOf(inputs.bytes ?? "");
          if (more === 0 || -more > whole.length) return undefined;
          const bytes = more > 0 ? `${hex(whole)}${"00".repeat(more)}` : hex(whole.subarray(0, whole.length + more));
          const answer = await ask("load", { ...inputs, bytes });
          return answer.verdict === "reject" ? undefined : `it is accepted with ${more} bytes`;
        },
      ),
  },
  {
    name: "loads-refuse-with-a-phase",
    statement:
      "Whatever the bytes of an artifact are, a load ends with acceptance or with a loader's code and a phase.",
    clauses: ["loader.coded-errors", "loader.phase-context"],
    operations: ["load"],
    cases: (check, beginnings) =>
      lawCases(check.tuple(artifacts(check, beginnings), edits(check)), async ([inputs, script], ask) => {
        const answer = await ask("load", { ...inputs, bytes: hex(edited(bytesOf(inputs.bytes ?? ""), script)) });
        if (answer.verdict === "accept") return undefined;
        if (answer.code?.startsWith("LDR_") !== true) return `the code is ${answer.code}`;
        return typeof answer.context?.["phase"] === "string" ? undefined : "there is no phase";
      }),
  },
  {
    name: "lazy-and-eager-agree",
    statement: "A lazy load with an access to every selected section accepts exactly what an eager load does.",
    clauses: ["loader.strategy", "loader.read-sections"],
    operations: ["load"],
    cases: (check, beginnings) =>
      lawCases(
        check.tuple(artifacts(check, beginnings), edits(check), check.boolean()),
        async ([inputs, script, damaged], ask) => {
          const whole = bytesOf(inputs.bytes ?? "");
          const bytes = hex(damaged ? edited(whole, script) : whole);
          const { access: _, ...rest } = inputs;
          const opened = await ask("load", { ...rest, bytes, strategy: "lazy" });
          const selected = opened.result?.selected ?? [];
          const eager = await ask("load", { ...rest, bytes, strategy: "eager", access: selected });
          const lazy =
            opened.verdict === "reject"
              ? opened
              : await ask("load", { ...rest, bytes, strategy: "lazy", access: selected });
          if (lazy.verdict !== eager.verdict || lazy.code !== eager.code)
            return `lazily ${told(lazy)}, eagerly ${told(eager)}`;
          return isEqual(lazy.result?.bodies, eager.result?.bodies) ? undefined : "the bodies differ";
        },
      ),
  },
  {
    name: "repacking-changes-nothing",
    statement: "Whatever can be parsed serialises to the same bytes, and whatever loads can be parsed.",
    clauses: ["format.round-trip.bytes"],
    operations: ["load", "repack"],
    cases: (check, beginnings) =>
      lawCases(
        check.tuple(artifacts(check, beginnings), edits(check), check.boolean()),
        async ([inputs, script, damaged], ask) => {
          const whole = bytesOf(inputs.bytes ?? "");
          const bytes = hex(damaged ? edited(whole, script) : whole);
          const repacked = await ask("repack", { bytes });
          if (repacked.verdict === "accept")
            return repacked.result?.bytes === bytes ? undefined : "it serialises to other bytes";
          const loaded = await ask("load", { ...inputs, bytes, strategy: "eager" });
          if (loaded.verdict === "reject" || (loaded.result?.skipped ?? []).length > 0) return undefined;
          return `it loads and is ${told(repacked)} when it is repacked`;
        },
      ),
  },
];
