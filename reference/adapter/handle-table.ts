/** Something a guest holds by number. */
interface Entry {
  readonly kind: string;
  readonly resource: unknown;
  readonly release: () => void;
  subscription: boolean;
}

/** The largest handle: handles are u32 on the wire. */
const LARGEST_HANDLE = 0xffff_ffff;

/**
 * The handles of one instance: ascending from 1, never reused, each released exactly once.
 *
 * @spec instructions.handles
 */
export class HandleTable {
  readonly #open = new Map<number, Entry>();
  #last: number;
  #subscriptions = 0;

  /** @param last the handle given out last, to an instance that was saved; 0 for one that begins */
  constructor(last = 0) {
    this.#last = last;
  }

  /** Handles that are open. */
  get size(): number {
    return this.#open.size;
  }

  /** Open handles that are sources of events. */
  get subscriptions(): number {
    return this.#subscriptions;
  }

  /** The handle given out last; 0 where none was. */
  get last(): number {
    return this.#last;
  }

  /** Give out the next handle; `undefined` when every number has been used. */
  open(kind: string, resource: unknown, release: () => void, subscription: boolean): number | undefined {
    if (this.#last === LARGEST_HANDLE) return undefined;
    this.#last += 1;
    this.#open.set(this.#last, { kind, resource, release, subscription });
    if (subscription) this.#subscriptions += 1;
    return this.#last;
  }

  /** The resource behind an open handle of this kind. */
  resource(handle: number, kind: string): unknown {
    const entry = this.#open.get(handle);
    return entry?.kind === kind ? entry.resource : undefined;
  }

  /** Whether the handle is open. */
  isOpen(handle: number): boolean {
    return this.#open.has(handle);
  }

  /** Whether the handle is open and a source of events. */
  isSubscription(handle: number): boolean {
    return this.#open.get(handle)?.subscription ?? false;
  }

  /** The handle stays open and is a source of events no more. */
  endSubscription(handle: number): void {
    const entry = this.#open.get(handle);
    if (entry?.subscription !== true) return;
    entry.subscription = false;
    this.#subscriptions -= 1;
  }

  /** Close a handle and release its resource. False where it is not open. */
  close(handle: number): boolean {
    const entry = this.#open.get(handle);
    if (entry === undefined) return false;
    // Forgotten first: a release that closes the handle again finds nothing.
    this.#open.delete(handle);
    if (entry.subscription) this.#subscriptions -= 1;
    release(entry.release);
    return true;
  }

  /** Close every handle above `handle`, in ascending order. */
  closeAbove(handle: number): void {
    for (const open of [...this.#open.keys()]) if (open > handle) this.close(open);
  }
}

/** Call a release function. What it throws is dropped: nobody is left who could act on it. */
export function release(action: () => void): void {
  try {
    action();
  } catch {
    // @spec instructions.handles: one resource that cannot be released must not keep the next one open.
  }
}
