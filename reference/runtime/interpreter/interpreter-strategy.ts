import type { RuntimeCapability } from "../../../generated/enums/runtime-capability.js";
import type { BufObject } from "../../contracts/buf-object.js";
import type { ExecutionContext, ExecutionStrategy, GuestProgram, StepResult } from "../execution-strategy.js";
import { checkInitialSizes, type GuestModule, readGuestModule } from "../guest-abi.js";
import { GuestUnwind } from "../guest-unwind.js";
import { quotaExceeded } from "../runtime-errors.js";
import type { ProgramState } from "../snapshot/program-state.js";
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
  readonly #shared = new WeakMap<BufObject, SharedProgram>();

  prepare(program: GuestProgram): InterpreterExecutable {
    warmUp();
    const { instance, object, code, quotas } = program;
    const { section: sectionId, symbol } = object.manifest.entry;
    let shared = this.#shared.get(object);
    if (shared === undefined) {
      const guest = readGuestModule(code, symbol, { instance, sectionId });
      shared = { guest, translated: new TranslatedModule(guest.validated) };
      this.#shared.set(object, shared);
    }
    checkInitialSizes(shared.guest.validated, quotas, instance);
    return new InterpreterExecutable(program, shared.guest, shared.translated, this.#pool);
  }

  /** @spec snapshots.quotas, snapshots.too-large */
  restore(program: GuestProgram, state: ProgramState): InterpreterExecutable {
    const executable = this.prepare(program);
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

  step(executable: InterpreterExecutable, { quotas, stopRequested }: ExecutionContext): StepResult {
    if (stopRequested) return { kind: "yielded" };
    try {
      return executable.run(quotas);
    } catch (thrown) {
      if (thrown instanceof GuestUnwind) return thrown.result;
      // @spec guest-abi.host-memory: a host without memory left fails this instance and nothing else.
      return hostFailure(thrown);
    }
  }
}
