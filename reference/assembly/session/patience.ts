/** What patience stands on. Times are in nanoseconds. */
export interface PatienceParts {
  /** How long a part may do nothing for a call; 0 for as long as it likes. */
  readonly limit: bigint;
  /** Now, on a clock that never runs backwards. */
  readonly now: () => bigint;
  /** Do something once, after a time. Gives what prevents it. */
  readonly after: (delay: bigint, task: () => void) => () => void;
  /** Whether a call waits for something itself: for an answer to a call that is part of it, or for a person. */
  readonly waits: (call: number) => boolean;
  /** Nothing was done for a call in time. */
  readonly expire: (call: number) => void;
}

/** A call for which something is to be done. */
interface Awaited {
  readonly part: string;
  /** When it was handed over, or last waited itself. */
  since: bigint;
}

/**
 * Bounds the time in which parts do nothing for the calls that they hold. One timer serves all calls: most are answered
 * long before it fires.
 *
 * @spec assembly.calls.unanswered
 */
export class Patience {
  readonly #parts: PatienceParts;
  readonly #awaited = new Map<number, Awaited>();
  /** When a part last did something: kept for each part, and not for each of the calls that it may hold. */
  readonly #heard = new Map<string, bigint>();
  #cancel: (() => void) | undefined;

  constructor(parts: PatienceParts) {
    this.#parts = parts;
  }

  /** A call is handed to a part. */
  begin(call: number, part: string): void {
    const { limit, now } = this.#parts;
    if (limit === 0n) return;
    this.#awaited.set(call, { part, since: now() });
    if (this.#cancel === undefined) this.#look(limit);
  }

  /** A part does something: it lives. */
  heard(part: string): void {
    if (this.#parts.limit !== 0n) this.#heard.set(part, this.#parts.now());
  }

  /** A call is answered. */
  end(call: number): void {
    this.#awaited.delete(call);
  }

  /** Nobody waits any more. */
  close(): void {
    this.#awaited.clear();
    this.#cancel?.();
    this.#cancel = undefined;
  }

  #look(delay: bigint): void {
    this.#cancel = this.#parts.after(delay, () => {
      this.#cancel = undefined;
      this.#judge();
    });
  }

  #judge(): void {
    const { limit, now, waits, expire } = this.#parts;
    const at = now();
    const late: number[] = [];
    let next = limit;
    for (const [call, awaited] of this.#awaited) {
      if (waits(call)) awaited.since = at;
      const heard = this.#heard.get(awaited.part) ?? 0n;
      const left = (heard > awaited.since ? heard : awaited.since) + limit - at;
      if (left <= 0n) late.push(call);
      else if (left < next) next = left;
    }
    for (const call of late) {
      this.#awaited.delete(call);
      expire(call);
    }
    if (this.#awaited.size > 0 && this.#cancel === undefined) this.#look(next);
  }
}
