import { type CapabilityName, isCapabilityName } from "../../../../generated/capabilities.js";
import { isHostError } from "../../../../generated/enums/host-error.js";
import {
  INSTRUCTIONS,
  type InstructionRow,
  instructionNamed,
} from "../../../../generated/instructions/instruction-table.js";
import { decodeTlvs, type Tlv } from "../../../../generated/instructions/tlv.js";
import type { VectorHostCall, VectorInputs } from "../../../../generated/json/vector.js";
import { createHandlerAdapter, HostFailure } from "../../../../reference/adapter/index.js";
import type {
  DirectCall,
  InstanceBinding,
  PlatformAdapter,
  UniversalInstruction,
} from "../../../../reference/index.js";
import { directInstruction, giveDirect } from "../direct.js";
import { fromHexadecimal } from "../hexadecimal.js";
import { InputError } from "../input-error.js";
import { replacing } from "./rest.js";

const KIND = "vector";

/** A host that does what the case says, call by call. @spec conformance.run.log */
export class ScriptedHost {
  readonly #script: readonly VectorHostCall[];
  /** What is done inside the calls, by their numbers. */
  readonly #inside: (call: number) => void;
  /** Calls without an answer, by their numbers. */
  readonly #waiting = new Map<number, { readonly answer: () => void; readonly holdsGuest: boolean }>();
  #calls = 0;

  constructor(inputs: VectorInputs, inside: (call: number) => void) {
    this.#script = inputs.host_calls ?? [];
    this.#inside = inside;
    for (const { host_error: error } of this.#script)
      if (error !== undefined && !isHostError(error)) throw new InputError(`no host error is named ${error}`);
  }

  /** Whether a call that the guest waits for has no answer yet. */
  get holdsGuest(): boolean {
    return [...this.#waiting.values()].some(({ holdsGuest }) => holdsGuest);
  }

  /** Give a call its answer. */
  answer(call: number): void {
    const waiting = this.#waiting.get(call);
    if (waiting === undefined) throw new InputError(`host call ${call} does not wait`);
    this.#waiting.delete(call);
    waiting.answer();
  }

  /** An adapter over this host that supports everything. */
  adapter(granted: readonly string[]): PlatformAdapter {
    const capabilities: CapabilityName[] = granted.filter(isCapabilityName);
    const adapter = createHandlerAdapter<undefined>({
      platformId: KIND,
      priority: 0,
      capabilities,
      match: () => true,
      handlers: INSTRUCTIONS.map(({ name }) => ({ instruction: name, translate: () => () => [] })),
      normalizers: [],
      services: undefined,
    });
    return replacing(adapter, {
      translate: (instruction, binding) => () => this.#call(instruction, binding),
      direct: (name) => this.#direct(name),
    });
  }

  /** The same where operands and results stand, for a call that is answered at once. */
  #direct(name: string): DirectCall | undefined {
    const row = instructionNamed(name);
    const inPlace = directInstruction(name);
    if (inPlace === undefined || row === undefined) return undefined;
    return (operands, reply, binding) => {
      const says = this.#script[this.#calls] ?? {};
      const results = says.results === undefined ? [] : resultsIn(says.results);
      // What is no result of the table, and what comes later, is given on the long way.
      if (says.waits === true || !inPlace.fits(results, reply)) return false;
      this.#calls += 1;
      this.#inside(this.#calls);
      giveDirect(give(says, row, inPlace.operands(operands), binding), reply);
      return true;
    };
  }

  #call(instruction: UniversalInstruction, binding: InstanceBinding): readonly Tlv[] | Promise<Tlv[]> {
    const { category, opcode, operands, asynchronous } = instruction;
    const row = INSTRUCTIONS.find((each) => each.category === category && each.opcode === opcode) as InstructionRow;
    this.#calls += 1;
    const call = this.#calls;
    const says = this.#script[call - 1] ?? {};
    this.#inside(call);
    if (says.waits !== true) return give(says, row, operands, binding);
    return new Promise((resolve, reject) => {
      const answer = (): void => {
        try {
          resolve(give(says, row, operands, binding));
        } catch (error) {
          reject(error);
        }
      };
      this.#waiting.set(call, { answer, holdsGuest: !asynchronous });
    });
  }
}

function give(says: VectorHostCall, row: InstructionRow, operands: readonly Tlv[], binding: InstanceBinding): Tlv[] {
  if (says.host_error !== undefined && isHostError(says.host_error)) throw new HostFailure(says.host_error, KIND);
  if (says.results !== undefined) return resultsIn(says.results);
  if (row.handle !== null) {
    const isSource = row.name === "time.timer_start";
    return [{ type: "handle", value: binding.openHandle(KIND, KIND, () => {}, isSource) }];
  }
  if (row.name === "io.close") {
    const [operand] = operands;
    if (operand?.type !== "handle" || !binding.closeHandle(operand.value)) throw new HostFailure("bad_handle", KIND);
  }
  return [];
}

function resultsIn(text: string): Tlv[] {
  const bytes = fromHexadecimal(text);
  return decodeTlvs(bytes, 0, bytes.length, (reason, offset) => {
    throw new InputError(`results: ${reason} at ${offset}`);
  });
}
