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
import { toHexadecimal } from "../hexadecimal.js";
import { InputError } from "../input-error.js";
import { bytesIn, clockAt, given, givenBytes } from "../inputs.js";
import { surroundingsAt } from "../surroundings.js";

const DECISIONS: Readonly<Record<NonNullable<VectorInputs["decision"]>, PolicyDecision>> = {
  allow: { allow: true },
  refuse: { allow: false, reason: "the case says so" },
  // Nobody is there to be asked.
  unanswered: { allow: "confirm", question: "May it?" },
};

/** Answer an instruction through the bus, over an adapter that does what the case says. */
export async function dispatch(inputs: VectorInputs): Promise<Answer> {
  const instruction = givenBytes(inputs, "bytes");
  const granted: CapabilityName[] = given(inputs, "granted").filter(isCapabilityName);
  const host = new Host(inputs);
  const clock = clockAt();
  const { events, published } = surroundingsAt(clock);
  const adapter = createHandlerAdapter({
    platformId: "vector",
    priority: 0,
    capabilities: granted,
    match: () => true,
    handlers: [...new Set(given(inputs, "supported"))].map(
      (name): InstructionHandler<Host> => ({
        instruction: name,
        translate: (operands, _binding, at) => {
          // @spec instructions.handles.closed: the instance is new, so no handle that a program names is open.
          if (operands.some(({ type }) => type === "handle")) throw new HostFailure("bad_handle", "vector");
          return () => at.call();
        },
      }),
    ),
    normalizers: [],
    services: host,
  });
  const instructionPolicy: InstructionPolicy = { decide: () => DECISIONS[inputs.decision ?? "allow"] };
  const bus = createInstructionBus({ adapter, policy: { capabilities: granted }, instructionPolicy, events, clock });
  const channel = bus.open({
    instance: "instance#1",
    required: granted,
    optional: [],
    hostFunctions: inputs.host_functions,
    quotas: {},
    deliver: () => {},
  });
  const heardBefore = published().length;
  const reply = await channel.emit(instruction);
  const effects = { host_calls: host.calls, events: published().slice(heardBefore) };
  const result = { reply: toHexadecimal(reply) };
  if (decodeReply(reply).status === 0) return accepted(result, effects);
  return refused(channel.lastError, effects, result);
}

/** The host behind the adapter: counts its calls and does what the case says. */
class Host {
  calls = 0;
  readonly #results: readonly Tlv[];
  readonly #error: HostError | undefined;

  constructor(inputs: VectorInputs) {
    const { host_error: error } = inputs;
    if (error !== undefined && !isHostError(error)) throw new InputError(`no host error is named ${error}`);
    this.#error = error;
    const results = bytesIn(inputs, "results") ?? new Uint8Array(0);
    this.#results = decodeTlvs(results, 0, results.length, (reason, offset) => {
      throw new InputError(`results: ${reason} at ${offset}`);
    });
  }

  call(): readonly Tlv[] {
    this.calls += 1;
    if (this.#error !== undefined) throw new HostFailure(this.#error, "vector", new Error(this.#error));
    return this.#results;
  }
}
