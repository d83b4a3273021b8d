import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { afterAll, describe, expect, it } from "vitest";
import { Capability } from "../../../generated/capabilities.js";
import { ioClose, ioFileOpenRead, ioFileRead } from "../../../generated/instructions/io.js";
import { randomRandomBytes } from "../../../generated/instructions/random.js";
import { timeClockMonotonic, timeClockWall, timeSleep, timeTimerStart } from "../../../generated/instructions/time.js";
import type { HostEnvironment, HostEvent, PlatformAdapter } from "../../contracts/platform-adapter.js";
import { type AdapterConformanceSubject, type AdapterExercise, checkAdapterConformance } from "../conformance/index.js";
import { createHandlerAdapter, type HandlerAdapterOptions } from "../handler-adapter.js";
import { HostFailure } from "../host-failure.js";
import { createInAppAdapter, type LentPlatform } from "../in-app-adapter.js";
import { createNativeDesktopAdapter } from "./native-desktop.js";
import { createServerAdapter } from "./server.js";
import { createBrowserAdapter } from "./web/index.js";

const folder = mkdtempSync(join(tmpdir(), "fayger-conformance-"));
writeFileSync(join(folder, "note.txt"), "hello");
afterAll(() => rmSync(folder, { recursive: true }));

const HOUR = 3_600_000_000_000n;
const NODE: HostEnvironment = {
  platformId: "node",
  osKind: "linux",
  arch: "x64",
  sandboxKind: "none",
  runtimeFeatures: [],
};
/** Long enough for a host that is busy with other things: what comes ends the wait. */
const patience = (): Promise<void> => wait(20_000, undefined, { ref: false });
/** Longer than the intervals of the timers here, so that one that goes on has fired when this one does. */
const quiet = (): Promise<void> => wait(30);

const EXERCISES: readonly AdapterExercise[] = [
  { name: "the wall clock", instruction: timeClockWall() },
  { name: "the monotonic clock", instruction: timeClockMonotonic() },
  { name: "random bytes", instruction: randomRandomBytes(16) },
  {
    name: "a file",
    instruction: ioFileOpenRead("/data/note.txt"),
    use: (handle) => ioFileRead(handle, 16),
    close: ioClose,
  },
  { name: "no file", instruction: ioFileOpenRead("/data/none.txt"), outcome: "fails" },
  { name: "a sleep", instruction: timeSleep(HOUR), outcome: "waits" },
  { name: "a timer", instruction: timeTimerStart(1_000_000n, 1_000_000n), close: ioClose, events: 2 },
];

const lent = (): LentPlatform => {
  const adapter = createServerAdapter();
  return { adapter, capabilities: adapter.descriptor().supportedCapabilities };
};

const BUILT_IN: readonly (readonly [string, () => PlatformAdapter, HostEnvironment])[] = [
  ["server", () => createServerAdapter(), NODE],
  ["native_desktop", () => createNativeDesktopAdapter(), { ...NODE, runtimeFeatures: ["display"] }],
  ["in_app", () => createInAppAdapter({ functions: { echo: (input) => input }, topics: ["news"], lend: lent() }), NODE],
];

// @spec adapters.conformance, adapters.cancel, adapters.descriptor, adapters.handlers, adapters.normalize, adapters.binding
describe.each(BUILT_IN)("%s", (_id, make, host) => {
  it("passes every check", async () => {
    const report = await checkAdapterConformance({
      make,
      host,
      patience,
      quiet,
      policy: { file_roots: [{ guest_path: "/data", host_path: folder, writable: false }] },
      exercises: EXERCISES,
    });
    expect(report.checks.filter(({ passed }) => passed !== true)).toEqual([]);
    expect(report.passed).toBe(true);
  });

  it("passes what needs no exercise, and says what was not checked", async () => {
    const { passed, checks } = await checkAdapterConformance({ make, host });
    expect(passed).toBe(true);
    expect(checks.filter((check) => check.passed === undefined).map(({ detail }) => detail)).toEqual(
      Array.from({ length: 7 }, () => "no exercise was given for it"),
    );
  });
});

const PAGE: HostEnvironment = {
  platformId: "browser",
  osKind: "browser",
  arch: "other",
  sandboxKind: "browser",
  runtimeFeatures: ["display"],
};

/** Where they belong is elsewhere; what touches no host can be checked here. */
const ELSEWHERE: readonly (readonly [string, () => PlatformAdapter, HostEnvironment])[] = [
  ["browser", () => createBrowserAdapter(), PAGE],
];

describe.each(ELSEWHERE)("%s", (_id, make, host) => {
  it("passes what touches no host", async () => {
    const { checks } = await checkAdapterConformance({ make, host });
    expect(checks.filter(({ passed }) => passed === false)).toEqual([]);
  });
});

// ---- planted faults -------------------------------------------------------------------------------------------------

type Parts = HandlerAdapterOptions<undefined>;

/** A small adapter that is right in everything. */
function sound(): Parts {
  return {
    platformId: "small",
    priority: 1,
    capabilities: [Capability.TimeClock, Capability.TimeTimer],
    match: ({ platformId }) => platformId === "node",
    handlers: [
      {
        instruction: "time.clock_wall",
        translate: () => () => [{ type: "u64", value: 7n }],
      },
      {
        instruction: "time.clock_monotonic",
        translate: () => () => {
          throw new HostFailure("unavailable", "clock", new Error("no clock"));
        },
      },
      {
        instruction: "time.sleep",
        translate: () => (signal) =>
          new Promise((_resolve, reject) => {
            signal?.addEventListener("abort", () => reject(new HostFailure("interrupted")));
          }),
      },
      {
        instruction: "time.timer_start",
        translate: (_operands, binding) => () => {
          let handle = 0;
          const interval = setInterval(() => binding.raise({ kind: "timer", handle, detail: 1n }), 2);
          handle = binding.openHandle("timer", undefined, () => clearInterval(interval), true);
          return [{ type: "handle", value: handle }];
        },
      },
      {
        instruction: "io.close",
        translate: (operands, binding) => () => {
          const [handle] = operands;
          if (handle?.type !== "handle" || !binding.closeHandle(handle.value)) throw new HostFailure("bad_handle");
          return [];
        },
      },
    ],
    normalizers: [
      {
        kind: "timer",
        normalize: ({ handle, detail }) => ({
          category: 3,
          opcode: 1,
          completion: false,
          payload: [
            { type: "handle", value: handle },
            { type: "u64", value: detail as bigint },
          ],
        }),
      },
    ],
    services: undefined,
  };
}

const subject = (make: () => PlatformAdapter): AdapterConformanceSubject => ({
  make,
  host: NODE,
  patience,
  quiet,
  exercises: [
    { name: "clock", instruction: timeClockWall() },
    { name: "no clock", instruction: timeClockMonotonic(), outcome: "fails" },
    { name: "sleep", instruction: timeSleep(HOUR), outcome: "waits" },
    // What a closed handle is good for: to be closed no second time.
    { name: "timer", instruction: timeTimerStart(1n, 1n), close: ioClose, events: 2 },
  ],
});

/** The small adapter with one handler replaced. */
function handling(instruction: string, translate: Parts["handlers"][number]["translate"]): () => PlatformAdapter {
  return () => {
    const parts = sound();
    const handlers = parts.handlers.map((handler) =>
      handler.instruction === instruction ? { instruction, translate } : handler,
    );
    return createHandlerAdapter({ ...parts, handlers });
  };
}

/** The small adapter with some of its methods replaced. */
function changed(change: (adapter: PlatformAdapter) => Partial<PlatformAdapter>): () => PlatformAdapter {
  return () => {
    const adapter = createHandlerAdapter(sound());
    return { ...adapter, ...change(adapter) };
  };
}

const normalizing = (replace: (raw: HostEvent, adapter: PlatformAdapter) => unknown): (() => PlatformAdapter) =>
  changed((adapter) => ({ normalize: (raw) => replace(raw, adapter) as ReturnType<PlatformAdapter["normalize"]> }));

let count = 0;
const FAULTS: readonly (readonly [what: string, make: () => PlatformAdapter, failed: string])[] = [
  [
    "a descriptor that changes",
    changed((adapter) => ({ descriptor: () => ({ ...adapter.descriptor(), priority: count++ }) })),
    "describes itself always the same",
  ],
  [
    "a descriptor that can be changed from outside",
    () => {
      const adapter = createHandlerAdapter(sound());
      const { platformId, priority, ...lists } = adapter.descriptor();
      const descriptor = {
        platformId,
        priority,
        supportedCapabilities: [...lists.supportedCapabilities],
        restrictedCapabilities: [],
        supportedInstructions: [...lists.supportedInstructions],
      };
      return { ...adapter, descriptor: () => descriptor };
    },
    "describes itself always the same",
  ],
  [
    "a capability that nothing needs",
    () => createHandlerAdapter({ ...sound(), capabilities: [...sound().capabilities, Capability.FsRead] }),
    "has a descriptor that closes",
  ],
  [
    "a host it does not match",
    changed(() => ({ match: () => false })),
    "matches its host, and always answers the same",
  ],
  [
    "an answer that depends on how often it was asked",
    changed(() => ({ match: () => count++ % 2 === 0 })),
    "matches its host, and always answers the same",
  ],
  [
    "a handler that is missing",
    changed((adapter) => ({
      descriptor: () => ({
        ...adapter.descriptor(),
        supportedInstructions: [...adapter.descriptor().supportedInstructions, "time.timer_close_that_is_none"],
      }),
    })),
    "has a descriptor that closes",
  ],
  [
    "a translation that is missing",
    changed((adapter) => ({
      translate: (instruction, binding) => {
        if (instruction.opcode === 1 && instruction.category === 3) throw new TypeError("no handler");
        return adapter.translate(instruction, binding);
      },
    })),
    "translates everything it lists",
  ],
  ["a translation of what is not listed", changed(() => ({ translate: () => () => [] })), "translates nothing else"],
  [
    "results of other types",
    handling("time.clock_wall", () => () => [{ type: "u32", value: 1 }]),
    "gives the results of the table",
  ],
  [
    "an error of the host that is not mapped",
    handling("time.clock_monotonic", () => () => {
      throw Object.assign(new Error("broken"), { code: "EIO" });
    }),
    "tells a failure of its host as one",
  ],
  [
    "a handle of its own",
    handling("time.timer_start", () => () => [{ type: "handle", value: 77 }]),
    "keeps its handles in the binding",
  ],
  ["a handle that is leaked when it is closed", handling("io.close", () => () => []), "releases every handle once"],
  [
    "a call that ignores its signal",
    handling("time.sleep", () => () => new Promise(() => undefined)),
    "settles what is cancelled",
  ],
  [
    "an event after close",
    handling("time.timer_start", (_operands, binding) => () => {
      const handle = binding.openHandle("timer", undefined, () => undefined, true);
      const interval = setInterval(() => binding.raise({ kind: "timer", handle, detail: 1n }), 2);
      setTimeout(() => clearInterval(interval), 500).unref();
      return [{ type: "handle", value: handle }];
    }),
    "raises nothing for what is closed",
  ],
  [
    "an event with the host's own in it",
    normalizing((raw, adapter) => ({ ...adapter.normalize(raw), raw })),
    "normalizes its events",
  ],
  [
    "a value with the host's own in it",
    normalizing((raw, adapter) => {
      const { payload, ...event } = adapter.normalize(raw);
      return { ...event, payload: payload.map((value) => ({ ...value, from: raw })) };
    }),
    "normalizes its events",
  ],
  [
    "an event of no table",
    normalizing((raw, adapter) => ({ ...adapter.normalize(raw), opcode: 0x7777 })),
    "normalizes its events",
  ],
  [
    "an event that does not begin with its handle",
    normalizing((raw, adapter) => adapter.normalize({ ...raw, handle: raw.handle + 1 })),
    "normalizes its events",
  ],
  [
    "an event that is made of anything",
    normalizing((raw, adapter) => adapter.normalize({ ...raw, kind: "timer", detail: 1n })),
    "normalizes no event that is not its own",
  ],
];

describe("an adapter with a fault", () => {
  it("has none before one is planted", async () => {
    const { checks } = await checkAdapterConformance(subject(() => createHandlerAdapter(sound())));
    expect(checks.filter(({ passed }) => passed !== true)).toEqual([]);
  });

  it.concurrent.each(FAULTS)("fails the check it is for: %s", async (_what, make, failed) => {
    // What a fault keeps back is not waited for any longer than what it must not do.
    const { passed, checks } = await checkAdapterConformance({ ...subject(make), patience: quiet });
    expect(passed).toBe(false);
    expect(checks.filter((check) => check.passed === false).map(({ name }) => name)).toContain(failed);
  });
});
