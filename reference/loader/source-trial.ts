import { TRAILER_SIZE } from "../../generated/layouts/trailer.js";
import type { BufSource, SourceEnds } from "../contracts/buf-source.js";
import { type FaygerError, isFaygerError } from "../errors/fayger-error.js";

/** Length of the first read of a loader, in bytes. */
export const HEAD = 16_384;

/** What the check needs of a source that is to be checked. */
export interface SourceConformanceSubject {
  /** Store an object with these bytes and make a source over it. Called for each check; each object is another one. */
  make(bytes: Uint8Array): Promise<BufSource> | BufSource;
  /**
   * Put other bytes in the place of the object that the source made last reads. Without it, and for storage that cannot
   * change, the checks of changes do not apply.
   */
  replace?(bytes: Uint8Array): Promise<void> | void;
  /** Delete the object that the source made last reads. */
  remove?(): Promise<void> | void;
  /** Credentials that the source was made with: no description and no error may hold one. */
  readonly secrets?: readonly string[];
  /**
   * Settles when a call has taken too long. Without it a call that never settles holds up the report.
   */
  patience?(): Promise<void>;
}

/** The source has failed. */
class Failed extends Error {}

/** The source need not do what the check is about. */
export class NotApplicable extends Error {}

/** One check under way: makes sources, and closes them again. */
export class Trial {
  readonly subject: SourceConformanceSubject;
  readonly #made: BufSource[] = [];

  constructor(subject: SourceConformanceSubject) {
    this.subject = subject;
  }

  async make(bytes: Uint8Array): Promise<BufSource> {
    // A copy: what a source does to it must not look right afterwards.
    const source = await this.subject.make(bytes.slice());
    this.#made.push(source);
    return source;
  }

  async end(): Promise<void> {
    for (const source of this.#made) {
      try {
        await this.patiently(source.close());
      } catch {
        // Judged by the check that is about closing.
      }
    }
  }

  async patiently<T>(work: Promise<T>): Promise<T> {
    const { patience } = this.subject;
    if (patience === undefined) return work;
    const late = patience.call(this.subject).then((): never => fail("a call did not settle in time"));
    return Promise.race([work, late]);
  }
}

/** As a loader opens, also where the source has no way of its own. */
export async function endsOf(source: BufSource): Promise<SourceEnds> {
  if (source.openEnds !== undefined) return source.openEnds(HEAD, TRAILER_SIZE);
  const size = await source.size();
  const etag = await source.etag?.();
  const tail = Math.min(TRAILER_SIZE, size);
  return {
    size,
    head: await source.read(0, Math.min(HEAD, size)),
    tail: await source.read(size - tail, tail),
    ...(etag === undefined ? {} : { etag }),
  };
}

/** Bytes in which each place can be told from its neighbours. */
export function content(size: number): Uint8Array {
  return Uint8Array.from({ length: size }, (_, at) => (at * 31 + (at >> 8) * 7 + 1) & 0xff);
}

/** The result, or what was thrown. */
export async function outcome(work: Promise<unknown>): Promise<unknown> {
  try {
    return await work;
  } catch (error) {
    return error;
  }
}

/** What something is, for people. */
export function nameOf(found: unknown): string {
  if (isFaygerError(found)) return found.code;
  if (found instanceof Uint8Array) return `${found.length} bytes`;
  return found instanceof Error ? `an uncoded ${found.name}` : `a ${typeof found}`;
}

/** Everything that an error and its causes say. */
export function describeError(found: unknown): string {
  if (!isFaygerError(found)) return "";
  const error: FaygerError = found;
  return [error.message, ...Object.values(error.context).map(String), describeError(error.cause)].join("\n");
}

/** How a detail names a read. */
export function range(offset: number, length: number): string {
  return `read(${offset}, ${length})`;
}

/** Fail unless these are the bytes. */
export function sameBytes(found: unknown, expected: Uint8Array, what: string): void {
  if (!(found instanceof Uint8Array)) fail(`${what} gives no bytes`);
  if (found.length !== expected.length) fail(`${what} gives ${found.length} bytes instead of ${expected.length}`);
  const at = found.findIndex((byte, place) => byte !== expected[place]);
  if (at !== -1) fail(`${what} gives other bytes from place ${at}`);
}

/** Fail unless both are the same. */
export function equal(found: unknown, expected: unknown, what: string): void {
  if (found !== expected) fail(`${what} is ${String(found)} instead of ${String(expected)}`);
}

/** The source has failed. */
export function fail(detail: string): never {
  throw new Failed(detail);
}
