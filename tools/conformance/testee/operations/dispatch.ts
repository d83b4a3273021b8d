import { type CapabilityName, isCapabilityName } from "../../../../generated/capabilities.js";
import { type HostError, isHostError } from "../../../../generated/enums/host-error.js";
import { decodeReply } from "../../../../generated/instructions/message.js";
import { decodeTlvs, type Tlv } from "../../../../generated/instructions/tlv.js";
import type { VectorInputs } from "../../../../generated/json/vector.js";
import {
  createHandlerAdapter,
  createInstructionBus,
  HostFailure,
  type InstructionHandler,
} from "../../../../reference/adapter/index.js";
import type { InstructionPolicy, PolicyDecision } from "../../../../reference/index.js";
import { type Answer, accepted, refused } from "../answer.js";
import { directInstruction, giveDirect } from "../direct.js";
import { toHexadecimal } from "../hexadecimal.js";
import { InputError } from "../input-error.js";
import { bytesIn, clockAt, given, givenBytes } from "../inputs.js";
import { surroundingsAt } from "../surroundings.js";
import { Emitter, everyWay, type Way } from "../ways.js";

const DECISIONS: Readonly<Record<NonNullable<VectorInputs["decision"]>, PolicyDecision>> = {
  allow: { allow: true },
  refuse: { allow: false, reason: "the case says so" },
  // Nobody is there to be asked.
  unanswered: { allow: "confirm", question: "May it?" },
};

/** Answer an instruction through the bus, over an adapter that does what the case says. */
export function dispatch(inputs: VectorInputs): Promise<Answer> {
  return everyWay((way) => dispatched(inputs, way));
}

async function dispatched(inputs: VectorInputs, way: Way): Promise<Answer> {
  const instruction = givenBytes(inputs, "bytes");
  const granted: CapabilityName[] = given(inputs, "granted").filter(isCapabilityName);
  const host = new Host(inputs);
  const clock = clockAt();
  const { events, published } = surroundingsAt(clock, way);
  const adapter = createHandlerAdapter({
    platformId: "vector",
    priority: 0,
    capabilities: granted,
    match: () => true,
    handlers: [...new Set(given(inputs, "supported"))].map(handlerOf),
    normalizers: [],
    services: host,
  });
  const { decision } = inputs;
  const instructionPolicy: InstructionPolicy = { decide: () => DECISIONS[decision ?? "allow"] };
  const bus = createInstructionBus({
    adapter,
    policy: { capabilities: granted },
    // Who allows everything need not be asked.
    ...((way === "heard" || decision !== undefined) && { instructionPolicy }),
    events,
    clock,
  });
  const channel = bus.open({
    instance: "instance#1",
    required: granted,
    optional: [],
    hostFunctions: inputs.host_functions,
    quotas: {},
    deliver: () => {},
  });
  const heardBefore = published().length;
  const reply = await new Emitter(way, channel).emit(instruction);
  const effects = { host_calls: host.calls, events: published().slice(heardBefore) };
  const result = { reply: toHexadecimal(reply) };
  if (decodeReply(reply).status === 0) return accepted(result, effects);
  return refused(channel.lastError, effects, result);
}

function handlerOf(instruction: string): InstructionHandler<Host> {
  const inPlace = directInstruction(instruction);
  return {
    instruction,
    translate: (operands, _binding, at) => {
      refuseHandles(operands);
      return () => at.call();
    },
    ...(inPlace !== undefined && {
      direct: (operands, reply, _binding, at) => {
        if (!inPlace.fits(at.results, reply)) return false;
        refuseHandles(inPlace.operands(operands));
        giveDirect(at.call(), reply);
        return true;
      },
    }),
  };
}

/** @spec instructions.handles.closed: the instance is new, so no handle that a program names is open. */
function refuseHandles(operands: readonly Tlv[]): void {
  if (operands.some(({ type }) => type === "handle")) throw new HostFailure("bad_handle", "vector");
}

/** The host behind the adapter: counts its calls and does what the case says. */
class Host {
  calls = 0;
  /** What its call gives, where it does not fail. */
  readonly results: readonly Tlv[];
  readonly #error: HostError | undefined;

  constructor(inputs: VectorInputs) {
    const { host_error: error } = inputs;
    if (error !== undefined && !isHostError(error)) throw new InputError(`no host error is named ${error}`);
    this.#error = error;
    const results = bytesIn(inputs, "results") ?? new Uint8Array(0);
    this.results = decodeTlvs(results, 0, results.length, (reason, offset) => {
      throw new InputError(`results: ${reason} at ${offset}`);
    });
  }

  call(): readonly Tlv[] {
    this.calls += 1;
    if (this.#error !== undefined) throw new HostFailure(this.#error, "vector", new Error(this.#error));
    return this.results;
  }
}
