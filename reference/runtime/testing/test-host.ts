// The surroundings of a runtime in tests: small, and real enough that nothing of the runtime is replaced.
import type { Manifest } from "../../../generated/codecs/manifest.js";
import { SectionKind } from "../../../generated/enums/section-kind.js";
import { SectionVisibility } from "../../../generated/enums/section-visibility.js";
import type { EventFields, EventName } from "../../../generated/events/event-fields.js";
import type { BufObject, LoadStrategy, SectionAccess } from "../../contracts/buf-object.js";
import type { Clock, EventPublisher } from "../../contracts/event-bus.js";
import type {
  BusQuotas,
  ChannelPosition,
  ChannelRequest,
  InstructionBus,
  InstructionChannel,
} from "../../contracts/instruction-bus.js";
import type { FaygerError } from "../../errors/fayger-error.js";
import type { CancelTask, TaskScheduler } from "../task-scheduler.js";

/** An event as it was published. */
export interface PublishedEvent {
  readonly name: EventName;
  readonly fields: EventFields[EventName];
  readonly instance: string | undefined;
}

/** Keeps every event. */
export class EventLog implements EventPublisher {
  readonly events: PublishedEvent[] = [];
  /** Hears each event at once, as a subscriber does, and may give commands. */
  listener: ((event: PublishedEvent) => void) | undefined;

  publish<N extends EventName>(name: N, fields: EventFields[N], instance?: string): void {
    const event = { name, fields, instance };
    this.events.push(event);
    this.listener?.(event);
  }

  enabled(): boolean {
    return true;
  }

  /** The fields of all events of one name, of one instance where it is given. */
  of<N extends EventName>(name: N, instance?: string): EventFields[N][] {
    return this.events
      .filter((event) => event.name === name && (instance === undefined || event.instance === instance))
      .map((event) => event.fields as EventFields[N]);
  }
}

/** A clock that ticks a microsecond each time it is read. */
export function tickingClock(): Clock {
  let now = 1_700_000_000_000_000_000n;
  const tick = (): bigint => {
    now += 1000n;
    return now;
  };
  return { unixNanoseconds: tick, monotonicNanoseconds: tick };
}

/** A task that waits for its time. */
interface Timed {
  readonly due: number;
  readonly task: () => void;
}

/** Tasks run when the test says so, and time passes when the test says so. */
export class ManualScheduler implements TaskScheduler {
  #tasks: (() => void)[] = [];
  #timed: Timed[] = [];
  #now = 0;

  schedule(task: () => void): void {
    this.#tasks.push(task);
  }

  scheduleAfter(milliseconds: number, task: () => void): CancelTask {
    const timed = { due: this.#now + milliseconds, task };
    this.#timed.push(timed);
    return () => {
      this.#timed = this.#timed.filter((other) => other !== timed);
    };
  }

  /** A clock that shows this scheduler's time, in whole milliseconds. */
  get clock(): Clock {
    const nanoseconds = (): bigint => BigInt(this.#now) * 1_000_000n;
    return { unixNanoseconds: () => 1_700_000_000_000_000_001n + nanoseconds(), monotonicNanoseconds: nanoseconds };
  }

  /** Let so many milliseconds pass; what becomes due runs in its order. */
  advance(milliseconds: number): void {
    const end = this.#now + milliseconds;
    for (;;) {
      const due = this.#timed.filter((timed) => timed.due <= end);
      const next = due.reduce<Timed | undefined>(
        (first, timed) => (first === undefined || timed.due < first.due ? timed : first),
        undefined,
      );
      if (next === undefined) break;
      this.#timed = this.#timed.filter((other) => other !== next);
      this.#now = Math.max(this.#now, next.due);
      next.task();
    }
    this.#now = end;
  }

  /** How many wait, those that wait for their time not counted. */
  get waiting(): number {
    return this.#tasks.length;
  }

  /** How many wait for their time. */
  get timed(): number {
    return this.#timed.length;
  }

  /** Run the first task. False where there was none. */
  runOne(): boolean {
    const task = this.#tasks.shift();
    task?.();
    return task !== undefined;
  }

  /** Run tasks until none is left; at most so many. */
  runAll(most = 100_000): void {
    for (let done = 0; done < most && this.runOne(); done += 1);
  }
}

/** How a test answers instructions. */
export type InstructionHandler = (instruction: Uint8Array, channel: TestChannel) => Uint8Array | Promise<Uint8Array>;

/** A channel whose host is the test. */
export class TestChannel implements InstructionChannel {
  readonly request: ChannelRequest;
  readonly negotiation: InstructionChannel["negotiation"];
  readonly #handler: InstructionHandler;
  lastError: FaygerError | undefined;
  lastInstruction: Uint8Array | undefined;
  openCalls = 0;
  openHandles = 0;
  openSubscriptions = 0;
  suspended = false;
  closed = false;
  readonly emitted: Uint8Array[] = [];

  constructor(request: ChannelRequest, granted: readonly string[], handler: InstructionHandler) {
    this.request = request;
    const requested = [...request.required, ...request.optional];
    this.negotiation = {
      granted: requested.filter((name) => granted.includes(name)).sort(),
      denied: requested.filter((name) => !granted.includes(name)).sort(),
      warnings: [],
    };
    this.#handler = handler;
    this.lastInstruction = request.resumed?.lastInstruction;
  }

  emit(instruction: Uint8Array): Uint8Array | Promise<Uint8Array> {
    this.lastInstruction = instruction;
    this.emitted.push(instruction);
    return this.#handler(instruction, this);
  }

  get position(): ChannelPosition {
    const { nextHandle, nextCall } = this.request.resumed ?? { nextHandle: 1, nextCall: 1 };
    return { nextHandle, nextCall, lastInstruction: this.lastInstruction };
  }

  /** Bounds as they were replaced. */
  readonly grants: BusQuotas[] = [];

  grant(quotas: BusQuotas): void {
    this.grants.push(quotas);
  }

  suspend(): void {
    this.suspended = true;
  }

  resume(): void {
    this.suspended = false;
  }

  close(): void {
    this.closed = true;
  }
}

/** A bus whose host is the test. */
export class TestBus implements InstructionBus {
  readonly channels: TestChannel[] = [];
  granted: readonly string[];
  handler: InstructionHandler;

  constructor(handler: InstructionHandler = () => Uint8Array.of(0, 0), granted: readonly string[] = []) {
    this.handler = handler;
    this.granted = granted;
  }

  open(request: ChannelRequest): InstructionChannel {
    const channel = new TestChannel(request, this.granted, (instruction, self) => this.handler(instruction, self));
    this.channels.push(channel);
    return channel;
  }

  available(): never[] {
    return [];
  }

  /** The channel opened last. */
  get channel(): TestChannel {
    const last = this.channels.at(-1);
    if (last === undefined) throw new TypeError("no channel was opened");
    return last;
  }
}

/** A runtime reads bodies whole; it asks for nothing of this. */
const NO_STREAMS = {
  stream: (): never => {
    throw new TypeError("a runtime streams no body");
  },
  verify: async (): Promise<void> => {},
  prefetch: async (): Promise<void> => {},
};

/** An artifact as the loader would hand it over. */
export interface ObjectSource {
  readonly code: Uint8Array;
  readonly sections?: Readonly<Record<string, Uint8Array>>;
  readonly manifest?: Partial<Manifest>;
  readonly strategy?: LoadStrategy;
  /** Replaces how bodies are read. */
  readonly access?: (bodies: ReadonlyMap<string, Uint8Array>) => Omit<SectionAccess, keyof typeof NO_STREAMS>;
}

/** Make an artifact; its entry is `main` in section `code`. */
export function bufObject({ code, sections = {}, manifest = {}, strategy = "eager", access }: ObjectSource): BufObject {
  const bodies = new Map([["code", code], ...Object.entries(sections)]);
  const selected = [...bodies.keys()].sort();
  return {
    manifest: {
      schemaVersion: [1, 0],
      runtimeInterfaceMin: [1, 0, 0],
      name: "test/guest",
      version: "1.0.0",
      entry: { section: "code", symbol: "main" },
      runtime: { codeFormat: "wasm-core-2" },
      requiredCapabilities: [],
      sectionIndexDigest: new Uint8Array(32),
      ...manifest,
    },
    manifestDigest: new Uint8Array(32),
    index: selected.map((sectionId) => ({
      sectionId,
      kind: sectionId === "code" ? SectionKind.Code : SectionKind.Data,
      offset: 0,
      length: bodies.get(sectionId)?.length ?? 0,
      digest: new Uint8Array(32),
      visibility: SectionVisibility.Required,
      profileConstraints: {},
    })),
    trust: "unsigned",
    strategy,
    selection: { selected, skipped: [], selectedBytes: 0 },
    sections: {
      ...NO_STREAMS,
      ...(access?.(bodies) ?? {
        read: async (sectionId) => bodies.get(sectionId) as Uint8Array,
        readSync: (sectionId) => bodies.get(sectionId),
        readsWithoutWaiting: () => true,
        isSelected: (sectionId) => bodies.has(sectionId),
      }),
    },
    close: async () => {},
  };
}
