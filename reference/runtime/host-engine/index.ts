// The host's WebAssembly engine as a Runtime_Implementation. Only the composition root imports this edge.
import { ManagedImplementation, type ManagedImplementationOptions } from "../managed-implementation.js";
import { type AroundGuest, HostEngineStrategy } from "./host-engine-strategy.js";
import { hostTaskScheduler } from "./host-task-scheduler.js";

export { type AroundGuest, HostEngineStrategy } from "./host-engine-strategy.js";
export { hostTaskScheduler } from "./host-task-scheduler.js";

/** Id under which the host's engine is registered. */
export const HOST_ENGINE_ID = "fayger/host-engine";

/**
 * A Runtime_Implementation that runs `wasm-core-2` in thread on the host's WebAssembly engine.
 *
 * @param options what it shares with other implementations; the scheduler is the host's unless given
 * @param around called with each step into a guest, which it makes
 * @spec runtime.host-engine
 */
export function createHostEngine(
  options: Omit<ManagedImplementationOptions, "descriptor" | "strategy" | "scheduler"> &
    Partial<Pick<ManagedImplementationOptions, "scheduler">>,
  around?: AroundGuest,
): ManagedImplementation {
  return new ManagedImplementation({
    ...options,
    scheduler: options.scheduler ?? hostTaskScheduler(),
    descriptor: { id: HOST_ENGINE_ID, name: "Host WebAssembly engine, in thread", version: "1.0.0" },
    strategy: new HostEngineStrategy(around),
  });
}
