import { INSTRUCTION_MAXIMUM_BYTES } from "../../../../generated/instructions/message.js";
import type { VectorInputs, VectorMemoryRun, VectorResult } from "../../../../generated/json/vector.js";
import { LifecycleState } from "../../../../generated/lifecycle/transition-table.js";
import { createEventBus, type InstructionsInPlace } from "../../../../reference/index.js";
import { guestImports } from "../../../../reference/runtime/host-engine/guest-imports.js";
import {
  deliveryOf,
  GUEST_IMPORTS,
  GuestFunctions,
  type GuestImport,
  GuestUnwind,
} from "../../../../reference/runtime/index.js";
import { ValueType } from "../../../../reference/runtime/wasm/types.js";
import { type Answer, answering } from "../answer.js";
import { fromHexadecimal, toHexadecimal } from "../hexadecimal.js";
import { InputError } from "../input-error.js";
import { bytesIn, clockAt, given } from "../inputs.js";
import { everyWay, type Way } from "../ways.js";

const INSTANCE = "instance-1";

/** Make one call of the guest ABI. @spec guest-abi.imports, guest-abi.ranges */
export function guestCall(inputs: VectorInputs): Promise<Answer> {
  return everyWay(
    (way) => called(inputs, way),
    () => ["in memory"],
  );
}

function called(inputs: VectorInputs, way: Way): Promise<Answer> {
  const memory = new Uint8Array(given(inputs, "memory_bytes"));
  memory.set(bytesIn(inputs, "bytes") ?? []);
  const before = memory.slice();
  const instructions: string[] = [];
  const made = given(inputs, "called") === "fayger_alloc" ? deliver : callImport;
  return answering(
    () => {
      const result = made(inputs, memory, instructions, way);
      return { ...result, instructions, runs: runsOf(before, memory) };
    },
    () => ({ host_calls: instructions.length }),
  );
}

function callImport(inputs: VectorInputs, memory: Uint8Array, instructions: string[], way: Way): VectorResult {
  const { called, initialising = false, sections = {} } = inputs;
  const reply = fromHexadecimal(inputs.reply ?? "");
  const functions = new GuestFunctions(
    {
      instance: INSTANCE,
      state: initialising ? LifecycleState.Loaded : LifecycleState.Running,
      ended: false,
      stopRequested: false,
      lastError: undefined,
      emit: (instruction) => {
        instructions.push(toHexadecimal(instruction));
        return reply;
      },
      ...(way === "in memory" && !initialising && { inPlace: inPlaceOf(reply, instructions) }),
      readSection: (id) => {
        const body = Object.hasOwn(sections, id) ? sections[id] : undefined;
        return body === undefined ? undefined : fromHexadecimal(body);
      },
      growthDenied: () => undefined,
    },
    () => memory,
  );
  functions.lastReply = reply;
  if (called === undefined || !Object.hasOwn(GUEST_IMPORTS, called)) throw new InputError(`no import is ${called}`);
  const passed = passedIn(inputs);
  // What a module passes has the types of the import, or it is no module.
  const types = GUEST_IMPORTS[called as GuestImport].params.map((type) =>
    type === ValueType.I64 ? "bigint" : "number",
  );
  if (types.length !== passed.length || types.some((type, at) => typeof passed[at] !== type))
    throw new InputError(`${called} is passed ${types.join(", ")}`);
  const call = guestImports(functions)[called as GuestImport] as (...values: (number | bigint)[]) => unknown;
  try {
    const returned = call(...passed);
    if (typeof returned !== "number") throw new TypeError(`${called} has no answer yet`);
    return { returned: returned >>> 0 };
  } catch (thrown) {
    if (!(thrown instanceof GuestUnwind)) throw thrown;
    if (thrown.result.kind === "failed") throw thrown.result.error;
    if (thrown.result.kind !== "exited") throw new TypeError(`${called} ended with ${thrown.result.kind}`);
    return { exit_code: thrown.result.exitCode };
  }
}

/** Answers every instruction where it stands, with a reply that stands in words of its own. */
function inPlaceOf(reply: Uint8Array, instructions: string[]): InstructionsInPlace {
  const words = new Uint8Array(Math.ceil(reply.length / 4) * 4);
  words.set(reply);
  return {
    reply: new DataView(words.buffer),
    answered: 0,
    largestReply: 0,
    emit: (memory, pointer, length) => {
      if (length > INSTRUCTION_MAXIMUM_BYTES) return -1;
      instructions.push(toHexadecimal(new Uint8Array(memory.buffer, memory.byteOffset + pointer, length)));
      return reply.length;
    },
  };
}

/** What `fayger_alloc` gave is checked, and the event copied there. @spec guest-abi.events */
function deliver(inputs: VectorInputs, memory: Uint8Array): VectorResult {
  const [pointer] = passedIn(inputs);
  if (typeof pointer !== "number") throw new InputError("fayger_alloc gives one number");
  const executable = { memoryBytes: memory.length };
  const program = { instance: INSTANCE, executable, events: createEventBus({ clock: clockAt() }) };
  const event = fromHexadecimal(given(inputs, "event"));
  const next = deliveryOf(event, program).afterwards(pointer >>> 0)?.call;
  if (next?.to !== "fayger_on_event") throw new TypeError("the event is not delivered");
  memory.set(next.event, next.pointer);
  return {};
}

/** An i32 is a number, an i64 decimal text. */
function passedIn(inputs: VectorInputs): (number | bigint)[] {
  const passed: unknown = given(inputs, "passed");
  if (!Array.isArray(passed)) throw new InputError("what is passed is no list");
  return passed.map((value: unknown) => {
    if (typeof value === "number") return value;
    if (typeof value === "string" && /^-?[0-9]+$/.test(value)) return BigInt(value);
    throw new InputError("what is passed are numbers, and decimal texts");
  });
}

/** Bytes that are not what they were. */
function runsOf(before: Uint8Array, after: Uint8Array): VectorMemoryRun[] {
  const runs: VectorMemoryRun[] = [];
  for (let at = 0; at < after.length; at += 1) {
    if (before[at] === after[at]) continue;
    const offset = at;
    while (at < after.length && before[at] !== after[at]) at += 1;
    runs.push({ offset, bytes: toHexadecimal(after.subarray(offset, at)) });
  }
  return runs;
}
