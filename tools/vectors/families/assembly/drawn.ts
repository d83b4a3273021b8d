import { COMPONENTS } from "../../../../generated/enums/component-id.js";
import type { VectorFayAct } from "../../../../generated/json/vector.js";
import { Dice } from "../../building/fay/dice.js";
import { declaring, type Fay } from "../../building/fay/examples.js";
import { partsOf } from "../../building/fay/parts.js";
import type { Scene } from "./acts.js";

const SKILLS = ["operation", "knowledge", "contribution", "financial", "conversation"];
const METHODS = ["pin", "face", "device_fingerprint"];

/** What of an iFay a seed does not choose. */
export interface DrawnPlan {
  readonly controlMode: "command" | "ego" | "autonomous";
  /** Components that are always declared. */
  readonly ids: readonly string[];
}

/** An iFay and a script of thirty acts, out of a seed. */
export function drawnScene(seed: string, { controlMode, ids }: DrawnPlan): Scene {
  const dice = new Dice(seed);
  const others = dice.some(
    COMPONENTS.map(({ id }) => id as string).filter((id) => !ids.includes(id)),
    5,
  );
  const permissions = [
    ...new Set(
      COMPONENTS.filter(({ id }) => [...ids, ...others].includes(id))
        .flatMap(({ actions }) => actions.map(({ permission }) => permission))
        .filter((permission) => permission !== null),
    ),
  ];
  const bounds = (names: readonly string[]): Fay => ({
    ...(dice.onceIn(3) && { allowed: dice.some(names, 1 + dice.below(2)) }),
    ...(dice.onceIn(2) && { restricted: dice.some(names, 5) }),
    ...(dice.onceIn(2) && { requiresConfirmation: dice.some(names, 3) }),
  });
  const fay = declaring([...ids, ...others], {
    controlMode,
    ...(!dice.onceIn(4) && {
      ego: {
        modelSource: "m",
        constraints: { skillBoundaries: bounds(SKILLS), permissionBoundaries: bounds(permissions) },
      },
    }),
    permissions: {
      inherent: dice.some(permissions),
      persistent: dice.some(permissions),
      authMethods: dice.shuffled(METHODS).slice(dice.below(2)),
    },
  });
  const parts = partsOf(fay);
  const actions = parts.flatMap(({ part, actions: own }) => own.map(({ name }) => `${part}.${name}`));
  const acts: VectorFayAct[] = [];
  let calls = 0;
  for (let number = 0; number < 30; number++) {
    const chance = dice.below(10);
    if (chance < 2) acts.push({ do: "command", action: dice.of(actions) });
    else if (chance < 4 && calls > 0) acts.push({ do: "serve", call: 1 + dice.below(calls) });
    else if (chance === 4 && calls > 0) acts.push({ do: "end", call: 1 + dice.below(calls) });
    else {
      calls += 1;
      const confirmed = dice.of([true, true, false, undefined]);
      const proves = dice.some(METHODS, 3);
      acts.push({
        do: "call",
        action: dice.onceIn(12) ? `${dice.of(parts).part}.nothing` : dice.of(actions),
        ...(dice.onceIn(2) && { caller: dice.of(parts).part }),
        ...(confirmed !== undefined && { confirmed }),
        ...(proves.length > 0 && { proves }),
      });
    }
  }
  return { fay, acts: once(acts), methods: METHODS.slice(0, 1 + dice.below(3)) };
}

/** A call is served once. */
function once(acts: readonly VectorFayAct[]): VectorFayAct[] {
  const served = new Set<number>();
  return acts.filter((act) => {
    if (act.do !== "serve") return true;
    const isFirst = !served.has(act.call ?? 0);
    served.add(act.call ?? 0);
    return isFirst;
  });
}
