import { CAPABILITY_NAMES } from "../../../generated/capabilities.js";
import { HOST_ERRORS } from "../../../generated/enums/host-error.js";
import { errorCodeOfNumber } from "../../../generated/errors/error-code.js";
import { decodeReply } from "../../../generated/instructions/message.js";
import type { Tlv } from "../../../generated/instructions/tlv.js";
import type { HostPolicy } from "../../../generated/json/host-policy.js";
import type { InstructionChannel } from "../../contracts/instruction-bus.js";
import type {
  AdapterDescriptor,
  HostEnvironment,
  HostEvent,
  HostSyscall,
  InstanceBinding,
  PlatformAdapter,
} from "../../contracts/platform-adapter.js";
import type { UniversalInstruction } from "../../contracts/universal-instruction.js";
import type { FaygerError } from "../../errors/fayger-error.js";
import { createInstructionBus } from "../instruction-bus.js";

/** An instruction that the check may really carry out, and what is known of it. */
export interface AdapterExercise {
  /** What it is for, in few words. */
  readonly name: string;
  /** The encoded instruction, without ASYNC. */
  readonly instruction: Uint8Array;
  /**
   * What comes of it: `succeeds`, `fails` (at the host, with an error of the host's own), or `waits` (until it is
   * cancelled).
   *
   * @defaultValue `"succeeds"`
   */
  readonly outcome?: "succeeds" | "fails" | "waits";
  /** An instruction that uses the handle which this one gives out: it succeeds while the handle is open. */
  readonly use?: (handle: number) => Uint8Array;
  /** An instruction that closes the handle. */
  readonly close?: (handle: number) => Uint8Array;
  /** Events that come within `patience`, at the least. */
  readonly events?: number;
}

/** What the check needs of an adapter that is to be checked. */
export interface AdapterConformanceSubject {
  /** Make the adapter. Called for each check. */
  make(): PlatformAdapter;
  /** A host that the adapter is for. */
  readonly host?: HostEnvironment;
  /** The policy under which exercises are carried out, beside its capabilities, which are all there are. */
  readonly policy?: Omit<HostPolicy, "capabilities">;
  /** What may really be done. Without any, only what touches no host is checked. */
  readonly exercises?: readonly AdapterExercise[];
  /**
   * Settles when something that must come has been waited for long enough. It may be long: what comes ends the wait.
   * Needed by exercises that wait.
   */
  patience?(): Promise<void>;
  /**
   * Settles when it has been quiet for long enough where nothing may come. This is waited for to its end.
   *
   * @defaultValue `patience`
   */
  quiet?(): Promise<void>;
}

/** The adapter has failed. */
class Failed extends Error {}

/** What the check is about does not apply to the adapter, or nothing was given to check it with. */
export class NotApplicable extends Error {}

/** Fail the check. */
export function fail(detail: string): never {
  throw new Failed(detail);
}

/** What an adapter did with one binding. */
export interface BindingLog {
  /** Handles it was given. */
  readonly handles: Set<number>;
  /** How often the release of each was called. */
  readonly released: Map<number, number>;
  /** Events it raised. */
  readonly raised: HostEvent[];
  /** Host calls it returned promises for, and whether those have settled. */
  readonly calls: { settled: boolean }[];
  /** What `translate` threw or returned that it must not. */
  readonly faults: string[];
  /** Who waits for the next thing that happens. */
  readonly waiting: Set<() => void>;
}

/** Something happened: whoever waits looks again. */
function tell({ waiting }: BindingLog): void {
  for (const look of waiting) look();
  waiting.clear();
}

/** A reply, read. */
export interface Answer {
  /** The code of an error; `undefined` for success. */
  readonly code: string | undefined;
  /** The host error behind it. */
  readonly hostError: string | undefined;
  readonly results: readonly Tlv[];
}

/** An instance on a real bus over the adapter, which is watched. */
export interface TrialInstance {
  readonly channel: InstructionChannel;
  readonly log: BindingLog;
  /** Encoded events that reached the program. */
  readonly delivered: Uint8Array[];
  emit(instruction: Uint8Array): Promise<Answer>;
  readonly lastError: FaygerError | undefined;
}

/** One check under way. */
export class AdapterTrial {
  readonly subject: AdapterConformanceSubject;
  readonly adapter: PlatformAdapter;
  readonly #instances: TrialInstance[] = [];

  constructor(subject: AdapterConformanceSubject) {
    this.subject = subject;
    this.adapter = subject.make();
  }

  get descriptor(): AdapterDescriptor {
    return this.adapter.descriptor();
  }

  /** Exercises of this kind. @throws NotApplicable where there are none */
  exercises(of: (exercise: AdapterExercise) => boolean): readonly AdapterExercise[] {
    const some = (this.subject.exercises ?? []).filter(of);
    if (some.length === 0) throw new NotApplicable("no exercise was given for it");
    return some;
  }

  /** Open an instance. @param isInert whether host calls are not made */
  open(isInert = false): TrialInstance {
    const log: BindingLog = {
      handles: new Set(),
      released: new Map(),
      raised: [],
      calls: [],
      faults: [],
      waiting: new Set(),
    };
    const delivered: Uint8Array[] = [];
    const channel = createInstructionBus({
      adapter: watched(this.adapter, log, isInert),
      policy: { ...this.subject.policy, capabilities: [...CAPABILITY_NAMES] },
      events: { publish: () => undefined, enabled: () => false },
      clock: { unixNanoseconds: () => 0n, monotonicNanoseconds: () => 0n },
    }).open({
      instance: `instance#${this.#instances.length + 1}`,
      required: this.descriptor.supportedCapabilities,
      optional: [],
      hostFunctions: undefined,
      quotas: {},
      deliver: (event) => {
        delivered.push(event);
        tell(log);
      },
    });
    const instance: TrialInstance = {
      channel,
      log,
      delivered,
      emit: async (instruction) => read(await this.patiently(Promise.resolve(channel.emit(instruction)))),
      get lastError() {
        return channel.lastError;
      },
    };
    this.#instances.push(instance);
    return instance;
  }

  /** Close every instance. */
  end(): void {
    for (const { channel } of this.#instances) channel.close();
  }

  async patiently<T>(work: Promise<T>): Promise<T> {
    const { patience } = this.subject;
    if (patience === undefined) return work;
    const late = patience.call(this.subject).then((): never => fail("a call did not settle in time"));
    return Promise.race([work, late]);
  }

  /** Wait until the log says something, no longer than the subject's patience. @throws NotApplicable where it has none */
  async until(log: BindingLog, says: () => boolean): Promise<void> {
    const { patience } = this.subject;
    if (patience === undefined) throw new NotApplicable("no patience was given");
    if (says()) return;
    let isOver = false;
    const over = patience.call(this.subject).then(() => {
      isOver = true;
    });
    while (!says() && !isOver) {
      await Promise.race([over, new Promise<void>((resolve) => void log.waiting.add(resolve))]);
    }
  }

  /** Wait where nothing may come, as long as the subject says. @throws NotApplicable where it does not */
  async listen(): Promise<void> {
    const { subject } = this;
    if (subject.quiet === undefined && subject.patience === undefined) throw new NotApplicable("no patience was given");
    await (subject.quiet?.() ?? subject.patience?.());
  }
}

function read(bytes: Uint8Array): Answer {
  const { status, results } = decodeReply(bytes);
  if (status === 0) return { code: undefined, hostError: undefined, results };
  const [error] = results;
  const hostError = error?.type === "u32" ? HOST_ERRORS[error.value - 1] : undefined;
  return { code: errorCodeOfNumber(status), hostError, results };
}

/** The adapter, with what it does between translation and reply written down. */
function watched(adapter: PlatformAdapter, log: BindingLog, isInert: boolean): PlatformAdapter {
  const bindings = new WeakMap<InstanceBinding, InstanceBinding>();
  const bindingOf = (binding: InstanceBinding): InstanceBinding => {
    const known = bindings.get(binding) ?? watchedBinding(binding, log);
    bindings.set(binding, known);
    return known;
  };
  return {
    descriptor: () => adapter.descriptor(),
    match: (host) => adapter.match(host),
    normalize: (raw) => adapter.normalize(raw),
    translate: (instruction: UniversalInstruction, binding) => {
      let syscall: HostSyscall;
      try {
        syscall = adapter.translate(instruction, bindingOf(binding));
      } catch (error) {
        if (error instanceof TypeError || error instanceof ReferenceError) log.faults.push(`it threw ${error.name}`);
        throw error;
      }
      if (typeof syscall !== "function") log.faults.push("it returned no function");
      if (isInert) return () => [];
      return (signal) => {
        const results = syscall(signal);
        if (!("then" in results)) return results;
        const call = { settled: false };
        log.calls.push(call);
        const settle = (): void => {
          call.settled = true;
          tell(log);
        };
        results.then(settle, settle);
        return results;
      };
    },
  };
}

function watchedBinding(binding: InstanceBinding, log: BindingLog): InstanceBinding {
  return {
    ...binding,
    openHandle: (kind, resource, release, subscription) => {
      let given = 0;
      const handle = binding.openHandle(
        kind,
        resource,
        () => {
          log.released.set(given, (log.released.get(given) ?? 0) + 1);
          release();
        },
        subscription,
      );
      given = handle;
      log.handles.add(handle);
      return handle;
    },
    raise: (event) => {
      log.raised.push(event);
      binding.raise(event);
      tell(log);
    },
  };
}
