import { isQuotaName } from "../../../../generated/enums/quota-name.js";
import type { VectorAct, VectorInputs, VectorResult } from "../../../../generated/json/vector.js";
import { createInstructionBus } from "../../../../reference/adapter/index.js";
import {
  type FaygerError,
  type InstructionBus,
  type InstructionsInPlace,
  is,
  isFaygerError,
} from "../../../../reference/index.js";
import { nodeSha256 } from "../../../../reference/node.js";
import { type HostQuotas, ManagedImplementation, numberedIds } from "../../../../reference/runtime/index.js";
import { type Answer, accepted, refused } from "../answer.js";
import { fromHexadecimal, toHexadecimal } from "../hexadecimal.js";
import { InputError } from "../input-error.js";
import { bytesIn, clockAt, given } from "../inputs.js";
import { guestsRunBeside, strategyUnderTest } from "../programs/engines.js";
import { programOf } from "../programs/program.js";
import { Rest, replacing } from "../programs/rest.js";
import { ScriptedHost } from "../programs/scripted-host.js";
import { type Surroundings, surroundingsAt } from "../surroundings.js";
import { everyWay, type Way } from "../ways.js";

/** Run a program by an input log. @spec conformance.run.log */
export function run(inputs: VectorInputs): Promise<Answer> {
  const acts = given(inputs, "log").flatMap((act) => Array.from({ length: act.times ?? 1 }, () => act));
  const quietWays = (heard: Answer): readonly Way[] =>
    // What emits nothing runs once.
    heard.result?.instructions?.length === 0 ? [] : ["in memory"];
  return everyWay((way) => new Case(inputs, acts, way).answer(), quietWays);
}

/** What an act ended with: `undefined` where it was done. */
type Outcome = FaygerError | undefined;

class Case {
  readonly #acts: readonly VectorAct[];
  readonly #rest = new Rest(guestsRunBeside);
  readonly #host: ScriptedHost;
  readonly #surroundings: Surroundings;
  readonly #runtime: ManagedImplementation;
  readonly #inputs: VectorInputs;
  #id: string | undefined;
  readonly #instructions: string[] = [];
  readonly #snapshots: string[] = [];
  /** By the place of the act; a hole where it was not done. */
  readonly #outcomes: { readonly outcome: Outcome }[] = [];
  #broken: unknown;
  #executable: { readonly fuelUsed: number | undefined } | undefined;

  constructor(inputs: VectorInputs, acts: readonly VectorAct[], way: Way) {
    this.#surroundings = surroundingsAt(this.#rest.clockFrom(clockAt()), way);
    this.#inputs = inputs;
    this.#acts = acts;
    const granted = inputs.granted ?? [];
    this.#host = new ScriptedHost(inputs, (call) => this.#actsInside(call));
    const { events, clock } = this.#surroundings;
    const adapter = this.#host.adapter(granted);
    const bus = createInstructionBus({ adapter, policy: { capabilities: granted }, events, clock });
    this.#runtime = new ManagedImplementation({
      descriptor: { id: "vector", name: "vector", version: "1.0.0" },
      strategy: this.#rest.watched(strategyUnderTest(), (executable) => {
        this.#executable = executable;
      }),
      bus: this.#recorded(bus),
      events,
      clock,
      ids: numberedIds(),
      scheduler: this.#rest,
      hostQuotas: inputs.host_quotas as HostQuotas | undefined,
      sha256: nodeSha256,
    });
  }

  async answer(): Promise<Answer> {
    const unrestored = await this.#enter();
    if (unrestored !== undefined) {
      const nothing = { states: [], answers: [], instructions: [], quotas_reached: [], snapshots: [] };
      return refused(unrestored, { events: this.#surroundings.published() }, nothing);
    }
    for (const [place, act] of this.#acts.entries()) {
      if (act.during !== undefined) continue;
      this.#do(place, act);
      await this.#rest.reached(() => this.#host.holdsGuest || !this.#runs());
      if (this.#broken !== undefined) throw this.#broken;
    }
    const result = this.#result();
    const effects = { events: this.#surroundings.published() };
    const last = this.#outcomes.at(-1)?.outcome;
    // @spec conformance.run.refusal
    const failure = this.#runtime.failureInfo(this.#instance)?.error ?? last;
    // Threads are few, and one that an instance has serves no other case.
    this.#runtime.terminate(this.#instance).catch(() => undefined);
    return failure === undefined ? accepted(result, effects) : refused(failure, effects, result);
  }

  get #instance(): string {
    if (this.#id === undefined) throw new InputError("there is no instance yet");
    return this.#id;
  }

  /** Make the instance; gives what it failed with. */
  async #enter(): Promise<unknown> {
    const program = programOf(this.#inputs);
    const snapshot = bytesIn(this.#inputs, "snapshot");
    if (snapshot === undefined) {
      this.#id = this.#runtime.load(program);
      return undefined;
    }
    let failure: unknown;
    const restored = this.#runtime.restore(program, snapshot).then(
      (id) => {
        this.#id = id;
      },
      (error: unknown) => {
        failure = error;
      },
    );
    await this.#rest.during(restored);
    await this.#rest.reached(() => false);
    return failure;
  }

  /** Whether guest code may run at all. */
  #runs(): boolean {
    const state = this.#runtime.state(this.#instance);
    return state === "Running" || state === "Loaded";
  }

  #actsInside(call: number): void {
    for (const [place, act] of this.#acts.entries()) if (act.during === call) this.#do(place, act);
  }

  /** Begin an act; its outcome is kept when it has one. */
  #do(place: number, act: VectorAct): void {
    const settled = this.#rest.during(this.#begin(act)).then(
      () => undefined,
      (error: unknown) => error,
    );
    void settled.then((error) => {
      if (error !== undefined && !isFaygerError(error)) this.#broken ??= error;
      else this.#outcomes[place] = { outcome: error };
    });
  }

  async #begin(act: VectorAct): Promise<void> {
    const [runtime, id] = [this.#runtime, this.#instance];
    switch (act.do) {
      case "init":
      case "start":
      case "suspend":
      case "resume":
      case "terminate":
        return runtime[act.do](id);
      case "event":
        return runtime.onEvent(id, bytesOf(act));
      case "emit":
        await runtime.emit(id, bytesOf(act));
        return;
      case "grant":
        return runtime.grantQuota(id, quotaOf(act), numberOf(act, "value"));
      case "pass":
        return this.#rest.pass(numberOf(act, "value"));
      case "answer":
        return this.#host.answer(numberOf(act, "call"));
      case "snapshot":
        this.#snapshots.push(toHexadecimal(runtime.snapshot(id)));
        return;
    }
  }

  /** The same bus; what reaches it is kept. */
  #recorded(bus: InstructionBus): InstructionBus {
    return replacing(bus, {
      open: (request) => {
        const channel = bus.open(request);
        const recorded = this.#recordedInPlace.bind(this);
        return replacing(channel, {
          emit: (instruction) => {
            this.#instructions.push(toHexadecimal(instruction));
            return channel.emit(instruction);
          },
          get inPlace() {
            return channel.inPlace && recorded(channel.inPlace);
          },
        });
      },
    });
  }

  #recordedInPlace(inPlace: InstructionsInPlace): InstructionsInPlace {
    return replacing(inPlace, {
      emit: (memory, pointer, length) => {
        const instruction = toHexadecimal(new Uint8Array(memory.buffer, memory.byteOffset + pointer, length));
        // What the host does inside the call may reach the bus as well, and later.
        const place = this.#instructions.length;
        const replied = inPlace.emit(memory, pointer, length);
        if (replied !== -1) this.#instructions.splice(place, 0, instruction);
        return replied;
      },
    });
  }

  #result(): VectorResult {
    const [runtime, id] = [this.#runtime, this.#instance];
    const failure = runtime.failureInfo(id);
    const exitCode = runtime.exitCode(id);
    const fuel = this.#executable?.fuelUsed;
    const { named } = this.#surroundings;
    return {
      states: named("lifecycle.transition").map(({ to }) => String(to)),
      answers: this.#outcomes.flatMap(({ outcome }) => [outcome?.code ?? "done"]),
      instructions: this.#instructions,
      ...(exitCode !== undefined && { exit_code: exitCode }),
      ...(failure !== undefined && { causes: codesOf(failure.error) }),
      ...(failure !== undefined && is(failure.error, "RT_TRAP") && { trap: failure.error.context.trap }),
      ...(failure?.lastInstruction !== undefined && { last_instruction: toHexadecimal(failure.lastInstruction) }),
      ...(fuel !== undefined && { fuel }),
      quotas_reached: [...new Set(named("resource.quota_reached").map(({ quota }) => String(quota)))],
      snapshots: this.#snapshots,
    };
  }
}

/** Codes from an error down to its first cause; what has no code of Fayger ends them. */
function codesOf(error: FaygerError): string[] {
  const codes: string[] = [];
  for (let at: unknown = error; isFaygerError(at); at = at.cause) codes.push(at.code);
  return codes;
}

function bytesOf({ do: name, bytes }: VectorAct): Uint8Array {
  if (bytes === undefined) throw new InputError(`${name} without bytes`);
  return fromHexadecimal(bytes);
}

function numberOf(act: VectorAct, member: "value" | "call"): number {
  const value = act[member];
  if (value === undefined) throw new InputError(`${act.do} without ${member}`);
  return value;
}

function quotaOf({ quota }: VectorAct) {
  if (quota === undefined || !isQuotaName(quota)) throw new InputError(`no quota is named ${quota}`);
  return quota;
}
