import type { VectorEffects, VectorInputs, VectorResult } from "../../../generated/json/vector.js";
import {
  type ArtifactPlan,
  type Built,
  build,
  buildFaulty,
  type Fault,
  type Repair,
  type SectionPlan,
  trustStore,
} from "../building/artifact.js";
import { toHex, utf8 } from "../building/octets.js";
import { accepted, type Draft, mutated, type Refusal } from "../corpus/family.js";
import type { TestKey } from "../corpus/keys.js";

// What the families of whole artifacts share: accepted loads, and one fault of theirs at a time.

/** The wall clock of every load here: 2026-01-01T00:00:00Z. */
const NOW = 1_767_225_600;

/** An accepted load and the artifact it loads. */
export interface LoadParent {
  readonly draft: Draft;
  readonly plan: ArtifactPlan;
  readonly built: Built;
}

/** An accepted load as its family states it. */
export interface LoadStatement {
  readonly id: string;
  readonly plan: ArtifactPlan;
  readonly clauses: readonly string[];
  /** Settings beside those that every load has. */
  readonly inputs?: VectorInputs;
  /** What differs from: every section selected, none skipped, verified where there is a key and otherwise unsigned. */
  readonly result?: VectorResult;
  readonly effects?: VectorEffects;
  readonly why: string;
  readonly effect?: string;
}

/** Sections whose bodies are texts. */
export function textSection(id: string, text: string, more: Partial<SectionPlan> = {}): SectionPlan {
  return { id, body: utf8(text), ...more };
}

/** How an artifact is loaded: a signed one by a host that trusts its key, an unsigned one by a host that asks for none. */
function loadInputs({ bytes, plan }: Built): VectorInputs {
  return { bytes: toHex(bytes), ...trustInputs(plan.key) };
}

/** The trust of a host in one key; without a key, one that asks for no signature. */
function trustInputs(key: TestKey | undefined): VectorInputs {
  if (key === undefined) return { enforce_signature: false };
  return { trust_store: toHex(trustStore([{ key }])), enforce_signature: true, now: NOW };
}

/** An accepted load. */
export function loads({ plan, inputs, result, ...statement }: LoadStatement): LoadParent {
  const built = build(plan);
  const draft = accepted({
    ...statement,
    operation: "load",
    inputs: { ...loadInputs(built), ...inputs },
    result: {
      selected: plan.sections.map(({ id }) => id),
      skipped: [],
      trust_level: plan.key === undefined ? "unsigned" : "verified",
      ...result,
    },
  });
  return { draft, plan, built };
}

/** One fault of an accepted load. */
export interface FaultStatement {
  readonly id: string;
  readonly clauses: readonly string[];
  readonly fault: Fault;
  /** `digests` where absent. */
  readonly repair?: Repair;
  /** Name of the mutator, and its settings. */
  readonly mutator: string;
  readonly arguments?: Readonly<Record<string, unknown>>;
  /** What it is refused with, by what was made. */
  readonly refusal: (made: Built) => Refusal;
  readonly inputs?: (made: Built) => VectorInputs;
  readonly effects?: (made: Built) => VectorEffects;
  readonly why: string;
  readonly effect: string;
}

/** A load that a fault ends. */
export function refused(parent: LoadParent, statement: FaultStatement): Draft {
  const { fault, repair = "digests", mutator, refusal, inputs, effects, ...rest } = statement;
  const { arguments: settings, ...texts } = rest;
  const made = buildFaulty(parent.plan, fault, repair);
  const expected = refusal(made);
  return mutated(parent.draft, {
    ...texts,
    recipe: { mutator, ...(settings !== undefined && { arguments: settings }), repair },
    inputs: { bytes: toHex(made.bytes), ...inputs?.(made) },
    refusal: { ...expected, ...(effects && { effects: effects(made) }) },
  });
}

/** What a fault that a load survives gives. */
export interface SurvivalStatement extends Omit<FaultStatement, "refusal" | "effect"> {
  readonly result?: VectorResult;
  readonly effect?: string;
}

/** A load that a fault does not end. */
export function survived(parent: LoadParent, statement: SurvivalStatement): Draft {
  const { fault, repair = "digests", mutator, arguments: settings, inputs, effects, result, ...texts } = statement;
  const made = buildFaulty(parent.plan, fault, repair);
  const draft = accepted({
    ...texts,
    operation: parent.draft.operation,
    inputs: { ...parent.draft.inputs, bytes: toHex(made.bytes), ...inputs?.(made) },
    result: { ...parent.draft.expect.result, ...result },
    ...(effects && { effects: effects(made) }),
  });
  return {
    ...draft,
    parent: parent.draft.id,
    recipe: { mutator, ...(settings !== undefined && { arguments: settings }), repair },
  };
}

/** What a rung of the ladder ends with: a refusal, or a load that succeeds. */
export interface Rungs {
  readonly raw?: (made: Built) => Refusal;
  readonly digests?: (made: Built) => Refusal;
  /** `"accepted"`: repaired so far, it is a right artifact with another content. */
  readonly signed?: ((made: Built) => Refusal) | "accepted";
}

const RUNG_WORDS: Readonly<Record<Repair, string>> = {
  raw: "nothing behind it is repaired",
  digests: "lengths, digests and checksum behind it are right again",
  signed: "everything behind it is right again, the signature too",
};

/** One fault, taken through the repairs. @spec conformance.repair */
export function ladder(
  parent: LoadParent,
  { id, why, ...statement }: Omit<FaultStatement, "refusal" | "repair">,
  rungs: Rungs,
): Draft[] {
  const climb = (repair: Repair): Draft[] => {
    const rung = rungs[repair];
    if (rung === undefined) return [];
    const here = { ...statement, id: `${id}/${repair}`, repair, why: `${why}; ${RUNG_WORDS[repair]}.` };
    return [rung === "accepted" ? survived(parent, here) : refused(parent, { ...here, refusal: rung })];
  };
  return [...climb("raw"), ...climb("digests"), ...climb("signed")];
}

/** A draft of `repack` or another operation over the bytes of an artifact, with nothing but the bytes as input. */
export function bytesOnly(built: Built): VectorInputs {
  return { bytes: toHex(built.bytes) };
}
