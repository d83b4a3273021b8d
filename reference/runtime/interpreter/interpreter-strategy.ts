import type { RuntimeCapability } from "../../../generated/enums/runtime-capability.js";
import type { BufObject } from "../../contracts/buf-object.js";
import type { ExecutionContext, ExecutionStrategy, GuestProgram, StepResult } from "../execution-strategy.js";
import { checkInitialSizes, faultOf, type GuestModule, readGuestInSteps } from "../guest-abi.js";
import { GuestUnwind } from "../guest-unwind.js";
import { quotaExceeded } from "../runtime-errors.js";
import type { ProgramState } from "../snapshot/program-state.js";
import { finishInPauses } from "../wasm/steps.js";
import { StackPool } from "./guest-stack.js";
import { hostFailure, InterpreterExecutable } from "./interpreter-executable.js";
import { PAGE } from "./linear-memory.js";
import { TranslatedModule } from "./translated-module.js";
import { warmUp } from "./warm-up.js";

/** What all instances of one artifact share. */
interface SharedProgram {
  readonly guest: GuestModule;
  readonly translated: TranslatedModule;
}

/**
 * Executes `wasm-core-2` without an engine of the host: a module is translated to register code, function by function
 * as they are called, and that is run in slices.
 *
 * @spec runtime.execution-strategy, runtime.isolation.endless-loop
 */
export class InterpreterStrategy implements ExecutionStrategy<InterpreterExecutable> {
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
    "snapshot",
  ]);
  readonly #pool = new StackPool();
  readonly #shared = new WeakMap<BufObject, SharedProgram | Promise<SharedProgram>>();

  prepare(program: GuestProgram): InterpreterExecutable | Promise<InterpreterExecutable> {
    warmUp();
    const shared = this.#shared.get(program.object) ?? this.#read(program);
    if (!(shared instanceof Promise)) return this.#executable(program, shared);
    return shared.then(
      (read) => this.#executable(program, read),
      (error: unknown) => {
        throw faultOf(program.instance, error);
      },
    );
  }

  /** @spec snapshots.quotas, snapshots.too-large */
  async restore(program: GuestProgram, state: ProgramState): Promise<InterpreterExecutable> {
    const executable = await this.prepare(program);
    const { instance, quotas } = program;
    const sizes = [
      ["memory_bytes", state.memory.pages * PAGE],
      ["table_elements", state.tables.reduce((sum, { size }) => sum + size, 0)],
    ] as const;
    for (const [quota, used] of sizes) {
      const limit = quotas[quota];
      if (limit !== undefined && used > limit) throw quotaExceeded(instance, quota, limit, used);
    }
    executable.restore(state);
    return executable;
  }

  /** Decode and validate a program, in pauses where it is long. */
  #read({ instance, object, code, pause }: GuestProgram): SharedProgram | Promise<SharedProgram> {
    const { section: sectionId, symbol } = object.manifest.entry;
    const read = finishInPauses(readGuestInSteps(code, symbol, { instance, sectionId }), pause);
    const share = (guest: GuestModule): SharedProgram => {
      const shared = { guest, translated: new TranslatedModule(guest.validated) };
      this.#shared.set(object, shared);
      return shared;
    };
    if (!(read instanceof Promise)) return share(read);
    const shared = read.then(share);
    this.#shared.set(object, shared);
    // Nothing is kept of code that cannot be used.
    shared.catch(() => this.#shared.delete(object));
    return shared;
  }

  #executable(program: GuestProgram, { guest, translated }: SharedProgram): InterpreterExecutable {
    checkInitialSizes(guest.validated, program.quotas, program.instance);
    return new InterpreterExecutable(program, guest, translated, this.#pool);
  }

  step(executable: InterpreterExecutable, { quotas, stopRequested }: ExecutionContext): StepResult {
    if (stopRequested && !executable.isMidway) return { kind: "yielded" };
    try {
      return executable.run(quotas, stopRequested);
    } catch (thrown) {
      if (thrown instanceof GuestUnwind) return thrown.result;
      // @spec guest-abi.host-memory: a host without memory left fails this instance and nothing else.
      return hostFailure(thrown);
    }
  }
}
