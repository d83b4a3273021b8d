// The host's WebAssembly engine as two Runtime_Implementations. Only the composition root imports this edge.
import { ManagedImplementation, type ManagedImplementationOptions } from "../managed-implementation.js";
import type { AroundGuest } from "./around-guest.js";
import { HostEngineStrategy } from "./host-engine-strategy.js";
import { hostTaskScheduler } from "./host-task-scheduler.js";
import { MOST_WORKERS, type SpawnGuestWorker, WorkerPool, type WorkerPoolLimits } from "./worker/worker-pool.js";
import { WorkerStrategy } from "./worker/worker-strategy.js";

export { HostEngineStrategy } from "./host-engine-strategy.js";
export { hostTaskScheduler } from "./host-task-scheduler.js";
export { type GuestWorker, type SpawnGuestWorker, WorkerPool, type WorkerPoolLimits } from "./worker/worker-pool.js";
export { WorkerStrategy } from "./worker/worker-strategy.js";

/** Id under which the host's engine in thread is registered. */
export const HOST_ENGINE_ID = "fayger/host-engine";
/** Id under which the host's engine in workers is registered. */
export const HOST_ENGINE_WORKER_ID = "fayger/host-engine-worker";

/** What an implementation shares with others; the scheduler is the host's unless given. */
export type HostEngineOptions = Omit<ManagedImplementationOptions, "descriptor" | "strategy" | "scheduler"> &
  Partial<Pick<ManagedImplementationOptions, "scheduler">> & {
    /** Whether none of its instances may wait for the end of another: one for which there is no worker is refused. */
    readonly together?: boolean;
  };

/**
 * A Runtime_Implementation that runs `wasm-core-2` in thread on the host's WebAssembly engine.
 *
 * @param options what it shares with other implementations
 * @param around called with each step into a guest, which it makes
 * @spec runtime.host-engine
 */
export function createHostEngine(options: HostEngineOptions, around?: AroundGuest): ManagedImplementation {
  return new ManagedImplementation({
    ...options,
    scheduler: options.scheduler ?? hostTaskScheduler(),
    descriptor: { id: HOST_ENGINE_ID, name: "Host WebAssembly engine, in thread", version: "1.0.0" },
    strategy: new HostEngineStrategy(around),
  });
}

/**
 * A Runtime_Implementation that runs `wasm-core-2` in workers on the host's WebAssembly engine.
 *
 * @param options what it shares with other implementations
 * @param spawn makes a worker: `spawnNodeGuestWorker` of `node/`, `spawnWebGuestWorker` of `web/`
 * @param limits how many workers there may be, and how many programs at a time where they run together
 * @spec runtime.host-engine
 */
export function createHostEngineWorker(
  options: HostEngineOptions,
  spawn: SpawnGuestWorker,
  limits?: WorkerPoolLimits,
): ManagedImplementation {
  const strategy = options.together
    ? new WorkerStrategy(
        new WorkerPool(spawn, { ...limits, most: Number.POSITIVE_INFINITY }),
        limits?.most ?? MOST_WORKERS,
      )
    : new WorkerStrategy(new WorkerPool(spawn, limits));
  return new ManagedImplementation({
    ...options,
    scheduler: options.scheduler ?? hostTaskScheduler(),
    descriptor: { id: HOST_ENGINE_WORKER_ID, name: "Host WebAssembly engine, in workers", version: "1.0.0" },
    strategy,
  });
}
