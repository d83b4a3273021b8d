import { isDeepStrictEqual } from "node:util";
import fc from "fast-check";
import { seenByHost, seenByInterpreter } from "../../reference/runtime/host-engine/testing/compared-modules.js";
import { randomModule } from "../../reference/runtime/testing/random-modules/random-module.js";

/** What a campaign of random modules came to. */
export interface ModuleCampaign {
  readonly modules: number;
  /** How often each end was seen: `returned`, or the name of a trap. */
  readonly ends: ReadonlyMap<string, number>;
  /** What differed, made as small as it can be; absent where nothing did. */
  readonly found?: string;
}

const CALLS = 6;

/**
 * Run random modules by the interpreter, whole and in slices, and by the host's engine, and compare results, traps,
 * memory, globals and fuel of each call.
 */
export function compareModules(seed: number, modules: number): ModuleCampaign {
  const ends = new Map<string, number>();
  const decisions = fc.array(fc.nat(255), { minLength: 8, maxLength: 600, size: "max" });
  const word = fc.oneof(fc.nat(100), fc.integer());
  const call = fc.tuple(fc.nat(11), fc.array(fc.tuple(word, word), { minLength: 4, maxLength: 4 }));
  const calls = fc.array(call, { minLength: CALLS, maxLength: CALLS });
  const property = fc.property(decisions, calls, fc.integer({ min: 0, max: 60 }), (numbers, wanted, slice) => {
    const module = randomModule(numbers);
    const whole = seenByInterpreter(module, wanted, 100_000);
    for (const { result } of whole) {
      const end = typeof result === "string" ? result : "returned";
      ends.set(end, (ends.get(end) ?? 0) + 1);
    }
    return (
      isDeepStrictEqual(whole, seenByHost(module, wanted)) &&
      isDeepStrictEqual(whole, seenByInterpreter(module, wanted, slice))
    );
  });
  const details = fc.check(property, { seed, numRuns: modules });
  if (!details.failed) return { modules: details.numRuns, ends };
  return { modules: details.numRuns, ends, found: fc.defaultReportMessage(details) ?? "a module that differs" };
}
