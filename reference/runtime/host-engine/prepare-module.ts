import type { BufObject } from "../../contracts/buf-object.js";
import type { InstanceQuotas } from "../../contracts/runtime-interface.js";
import { hostError } from "../../errors/host-error.js";
import type { GuestProgram } from "../execution-strategy.js";
import { checkInitialSizes, faultOf, type GuestModule, PAGE_BYTES, readGuestInSteps } from "../guest-abi.js";
import { finishInPauses } from "../wasm/steps.js";
import type { EngineModule } from "./engine-instance.js";
import { MOST_PAGES, MOST_TABLE_ELEMENTS } from "./rewrite/added-code.js";
import { initialElements, type RewriteOptions, rewriteInSteps, type SharedMemory } from "./rewrite/rewrite-module.js";

/** A program that the host's engine has compiled. */
export interface PreparedModule {
  /** Whether the program exports `fayger_init`. */
  readonly hasInit: boolean;
  /** Whether the program exports `fayger_alloc` and `fayger_on_event`. */
  readonly hasEvents: boolean;
  /** The manifest's entry symbol. */
  readonly entry: string;
  /** The rewritten module. */
  readonly engineModule: EngineModule;
  /** The memory it imports, where it does. */
  readonly memory: SharedMemory | undefined;
}

/** What all instances of one artifact share. */
interface KnownModule {
  readonly guest: GuestModule;
  readonly prepared: PreparedModule;
}

/**
 * Compiled programs, each kept for as long as its artifact is.
 *
 * @spec runtime.host-engine, guest-abi.execution
 */
export class ModuleStore {
  readonly #options: RewriteOptions;
  readonly #known = new WeakMap<BufObject, Promise<KnownModule>>();

  /** @param options how modules are rewritten */
  constructor(options: RewriteOptions) {
    this.#options = options;
  }

  /**
   * Decode, validate, rewrite and compile a program, if that was not done before.
   *
   * @throws FaygerError `RT_CODE_INVALID`, `RT_QUOTA_EXCEEDED`; `HOST_ERROR` where the engine refuses the module all the
   * same
   */
  async prepare(program: GuestProgram): Promise<PreparedModule> {
    const { guest, prepared } = await this.#module(program).catch((error: unknown) => {
      throw faultOf(program.instance, error);
    });
    checkInitialSizes(guest.validated, program.quotas, program.instance);
    if (initialElements(guest.validated.module) > MOST_TABLE_ELEMENTS) {
      throw hostError(Object.assign(new Error(), { code: "ENOMEM" }), "table.grow");
    }
    return prepared;
  }

  #module(program: GuestProgram): Promise<KnownModule> {
    const { object } = program;
    const known = this.#known.get(object);
    if (known !== undefined) return known;
    const made = this.#make(program);
    this.#known.set(object, made);
    // Nothing is kept of code that cannot be used.
    made.catch(() => this.#known.delete(object));
    return made;
  }

  async #make({ instance, object, code, pause }: GuestProgram): Promise<KnownModule> {
    const { section: sectionId, symbol: entry } = object.manifest.entry;
    const guest = await finishInPauses(readGuestInSteps(code, entry, { instance, sectionId }), pause);
    const rewritten = await finishInPauses(rewriteInSteps(guest.validated, this.#options), pause);
    const { bytes, memory, ...names } = rewritten;
    try {
      const engineModule = { module: await WebAssembly.compile(bytes), ...names };
      return { guest, prepared: { hasInit: guest.hasInit, hasEvents: guest.hasEvents, entry, engineModule, memory } };
    } catch (error) {
      // The validator accepted the module, so this is not a fault of the program.
      throw hostError(error, "WebAssembly.compile");
    }
  }
}

/** Pages of memory that a quota leaves room for. */
export function pagesWithin({ memory_bytes: bytes }: InstanceQuotas): number {
  return bytes === undefined ? MOST_PAGES : Math.min(MOST_PAGES, Math.floor(bytes / PAGE_BYTES));
}

/** Elements of tables that a quota leaves room for. */
export function elementsWithin({ table_elements: elements }: InstanceQuotas): number {
  return elements ?? Number.POSITIVE_INFINITY;
}
