import type { VectorSurface } from "../../../../generated/json/vector.js";
import { accepted, type Draft } from "../../corpus/family.js";
import type { Drawing } from "./script.js";

const same = "instructions.ui.same-tree";

/** A drawing and the trees behind it. */
export function drawn(
  id: string,
  clauses: readonly string[],
  drawing: Drawing,
  surfaces: readonly VectorSurface[],
  why: string,
  policy?: Readonly<Record<string, unknown>>,
): Draft {
  return accepted({
    id: `ui-tree/${id}`,
    operation: "draw",
    clauses: [same, ...clauses],
    inputs: drawing.inputs(policy),
    result: { drawn: drawing.drawn, surfaces },
    why,
    effect: "The same program shows something else, or hears something else, on another host.",
  });
}
