import { makeBases } from "./bases.js";
import { checkCase, type FuzzCase, makeCase } from "./case.js";
import { makePlan, type Plan } from "./damage.js";
import { RandomNumbers } from "./random.js";

/** Artifacts of a chunk, and damaged copies of each. */
const BASES = 8;
const COPIES = 128;
/** Cases of one chunk. */
export const CHUNK_CASES = BASES * COPIES;

/** A case on which loader and oracle differ. */
export interface Failure {
  readonly seed: number;
  readonly chunk: number;
  /** Number of the case in its chunk. */
  readonly case: number;
  readonly plan: Plan;
  readonly difference: string;
  /** The smallest case that was found to fail as well. */
  readonly minimal: FuzzCase;
  readonly reader: number;
}

/** What a chunk has come to. */
export interface ChunkReport {
  readonly chunk: number;
  readonly cases: number;
  /** How often each verdict was expected. */
  readonly verdicts: Readonly<Record<string, number>>;
  readonly failures: readonly Failure[];
}

/** Run one chunk: everything in it follows from the two numbers. */
export async function runChunk(seed: number, chunk: number): Promise<ChunkReport> {
  const bases = await makeBases(new RandomNumbers(seed, chunk, 1).next() | 0, BASES);
  const verdicts: Record<string, number> = {};
  const failures: Failure[] = [];
  for (let at = 0; at < CHUNK_CASES; at += 1) {
    const random = new RandomNumbers(seed, chunk, 2, at);
    const base = bases[Math.floor(at / COPIES)];
    if (base === undefined) break;
    const plan = makePlan(random);
    const reader = random.next();
    const made = makeCase(base, plan);
    const { name, difference } = await checkCase(made, reader);
    verdicts[name] = (verdicts[name] ?? 0) + 1;
    if (difference === undefined) continue;
    const smaller = await smallestPlan(plan, async (candidate) => fails(makeCase(base, candidate), reader));
    const minimal = await smallestCase(makeCase(base, smaller), async (candidate) => fails(candidate, reader));
    failures.push({ seed, chunk, case: at, plan: smaller, difference, minimal, reader });
  }
  return { chunk, cases: CHUNK_CASES, verdicts, failures };
}

async function fails(candidate: FuzzCase, reader: number): Promise<boolean> {
  return (await checkCase(candidate, reader)).difference !== undefined;
}

/** Leave out steps as long as what remains fails. */
async function smallestPlan(plan: Plan, isFailing: (plan: Plan) => Promise<boolean>): Promise<Plan> {
  for (let at = 0; at < plan.steps.length; at += 1) {
    const candidate = { ...plan, steps: plan.steps.filter((_, i) => i !== at) };
    if (await isFailing(candidate)) return smallestPlan(candidate, isFailing);
  }
  return plan;
}

/** Loads that a search for a smaller case may take. */
const TRIES = 4000;

/** Take out runs of bytes, then make single bytes zero, as long as what remains fails. @param isFailing whether a case fails */
export async function smallestCase(
  found: FuzzCase,
  isFailing: (fuzz: FuzzCase) => Promise<boolean>,
): Promise<FuzzCase> {
  let smallest = found;
  let tries = 0;
  const attempt = async (bytes: Uint8Array): Promise<boolean> => {
    tries += 1;
    const candidate = { ...smallest, bytes };
    if (tries > TRIES || !(await isFailing(candidate))) return false;
    smallest = candidate;
    return true;
  };
  for (let length = Math.ceil(found.bytes.length / 2); length >= 1; length = length === 1 ? 0 : Math.ceil(length / 2)) {
    for (let at = 0; at < smallest.bytes.length; ) {
      const { bytes } = smallest;
      const shorter = Uint8Array.from([...bytes.subarray(0, at), ...bytes.subarray(at + length)]);
      if (!(await attempt(shorter))) at += length;
    }
  }
  for (let at = 0; at < smallest.bytes.length; at += 1) {
    if (smallest.bytes[at] === 0) continue;
    const cleared = smallest.bytes.slice();
    cleared[at] = 0;
    await attempt(cleared);
  }
  return smallest;
}
