// Drives a guest through an implementation in tests.
import type { BufObject } from "../../contracts/buf-object.js";
import type { Clock } from "../../contracts/event-bus.js";
import type { InstanceId } from "../../contracts/runtime-interface.js";
import type { Sha256 } from "../../contracts/security.js";
import type { ExecutionStrategy } from "../execution-strategy.js";
import { numberedIds } from "../instance-ids.js";
import { ManagedImplementation } from "../managed-implementation.js";
import type { HostQuotas } from "../resource-monitor.js";
import { EventLog, ManualScheduler, TestBus } from "./test-host.js";

/** An implementation with everything around it in the test's hands. */
export interface TestRuntime {
  readonly implementation: ManagedImplementation;
  readonly bus: TestBus;
  readonly events: EventLog;
  readonly scheduler: ManualScheduler;
  /** Load, init and start; the entry has not run yet. */
  started(object: BufObject): Promise<InstanceId>;
  /** Load, init, start, and run every turn. */
  ran(object: BufObject): Promise<InstanceId>;
}

/** Make a {@link TestRuntime} around a strategy. */
export function testRuntime(
  strategy: ExecutionStrategy,
  options: {
    readonly bus?: TestBus;
    readonly hostQuotas?: HostQuotas;
    readonly id?: string;
    /** Digests for snapshots. */
    readonly sha256?: Sha256;
    /** Replaces the clock that shows the scheduler's time. */
    readonly clock?: (scheduler: ManualScheduler) => Clock;
  } = {},
): TestRuntime {
  const bus = options.bus ?? new TestBus();
  const events = new EventLog();
  const scheduler = new ManualScheduler();
  const implementation = new ManagedImplementation({
    descriptor: { id: options.id ?? "test/strategy", name: "Strategy under test", version: "1.0.0" },
    strategy,
    bus,
    events,
    clock: options.clock?.(scheduler) ?? scheduler.clock,
    ids: numberedIds(),
    scheduler,
    hostQuotas: options.hostQuotas,
    ...(options.sha256 !== undefined && { sha256: options.sha256 }),
  });
  const started = async (object: BufObject): Promise<InstanceId> => {
    const id = implementation.load(object);
    await implementation.init(id);
    await implementation.start(id);
    return id;
  };
  return {
    implementation,
    bus,
    events,
    scheduler,
    started,
    ran: async (object) => {
      const id = await started(object);
      scheduler.runAll();
      return id;
    },
  };
}

/** The error a promise rejects with, or a function throws; fails where there is none. */
export async function errorOf(work: Promise<unknown> | (() => unknown)): Promise<unknown> {
  try {
    await (typeof work === "function" ? work() : work);
  } catch (error) {
    return error;
  }
  throw new Error("an error was expected");
}
