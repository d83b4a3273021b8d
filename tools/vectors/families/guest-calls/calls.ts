import type { VectorInputs, VectorResult } from "../../../../generated/json/vector.js";
import { accepted, type Draft, mutated } from "../../corpus/family.js";

/** Bytes of the memory of most cases: one page. */
export const SIZE = 65_536;
/** −1, unsigned. */
export const LARGE_NUMBER = 0xffff_ffff;

/** The memory of most cases: an instruction at 16, two section ids at 64 and 80. */
export const INSTRUCTION = "21436587";
const KIOSK = Buffer.from("data/kiosk").toString("hex");
const EMPTY = Buffer.from("data/empty").toString("hex");
const MEMORY = `${"ee".repeat(16)}${INSTRUCTION}${"ee".repeat(44)}${KIOSK}${"ee".repeat(6)}${EMPTY}${"ee".repeat(38)}`;
/** What the bus gives. */
export const REPLY = "0102030405060708";
/** Body of the one section that has bytes. */
export const BODY = "4142434445464748494a";
/** The selected sections. */
export const SECTIONS = { "data/kiosk": BODY, "data/empty": "" };
/** Behind everything in {@link MEMORY}. */
export const ROOM = 256;

/** What is passed in one call. */
export type Passed = readonly (number | string)[];

/** A call that breaks no rule. */
interface Good {
  readonly id: string;
  readonly passed: Passed;
  readonly inputs?: Partial<VectorInputs>;
  readonly result: VectorResult;
  readonly clauses?: readonly string[];
  readonly why: string;
}

/** A call that breaks one. */
interface Bad {
  readonly id: string;
  readonly passed: Passed;
  readonly inputs?: Partial<VectorInputs>;
  readonly reason: string;
  readonly clauses?: readonly string[];
  readonly why: string;
}

/** What all calls of one function have in common. */
export interface Called {
  readonly name: string;
  readonly slug: string;
  readonly inputs: Partial<VectorInputs>;
  readonly clauses: readonly string[];
  readonly effect: string;
}

/** What goes wrong in the field. */
export const effects = {
  given: "A program works with bytes that nobody gave it, or never learns how many there are.",
  wild: "A program reads or writes what is not its memory, or the host dies of one pointer.",
};

/** How many instructions reach the bus, and what is changed, where nothing is said of it. */
const NOTHING = { instructions: [], runs: [] };

/** Calls of one function; the first of those that break no rule is the parent of the others. */
export function calls(
  { name, slug, inputs, clauses, effect }: Called,
  good: readonly Good[],
  bad: readonly Bad[],
): Draft[] {
  const drafts = good.map(({ id, passed, inputs: own, result, clauses: more = [], why }) =>
    accepted({
      id: `guest-calls/${slug}/${id}`,
      operation: "guest_call",
      clauses: [...new Set([...clauses, ...more])],
      inputs: { called: name, passed: [...passed], memory_bytes: SIZE, bytes: MEMORY, ...inputs, ...own },
      result: { ...NOTHING, ...result },
      effects: { host_calls: result.instructions?.length ?? 0 },
      why,
      effect,
    }),
  );
  const [parent] = drafts as [Draft, ...Draft[]];
  const refusals = bad.map(({ id, passed, inputs: own = {}, reason, clauses: more = [], why }) =>
    mutated(parent, {
      id: `guest-calls/${slug}/${id}`,
      clauses: [...new Set(["guest-abi.ranges", "guest-abi.violation", ...more])],
      recipe: { mutator: "set-input", arguments: { passed, ...own }, repair: "raw" },
      inputs: { passed: [...passed], ...own },
      refusal: {
        code: "RT_ABI_VIOLATION",
        reason,
        context: { function: name },
        effects: { host_calls: 0 },
      },
      why,
      effect: effects.wild,
    }),
  );
  return [...drafts, ...refusals];
}
