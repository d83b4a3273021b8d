import type { RuntimeCapability } from "../../../../generated/enums/runtime-capability.js";
import { FaygerError } from "../../../errors/fayger-error.js";
import { hostError } from "../../../errors/host-error.js";
import type { ExecutionContext, ExecutionStrategy, GuestProgram, StepResult } from "../../execution-strategy.js";
import { PAGE_BYTES } from "../../guest-abi.js";
import { ModuleStore } from "../prepare-module.js";
import { WorkerExecutable } from "./worker-executable.js";
import { type WorkerLease, type WorkerPool, workerError } from "./worker-pool.js";

/**
 * Executes `wasm-core-2` on the WebAssembly engine of the host, each guest in a worker of its own while it lives.
 *
 * A step is what happens between two places where the host has to do something: it sets the worker going and says
 * that it is blocked until the worker tells. The guest waits in its worker, never the host.
 *
 * @spec runtime.host-engine, guest-abi.emit.blocks
 */
export class WorkerStrategy implements ExecutionStrategy<WorkerExecutable> {
  readonly codeFormats: readonly string[] = ["wasm-core-2"];
  readonly capabilities: ReadonlySet<RuntimeCapability> = new Set([
    "blocking_emit",
    "stop_anywhere",
    "fuel",
    "memory_limit",
    "table_limit",
    "throttle",
    "canonical_nan",
    "events",
  ]);
  readonly #pool: WorkerPool;
  readonly #room: number;
  /** Programs that have a worker, or will. */
  #taken = 0;
  readonly #modules = new ModuleStore({ metered: true, sharedMemory: true });

  /**
   * @param pool where workers come from
   * @param room programs at a time. One beyond is refused, where the pool would have it wait for the end of another.
   */
  constructor(pool: WorkerPool, room = Number.POSITIVE_INFINITY) {
    this.#pool = pool;
    this.#room = room;
  }

  async prepare(program: GuestProgram): Promise<WorkerExecutable> {
    if (this.#taken >= this.#room) {
      const context = { name: "RangeError", call: "Worker" };
      throw new FaygerError("HOST_ERROR", `there are workers for ${this.#room} programs at a time`, context);
    }
    this.#taken += 1;
    try {
      return await this.#prepare(program);
    } catch (error) {
      this.#taken -= 1;
      throw error;
    }
  }

  async #prepare(program: GuestProgram): Promise<WorkerExecutable> {
    const prepared = await this.#modules.prepare(program);
    let lease: WorkerLease;
    try {
      lease = await this.#pool.acquire(program.signal);
    } catch (error) {
      throw workerError(error);
    }
    // Only now: an engine reserves the address space of the largest memory, and any number of programs may wait.
    const { minimum: initial, maximum } = prepared.memory ?? { minimum: 0, maximum: 0 };
    try {
      const memory = new WebAssembly.Memory({ initial, maximum, shared: true });
      return new WorkerExecutable(program.services, prepared, memory, lease, () => {
        this.#taken -= 1;
      });
    } catch (error) {
      lease.release();
      // @spec guest-abi.host-memory
      throw hostError(error, `WebAssembly.Memory of ${initial * PAGE_BYTES} bytes`);
    }
  }

  step(executable: WorkerExecutable, context: ExecutionContext): StepResult {
    return executable.step(context);
  }

  /** Idle workers end at once, the others with their programs. */
  close(): void {
    this.#pool.close();
  }
}
