import type { RunningTimeShared } from "./running-time.js";
import type { CancelTask } from "./task-scheduler.js";

const WINDOW_NANOSECONDS = 1_000_000_000n;
const NANOSECONDS_PER_MILLISECOND = 1_000_000n;

/** A reply that waits for its window. */
interface HeldReply {
  readonly release: () => void;
  cancel: CancelTask | undefined;
}

/**
 * Holds `emits_per_second`: in one window of a second at most so many replies reach the program, the next waits for
 * the next window. A window begins with the first emit after the one before it has ended, or where a reply waited for
 * it, with its end.
 *
 * @spec quotas.throttle, quotas.throttle.window
 */
export class ReplyThrottle {
  readonly #shared: RunningTimeShared;
  readonly #held = new Set<HeldReply>();
  #start: bigint | undefined;
  #count = 0;

  constructor(shared: RunningTimeShared) {
    this.#shared = shared;
  }

  /** Emits counted in the window that is open now, or in the next where a reply waits for it. */
  get emits(): number {
    if (this.#start === undefined) return 0;
    return this.#shared.clock.monotonicNanoseconds() < this.#start + WINDOW_NANOSECONDS ? this.#count : 0;
  }

  /**
   * Count one emit.
   *
   * @param limit `emits_per_second`; 0 lets no reply pass until {@link ReplyThrottle.reset}
   * @returns resolves when its reply may pass; `undefined` where that is at once
   */
  count(limit: number): Promise<void> | undefined {
    if (limit === 0) return this.#hold(undefined);
    const now = this.#shared.clock.monotonicNanoseconds();
    if (this.#start === undefined || now >= this.#start + WINDOW_NANOSECONDS) {
      this.#start = now;
      this.#count = 0;
    }
    this.#count += 1;
    if (this.#count > limit) {
      this.#start += WINDOW_NANOSECONDS;
      this.#count = 1;
    }
    return this.#start > now ? this.#hold(this.#start) : undefined;
  }

  /** Let all held replies pass, and begin a new window with the next emit. */
  reset(): void {
    this.#start = undefined;
    this.#count = 0;
    for (const held of [...this.#held]) {
      held.cancel?.();
      held.release();
    }
  }

  #hold(due: bigint | undefined): Promise<void> {
    return new Promise((resolve) => {
      const held: HeldReply = {
        release: () => {
          this.#held.delete(held);
          resolve();
        },
        cancel: undefined,
      };
      this.#held.add(held);
      if (due !== undefined) this.#releaseAt(held, due);
    });
  }

  #releaseAt(held: HeldReply, due: bigint): void {
    const left = due - this.#shared.clock.monotonicNanoseconds();
    if (left <= 0n) {
      held.release();
      return;
    }
    const milliseconds = Number((left + NANOSECONDS_PER_MILLISECOND - 1n) / NANOSECONDS_PER_MILLISECOND);
    held.cancel = this.#shared.scheduler.scheduleAfter(milliseconds, () => this.#releaseAt(held, due));
  }
}
