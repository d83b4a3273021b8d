// Drives guests through an implementation in tests where turns come by themselves, as on a real host.
import type { BufObject } from "../../../contracts/buf-object.js";
import type { Clock } from "../../../contracts/event-bus.js";
import type { InstanceId } from "../../../contracts/runtime-interface.js";
import type { ExecutionStrategy } from "../../execution-strategy.js";
import { numberedIds } from "../../instance-ids.js";
import { ManagedImplementation } from "../../managed-implementation.js";
import type { HostQuotas } from "../../resource-monitor.js";
import { EventLog, TestBus } from "../../testing/test-host.js";
import { hostTaskScheduler } from "../host-task-scheduler.js";

/** An implementation on the host's own scheduler and clock. */
export interface LiveRuntime {
  readonly implementation: ManagedImplementation;
  readonly bus: TestBus;
  readonly events: EventLog;
  /** Load, init and start. */
  started(object: BufObject): Promise<InstanceId>;
  /** Load, init, start, and wait for the end. */
  ran(object: BufObject): Promise<InstanceId>;
  /** Wait until the instance has had so many transitions to this state; one unless given. */
  reached(id: InstanceId, state: string, times?: number): Promise<void>;
}

const clock: Clock = {
  unixNanoseconds: () => BigInt(Date.now()) * 1_000_000n,
  monotonicNanoseconds: () => BigInt(Math.round(performance.now() * 1e6)),
};

/** Make a {@link LiveRuntime} around a strategy. */
export function liveRuntime(
  strategy: ExecutionStrategy,
  options: { readonly bus?: TestBus; readonly hostQuotas?: HostQuotas; readonly clock?: Clock } = {},
): LiveRuntime {
  const bus = options.bus ?? new TestBus();
  const events = new EventLog();
  const implementation = new ManagedImplementation({
    descriptor: { id: "test/live", name: "Strategy under test", version: "1.0.0" },
    strategy,
    bus,
    events,
    clock: options.clock ?? clock,
    ids: numberedIds(),
    scheduler: hostTaskScheduler(),
    hostQuotas: options.hostQuotas,
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
    started,
    ran: async (object) => {
      const id = await started(object);
      await implementation.whenSettled(id);
      return id;
    },
    reached: async (id, state, times = 1) => {
      const ended = (): boolean => ["Terminated", "Failed"].includes(implementation.state(id));
      const seen = (): number => events.of("lifecycle.transition", id).filter(({ to }) => to === state).length;
      await until(() => seen() >= times || ended());
    },
  };
}

/** Wait until something holds, looking after each task of the host. */
export async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await new Promise<void>((resolve) => void setTimeout(resolve, 1));
}
