import type { LoaderPhase } from "../../generated/enums/loader-phase.js";
import { TRAILER_SIZE } from "../../generated/layouts/trailer.js";
import type { BufSource, SourceEnds, SourceRetry } from "../contracts/buf-source.js";
import type { CancellationSignal } from "../contracts/cancellation.js";
import type { EventPublisher } from "../contracts/event-bus.js";
import { FaygerError, is } from "../errors/fayger-error.js";
import { plainBytes } from "./bytes.js";
import { unlessAborted } from "./cancellation.js";
import { aborted, sourceFault, sourceUnavailable, truncated } from "./failure.js";

/** Both ends of the artifact as they were when it was opened. */
export interface OpenedEnds {
  /** Size of the artifact in bytes. */
  readonly size: number;
  /** The first bytes; the whole artifact where it is short. */
  readonly front: Uint8Array;
  /** The last 44 bytes, or fewer where the artifact is shorter. */
  readonly tail: Uint8Array;
}

/**
 * The only way from the loader to a source. It believes nothing: sizes, lengths and errors are checked here once, so
 * that everything behind it sees either the bytes it asked for or a coded error.
 *
 * @spec loader.source.untrusted
 */
export class SourceReader {
  /** Where the artifact lies, for errors and events. */
  readonly description: string;
  readonly #source: BufSource;
  readonly #events: EventPublisher;
  #size = 0;
  #etag: string | undefined;
  #reads = 0;
  #bytes = 0;
  #closing: Promise<void> | undefined;

  /** @throws TypeError where `source` is none: a fault of the calling program */
  constructor(source: BufSource, events: EventPublisher) {
    requireSource(source);
    const { description } = source as { readonly description?: unknown };
    // Not every program is checked by a compiler.
    this.description = typeof description === "string" ? description : "a source without a description";
    this.#source = source;
    this.#events = events;
  }

  /** Requests made so far. */
  get reads(): number {
    return this.#reads;
  }

  /** Bytes received so far. */
  get bytes(): number {
    return this.#bytes;
  }

  /** Whether the source can be read without waiting. */
  get isSynchronous(): boolean {
    return this.#source.readSync !== undefined;
  }

  /** Whether reads can go into memory that is there already. */
  get readsInPlace(): boolean {
    return this.#source.readInto !== undefined;
  }

  /**
   * Read both ends, together where that is possible, and remember size and entity tag.
   *
   * @param frontBytes length of the speculative read at the front
   * @spec loader.reads.open
   */
  async open(frontBytes: number, phase: LoaderPhase, signal: CancellationSignal | undefined): Promise<OpenedEnds> {
    // Taken apart where whatever a foreign object throws at a touch is still the source's fault.
    const { size, etag, ...ends } = await this.#guarded(phase, signal, undefined, async () => {
      const found = await this.#openEnds(frontBytes, signal);
      if (typeof found !== "object" || found === null)
        throw this.#unusable(phase, "it returns something that is no ends");
      return { size: found.size, etag: found.etag, head: found.head, tail: found.tail };
    });
    if (!Number.isSafeInteger(size) || size < 0) throw this.#unusable(phase, "it tells no size");
    this.#size = size;
    this.#etag = strongTag(etag);
    const head = this.#checked(ends.head, 0, Math.min(frontBytes, size), phase);
    const tailBytes = Math.min(TRAILER_SIZE, size);
    // @spec loader.reads.small
    if (size <= frontBytes) {
      this.#count(0, head.length);
      return { size, front: head, tail: head.subarray(size - tailBytes) };
    }
    const tail = this.#checked(ends.tail, size - tailBytes, tailBytes, phase);
    this.#count(0, head.length);
    this.#count(size - tailBytes, tail.length);
    return { size, front: head, tail };
  }

  /**
   * Read exactly `length` bytes.
   *
   * @param room asked where the source can fill memory of the caller: `length` bytes of it, or none
   */
  async read(
    offset: number,
    length: number,
    phase: LoaderPhase,
    signal: CancellationSignal | undefined,
    room?: () => Uint8Array | undefined,
  ): Promise<Uint8Array> {
    const range = { offset, length };
    const source = this.#source;
    const bytes = await this.#guarded(phase, signal, range, async () => {
      const target = source.readInto === undefined ? undefined : room?.();
      if (target === undefined) return source.read(offset, length, signal);
      const count = await source.readInto?.(offset, target, signal);
      if (!Number.isSafeInteger(count) || Number(count) < 0 || Number(count) > length) {
        throw this.#unusable(phase, "it tells no number of bytes");
      }
      return target.subarray(0, count);
    });
    const checked = this.#checked(bytes, offset, length, phase);
    this.#count(offset, length);
    return checked;
  }

  /** The same without waiting. Only where {@link SourceReader.isSynchronous}. */
  readSync(offset: number, length: number, phase: LoaderPhase): Uint8Array {
    const { readSync } = this.#source;
    if (readSync === undefined) throw new TypeError("the source cannot be read without waiting");
    let bytes: Uint8Array;
    try {
      bytes = readSync.call(this.#source, offset, length);
    } catch (error) {
      throw sourceFault(error, phase, this.description, { offset, length });
    }
    const checked = this.#checked(bytes, offset, length, phase);
    this.#count(offset, length);
    return checked;
  }

  /**
   * Ask the source whether it is still the object that was opened.
   *
   * @throws FaygerError `LDR_SOURCE_CHANGED`
   * @spec loader.source.changed
   */
  async checkUnchanged(phase: LoaderPhase, signal: CancellationSignal | undefined): Promise<void> {
    const [size, etag] = await this.#guarded(phase, signal, undefined, () =>
      Promise.all([this.#source.size(signal), this.#source.etag?.(signal)]),
    );
    if (size !== this.#size) {
      const found = typeof size === "number" ? String(size) : "something else";
      throw this.#changed(phase, "size", String(this.#size), found);
    }
    const tag = strongTag(etag);
    if (this.#etag !== undefined && tag !== this.#etag) {
      throw this.#changed(phase, "etag", this.#etag, tag ?? "none");
    }
  }

  /**
   * What to tell of a read that failed: whatever is wrong with the bytes, a source that changed is the reason to name.
   *
   * @spec loader.source.changed
   */
  async reasonFor(error: unknown, phase: LoaderPhase, signal: CancellationSignal | undefined): Promise<unknown> {
    if (!is(error, "LDR_DIGEST_MISMATCH") && !is(error, "LDR_TRUNCATED")) return error;
    return this.checkUnchanged(phase, signal).then(
      () => error,
      (changed: unknown) => changed,
    );
  }

  /** Give the source back: once, however often it is asked for. @spec loader.close */
  close(phase: LoaderPhase): Promise<void> {
    this.#closing ??= this.#guarded(phase, undefined, undefined, () => this.#source.close());
    return this.#closing;
  }

  async #openEnds(frontBytes: number, signal: CancellationSignal | undefined): Promise<SourceEnds> {
    const source = this.#source;
    source.observe?.({ retrying: (retry) => this.#retried(retry) });
    if (source.openEnds !== undefined) return source.openEnds(frontBytes, TRAILER_SIZE, signal);
    const size = await source.size(signal);
    // A size nobody can have is refused by the caller; it must not become an offset before.
    const isUsable = Number.isSafeInteger(size) && size > 0;
    const tailAt = Math.max(size - TRAILER_SIZE, 0);
    const [head, tail, etag] = await Promise.all([
      isUsable ? source.read(0, Math.min(frontBytes, size), signal) : new Uint8Array(),
      isUsable && size > frontBytes ? source.read(tailAt, TRAILER_SIZE, signal) : new Uint8Array(),
      source.etag?.(signal),
    ]);
    return { size, head, tail, ...(etag === undefined ? {} : { etag }) };
  }

  #guarded<T>(
    phase: LoaderPhase,
    signal: CancellationSignal | undefined,
    range: { readonly offset: number; readonly length: number } | undefined,
    action: () => Promise<T>,
  ): Promise<T> {
    // `async`, so that a source that throws at once is handled like one that rejects.
    const work = async (): Promise<T> => {
      try {
        return await action();
      } catch (error) {
        throw sourceFault(error, phase, this.description, range);
      }
    };
    return unlessAborted(work, signal, () => aborted(phase));
  }

  /** @spec loader.source.short-read @spec loader.source.long-read */
  #checked(found: unknown, offset: number, length: number, phase: LoaderPhase): Uint8Array {
    const bytes = plainBytes(found);
    if (bytes === undefined) throw this.#unusable(phase, "it returns something that is not bytes");
    if (bytes.length > length) throw this.#unusable(phase, "it returns more bytes than were asked for");
    if (bytes.length < length) throw truncated(phase, offset + length, offset + bytes.length, "the source ends early");
    return bytes;
  }

  /** @spec loader.events.retried */
  #retried(retry: SourceRetry): void {
    // What a source tells of itself is believed no more than its bytes. @spec loader.source.untrusted
    const told: { readonly [Member in keyof SourceRetry]?: unknown } = typeof retry === "object" ? (retry ?? {}) : {};
    const offset = wholeNumber(told.offset);
    this.#events.publish("load.source_retried", {
      attempt: wholeNumber(told.attempt) ?? 0,
      delay_ms: (typeof told.delayMs === "number" ? wholeNumber(Math.round(told.delayMs)) : undefined) ?? 0,
      reason: typeof told.reason === "string" ? told.reason : "the source does not say why",
      ...(offset === undefined ? {} : { offset }),
    });
  }

  #count(offset: number, length: number): void {
    this.#reads += 1;
    this.#bytes += length;
    if (this.#events.enabled("load")) this.#events.publish("load.source_read", { offset, length });
  }

  #unusable(phase: LoaderPhase, reason: string): FaygerError {
    return sourceUnavailable(phase, this.description, reason);
  }

  #changed(phase: LoaderPhase, property: "size" | "etag", expected: string, found: string): FaygerError {
    const source = this.description;
    return new FaygerError("LDR_SOURCE_CHANGED", `${source} changed: ${property} was ${expected} and is ${found}`, {
      phase,
      source,
      property,
      expected,
      found,
    });
  }
}

/** @spec errors.api-misuse, loader.source.interface */
function requireSource(source: unknown): void {
  const members = (typeof source === "object" && source !== null ? source : {}) as Record<string, unknown>;
  if (["size", "read", "close"].every((name) => typeof members[name] === "function")) return;
  throw new TypeError(
    "a source must be an object with the methods size, read and close, as createMemorySource makes it",
  );
}

/** A number that an event may carry; `undefined` for everything else. @spec errors.context-values */
function wholeNumber(value: unknown): number | undefined {
  return Number.isSafeInteger(value) && Number(value) >= 0 ? Number(value) : undefined;
}

/** @spec loader.source.strong-etag: a weak tag stays the same when bytes change. */
function strongTag(etag: unknown): string | undefined {
  // What is no text at all cannot be compared either. @spec loader.source.untrusted
  return typeof etag !== "string" || etag === "" || etag.startsWith("W/") ? undefined : etag;
}
