import type { RuntimeCapability } from "../../../../generated/enums/runtime-capability.js";
import {
  HOST_ENGINE_ID,
  HOST_ENGINE_WORKER_ID,
  HostEngineStrategy,
  WorkerPool,
  WorkerStrategy,
} from "../../../../reference/runtime/host-engine/index.js";
import { spawnNodeGuestWorker } from "../../../../reference/runtime/host-engine/node/index.js";
import type { ExecutionStrategy } from "../../../../reference/runtime/index.js";
import { INTERPRETER_ID, InterpreterStrategy } from "../../../../reference/runtime/interpreter/index.js";
import { InputError } from "../input-error.js";

/** A way of executing code that can be put under test. */
export interface Engine {
  /** Id under which the reference registers it. */
  readonly id: string;
  /** The strategy, for one case. */
  readonly strategy: () => ExecutionStrategy;
}

/** Threads that start, or run a guest: those for which the process is kept alive. */
const atWork = new Set<object>();

/** Threads serve one case after the other. */
const pool = new WorkerPool(() => {
  const worker = spawnNodeGuestWorker();
  return {
    ...worker,
    listen: (heard, gone) =>
      worker.listen(heard, (cause) => {
        atWork.delete(worker);
        gone(cause);
      }),
    keepAlive: (alive) => {
      if (alive) atWork.add(worker);
      else atWork.delete(worker);
      worker.keepAlive(alive);
    },
  };
});

/** Whether a guest runs beside this thread at the moment, so that something comes of it whatever this thread does. */
export function guestsRunBeside(): boolean {
  return atWork.size > 0;
}

/** The engines, the one that is taken without a choice first. */
const ENGINES: readonly Engine[] = [
  { id: INTERPRETER_ID, strategy: () => new InterpreterStrategy() },
  { id: HOST_ENGINE_WORKER_ID, strategy: () => new WorkerStrategy(pool) },
  { id: HOST_ENGINE_ID, strategy: () => new HostEngineStrategy() },
];

/** RuntimeCapabilities that vectors name as features. @spec conformance.features */
const FEATURES: readonly RuntimeCapability[] = [
  "blocking_emit",
  "stop_anywhere",
  "fuel",
  "memory_limit",
  "table_limit",
  "throttle",
  "canonical_nan",
  "events",
  "snapshot",
];

/** Ids of all engines. */
export const ENGINE_IDS: readonly string[] = ENGINES.map(({ id }) => id);

let chosen = ENGINES[0] as Engine;

/** Put another engine under test. @throws InputError where there is none of the id */
export function chooseEngine(id: string): void {
  const found = ENGINES.find((engine) => engine.id === id);
  if (found === undefined) throw new InputError(`no engine ${id}; there are ${ENGINE_IDS.join(", ")}`);
  chosen = found;
}

/** The strategy under test, new. */
export function strategyUnderTest(): ExecutionStrategy {
  return chosen.strategy();
}

/** What the engine under test declares. @spec conformance.features */
export function featuresUnderTest(): readonly string[] {
  const { capabilities } = strategyUnderTest();
  return FEATURES.filter((feature) => capabilities.has(feature));
}
