import type { VectorInputs } from "../../../../generated/json/vector.js";
import { join, toHex } from "../../building/octets.js";
import type { Draft } from "../../corpus/family.js";
import { sampleInstruction } from "../instruction-table.js";
import {
  aboutRow,
  type Check,
  checkOrder,
  checks,
  effects,
  noHostCall,
  order,
  policyAnchor,
  refused,
  write,
} from "./drafts.js";

const bad = toHex(join(sampleInstruction(write), Uint8Array.of(0x0a, 0)));

/** Inputs that fail one check each, apart from the others. */
const faults: Readonly<Record<Check, Partial<VectorInputs>>> = {
  malformed: { bytes: bad },
  denied: { granted: [] },
  unsupported: { supported: [] },
  policy: { decision: "refuse" },
  host: { host_error: "not_found" },
};

function contextOf(check: Check): Readonly<Record<string, unknown>> | undefined {
  if (check === "malformed") return undefined;
  const about = aboutRow(write);
  if (check === "denied") return { ...about, missing: ["io.stdio"] };
  if (check === "unsupported") return { ...about };
  return { ...about, host_error: checks[check].hostError };
}

/** One fault, two faults and all of them: the check that comes first decides. */
export function precedence(parent: Draft): readonly Draft[] {
  const combine = (which: readonly Check[]): Draft => {
    const [first = "host"] = which;
    return refused(parent, {
      id: `order/${which.join("-before-")}`,
      clauses: [
        checkOrder,
        ...(first === "policy" || first === "host" ? [] : [noHostCall]),
        ...(first === "policy" ? [policyAnchor] : []),
      ],
      mutator: "fail-checks",
      settings: { checks: which },
      inputs: Object.assign({}, ...which.map((check) => faults[check])) as Partial<VectorInputs>,
      check: first,
      ...(first === "malformed" && { reason: "unknown_type", at: sampleInstruction(write).length }),
      ...(contextOf(first) !== undefined && { context: contextOf(first) ?? {} }),
      why:
        which.length === 1
          ? `Only the check “${first}” fails.`
          : `The check “${first}” comes before ${which
              .slice(1)
              .map((each) => `“${each}”`)
              .join(" and ")}.`,
      effect: which.length === 1 ? effects.reached : effects.told,
    });
  };
  const pairs = order.flatMap((first, index) => order.slice(index + 1).map((second) => combine([first, second])));
  const tails = [order, order.slice(1), order.slice(2)].map((tail) => combine(tail));
  return [...order.map((check) => combine([check])), ...pairs, ...tails];
}
