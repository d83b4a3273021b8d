import type { RuntimeCapability } from "../../../generated/enums/runtime-capability.js";
import { hostError } from "../../errors/host-error.js";
import type {
  ExecutionStrategy,
  GuestCall,
  GuestProgram,
  PreparedExecutable,
  StepResult,
} from "../execution-strategy.js";
import { checkInitialSizes, GUEST_IMPORT_MODULE, type GuestImport, readGuestModule } from "../guest-abi.js";
import { type BlockedCall, GuestFunctions } from "../guest-functions.js";
import { GuestUnwind } from "../guest-unwind.js";
import { engineTrap } from "./engine-traps.js";
import { rewriteModule } from "./rewrite-module.js";

const NO_MEMORY = new Uint8Array(0);

/** A program compiled by the host's engine, and its instance once there is one. */
class HostExecutable implements PreparedExecutable {
  readonly hasInit: boolean;
  readonly hasEvents: boolean;
  readonly #module: WebAssembly.Module;
  readonly #entry: string;
  readonly #startExport: string | undefined;
  readonly #functions: GuestFunctions;
  #exports: WebAssembly.Exports | undefined;
  #memory: WebAssembly.Memory | undefined;
  #view: Uint8Array = NO_MEMORY;
  #call: GuestCall | undefined;

  constructor(
    program: GuestProgram,
    module: WebAssembly.Module,
    startExport: string | undefined,
    exported: { readonly hasInit: boolean; readonly hasEvents: boolean },
  ) {
    this.hasInit = exported.hasInit;
    this.hasEvents = exported.hasEvents;
    this.#module = module;
    this.#entry = program.object.manifest.entry.symbol;
    this.#startExport = startExport;
    this.#functions = new GuestFunctions(program.services, () => this.memory());
  }

  memory(): Uint8Array {
    const buffer = this.#memory?.buffer;
    if (buffer === undefined) return NO_MEMORY;
    // Growing detaches the buffer, even growing by nothing: a view is good only for the buffer it was made of.
    if (this.#view.buffer !== buffer) this.#view = new Uint8Array(buffer);
    return this.#view;
  }

  begin(call: GuestCall): void {
    this.#call = call;
  }

  close(): void {
    this.#exports = undefined;
    this.#memory = undefined;
    this.#view = NO_MEMORY;
  }

  /** Run the call that was begun, to its end. Throws what the engine throws. */
  run(): number {
    const call = this.#call;
    this.#call = undefined;
    if (call === undefined) throw new TypeError("a step needs a call that was begun");
    switch (call.to) {
      case "instantiate":
        this.#instantiate();
        return this.#startExport === undefined ? 0 : this.#invoke(this.#startExport);
      case "entry":
        return this.#invoke(this.#entry);
      case "fayger_alloc":
        return this.#invoke(call.to, call.length);
      case "fayger_on_event":
        return this.#invoke(call.to, call.pointer, call.length);
      default:
        return this.#invoke(call.to);
    }
  }

  #instantiate(): void {
    const functions = this.#functions;
    const imports = {
      emit: (pointer, length, replyPointer, replyCapacity) =>
        settled(functions.emit(pointer >>> 0, length >>> 0, replyPointer >>> 0, replyCapacity >>> 0)),
      reply_read: (pointer, capacity) => functions.replyRead(pointer >>> 0, capacity >>> 0),
      section_read: (idPointer, idLength, offset, pointer, capacity) =>
        settled(functions.sectionRead(idPointer >>> 0, idLength >>> 0, offset, pointer >>> 0, capacity >>> 0)),
      exit: (exitCode) => functions.exit(exitCode),
      abort: () => functions.abort(),
    } satisfies HostImports;
    const { exports } = new WebAssembly.Instance(this.#module, { [GUEST_IMPORT_MODULE]: imports });
    this.#exports = exports;
    this.#memory = exports["memory"] as WebAssembly.Memory;
  }

  #invoke(name: string, ...values: readonly number[]): number {
    const exported = this.#exports?.[name] as (...values: readonly number[]) => number | undefined;
    return (exported(...values) ?? 0) >>> 0;
  }
}

/** The imports as the engine calls them: i32 as a signed number, i64 as a signed bigint. */
interface HostImports extends Record<GuestImport, (...values: never[]) => number> {
  emit(pointer: number, length: number, replyPointer: number, replyCapacity: number): number;
  reply_read(pointer: number, capacity: number): number;
  section_read(idPointer: number, idLength: number, offset: bigint, pointer: number, capacity: number): number;
  exit(exitCode: number): never;
  abort(): never;
}

/** In thread nothing can wait: the services were told so and answer at once. */
function settled(result: number | BlockedCall): number {
  if (typeof result !== "number") throw new TypeError("a guest in thread cannot wait");
  return result;
}

/**
 * Called with each step into a guest, which it makes and whose result it returns. A host does here what must hold while
 * its thread belongs to a guest.
 */
export type AroundGuest = (step: () => number) => number;

/**
 * Executes `wasm-core-2` on the WebAssembly engine of the host, in the thread of the caller.
 *
 * A step is a whole call into the guest: the engine cannot be stopped in between, meters no fuel and leaves NaN bits
 * to the processor, so those capabilities are not declared.
 *
 * @spec runtime.host-engine
 */
export class HostEngineStrategy implements ExecutionStrategy<HostExecutable> {
  readonly codeFormats: readonly string[] = ["wasm-core-2"];
  readonly capabilities: ReadonlySet<RuntimeCapability> = new Set(["memory_limit", "events"]);
  readonly #around: AroundGuest;

  /** @param around called with each step into a guest, which it makes */
  constructor(around: AroundGuest = (step) => step()) {
    this.#around = around;
  }

  async prepare(program: GuestProgram): Promise<HostExecutable> {
    const { instance, object, code, quotas } = program;
    const { section: sectionId, symbol } = object.manifest.entry;
    const guest = readGuestModule(code, symbol, { instance, sectionId });
    checkInitialSizes(guest.validated, quotas, instance);
    const { bytes, startExport } = rewriteModule(guest.validated.module, quotas.memory_bytes);
    try {
      return new HostExecutable(program, await WebAssembly.compile(bytes), startExport, guest);
    } catch (error) {
      // The validator accepted the module, so this is not a fault of the program.
      throw hostError(error, "WebAssembly.compile");
    }
  }

  step(executable: HostExecutable): StepResult {
    try {
      return { kind: "returned", value: this.#around(() => executable.run()) };
    } catch (thrown) {
      if (thrown instanceof GuestUnwind) return thrown.result;
      const trap = engineTrap(thrown);
      if (trap !== undefined) return { kind: "trapped", ...trap };
      // @spec guest-abi.host-memory: an engine without memory left fails this instance and nothing else.
      return { kind: "host_failed", error: hostError(thrown, "WebAssembly") };
    }
  }
}
