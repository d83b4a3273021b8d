import { timeTimerStart } from "../../generated/instructions/time.js";
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
/** Where guests have their instruction, and where they want the reply. */
const INSTRUCTION = 1024;
const REPLY = 2048;

/** Do something so often, with a local of type i32 to count in. */
function repeated(counter: number, work: Part): Part {
  return [
    [i32(CALLS), 0x21, u32(counter), 0x03, 0x40],
    work,
    [0x20, u32(counter), i32(1), 0x6b, 0x22, u32(counter), 0x0d, 0x00, op.end],
  ];
}

/**
 * A guest on a real implementation and a real bus, that emits one instruction {@link CALLS} times for each event.
 *
 * @param granted capabilities it has beside the one it waits with
 */
export async function emittingGuest(
  strategy: "host engine" | "interpreter",
  instruction: Uint8Array,
  granted: readonly ("time.clock" | "random.get")[],
  services: Partial<NodeServices> = {},
): Promise<{ readonly run: () => void; readonly emits: () => number; readonly reply: () => Uint8Array }> {
  const events = createEventBus({ clock: nodeClock });
  // Nothing ever fires: the timer is there so that the program waits for events.
  const timers = { after: () => () => undefined };
  const adapter = createServerAdapter({ ...services, timers });
  const capabilities = ["time.timer", ...granted] as const;
  const bus = createInstructionBus({ adapter, policy: { capabilities: [...capabilities] }, events, clock: nodeClock });
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
  const timer = timeTimerStart(1n, 1n);
  const code = guestModule({
    functions: {
      main: { code: (call) => [emitAt(call, 64, timer.length), op.drop] },
      fayger_alloc: { params: [I32], results: [I32], code: [i32(4096)] },
      fayger_on_event: {
        params: [I32, I32],
        locals: [[1, I32]],
        code: (call) => [repeated(2, [emitAt(call, INSTRUCTION, instruction.length, REPLY, 256), op.drop])],
      },
    },
    data: [
      [64, timer],
      [INSTRUCTION, instruction],
    ],
  });
  const id = implementation.load(objectOf(code, capabilities));
  await implementation.init(id);
  await implementation.start(id);
  return {
    run: () => implementation.onEvent(id, TIMER_EVENT),
    emits: () => implementation.usage(id)?.emits ?? 0,
    reply: () => new Uint8Array(opened?.inPlace?.reply.buffer ?? new ArrayBuffer(0)),
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

/** A guest that calls one imported function so often, with numbers for arguments. */
export function callingGuest(
  parameters: readonly { readonly type: ValueType; readonly value: Part }[],
  makeImport: (memory: () => ArrayBuffer) => unknown,
  start: (instance: { readonly exports: Record<string, unknown> }) => void = () => undefined,
): { readonly run: () => void; readonly memory: () => ArrayBuffer } {
  const type = functionType(
    parameters.map((parameter) => parameter.type),
    [I32],
  );
  const module = new WebAssembly.Module(
    moduleOf(
      section(1, vector(type, functionType([], []))),
      section(2, vector([name("host"), name("call"), 0, 0])),
      section(3, vector(u32(1), u32(1))),
      section(5, vector([0, 1])),
      section(7, vector([name("run"), 0, 1], [name("memory"), 2, 0], [name("_initialize"), 0, 2])),
      section(
        10,
        vector(body([[1, I32]], repeated(0, [parameters.map(({ value }) => value), 0x10, 0, op.drop])), body([], [])),
      ),
    ),
  );
  let exports: Record<string, unknown> = {};
  const memory = (): ArrayBuffer => (exports["memory"] as { readonly buffer: ArrayBuffer }).buffer;
  const instance = new WebAssembly.Instance(module, { host: { call: makeImport(memory) } });
  exports = instance.exports;
  start(instance);
  return { run: exports["run"] as () => void, memory };
}
