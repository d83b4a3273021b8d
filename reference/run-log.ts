import type { FaygerEvent } from "../generated/codecs/fayger-event.js";
import type { InputLogEnd } from "../generated/codecs/input-log-end.js";
import type { InputLogQuotas } from "../generated/codecs/input-log-quotas.js";
import { decodeSnapshot } from "../generated/codecs/snapshot.js";
import { decodeSnapshotState } from "../generated/codecs/snapshot-state.js";
import type { HostPolicy } from "../generated/json/host-policy.js";
import { LifecycleState } from "../generated/lifecycle/transition-table.js";
import {
  type ChannelTap,
  checkQuotas,
  checkSubject,
  type InputLogContent,
  type InputLogSubject,
  InputRecorder,
  InputReplayer,
  noticedQuotas,
  type ReplayCommands,
  readInputLog,
} from "./adapter/input-log/index.js";
import type { BufObject } from "./contracts/buf-object.js";
import type { Clock, EventPublisher } from "./contracts/event-bus.js";
import type { InstanceId, InstanceQuotas } from "./contracts/runtime-interface.js";
import type { Sha256 } from "./contracts/security.js";
import { type FaygerError, isFaygerError } from "./errors/fayger-error.js";
import type { RuntimeLayer } from "./runtime/index.js";

/** How a run ended, as much as its log knows. */
export interface RunEnd {
  readonly state: LifecycleState;
  readonly exitCode: number | undefined;
  readonly failure: FaygerError | undefined;
}

/** What a run's log became. */
export interface RunLogResult {
  /** The log that was recorded. */
  readonly inputLog: Uint8Array | undefined;
  /** Why no log could be written. */
  readonly unrecorded: FaygerError | undefined;
  /** The first difference between the replay and its log. */
  readonly diverged: FaygerError<"ADP_REPLAY_DIVERGED"> | undefined;
}

/** The log of one run: one that is written, or one that is repeated. */
export interface RunLog {
  /** Stands between the instance and the bus. */
  readonly tap: ChannelTap;
  /** Whether the log, and not the caller, says what the host does to the instance. */
  readonly commands: boolean;
  /**
   * The instance can be started, with these bounds.
   *
   * @throws FaygerError `ADP_INPUT_LOG_INVALID`
   */
  prepared(instance: InstanceId, bounds: InstanceQuotas): void;
  /** The instance runs, or was restored. */
  begun(): void;
  /** Something happened to the instance. @returns whether the log takes care of it */
  observe(event: FaygerEvent): boolean;
  /** The instance has ended. @param isOwn whether by itself or by a command of the log */
  finish(end: RunEnd, isOwn: boolean): RunLogResult;
}

/** What a run without a log has. */
export const NO_LOG: RunLogResult = { inputLog: undefined, unrecorded: undefined, diverged: undefined };

/** What a log must be of. */
function subjectOf(object: BufObject, snapshot: Uint8Array | undefined, sha256: Sha256): InputLogSubject {
  return {
    manifestDigest: object.manifestDigest,
    sections: object.selection.selected,
    snapshotDigest: snapshot === undefined ? undefined : sha256.digest(snapshot),
  };
}

function endOf({ state, exitCode, failure }: RunEnd): InputLogEnd {
  return {
    state: state === LifecycleState.Failed ? "failed" : "terminated",
    ...(exitCode !== undefined && { exitCode }),
    ...(failure !== undefined && { failure: failure.code }),
  };
}

/** A log that is written, of what comes from the bus or out of another log. @spec instructions.input-log.entries */
export class RecordedRun implements RunLog {
  readonly tap: ChannelTap;
  readonly #recorder: InputRecorder;
  readonly #replayed: RunLog | undefined;
  readonly #sha256: Sha256;
  #quotas: InputLogQuotas = {};
  /** The quota that was reached last: the transition behind it does not name it. */
  #reached: unknown;

  constructor(object: BufObject, snapshot: Uint8Array | undefined, sha256: Sha256, replayed?: RunLog) {
    const recorder = new InputRecorder(subjectOf(object, snapshot, sha256));
    this.#recorder = recorder;
    this.#replayed = replayed;
    this.#sha256 = sha256;
    this.tap = {
      open: (request, bus) =>
        recorder.open(request, {
          available: () => bus.available(),
          open: (inner) => replayed?.tap.open(inner, bus) ?? bus.open(inner),
        }),
    };
  }

  get commands(): boolean {
    return this.#replayed?.commands ?? false;
  }

  prepared(instance: InstanceId, bounds: InstanceQuotas): void {
    this.#quotas = noticedQuotas(bounds);
    this.#replayed?.prepared(instance, bounds);
  }

  begun(): void {
    this.#replayed?.begun();
  }

  observe(event: FaygerEvent): boolean {
    const { trigger, quota } = event.fields;
    if (quota !== undefined) this.#reached = quota;
    // @spec instructions.input-log.quota: fuel runs out again by itself, time does not.
    if (trigger === "quota") this.#recorder.commanded(this.#reached === "wall_ms" ? "suspend" : "quota");
    if (trigger === "suspend" || trigger === "resume" || trigger === "terminate") this.#recorder.commanded(trigger);
    return this.#replayed?.observe(event) ?? false;
  }

  finish(end: RunEnd, isOwn: boolean): RunLogResult {
    const { diverged } = this.#replayed?.finish(end, isOwn) ?? NO_LOG;
    try {
      const inputLog = this.#recorder.finish(this.#quotas, endOf(end), this.#sha256);
      return { inputLog, unrecorded: undefined, diverged };
    } catch (error) {
      if (!isFaygerError(error)) throw error;
      return { inputLog: undefined, unrecorded: error, diverged };
    }
  }
}

/** What a replay needs of its surroundings. */
export interface ReplayServices {
  readonly runtime: RuntimeLayer;
  readonly policy: HostPolicy;
  readonly events: EventPublisher;
  readonly clock: Clock;
  readonly sha256: Sha256;
}

/** A log that is repeated. @spec instructions.replay, instructions.equal-sequences */
export class ReplayedRun implements RunLog {
  readonly tap: InputReplayer;
  readonly commands = true;
  readonly #log: InputLogContent;
  #instance: InstanceId | undefined;

  /** @throws FaygerError `ADP_INPUT_LOG_INVALID` */
  constructor(bytes: Uint8Array, object: BufObject, snapshot: Uint8Array | undefined, services: ReplayServices) {
    const { events, clock, sha256, runtime } = services;
    this.#log = readInputLog(bytes, sha256);
    checkSubject(this.#log, subjectOf(object, snapshot, sha256));
    this.tap = new InputReplayer(this.#log.record, {
      queuedEvents: snapshot === undefined ? 0 : queuedEvents(snapshot),
      events,
      clock,
      commands: this.#commands(services),
      // A second end, where the program ended meanwhile, changes nothing.
      diverged: () => void runtime.terminate(this.#instance as InstanceId).catch(() => undefined),
    });
  }

  prepared(instance: InstanceId, bounds: InstanceQuotas): void {
    this.#instance = instance;
    checkQuotas(this.#log, bounds);
  }

  begun(): void {
    this.tap.begin();
  }

  observe({ fields }: FaygerEvent): boolean {
    if (fields["trigger"] === "start" || fields["trigger"] === "restore") this.tap.begin();
    if (fields["action"] === "reject") this.tap.eventRefused();
    return fields["trigger"] === "quota" && this.tap.quotaReached();
  }

  finish(end: RunEnd, isOwn: boolean): RunLogResult {
    return { ...NO_LOG, diverged: isOwn ? this.tap.finish(endOf(end)) : this.tap.difference };
  }

  #commands({ runtime, policy }: ReplayServices): ReplayCommands {
    const instance = (): InstanceId => this.#instance as InstanceId;
    return {
      suspend: () => runtime.suspend(instance()),
      resume: () => runtime.resume(instance()),
      terminate: () => runtime.terminate(instance()),
      grant: (quota, value) => {
        const ceiling = policy.quotas?.[quota];
        // @spec instructions.replay.bounds: a log is data, and no reason to give a program more than this host would.
        if (ceiling !== undefined && value > ceiling)
          throw new RangeError(`this host allows ${quota}=${ceiling} at most`);
        runtime.grantQuota(instance(), quota, value);
      },
    };
  }
}

/** Events that wait in a snapshot. One that cannot be read is refused by `restore`. */
function queuedEvents(snapshot: Uint8Array): number {
  try {
    return decodeSnapshotState(decodeSnapshot(snapshot).state).events.length;
  } catch {
    return 0;
  }
}
