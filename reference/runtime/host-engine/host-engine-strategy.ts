import type { RuntimeCapability } from "../../../generated/enums/runtime-capability.js";
import type { InstanceQuotas } from "../../contracts/runtime-interface.js";
import { hostError } from "../../errors/host-error.js";
import type {
  ExecutionContext,
  ExecutionStrategy,
  GuestCall,
  GuestProgram,
  PreparedExecutable,
  StepResult,
} from "../execution-strategy.js";
import { GUEST_IMPORT_MODULE } from "../guest-abi.js";
import { GuestFunctions } from "../guest-functions.js";
import type { GuestServices } from "../guest-services.js";
import { GuestUnwind } from "../guest-unwind.js";
import type { AroundGuest } from "./around-guest.js";
import { EngineInstance, engineFailure } from "./engine-instance.js";
import { failedStep } from "./engine-traps.js";
import { guestImports } from "./guest-imports.js";
import { elementsWithin, ModuleStore, type PreparedModule, pagesWithin } from "./prepare-module.js";
import { HostCall } from "./rewrite/additions.js";

const NO_MEMORY = new Uint8Array(0);

/** A program compiled by the host's engine, and its instance once there is one. */
class HostExecutable implements PreparedExecutable {
  readonly hasInit: boolean;
  readonly hasEvents: boolean;
  readonly #prepared: PreparedModule;
  readonly #services: GuestServices;
  readonly #functions: GuestFunctions;
  #instance: EngineInstance | undefined;
  #view: Uint8Array = NO_MEMORY;
  #call: GuestCall | undefined;
  #quotas: InstanceQuotas | undefined;

  constructor(program: GuestProgram, prepared: PreparedModule) {
    this.hasInit = prepared.hasInit;
    this.hasEvents = prepared.hasEvents;
    this.#prepared = prepared;
    this.#services = program.services;
    this.#functions = new GuestFunctions(
      program.services,
      // Growing detaches the buffer, even growing by nothing, and a view of a detached one has no length.
      () => (this.#view.length === 0 ? this.#bytes() : this.#view),
      // In thread nothing can wait.
      false,
    );
  }

  get memoryBytes(): number {
    return this.#bytes().length;
  }

  get tableElements(): number {
    return this.#instance?.elements ?? 0;
  }

  get fuelUsed(): undefined {
    return undefined;
  }

  /** The guest's memory as it is now. */
  #bytes(): Uint8Array {
    // Growing detaches the buffer, even growing by nothing, and a view of a detached one has no length. To ask the
    // engine for its buffer costs more than an instruction.
    if (this.#view.length === 0) {
      const buffer = this.#instance?.memory.buffer;
      if (buffer !== undefined) this.#view = new Uint8Array(buffer);
    }
    return this.#view;
  }

  begin(call: GuestCall): void {
    this.#call = call;
  }

  close(): void {
    this.#instance = undefined;
    this.#view = NO_MEMORY;
  }

  /** Run the call that was begun, to its end. Throws what the engine throws. */
  run(quotas: InstanceQuotas): number {
    const call = this.#call;
    this.#call = undefined;
    if (call === undefined) throw new TypeError("a step needs a call that was begun");
    if (call.to === "instantiate") {
      this.#instance = this.#instantiate();
      this.#hold(quotas);
      this.#instance.start();
      return 0;
    }
    this.#hold(quotas);
    switch (call.to) {
      case "entry":
        return this.#invoke(this.#prepared.entry);
      case "fayger_alloc":
        return this.#invoke(call.to, call.length);
      case "fayger_on_event":
        this.#bytes().set(call.event, call.pointer);
        return this.#invoke(call.to, call.pointer, call.event.length);
      default:
        return this.#invoke(call.to);
    }
  }

  /** What a step that ended by something thrown has to return. */
  failed(thrown: unknown): StepResult {
    if (thrown instanceof GuestUnwind) return thrown.result;
    const failure = this.#instance?.failure(thrown) ?? engineFailure(thrown);
    if (failure.kind === "other") return { kind: "host_failed", error: hostError(thrown, "WebAssembly") };
    return failedStep(failure);
  }

  /** Quotas may change from step to step. @spec quotas.memory */
  #hold(quotas: InstanceQuotas): void {
    if (this.#quotas === quotas) return;
    this.#quotas = quotas;
    this.#instance?.setBounds(pagesWithin(quotas), elementsWithin(quotas));
  }

  #instantiate(): EngineInstance {
    const imports = { ...guestImports(this.#functions) };
    return new EngineInstance(this.#prepared.engineModule, { [GUEST_IMPORT_MODULE]: imports }, (what) => {
      // Fuel is not charged in thread, where nothing could be done once it is used up but to fail.
      this.#services.growthDenied(what === HostCall.MemoryDenied ? "memory_bytes" : "table_elements");
    });
  }

  #invoke(name: string, ...values: readonly number[]): number {
    return this.#instance?.call(name, values) ?? 0;
  }
}

/**
 * Executes `wasm-core-2` on the WebAssembly engine of the host, in the thread of the caller.
 *
 * A step is a whole call into the guest: the engine cannot be stopped in between, so what needs that is not declared.
 *
 * @spec runtime.host-engine
 */
export class HostEngineStrategy implements ExecutionStrategy<HostExecutable> {
  readonly codeFormats: readonly string[] = ["wasm-core-2"];
  readonly capabilities: ReadonlySet<RuntimeCapability> = new Set([
    "memory_limit",
    "table_limit",
    "canonical_nan",
    "events",
  ]);
  readonly #around: AroundGuest;
  readonly #modules = new ModuleStore({ metered: false, sharedMemory: false });

  /** @param around called with each step into a guest, which it makes */
  constructor(around: AroundGuest = (step) => step()) {
    this.#around = around;
  }

  async prepare(program: GuestProgram): Promise<HostExecutable> {
    return new HostExecutable(program, await this.#modules.prepare(program));
  }

  step(executable: HostExecutable, { quotas }: ExecutionContext): StepResult {
    try {
      return { kind: "returned", value: this.#around(() => executable.run(quotas)) };
    } catch (thrown) {
      return executable.failed(thrown);
    }
  }
}
