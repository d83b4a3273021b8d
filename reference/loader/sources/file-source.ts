import { type BigIntStats, closeSync, constants, fstatSync, openSync, read, readSync, statSync } from "node:fs";
import { resolve } from "node:path";
import { setImmediate as turnOfTheHost } from "node:timers/promises";
import { promisify } from "node:util";
import { LoaderPhase } from "../../../generated/enums/loader-phase.js";
import type { BufSource, SourceEnds } from "../../contracts/buf-source.js";
import { FaygerError, isFaygerError } from "../../errors/fayger-error.js";
import { hostError } from "../../errors/host-error.js";

/**
 * Reads up to this length are made at once: handing them to another thread costs more than they do, and the digest of
 * the same bytes holds this thread longer.
 */
const SYNCHRONOUS_BYTES = 1_048_576;
/** After so many bytes that were read at once, timers and signals of the host get their turn. */
const TURN_BYTES = 8_388_608;

/** The host reads no more than 2^31-1 bytes in one call. */
const LONGEST_CALL = 1_073_741_824;

/** Why a file cannot be opened, in words, where that is no trouble of the host; the cause has the rest. */
const REASONS: Readonly<Record<string, string>> = {
  ENOENT: "there is no such file",
  ENOTDIR: "there is no such file",
  EACCES: "permission denied",
  EMFILE: "too many open files",
  ENFILE: "too many open files",
};

const readFromFile = promisify(read);

/**
 * A source over a local file. The file is opened by the first call and stays open; each call looks whether the name
 * still leads to the same file with the same size and time of change.
 *
 * @param path the file; also how errors and events name it
 * @spec loader.source.file
 */
export function createFileSource(path: string): BufSource {
  return new FileSource(path);
}

interface OpenFile {
  readonly descriptor: number;
  readonly identity: BigIntStats;
}

class FileSource implements BufSource {
  readonly description: string;
  /** Absolute: a name that leads elsewhere because the process changed its folder is no change of the file. */
  readonly #path: string;
  #file: OpenFile | undefined;
  /** Reads that another thread makes at the moment. */
  readonly #underWay = new Set<Promise<unknown>>();
  #isClosed = false;
  #sinceTurn = 0;

  constructor(path: string) {
    this.description = path;
    this.#path = resolve(path);
  }

  async size(): Promise<number> {
    return this.#attempt(() => Number(this.#unchanged().identity.size));
  }

  async read(offset: number, length: number): Promise<Uint8Array> {
    if (length <= SYNCHRONOUS_BYTES) {
      await this.#takeTurns(length);
      return this.readSync(offset, length);
    }
    const file = this.#attempt(() => this.#unchanged());
    const bytes = this.#bufferFor(file, offset, length);
    return bytes.subarray(0, await this.#fill(file, offset, bytes));
  }

  async readInto(offset: number, target: Uint8Array): Promise<number> {
    const { length } = target;
    if (length <= SYNCHRONOUS_BYTES) {
      await this.#takeTurns(length);
      return this.#attempt(() => this.#fillNow(this.#unchanged(), offset, target), offset, length);
    }
    const file = this.#attempt(() => this.#unchanged());
    return this.#fill(file, offset, target);
  }

  readSync(offset: number, length: number): Uint8Array {
    return this.#attempt(() => this.#readNow(this.#unchanged(), offset, length), offset, length);
  }

  async openEnds(head: number, tail: number): Promise<SourceEnds> {
    // One call, so one look at the file for both reads.
    const file = this.#attempt(() => this.#unchanged());
    const size = Number(file.identity.size);
    const tailBytes = Math.min(tail, size);
    const headBytes = this.#attempt(() => this.#readNow(file, 0, head), 0, head);
    if (headBytes.length === size) return { size, head: headBytes, tail: headBytes.subarray(size - tailBytes) };
    const tailAt = size - tailBytes;
    return {
      size,
      head: headBytes,
      tail: this.#attempt(() => this.#readNow(file, tailAt, tailBytes), tailAt, tailBytes),
    };
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    const file = this.#file;
    this.#file = undefined;
    if (file === undefined) return;
    // The host gives the number of a closed file to the next one that is opened: a read under way must not meet that.
    await Promise.allSettled(this.#underWay);
    this.#attempt(() => closeSync(file.descriptor));
  }

  #readNow(file: OpenFile, offset: number, length: number): Uint8Array {
    const bytes = this.#bufferFor(file, offset, length);
    const done = this.#fillNow(file, offset, bytes);
    return done === bytes.length ? bytes : bytes.subarray(0, done);
  }

  #fillNow(file: OpenFile, offset: number, target: Uint8Array): number {
    let done = 0;
    while (done < target.length) {
      const wanted = Math.min(target.length - done, LONGEST_CALL);
      const count = readSync(file.descriptor, target, done, wanted, offset + done);
      if (count === 0) break;
      done += count;
    }
    return done;
  }

  /** Reads that are made at once never let go of the thread by themselves, however many of them there are. */
  async #takeTurns(length: number): Promise<void> {
    this.#sinceTurn += length;
    if (this.#sinceTurn < TURN_BYTES) return;
    this.#sinceTurn = 0;
    await turnOfTheHost();
  }

  /** The same in another thread; the file stays open until it is done. */
  #fill(file: OpenFile, offset: number, target: Uint8Array): Promise<number> {
    const filling = this.#fillInPieces(file, offset, target);
    const drop = (): boolean => this.#underWay.delete(filling);
    this.#underWay.add(filling);
    filling.then(drop, drop);
    return filling;
  }

  async #fillInPieces(file: OpenFile, offset: number, target: Uint8Array): Promise<number> {
    let done = 0;
    try {
      while (done < target.length) {
        if (this.#isClosed) throw this.#refusal("closed", undefined, offset, target.length);
        const wanted = Math.min(target.length - done, LONGEST_CALL);
        const { bytesRead } = await readFromFile(file.descriptor, target, done, wanted, offset + done);
        if (bytesRead === 0) break;
        done += bytesRead;
      }
    } catch (error) {
      throw this.#unavailable(error, offset, target.length);
    }
    return done;
  }

  /** The open file, which still is what the name leads to. @spec loader.source.changed */
  #unchanged(): OpenFile {
    // A file that is opened just now is what the name leads to.
    if (this.#file === undefined) return this.#open();
    const file = this.#file;
    const before = file.identity;
    const named = statSync(this.#path, { bigint: true, throwIfNoEntry: false });
    if (named === undefined) throw this.#changed("file", `file ${before.ino}`, "none");
    if (named.dev !== before.dev || named.ino !== before.ino) {
      throw this.#changed("file", `file ${before.ino}`, `file ${named.ino}`);
    }
    if (named.size !== before.size) throw this.#changed("size", String(before.size), String(named.size));
    if (named.mtimeNs !== before.mtimeNs) {
      throw this.#changed("modification_time", `${before.mtimeNs} ns`, `${named.mtimeNs} ns`);
    }
    return file;
  }

  #open(): OpenFile {
    // @spec loader.source.closed
    if (this.#isClosed) throw this.#refusal("closed");
    // Opening a pipe would wait for somebody to write to it. Not there on every host, nor needed on those.
    const descriptor = openSync(this.#path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
    const identity = fstatSync(descriptor, { bigint: true });
    if (!identity.isFile()) {
      closeSync(descriptor);
      throw this.#refusal("not a regular file");
    }
    this.#file = { descriptor, identity };
    return this.#file;
  }

  /** Never longer than what the file holds, whatever was asked for. */
  #bufferFor({ identity }: OpenFile, offset: number, length: number): Uint8Array {
    return new Uint8Array(Math.max(0, Math.min(length, Number(identity.size) - offset)));
  }

  #attempt<T>(action: () => T, offset?: number, length?: number): T {
    try {
      return action();
    } catch (error) {
      throw this.#unavailable(error, offset, length);
    }
  }

  /** @spec loader.source.unavailable */
  #unavailable(error: unknown, offset?: number, length?: number): FaygerError {
    if (isFaygerError(error)) return error;
    const cause = hostError(error);
    return this.#refusal(REASONS[cause.context.native_code ?? ""] ?? "the host failed", cause, offset, length);
  }

  #refusal(reason: string, cause?: FaygerError, offset?: number, length?: number): FaygerError {
    return new FaygerError(
      "LDR_SOURCE_UNAVAILABLE",
      `${this.description} cannot be read: ${reason}`,
      {
        phase: LoaderPhase.ReadHead,
        source: this.description,
        reason,
        ...(offset === undefined ? {} : { offset }),
        ...(length === undefined ? {} : { length }),
      },
      { cause },
    );
  }

  #changed(property: string, expected: string, found: string): FaygerError {
    const source = this.description;
    return new FaygerError("LDR_SOURCE_CHANGED", `${source} changed: ${property} was ${expected} and is ${found}`, {
      phase: LoaderPhase.ReadHead,
      source,
      property,
      expected,
      found,
    });
  }
}
