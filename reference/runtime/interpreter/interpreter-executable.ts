import type { SnapshotCallTarget } from "../../../generated/enums/snapshot-call-target.js";
import type { InstanceQuotas } from "../../contracts/runtime-interface.js";
import { hostError } from "../../errors/host-error.js";
import type { GuestCall, GuestProgram, PreparedExecutable, StepResult } from "../execution-strategy.js";
import type { GuestImport, GuestModule } from "../guest-abi.js";
import { GuestFunctions } from "../guest-functions.js";
import type { ProgramState } from "../snapshot/program-state.js";
import { snapshotInvalid } from "../snapshot/snapshot-errors.js";
import { captureCall, captureInstance } from "./capture.js";
import { Exit, trapName } from "./exits.js";
import { guestImport } from "./guest-imports.js";
import type { StackPool } from "./guest-stack.js";
import { Machine } from "./machine.js";
import type { FunctionValue } from "./module-instance.js";
import { ModuleInstance, Store } from "./module-instance.js";
import { restoreCall, restoreInstance } from "./restore.js";
import { PlaceFinder } from "./stop-places.js";
import type { TranslatedModule } from "./translated-module.js";

/** Most fuel of one step: well below a millisecond where the loop is compiled, so that the others and the host get their turn. */
const FAIR_SLICE = 100_000;
/** Largest amount of fuel that is counted. */
const MOST_FUEL = Number.MAX_SAFE_INTEGER;
const NO_BYTES = new Uint8Array(0);

/** One program that the interpreter runs. */
export class InterpreterExecutable implements PreparedExecutable {
  readonly hasInit: boolean;
  readonly hasEvents: boolean;
  readonly #translated: TranslatedModule;
  readonly #entry: string;
  readonly #functions: GuestFunctions;
  readonly #pool: StackPool;
  readonly #store = new Store();
  #instance: ModuleInstance | undefined;
  #call: GuestCall | undefined;
  /** Holds the active call; absent while none is. */
  #machine: Machine | undefined;
  #fuelUsed = 0;
  /** Whether the program stands inside an instruction, and has to go on before it can stop. */
  isMidway = false;
  /** What the active call is of. */
  #to: SnapshotCallTarget = "entry";

  /**
   * @param guest the program's module, checked
   * @param translated its register code
   * @param pool where stacks come from
   */
  constructor(program: GuestProgram, guest: GuestModule, translated: TranslatedModule, pool: StackPool) {
    this.hasInit = guest.hasInit;
    this.hasEvents = guest.hasEvents;
    this.#translated = translated;
    this.#entry = program.object.manifest.entry.symbol;
    this.#pool = pool;
    this.#functions = new GuestFunctions(program.services, () => this.#instance?.memory?.bytes ?? NO_BYTES);
    this.#store.stopRequested = () => program.services.stopRequested;
    this.#store.onDenied = (quota) => program.services.growthDenied(quota);
  }

  get memoryBytes(): number {
    return this.#instance?.memory?.byteLength ?? 0;
  }

  get tableElements(): number {
    return this.#store.tableElements;
  }

  // @spec guest-abi.fuel
  get fuelUsed(): number {
    return this.#fuelUsed;
  }

  begin(call: GuestCall): void {
    this.#call = call;
  }

  // @spec snapshots.state
  capture(): ProgramState | undefined {
    const instance = this.#instance;
    if (instance === undefined || !this.#enterPending(instance)) return undefined;
    const to = this.#to;
    const machine = this.#machine;
    const place = machine === undefined ? undefined : captureCall(machine, instance, new PlaceFinder(this.#translated));
    if (machine !== undefined && place === undefined) return undefined;
    const active = place === undefined ? undefined : { to, ...place };
    return {
      ...captureInstance(instance),
      fuel: this.#fuelUsed,
      lastReply: this.#functions.lastReply,
      ...(active !== undefined && { active }),
    };
  }

  /**
   * Take over a state instead of beginning with `instantiate`.
   *
   * @param to what the active call is of
   * @throws FaygerError `RT_SNAPSHOT_INVALID` with reason `state_unfit`
   * @spec snapshots.init, snapshots.unfit, lifecycle.snapshot.continues
   */
  restore(state: ProgramState): void {
    const instance = this.#makeInstance();
    restoreInstance(instance, state);
    this.#functions.lastReply = state.lastReply;
    this.#fuelUsed = state.fuel;
    if (state.active === undefined) return;
    const { to } = state.active;
    const exported = instance.exported(this.#nameOf(to));
    // Nor can a program be active in an export that is a function of the host.
    if (exported?.kind !== "function" || "host" in exported.value)
      throw snapshotInvalid("state_unfit", `its state is in ${to}, which is no function of the program`);
    const { value } = exported;
    const machine = new Machine(instance, this.#pool);
    this.#machine = machine;
    this.#to = to;
    restoreCall(machine, instance, new PlaceFinder(this.#translated), value.functionIndex, state.active);
  }

  /** Enter the call that was begun, so that it has a frame. False where it cannot be: the next step will tell. */
  #enterPending(instance: ModuleInstance): boolean {
    const call = this.#call;
    if (call === undefined) return true;
    if (call.to === "instantiate" || call.to === "fayger_init") return false;
    if ("host" in this.#export(instance, call.to).value) return false;
    if (this.#beginCall() === undefined) return true;
    this.#machine?.release();
    this.#machine = undefined;
    this.#call = call;
    return false;
  }

  close(): void {
    this.#machine?.release();
    this.#machine = undefined;
    this.#instance = undefined;
    this.#store.tables.length = 0;
  }

  /**
   * Run the call that was begun, or go on with it, for one slice. May throw GuestUnwind; whatever else is thrown is a
   * fault of the host.
   *
   * @param toStop whether it only goes on to where it can stop
   * @spec quotas.yield, runtime.isolation.endless-loop
   */
  run(quotas: InstanceQuotas, toStop = false): StepResult {
    this.#store.memoryQuota = quotas.memory_bytes ?? Number.POSITIVE_INFINITY;
    this.#store.tableQuota = quotas.table_elements ?? Number.POSITIVE_INFINITY;
    if (!this.#isTranslated()) return { kind: "yielded" };
    const ended = this.#beginCall();
    if (ended !== undefined) return ended;
    const machine = this.#machine;
    if (machine === undefined) throw new TypeError("a step needs a call that was begun");
    machine.unblock();
    const limit = Math.min(quotas.fuel ?? MOST_FUEL, MOST_FUEL);
    const left = Math.max(0, limit - this.#fuelUsed);
    const slice = toStop ? 0 : Math.min(FAIR_SLICE, quotas.fuel_per_slice ?? FAIR_SLICE, left);
    machine.fuel = slice;
    machine.budget = left - slice;
    machine.effort = 0;
    try {
      return this.#runSlice(machine, slice, limit, toStop);
    } finally {
      this.#fuelUsed = Math.max(this.#fuelUsed, limit - machine.fuel - machine.budget);
    }
  }

  #runSlice(machine: Machine, slice: number, limit: number, toStop: boolean): StepResult {
    let exit = machine.run();
    if (exit === Exit.OutOfFuel && machine.fuel === slice && !toStop) {
      // A slice that is too small for its first block is made as large: otherwise the program would never go on.
      const cost = machine.blockCost;
      if (cost <= machine.fuel + machine.budget) {
        machine.budget -= cost - machine.fuel;
        machine.fuel = cost;
        exit = machine.run();
      }
    }
    this.isMidway = exit === Exit.Midway;
    switch (exit) {
      case Exit.Midway:
        return { kind: "yielded", midway: true };
      case Exit.Returned:
        return this.#returned(machine);
      case Exit.Trapped:
        return { kind: "trapped", trap: trapName(machine.trap) };
      case Exit.Blocked:
        return { kind: "blocked", until: machine.blocked!.until };
      case Exit.OutOfFuel:
        if (machine.blockCost <= machine.fuel + machine.budget) return { kind: "yielded" };
        break;
      default:
    }
    // @spec quotas.exceeded: nothing of what does not fit was done or paid.
    const used = Math.max(this.#fuelUsed, limit - machine.fuel - machine.budget);
    return { kind: "quota", quota: "fuel", limit, used };
  }

  #returned(machine: Machine): StepResult {
    const value = machine.stack.words[0]! >>> 0;
    machine.release();
    this.#machine = undefined;
    return { kind: "returned", value };
  }

  /** Translate what the call that waits to be begun is of a little further. False where it is not ready yet. */
  #isTranslated(): boolean {
    const call = this.#call;
    if (call === undefined) return true;
    const { module } = this.#translated.validated;
    const functionIndex = call.to === "instantiate" ? module.start?.functionIndex : this.#indexOf(call.to);
    const isHere = functionIndex !== undefined && module.functions[functionIndex]?.body !== undefined;
    return !isHere || this.#translated.translateSome(functionIndex);
  }

  #indexOf(to: Exclude<GuestCall["to"], "instantiate">): number | undefined {
    return this.#translated.exportNamed(this.#nameOf(to))?.index;
  }

  #nameOf(to: Exclude<GuestCall["to"], "instantiate">): string {
    return to === "entry" ? this.#entry : to;
  }

  /** Begin the call that waits to be begun. A result where it is over already. */
  #beginCall(): StepResult | undefined {
    const call = this.#call;
    if (call === undefined) return undefined;
    this.#call = undefined;
    if (call.to === "instantiate") return this.#instantiate();
    const instance = this.#instance!;
    if (call.to !== "fayger_init") this.#to = call.to;
    const exported = this.#export(instance, call.to);
    switch (call.to) {
      case "fayger_alloc":
        return this.#enter(exported.value, [call.length]);
      case "fayger_on_event":
        instance.memory!.bytes.set(call.event, call.pointer);
        return this.#enter(exported.value, [call.pointer, call.event.length]);
      default:
        return this.#enter(exported.value, []);
    }
  }

  #export(instance: ModuleInstance, to: Exclude<GuestCall["to"], "instantiate">): { readonly value: FunctionValue } {
    const name = this.#nameOf(to);
    const exported = instance.exported(name);
    if (exported?.kind !== "function") throw new TypeError(`${name} is no function`);
    return exported;
  }

  #makeInstance(): ModuleInstance {
    const { module } = this.#translated.validated;
    const imports = module.imports.map(({ name }) => guestImport(name as GuestImport, this.#functions));
    const instance = new ModuleInstance(this.#translated, this.#store, imports);
    this.#instance = instance;
    return instance;
  }

  #instantiate(): StepResult | undefined {
    const { module } = this.#translated.validated;
    const instance = this.#makeInstance();
    const trap = instance.layOut();
    if (trap !== 0) return { kind: "trapped", trap: trapName(trap) };
    if (module.start === undefined) return { kind: "returned", value: 0 };
    return this.#enter(instance.functionValue(module.start.functionIndex), []);
  }

  #enter(value: FunctionValue, values: readonly number[]): StepResult | undefined {
    const machine = new Machine(this.#instance!, this.#pool);
    this.#machine = machine;
    if (!machine.begin(value)) return { kind: "trapped", trap: "stack_exhausted" };
    const { words } = machine.stack;
    words[0] = 0;
    values.forEach((argument, at) => {
      words[2 * at] = argument;
    });
    // A function of the host that the program exports itself.
    if ("host" in value) machine.callHost(value, 0);
    return undefined;
  }
}

/** What a strategy tells of anything thrown that is no GuestUnwind. @spec guest-abi.host-memory */
export function hostFailure(thrown: unknown): StepResult {
  return { kind: "host_failed", error: hostError(thrown, "interpreter") };
}
