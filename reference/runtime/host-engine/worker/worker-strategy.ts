import type { RuntimeCapability } from "../../../../generated/enums/runtime-capability.js";
import { FaygerError } from "../../../errors/fayger-error.js";
import { hostError } from "../../../errors/host-error.js";
import type { ExecutionContext, ExecutionStrategy, GuestProgram, StepResult } from "../../execution-strategy.js";
import { PAGE_BYTES } from "../../guest-abi.js";
import { ModuleStore } from "../prepare-module.js";
import { WorkerExecutable } from "./worker-executable.js";
import type { WorkerPool } from "./worker-pool.js";

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
  readonly #open = new Set<WorkerExecutable>();
  #preparing = 0;
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
    this.#preparing += 1;
    try {
      const executable = await this.#prepare(program);
      this.#open.add(executable);
      return executable;
    } finally {
      this.#preparing -= 1;
    }
  }

  /** Programs that have a worker, or will. */
  get #taken(): number {
    for (const executable of this.#open) if (executable.isClosed) this.#open.delete(executable);
    return this.#open.size + this.#preparing;
  }

  async #prepare(program: GuestProgram): Promise<WorkerExecutable> {
    const prepared = await this.#modules.prepare(program);
    const { minimum: initial, maximum } = prepared.memory ?? { minimum: 0, maximum: 0 };
    let memory: WebAssembly.Memory;
    try {
      memory = new WebAssembly.Memory({ initial, maximum, shared: true });
    } catch (error) {
      // @spec guest-abi.host-memory
      throw hostError(error, `WebAssembly.Memory of ${initial * PAGE_BYTES} bytes`);
    }
    try {
      return new WorkerExecutable(program.services, prepared, memory, await this.#pool.acquire());
    } catch (error) {
      throw hostError(error, "Worker");
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
