import type { CapabilityName } from "../../../../generated/capabilities.js";
import { type HostError, isHostError } from "../../../../generated/enums/host-error.js";
import { InstructionCategory } from "../../../../generated/enums/instruction-category.js";
import { type InstructionRow, instructionNamed } from "../../../../generated/instructions/instruction-table.js";
import { decodeTlvs, type Tlv } from "../../../../generated/instructions/tlv.js";
import type { VectorMadeCall, VectorTurn } from "../../../../generated/json/vector.js";
import {
  createHandlerAdapter,
  HostFailure,
  type InstructionHandler,
  PolicyRefusal,
} from "../../../../reference/adapter/index.js";
import type { InstanceBinding, PlatformAdapter } from "../../../../reference/index.js";
import { directInstruction, giveDirect } from "../direct.js";
import { fromHexadecimal } from "../hexadecimal.js";
import { InputError } from "../input-error.js";
import { tlvInJson } from "../tlv.js";

/** What the host is told to give: results, or an error. */
type Gift = Pick<VectorTurn, "results" | "host_error" | "fault">;

/** An adapter and the host behind it, which does what the turns say. @spec conformance.operations */
export class ScriptedHost {
  readonly adapter: PlatformAdapter;
  /** Host calls of the turn, in their order. */
  calls: VectorMadeCall[] = [];
  /** Handles that were released in the turn; 0 for a resource that got none. */
  released: number[] = [];
  /** What the emit of the turn says, and its number. */
  #emit: { readonly number: number; readonly turn: VectorTurn } | undefined;
  readonly #waiting = new Map<number, (gift: Gift) => void>();
  #binding: InstanceBinding | undefined;
  /** Timers that fire once. */
  readonly #once = new Set<number>();

  constructor(capabilities: readonly CapabilityName[], supported: readonly string[]) {
    this.adapter = createHandlerAdapter({
      platformId: "vector",
      priority: 0,
      capabilities,
      match: () => true,
      handlers: [...new Set(supported)].map((name) => this.#handler(name)),
      normalizers: [
        {
          kind: "timer",
          normalize: ({ handle, detail }) => ({
            category: InstructionCategory.Time,
            opcode: 1,
            completion: false,
            payload: [
              { type: "handle", value: handle },
              { type: "u64", value: BigInt(detail as number) },
            ],
          }),
        },
      ],
      services: undefined,
    });
  }

  /** Called before an emit: what its host call gives. */
  expect(number: number, turn: VectorTurn): void {
    this.#emit = { number, turn };
  }

  /** The host answers a call that waits. @throws InputError where there is none */
  answer(turn: VectorTurn): void {
    const give = this.#waiting.get(turn.emit ?? 0);
    if (give === undefined) throw new InputError(`no host call of emit ${String(turn.emit)} waits`);
    this.#waiting.delete(turn.emit ?? 0);
    give(turn);
  }

  /** A timer fires. */
  fire(handle: number, count: number): void {
    this.#binding?.raise({ kind: "timer", handle, detail: count });
    if (this.#once.delete(handle)) this.#binding?.endSubscription(handle);
  }

  #handler(instruction: string): InstructionHandler<undefined> {
    const row = instructionNamed(instruction);
    const direct = this.#direct(instruction);
    return {
      instruction,
      translate: (operands, binding) => {
        this.#binding = binding;
        const emit = this.#emit;
        if (emit === undefined) throw new Error("the bus translated what nobody emitted");
        checkHandles(instruction, operands, binding);
        return () => {
          this.calls.push({ instruction, operands: operands.map(tlvInJson) });
          const give = (gift: Gift): readonly Tlv[] => this.#give(row, operands, binding, gift);
          if (emit.turn.waits !== true) return give(emit.turn);
          return new Promise<Gift>((resolve) => this.#waiting.set(emit.number, resolve)).then(give);
        };
      },
      ...(direct !== undefined && { direct }),
    };
  }

  /** The same where operands and results stand, for what is answered at once. */
  #direct(instruction: string): InstructionHandler<undefined>["direct"] {
    const inPlace = directInstruction(instruction);
    if (inPlace === undefined) return undefined;
    return (operands, reply, binding) => {
      const turn = this.#emit?.turn;
      if (turn === undefined || turn.waits === true) return false;
      const results = resultsOf(turn.results ?? "");
      if (!inPlace.fits(results, reply)) return false;
      this.#binding = binding;
      const given = inPlace.operands(operands);
      checkHandles(instruction, given, binding);
      this.calls.push({ instruction, operands: given.map(tlvInJson) });
      fail(turn);
      giveDirect(results, reply);
      return true;
    };
  }

  #give(
    row: InstructionRow | undefined,
    operands: readonly Tlv[],
    binding: InstanceBinding,
    gift: Gift,
  ): readonly Tlv[] {
    fail(gift);
    const kind = row?.handle ?? null;
    if (kind === null) return resultsOf(gift.results ?? "");
    let handle = 0;
    const release = (): void => void this.released.push(handle);
    handle = kind === "timer" ? binding.openHandle(kind, kind, release, true) : binding.openHandle(kind, kind, release);
    const [, interval] = operands;
    if (kind === "timer" && interval?.type === "u64" && interval.value === 0n) this.#once.add(handle);
    return [{ type: "handle", value: handle }];
  }
}

/** Every handle among operands is that of a file, but for `close`, which takes any. @spec instructions.handles.closed */
function checkHandles(instruction: string, operands: readonly Tlv[], binding: InstanceBinding): void {
  for (const operand of operands) {
    if (operand.type !== "handle") continue;
    const isRight =
      instruction === "io.close"
        ? binding.closeHandle(operand.value)
        : binding.resource(operand.value, "file") !== undefined;
    if (!isRight) throw new HostFailure("bad_handle");
  }
}

/** @throws HostFailure PolicyRefusal and what no adapter knows */
function fail({ host_error: error, fault }: Gift): void {
  if (fault === "other") throw new Error("something the adapter does not know");
  if (error === undefined) return;
  if (fault === "policy") throw new PolicyRefusal(hostErrorOf(error), "the case says so");
  throw new HostFailure(hostErrorOf(error), "vector", new Error("vector"));
}

function hostErrorOf(name: string): HostError {
  if (!isHostError(name)) throw new InputError(`no host error is named ${name}`);
  return name;
}

function resultsOf(hexadecimal: string): readonly Tlv[] {
  const results = fromHexadecimal(hexadecimal);
  return decodeTlvs(results, 0, results.length, (reason, offset) => {
    throw new InputError(`results: ${reason} at ${offset}`);
  });
}
