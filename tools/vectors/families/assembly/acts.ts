import type { VectorFamily } from "../../../../generated/enums/vector-family.js";
import type { VectorFayAct, VectorInputs } from "../../../../generated/json/vector.js";
import { judgedCalls } from "../../building/fay/actions.js";
import type { Fay } from "../../building/fay/examples.js";
import type { OwnActions } from "../../building/fay/parts.js";
import { accepted, type Draft } from "../../corpus/family.js";

/** An iFay, and what is done with it. */
export interface Scene {
  readonly fay: Fay;
  readonly acts: readonly VectorFayAct[];
  readonly own?: OwnActions;
  readonly drivers?: readonly string[];
  readonly methods?: readonly string[];
}

/** A call of the entry code, or of a part. */
export function call(action: string, members: Omit<VectorFayAct, "do" | "action"> = {}): VectorFayAct {
  return { do: "call", action, ...members };
}

/** A command of a person. */
export const command = (action: string): VectorFayAct => ({ do: "command", action });

/** The part of a call begins to serve it. */
export const serve = (number: number): VectorFayAct => ({ do: "serve", call: number });

/** A call is answered. */
export const end = (number: number): VectorFayAct => ({ do: "end", call: number });

/** Drafts of one family: an id, clauses, what is done, and why. */
export function scenes(
  family: VectorFamily,
  effect: string,
): (id: string, clauses: readonly string[], scene: Scene, why: string) => Draft {
  return (id, clauses, { fay, acts, own, drivers, methods }, why) => {
    const inputs: VectorInputs = {
      fay,
      acts: [...acts],
      ...(own !== undefined && { actions: own }),
      ...(drivers !== undefined && { drivers: [...drivers] }),
      ...(methods !== undefined && { methods: [...methods] }),
    };
    return accepted({
      id: `${family}/${id}`,
      operation: "act",
      clauses: ["assembly.actions", ...clauses],
      inputs,
      result: { judged: judgedCalls(fay, acts, own, drivers, methods) },
      why,
      effect,
    });
  };
}
