import type { Clock } from "../contracts/event-bus.js";
import type { CancelTask, TaskScheduler } from "./task-scheduler.js";

const NANOSECONDS_PER_MILLISECOND = 1_000_000n;

/** What {@link RunningTime} stands on. */
export interface RunningTimeShared {
  /** Its monotonic clock tells the time. */
  readonly clock: Clock;
  /** Wakes where the time is over and nothing else happens. */
  readonly scheduler: TaskScheduler;
}

/**
 * How long a program has been in state Running, and the alarm that goes off when `wall_ms` is used up while the program
 * waits.
 *
 * @spec quotas.exceeded
 */
export class RunningTime {
  readonly #shared: RunningTimeShared;
  readonly #alarm: () => void;
  #before: bigint;
  #since: bigint | undefined;
  #limit: number | undefined;
  #cancel: CancelTask | undefined;

  /**
   * @param alarm called once when the limit is reached in state Running, unless {@link RunningTime.leave} came first
   * @param before nanoseconds that a saved program had been running
   */
  constructor(shared: RunningTimeShared, alarm: () => void, before = 0) {
    this.#before = BigInt(before);
    this.#shared = shared;
    this.#alarm = alarm;
  }

  /** Time in state Running so far, in whole milliseconds. */
  get milliseconds(): number {
    return Number(this.#elapsed() / NANOSECONDS_PER_MILLISECOND);
  }

  /** The same in nanoseconds. */
  get nanoseconds(): number {
    return Number(this.#elapsed());
  }

  /** Whether the limit is reached. Reads no clock where there is none. */
  get isOver(): boolean {
    return this.#limit !== undefined && this.milliseconds >= this.#limit;
  }

  /** State Running was entered. @param limit `wall_ms`, where it is set */
  enter(limit: number | undefined): void {
    this.#since = this.#shared.clock.monotonicNanoseconds();
    this.setLimit(limit);
  }

  /** State Running was left. */
  leave(): void {
    this.#before = this.#elapsed();
    this.#since = undefined;
    this.#disarm();
  }

  /** Replace the limit. */
  setLimit(limit: number | undefined): void {
    this.#limit = limit;
    this.#disarm();
    if (limit === undefined || this.#since === undefined) return;
    const left = Math.max(0, limit - this.milliseconds);
    this.#cancel = this.#shared.scheduler.scheduleAfter(left, () => {
      // A timer may be early by what its clock and ours differ.
      if (this.isOver) this.#alarm();
      else this.setLimit(limit);
    });
  }

  #elapsed(): bigint {
    if (this.#since === undefined) return this.#before;
    return this.#before + this.#shared.clock.monotonicNanoseconds() - this.#since;
  }

  #disarm(): void {
    this.#cancel?.();
    this.#cancel = undefined;
  }
}
