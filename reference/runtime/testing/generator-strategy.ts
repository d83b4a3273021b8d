// An ExecutionStrategy whose programs are generators: it stops anywhere, waits, and reaches quotas, as an interpreter does.
import type { RuntimeCapability } from "../../../generated/enums/runtime-capability.js";
import type {
  ExecutionContext,
  ExecutionStrategy,
  GuestCall,
  GuestProgram,
  PreparedExecutable,
  StepResult,
} from "../execution-strategy.js";
import { type BlockedCall, GuestFunctions } from "../guest-functions.js";
import type { GuestServices } from "../guest-services.js";
import { GuestUnwind } from "../guest-unwind.js";

/** What a generator guest may do; each yield is a place where it can be stopped. */
export class GeneratorHost {
  readonly memory = new Uint8Array(4096);
  readonly functions: GuestFunctions;
  readonly services: GuestServices;

  constructor(program: GuestProgram) {
    this.services = program.services;
    this.functions = new GuestFunctions(program.services, () => this.memory);
  }

  /** Emit an instruction and wait for its reply. */
  *emit(instruction: readonly number[]): Generator<StepResult, Uint8Array> {
    this.memory.set(instruction, 0);
    const length = yield* settled(this.functions.emit(0, instruction.length, 1024, 1024));
    return this.memory.slice(1024, 1024 + length);
  }

  /** Read a section from its start. */
  *section(id: string): Generator<StepResult, Uint8Array | undefined> {
    const bytes = Array.from(id, (character) => character.charCodeAt(0));
    this.memory.set(bytes, 0);
    const length = yield* settled(this.functions.sectionRead(0, bytes.length, 0n, 1024, 1024));
    return length < 0 ? undefined : this.memory.slice(1024, 1024 + length);
  }
}

/** A program. What is absent is not exported. */
export interface GeneratorGuest {
  readonly start?: (host: GeneratorHost) => Generator<StepResult, void>;
  readonly init?: (host: GeneratorHost) => Generator<StepResult, void>;
  readonly main: (host: GeneratorHost) => Generator<StepResult, void>;
  readonly onEvent?: (host: GeneratorHost, event: Uint8Array) => Generator<StepResult, void>;
}

/** A place where the guest can be stopped. */
export const slice: StepResult = { kind: "yielded" };

class GeneratorExecutable implements PreparedExecutable {
  readonly hasInit: boolean;
  readonly hasEvents: boolean;
  readonly #guest: GeneratorGuest;
  readonly #host: GeneratorHost;
  #active: Generator<StepResult, unknown> | undefined;
  #stepping = false;
  closed = false;

  constructor(guest: GeneratorGuest, program: GuestProgram) {
    this.#guest = guest;
    this.#host = new GeneratorHost(program);
    this.hasInit = guest.init !== undefined;
    this.hasEvents = guest.onEvent !== undefined;
  }

  get memoryBytes(): number {
    return this.#host.memory.length;
  }

  get tableElements(): number {
    return 0;
  }

  get fuelUsed(): undefined {
    return undefined;
  }

  begin(call: GuestCall): void {
    if (this.#active !== undefined) throw new Error("a guest was entered twice");
    this.#active = this.#generator(call);
  }

  close(): void {
    if (this.#stepping) throw new Error("an executable was closed under its guest");
    this.closed = true;
  }

  next(): StepResult {
    if (this.closed || this.#active === undefined) throw new Error("a guest was stepped that has nothing to run");
    this.#stepping = true;
    let result: IteratorResult<StepResult, unknown>;
    try {
      result = this.#active.next();
    } finally {
      this.#stepping = false;
    }
    const { value, done } = result;
    if (done !== true) return value as StepResult;
    this.#active = undefined;
    return { kind: "returned", value: typeof value === "number" ? value : 0 };
  }

  *#generator(call: GuestCall): Generator<StepResult, number | undefined> {
    switch (call.to) {
      case "instantiate":
        if (this.#guest.start !== undefined) yield* this.#guest.start(this.#host);
        return;
      case "fayger_init":
        if (this.#guest.init !== undefined) yield* this.#guest.init(this.#host);
        return;
      case "entry":
        yield* this.#guest.main(this.#host);
        return;
      case "fayger_alloc":
        return 2048;
      case "fayger_on_event":
        if (this.#guest.onEvent !== undefined) {
          this.#host.memory.set(call.event, call.pointer);
          yield* this.#guest.onEvent(this.#host, call.event);
        }
        return;
    }
  }
}

/** Runs {@link GeneratorGuest}s: the first byte of the code section tells which. */
export class GeneratorStrategy implements ExecutionStrategy<GeneratorExecutable> {
  readonly codeFormats: readonly string[] = ["wasm-core-2"];
  readonly capabilities: ReadonlySet<RuntimeCapability>;
  readonly #guests: readonly GeneratorGuest[];
  readonly executables: GeneratorExecutable[] = [];

  constructor(
    guests: readonly GeneratorGuest[],
    capabilities: readonly RuntimeCapability[] = ["blocking_emit", "stop_anywhere", "fuel", "events"],
  ) {
    this.#guests = guests;
    this.capabilities = new Set(capabilities);
  }

  prepare(program: GuestProgram): GeneratorExecutable {
    const guest = this.#guests[program.code[0] ?? 0];
    if (guest === undefined) throw new Error("no such guest");
    const executable = new GeneratorExecutable(guest, program);
    this.executables.push(executable);
    return executable;
  }

  step(executable: GeneratorExecutable, _context: ExecutionContext): StepResult {
    try {
      return executable.next();
    } catch (thrown) {
      if (thrown instanceof GuestUnwind) return thrown.result;
      throw thrown;
    }
  }
}

function* settled(result: number | BlockedCall): Generator<StepResult, number> {
  if (typeof result === "number") return result;
  yield { kind: "blocked", until: result.until };
  return result.finish();
}
