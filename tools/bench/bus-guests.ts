import { timeTimerStart } from "../../generated/instructions/time.js";
import type { HostPolicy } from "../../generated/json/host-policy.js";
import { createInstructionBus } from "../../reference/adapter/index.js";
import { createServerAdapter, type NodeServices, nodeClock } from "../../reference/adapter/platforms/index.js";
import type { BufObject } from "../../reference/contracts/buf-object.js";
import type { InstructionChannel } from "../../reference/contracts/instruction-bus.js";
import { createEventBus } from "../../reference/observability/index.js";
import type { ExecutionStrategy } from "../../reference/runtime/execution-strategy.js";
import { HostEngineStrategy } from "../../reference/runtime/host-engine/index.js";
import { ManagedImplementation, numberedIds } from "../../reference/runtime/index.js";
import { InterpreterStrategy } from "../../reference/runtime/interpreter/index.js";
import { emitAt, guestModule, i32, op } from "../../reference/runtime/testing/guest-module.js";
import {
  body,
  functionType,
  moduleOf,
  name,
  type Part,
  section,
  u32,
  vector,
} from "../../reference/runtime/wasm/testing/module-bytes.js";
import { ValueType } from "../../reference/runtime/wasm/types.js";

const { I32 } = ValueType;

/** Calls a guest makes in one run. */
export const CALLS = 2_000;
/** Where guests have their instructions, one behind the other, and where they want the reply. */
const INSTRUCTION = 1024;
const INSTRUCTION_ROOM = 512;
const REPLY = 65_536;
/** Room for a reply, of a guest with two pages. */
const REPLY_ROOM = 65_536;

/** Do something so often, with a local of type i32 to count in. */
function repeated(counter: number, work: Part): Part {
  return [
    [i32(CALLS), 0x21, u32(counter), 0x03, 0x40],
    work,
    [0x20, u32(counter), i32(1), 0x6b, 0x22, u32(counter), 0x0d, 0x00, op.end],
  ];
}

/** The number at an address of the memory. */
export function numberAt(address: number): Part {
  return [i32(address), 0x28, 0, 0];
}

/** Close what the instruction before has opened: its handle becomes the operand of instruction `index`. */
export function handOn(index: number, close: Uint8Array): Part {
  return [i32(INSTRUCTION + index * INSTRUCTION_ROOM + close.length - 4), numberAt(REPLY + 4), 0x36, 0, 0];
}

/** What an emitting guest does, and what it may. */
export interface Emissions {
  readonly strategy?: "host engine" | "interpreter";
  /** What it emits once, before anything is measured. */
  readonly first?: readonly Uint8Array[];
  /** What it emits {@link CALLS} times for each event, in turn. */
  readonly instructions: readonly Uint8Array[];
  /** What it does between one instruction and the next. */
  readonly between?: Part;
  /** What the host allows, all of which the guest asks for; beside the capability it waits with. */
  readonly policy: HostPolicy;
  readonly services?: Partial<NodeServices>;
}

/** A guest whose runs are measured. */
export interface EmittingGuest {
  readonly run: () => void;
  readonly emits: () => number;
  /** The last reply, where it was answered in place. */
  readonly reply: () => Uint8Array;
  /** The code of the last instruction that failed. */
  readonly failed: () => string | undefined;
}

/** A guest on a real implementation and a real bus. */
export async function emittingGuest({
  strategy = "host engine",
  first = [],
  instructions,
  between = [],
  policy,
  services = {},
}: Emissions): Promise<EmittingGuest> {
  const events = createEventBus({ clock: nodeClock });
  // Nothing ever fires: the timer is there so that the program waits for events.
  const timers = { after: () => () => undefined };
  const adapter = createServerAdapter({ ...services, timers });
  const capabilities = ["time.timer", ...(policy.capabilities ?? [])] as const;
  const bus = createInstructionBus({ adapter, policy: { ...policy, capabilities }, events, clock: nodeClock });
  let opened: InstructionChannel | undefined;
  const executes: ExecutionStrategy = strategy === "interpreter" ? new InterpreterStrategy() : new HostEngineStrategy();
  const implementation = new ManagedImplementation({
    descriptor: { id: "bench/bus", name: "bench", version: "1.0.0" },
    strategy: executes,
    bus: {
      available: () => bus.available(),
      open: (request) => {
        opened = bus.open(request);
        return opened;
      },
    },
    events,
    clock: nodeClock,
    ids: numberedIds(),
    // Each turn at once: what is measured is the instruction, and not the loop of the host.
    scheduler: { schedule: (task) => task(), scheduleAfter: () => () => undefined },
  });
  const firsts = [timeTimerStart(1n, 1n), ...first];
  const addressOf = (index: number): number => INSTRUCTION + index * INSTRUCTION_ROOM;
  const code = guestModule({
    memory: [2],
    functions: {
      main: {
        code: (call) => firsts.map((each, i) => [emitAt(call, 8192 + i * INSTRUCTION_ROOM, each.length), op.drop]),
      },
      fayger_alloc: { params: [I32], results: [I32], code: [i32(4096)] },
      fayger_on_event: {
        params: [I32, I32],
        locals: [[1, I32]],
        code: (call) => {
          const emits = instructions.map((each, i): Part => {
            return [emitAt(call, addressOf(i), each.length, REPLY, REPLY_ROOM), op.drop];
          });
          return [
            repeated(
              2,
              emits.flatMap((emit, i) => (i === 0 ? [emit] : [between, emit])),
            ),
          ];
        },
      },
    },
    data: [
      ...firsts.map((each, i) => [8192 + i * INSTRUCTION_ROOM, each] as const),
      ...instructions.map((each, i) => [addressOf(i), each] as const),
    ],
  });
  const id = implementation.load(objectOf(code, capabilities));
  await implementation.init(id);
  await implementation.start(id);
  return {
    run: () => implementation.onEvent(id, TIMER_EVENT),
    emits: () => implementation.usage(id)?.emits ?? 0,
    reply: () => new Uint8Array(opened?.inPlace?.reply.buffer ?? new ArrayBuffer(0)),
    failed: () => opened?.lastError?.code,
  };
}

/** `time.timer_fired` of the first handle. */
const TIMER_EVENT = Uint8Array.of(3, 0, 1, 8, 4, 0, 0, 0, 1, 2, 8, 0, 0, 0, 0, 0, 0, 0, 1);

/** As much of an artifact as an implementation needs. */
function objectOf(code: Uint8Array, requiredCapabilities: readonly string[]): BufObject {
  return {
    manifest: {
      schemaVersion: [1, 0],
      runtimeInterfaceMin: [1, 0, 0],
      name: "bench/bus",
      version: "1.0.0",
      entry: { section: "code", symbol: "main" },
      runtime: { codeFormat: "wasm-core-2" },
      requiredCapabilities: [...requiredCapabilities].sort(),
    },
    selection: { selected: ["code"], skipped: [], selectedBytes: code.length },
    sections: {
      isSelected: () => true,
      read: async () => code,
      readSync: () => code,
      readsWithoutWaiting: () => true,
      prefetch: async () => undefined,
    },
  } as unknown as BufObject;
}

/** The part of the engine's WebAssembly that is needed: the types of Node leave it to the DOM's. */
const { WebAssembly } = globalThis as unknown as {
  readonly WebAssembly: {
    readonly Module: new (bytes: Uint8Array) => object;
    readonly Instance: new (module: object, imports: object) => { readonly exports: Record<string, unknown> };
  };
};

/** A guest whose imports are called without anything of Fayger. */
export interface CallingGuest {
  readonly run: () => void;
  readonly memory: () => ArrayBuffer;
}

/** Types of the parameters by the name of the import; each returns a number. */
export type ImportedFunctions = Readonly<Record<string, readonly ValueType[]>>;

/**
 * A guest that does something so often.
 *
 * @param work what it does
 */
export function callingGuest(
  functions: ImportedFunctions,
  makeImports: (memory: () => ArrayBuffer) => Readonly<Record<string, unknown>>,
  work: (call: (name: string, ...values: readonly Part[]) => Part) => Part,
  start: (instance: { readonly exports: Record<string, unknown> }) => void = () => undefined,
): CallingGuest {
  const names = Object.keys(functions);
  const call = (target: string, ...values: readonly Part[]): Part => {
    return [values, 0x10, u32(names.indexOf(target)), op.drop];
  };
  const module = new WebAssembly.Module(
    moduleOf(
      section(1, vector(...names.map((target) => functionType(functions[target] ?? [], [I32])), functionType([], []))),
      section(2, vector(...names.map((target, index): Part => [name("host"), name(target), 0, u32(index)]))),
      section(3, vector(u32(names.length), u32(names.length))),
      section(5, vector([0, 2])),
      section(
        7,
        vector(
          [name("run"), 0, u32(names.length)],
          [name("memory"), 2, 0],
          [name("_initialize"), 0, u32(names.length + 1)],
        ),
      ),
      section(10, vector(body([[1, I32]], repeated(0, work(call))), body([], []))),
    ),
  );
  let exports: Record<string, unknown> = {};
  const memory = (): ArrayBuffer => (exports["memory"] as { readonly buffer: ArrayBuffer }).buffer;
  const instance = new WebAssembly.Instance(module, { host: makeImports(memory) });
  exports = instance.exports;
  start(instance);
  return { run: exports["run"] as () => void, memory };
}
