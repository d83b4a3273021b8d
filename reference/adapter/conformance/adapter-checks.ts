import { INSTRUCTION_OPERANDS, INSTRUCTION_RESULTS } from "../../../generated/instructions/instruction-shapes.js";
import {
  INSTRUCTIONS,
  type InstructionRow,
  instructionEventOf,
  instructionNamed,
  instructionOf,
} from "../../../generated/instructions/instruction-table.js";
import { decodeEvent, encodeEvent, encodeInstruction } from "../../../generated/instructions/message.js";
import type { Tlv, TlvTypeName } from "../../../generated/instructions/tlv.js";
import type { HostEnvironment, InstanceBinding } from "../../contracts/platform-adapter.js";
import { causeChain } from "../../errors/cause-chain.js";
import { descriptorFault } from "../check-descriptor.js";
import { opcodeKey } from "../opcode-key.js";
import { type AdapterExercise, type AdapterTrial, fail, NotApplicable, type TrialInstance } from "./adapter-trial.js";

/** One check: throws where the adapter fails it. */
export type AdapterCheck = (trial: AdapterTrial) => Promise<void> | void;

/** Every check, in the order of the report. */
export const ADAPTER_CHECKS: readonly (readonly [name: string, requirement: string, check: AdapterCheck])[] = [
  ["describes itself always the same", "adapters.descriptor", describesItself],
  ["has a descriptor that closes", "adapters.descriptor-closes", descriptorCloses],
  ["matches its host, and always answers the same", "adapters.selection", matchesItsHost],
  ["translates everything it lists", "adapters.handlers", translatesAll],
  ["translates nothing else", "adapters.handlers", translatesNothingElse],
  ["gives the results of the table", "instructions.table", givesResults],
  ["tells a failure of its host as one", "adapters.host-errors", mapsHostErrors],
  ["keeps its handles in the binding", "adapters.binding", keepsHandles],
  ["releases every handle once", "instructions.close", releasesHandles],
  ["settles what is cancelled", "adapters.cancel", settlesCancelled],
  ["normalizes its events", "adapters.normalize", normalizes],
  ["raises nothing for what is closed", "adapters.cancel", raisesNothingLate],
  ["normalizes no event that is not its own", "adapters.normalize", refusesForeignEvents],
];

/** Hosts no adapter was made for. */
const ODD_HOSTS: readonly HostEnvironment[] = [
  { platformId: "", osKind: "", arch: "", sandboxKind: "", runtimeFeatures: [] },
  { platformId: "toaster", osKind: "other", arch: "other", sandboxKind: "none", runtimeFeatures: ["display", "tty"] },
];

/** A value of each type, for operands that nobody looks at. */
const SAMPLE: Readonly<Record<TlvTypeName, Tlv>> = {
  none: { type: "none" },
  u32: { type: "u32", value: 1 },
  u64: { type: "u64", value: 1n },
  i64: { type: "i64", value: 1n },
  f64: { type: "f64", value: 1 },
  bool: { type: "bool", value: true },
  bytes: { type: "bytes", value: Uint8Array.of(1) },
  text: { type: "text", value: "/conformance" },
  handle: { type: "handle", value: 1 },
  list: { type: "list", value: [] },
};

function describesItself({ adapter, subject }: AdapterTrial): void {
  const seen = (): string => JSON.stringify(adapter.descriptor());
  const first = seen();
  if (seen() !== first) fail("descriptor() gave something else the second time");
  if (JSON.stringify(subject.make().descriptor()) !== first) fail("another adapter of the same kind says otherwise");
  const { platformId, supportedCapabilities, supportedInstructions, restrictedCapabilities } = adapter.descriptor();
  if (!/^[a-z][a-z0-9_]*$/.test(platformId)) fail(`platformId ${platformId}: expected lower-case words joined by _`);
  for (const list of [supportedCapabilities, supportedInstructions, restrictedCapabilities]) {
    if (new Set(list).size !== list.length) fail("a list of the descriptor names something twice");
    try {
      (list as string[]).push("conformance");
    } catch {
      // It cannot be changed from outside.
    }
  }
  if (seen() !== first) fail("who changes what descriptor() returned changes what the adapter says of itself");
}

function descriptorCloses({ descriptor }: AdapterTrial): void {
  const fault = descriptorFault(descriptor);
  if (fault !== undefined) fail(fault.message);
}

function matchesItsHost({ adapter, subject }: AdapterTrial): void {
  for (const host of [...ODD_HOSTS, ...(subject.host === undefined ? [] : [subject.host])]) {
    const before = JSON.stringify(host);
    const first = adapter.match(host);
    if (typeof first !== "boolean") fail("match() gives no boolean");
    if (adapter.match(host) !== first) fail(`match() answered otherwise the second time, for ${host.platformId}`);
    if (JSON.stringify(host) !== before) fail("match() changed the host's description");
  }
  if (subject.host === undefined) throw new NotApplicable("no host was given that it is for");
  if (!adapter.match(subject.host)) fail(`it does not match the host it is for, ${subject.host.platformId}`);
}

function supportedRows({ descriptor }: AdapterTrial): readonly InstructionRow[] {
  return descriptor.supportedInstructions
    .map((name) => instructionNamed(name))
    .filter((row): row is InstructionRow => row !== undefined);
}

/** The instruction of a row, with the operands of an exercise where there is one, else with samples. */
function sampleOf(row: InstructionRow, exercises: readonly AdapterExercise[]): Uint8Array {
  const exercised = exercises.find(({ instruction }) => rowOf(instruction) === row);
  if (exercised !== undefined) return exercised.instruction;
  const { category, opcode, capabilities: capabilitiesRequired } = row;
  const operands = (INSTRUCTION_OPERANDS[row.name] ?? []).map(({ type }) => SAMPLE[type]);
  return encodeInstruction({ category, opcode, asynchronous: false, capabilitiesRequired, operands });
}

function rowOf(instruction: Uint8Array): InstructionRow | undefined {
  const opcode = ((instruction[1] ?? 0) << 8) | (instruction[2] ?? 0);
  return instructionOf((instruction[0] ?? 0) & 0x0f, opcode);
}

async function translatesAll(trial: AdapterTrial): Promise<void> {
  const instance = trial.open(true);
  for (const row of supportedRows(trial)) {
    instance.log.faults.length = 0;
    const { code } = await instance.emit(sampleOf(row, trial.subject.exercises ?? []));
    const [fault] = instance.log.faults;
    if (fault !== undefined) fail(`translate of ${row.name}: ${fault}`);
    if (code === "ADP_UNSUPPORTED_INSTRUCTION") fail(`${row.name} is listed and not supported`);
  }
}

function translatesNothingElse({ adapter, descriptor }: AdapterTrial): void {
  const listed = new Set<string>(descriptor.supportedInstructions);
  const registered = new Set(
    (descriptor.experimentalInstructions ?? []).map((row) => opcodeKey(row.category, row.opcode)),
  );
  const binding: InstanceBinding = {
    instance: "instance#0",
    policy: { capabilities: [] },
    mayWait: true,
    openHandle: () => fail("a handle was opened for an instruction that is not listed"),
    resource: () => undefined,
    closeHandle: () => false,
    endSubscription: () => undefined,
    raise: () => fail("an event was raised for an instruction that is not listed"),
  };
  const others = INSTRUCTIONS.filter(({ name }) => !listed.has(name));
  for (const { category, opcode, name } of [...others, { category: 0, opcode: 0xffff, name: "io.0xffff" } as const]) {
    if (registered.has(opcodeKey(category, opcode))) continue;
    const operands = (INSTRUCTION_OPERANDS[name] ?? []).map(({ type }) => SAMPLE[type]);
    let translated = true;
    try {
      adapter.translate({ category, opcode, asynchronous: false, capabilitiesRequired: 0, operands }, binding);
    } catch {
      translated = false;
    }
    if (translated) fail(`${name} is not listed and was translated`);
  }
}

/** Carry out what succeeds, each on an instance of its own. */
async function succeeded(
  trial: AdapterTrial,
  of: (exercise: AdapterExercise) => boolean,
  then: (instance: TrialInstance, exercise: AdapterExercise, results: readonly Tlv[]) => Promise<void> | void,
): Promise<void> {
  for (const exercise of trial.exercises((one) => (one.outcome ?? "succeeds") === "succeeds" && of(one))) {
    const instance = trial.open();
    const { code, hostError, results } = await instance.emit(exercise.instruction);
    if (code !== undefined) fail(`${exercise.name}: ${code} ${hostError ?? ""}`);
    await then(instance, exercise, results);
  }
}

async function givesResults(trial: AdapterTrial): Promise<void> {
  await succeeded(
    trial,
    () => true,
    (_instance, { name, instruction }, results) => {
      const row = rowOf(instruction);
      const shapes = row === undefined ? undefined : INSTRUCTION_RESULTS[row.name];
      for (const [index, { type }] of (shapes ?? []).entries()) {
        const found = results[index]?.type ?? "nothing";
        if (found !== type) fail(`${name}: result ${index} is ${found}, expected ${type}`);
      }
    },
  );
}

// @spec adapters.host-errors
async function mapsHostErrors(trial: AdapterTrial): Promise<void> {
  for (const { name, instruction } of trial.exercises(({ outcome }) => outcome === "fails")) {
    const instance = trial.open();
    const { code, hostError } = await instance.emit(instruction);
    if (code === undefined) fail(`${name}: it succeeded`);
    if (code !== "ADP_HOST_CALL_FAILED") fail(`${name}: ${code}, expected ADP_HOST_CALL_FAILED`);
    if (hostError === "unknown") fail(`${name}: the host error is unknown; give it a row of the table`);
    const error = instance.lastError;
    const cause = error === undefined ? undefined : causeChain(error).at(-1);
    if (cause?.code !== "HOST_ERROR")
      fail(`${name}: the lowest cause is ${cause?.code ?? "nothing"}, expected HOST_ERROR`);
  }
}

const handleOf = (results: readonly Tlv[]): number | undefined => {
  const found = results.find(({ type }) => type === "handle");
  return found?.type === "handle" ? found.value : undefined;
};
const opensHandle = ({ instruction }: AdapterExercise): boolean => (rowOf(instruction)?.handle ?? null) !== null;

async function keepsHandles(trial: AdapterTrial): Promise<void> {
  await succeeded(trial, opensHandle, async (instance, { name, use }, results) => {
    const handle = handleOf(results);
    if (handle === undefined) fail(`${name}: no handle among its results`);
    if (!instance.log.handles.has(handle)) fail(`${name}: handle ${handle} is not one that the binding gave out`);
    if (use === undefined) return;
    const used = await instance.emit(use(handle));
    if (used.code !== undefined) fail(`${name}: its handle cannot be used, ${used.code} ${used.hostError ?? ""}`);
    const elsewhere = await trial.open().emit(use(handle));
    if (elsewhere.hostError !== "bad_handle") fail(`${name}: its handle means something in another instance`);
  });
}

async function releasesHandles(trial: AdapterTrial): Promise<void> {
  await succeeded(trial, opensHandle, async (instance, { name, close, use }, results) => {
    const handle = handleOf(results) ?? 0;
    if (close !== undefined) {
      const closed = await instance.emit(close(handle));
      if (closed.code !== undefined) fail(`${name}: it cannot be closed, ${closed.code} ${closed.hostError ?? ""}`);
      if (instance.log.released.get(handle) !== 1) fail(`${name}: closed and not released`);
      const after = use === undefined ? undefined : await instance.emit(use(handle));
      if (after !== undefined && after.hostError !== "bad_handle") fail(`${name}: it can be used when it is closed`);
    }
    instance.channel.close();
    for (const given of instance.log.handles) {
      const times = instance.log.released.get(given) ?? 0;
      if (times !== 1) fail(`${name}: handle ${given} was released ${times} times`);
    }
  });
}

// @spec adapters.cancel
async function settlesCancelled(trial: AdapterTrial): Promise<void> {
  for (const { name, instruction } of trial.exercises(({ outcome }) => outcome === "waits")) {
    const instance = trial.open();
    void instance.channel.emit(instruction);
    if (instance.log.calls.length === 0) fail(`${name}: nothing waits`);
    instance.channel.close();
    await trial.until(instance.log, () => instance.log.calls.every(({ settled }) => settled));
    if (instance.log.calls.some(({ settled }) => !settled)) fail(`${name}: its host call goes on when it is cancelled`);
  }
}

const raisesEvents = ({ events = 0 }: AdapterExercise): boolean => events > 0;

// @spec adapters.normalize
async function normalizes(trial: AdapterTrial): Promise<void> {
  await succeeded(trial, raisesEvents, async ({ log, delivered }, { name, events = 0 }) => {
    await trial.until(log, () => Math.min(log.raised.length, delivered.length) >= events);
    if (log.raised.length < events) fail(`${name}: ${log.raised.length} events came, expected ${events}`);
    if (delivered.length < events) fail(`${name}: ${delivered.length} events could be encoded, expected ${events}`);
    for (const raw of log.raised) {
      const event = trial.adapter.normalize(raw);
      const members = Object.keys(event).sort().join();
      if (members !== "category,completion,opcode,payload") fail(`${name}: an event has the members ${members}`);
      if (event.completion) fail(`${name}: an event says that it is a completion`);
      if (instructionEventOf(event.category, event.opcode) === undefined && event.opcode < 0x8000) {
        fail(`${name}: no table has the event ${event.category}/${event.opcode}`);
      }
      const [first] = event.payload;
      if (first?.type !== "handle" || first.value !== raw.handle)
        fail(`${name}: an event does not begin with its handle`);
      const encoded = encodeEvent(event);
      // What is more than its encoded form is the host's own.
      if (shown(decodeEvent(encoded).payload) !== shown(event.payload))
        fail(`${name}: an event holds more than values`);
      if (shown(trial.adapter.normalize(raw).payload) !== shown(event.payload)) {
        fail(`${name}: the same event was normalized otherwise the second time`);
      }
    }
  });
}

/** A payload as text, host objects and all. */
function shown(payload: readonly Tlv[]): string {
  return JSON.stringify(payload, (_key, value: unknown) => {
    if (typeof value === "bigint") return `${value}n`;
    return value instanceof Uint8Array ? Array.from(value) : value;
  });
}

async function raisesNothingLate(trial: AdapterTrial): Promise<void> {
  await succeeded(trial, raisesEvents, async (instance, { name, close }, results) => {
    if (close !== undefined) {
      await instance.emit(close(handleOf(results) ?? 0));
      const before = instance.log.raised.length;
      await trial.listen();
      if (instance.log.raised.length > before) fail(`${name}: an event was raised for a handle that is closed`);
    }
    const open = trial.open();
    await open.emit(
      (trial.subject.exercises ?? []).find((exercise) => exercise.name === name)?.instruction ?? new Uint8Array(),
    );
    open.channel.close();
    const before = open.log.raised.length;
    await trial.listen();
    if (open.log.raised.length > before) fail(`${name}: an event was raised for an instance that has ended`);
  });
}

function refusesForeignEvents({ adapter }: AdapterTrial): void {
  for (const detail of [undefined, { secret: "host" }, "text"]) {
    let event: unknown;
    try {
      event = adapter.normalize({ kind: "conformance: no such event", handle: 1, detail });
    } catch {
      continue;
    }
    fail(`an event of an unknown kind became ${typeof event === "object" ? "an event" : String(event)}`);
  }
}
