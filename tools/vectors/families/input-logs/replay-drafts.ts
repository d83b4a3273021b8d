import type {
  VectorEffects,
  VectorInputs,
  VectorProgramStep,
  VectorRepeated,
  VectorResult,
} from "../../../../generated/json/vector.js";
import { logOf, type Members, recordOf } from "../../building/input-log.js";
import { toHex } from "../../building/octets.js";
import { accepted, type Draft, mutated } from "../../corpus/family.js";

const replay = "instructions.replay";
const diverged = "instructions.replay.diverged";
const equal = "instructions.equal-sequences";

export const emits = (bytes: Uint8Array): VectorProgramStep => ({ emits: toHex(bytes) });
export const takes: VectorProgramStep = { takes_event: true };
export const reached: VectorProgramStep = { quota_reached: true };
export const ends: VectorProgramStep = { ends: "terminated" };

/** A replay of which nothing is different, with what comes out. */
export interface Repeated {
  readonly id: string;
  readonly entries: readonly Members[];
  readonly end?: Members;
  readonly program: readonly VectorProgramStep[];
  readonly replies?: readonly Uint8Array[];
  readonly events?: readonly Uint8Array[];
  readonly commands?: readonly VectorRepeated[];
  readonly clauses?: readonly string[];
  /** Inputs besides the log and the program. */
  readonly more?: Partial<VectorInputs>;
  readonly complete?: readonly boolean[];
  readonly causes?: readonly string[];
  readonly last?: Uint8Array;
  readonly effects?: VectorEffects;
  readonly why: string;
}

/** The bytes of a log. */
export const bytesOf = (entries: readonly Members[], end: Members = { state: "terminated" }): string =>
  logOf(recordOf({ entries: [...entries], end })).hex;

/** A replay of which nothing is different. */
export function repeated(replayed: Repeated): Draft {
  const { id, entries, end, program, replies = [], events = [], commands = [], clauses = [], why } = replayed;
  const { more, complete, causes, last, effects } = replayed;
  const inputs: VectorInputs = { bytes: bytesOf(entries, end), program, ...more };
  const result: VectorResult = {
    replies: replies.map(toHex),
    handed_over: events.map(toHex),
    repeated: commands,
    ...(complete !== undefined && { complete_at_rest: complete }),
    ...(causes !== undefined && { causes }),
    ...(last !== undefined && { last_instruction: toHex(last) }),
  };
  return accepted({
    id: `input-logs/replay/${id}`,
    operation: "replay",
    clauses: [replay, equal, ...clauses],
    inputs,
    result,
    ...(effects !== undefined && { effects }),
    why,
    effect: "The same program on the same log does something else.",
  });
}

/** A replay that leaves its log. @param entry the first difference */
export function left(
  parent: Draft,
  id: string,
  entry: number,
  changes: Partial<VectorInputs>,
  why: string,
  clauses: readonly string[] = [],
  effects?: VectorEffects,
): Draft {
  return mutated(parent, {
    id: `input-logs/replay/diverged/${id}`,
    clauses: [diverged, ...clauses],
    recipe: { mutator: "change-program", repair: "raw" },
    inputs: changes,
    refusal: {
      code: "ADP_REPLAY_DIVERGED",
      context: { entry, ...(effects !== undefined && { instance: "instance#1" }) },
      ...(effects !== undefined && { effects }),
    },
    why,
    effect: "A replay that has left its log is taken for what happened.",
  });
}
