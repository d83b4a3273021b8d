import {
  closeSync,
  constants,
  fstatSync,
  fsyncSync,
  ftruncateSync,
  lstatSync,
  openSync,
  readSync,
  writeSync,
} from "node:fs";
import type { HostError } from "../../../generated/enums/host-error.js";
import type { InstanceBinding } from "../../contracts/platform-adapter.js";
import { HostFailure, PolicyRefusal } from "../host-failure.js";
import type { HostPath } from "./host-path.js";
import { native, nativeCodeOf } from "./native-call.js";
import type { FileInUse, StorageUse } from "./storage-use.js";

/** Largest count of bytes one read may ask for: 1 MiB. @spec instructions.io.read-maximum */
export const LARGEST_READ = 1_048_576;

/** The last offset at which a read or write stays within the integers that a number holds exactly. */
const LARGEST_OFFSET = Number.MAX_SAFE_INTEGER - LARGEST_READ;

/** What an open file is good for; a handle of one kind is no handle of the other. */
export type FileKind = "file_reader" | "file_writer";

/** How a file is opened. */
export interface FileMode {
  /** Flags of `open`, to which the ones that keep links and pipes harmless are added. */
  readonly flags: number;
  /** Whether it is written. */
  readonly write: boolean;
  /** Whether what it holds is cut off. */
  readonly empty?: boolean;
  /** Whether every write goes to its end. */
  readonly append?: boolean;
}

/** Shared by all reads: they are synchronous, and the bytes are copied out before the next one. */
let scratch = new Uint8Array(65_536);

/** A regular file with a position. @spec instructions.io.files */
export class OpenFile {
  readonly #descriptor: number;
  readonly #appends: boolean;
  readonly #storage: StorageUse;
  readonly #inUse: FileInUse;
  /** Where the next sequential read or write begins. */
  #position = 0;

  private constructor(descriptor: number, appends: boolean, storage: StorageUse, inUse: FileInUse) {
    this.#descriptor = descriptor;
    this.#appends = appends;
    this.#storage = storage;
    this.#inUse = inUse;
  }

  /**
   * Open a regular file. Pipes and devices are refused: opening or reading one could wait forever, or do something.
   *
   * @param storage what the program takes of the host's storage
   * @throws PolicyRefusal `access_denied` where a file to be written has other names, or the path leaves its root by
   * now; `quota` where it would have to be made and no more may be
   */
  static open(host: HostPath, mode: FileMode, storage: StorageUse): OpenFile {
    const isThere = refuseSpecial(host);
    // Not there on every host; where it is missing, `withHostPath` has said what remains.
    const careful = (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0) | (constants.O_NOCTTY ?? 0);
    const open = (): number => native("open", () => openSync(host.path, mode.flags | careful, 0o666));
    const descriptor = isThere || (mode.flags & constants.O_CREAT) === 0 ? open() : storage.making(open);
    try {
      const status = native("fstat", () => fstatSync(descriptor, { bigint: true }));
      if (status.isDirectory()) throw new HostFailure("is_directory", "open");
      if (!status.isFile()) throw new HostFailure("access_denied", "open");
      // @spec instructions.io.races
      host.verify(descriptor);
      // @spec instructions.io.hard-links: its other name may lie outside, and nothing tells where.
      if (mode.write && status.nlink > 1n) throw new PolicyRefusal("access_denied", "the file has more than one name");
      // Not by a flag of `open`: what must not be written must not be cut off either.
      if (mode.empty === true) native("ftruncate", () => ftruncateSync(descriptor, 0));
      const inUse = storage.opened(status);
      if (mode.empty === true) storage.shrunk(inUse, 0);
      return new OpenFile(descriptor, mode.append === true, storage, inUse);
    } catch (error) {
      closeSync(descriptor);
      throw error;
    }
  }

  /** Bytes of the file. */
  get size(): number {
    return native("fstat", () => fstatSync(this.#descriptor)).size;
  }

  /** Read at the position and move it. */
  read(maximum: number): Uint8Array {
    const data = this.readAt(this.#position, maximum);
    this.#position += data.length;
    return data;
  }

  /** Read at an offset; fewer bytes only at the end of the file. */
  readAt(offset: number, maximum: number): Uint8Array {
    checkMaximum(maximum);
    if (scratch.length < maximum) scratch = new Uint8Array(maximum);
    return scratch.slice(0, this.#fill(scratch, maximum, offset));
  }

  /** The same as {@link OpenFile.read}, into memory of the caller. @returns how many bytes there were */
  readInto(target: Uint8Array): number {
    const length = this.#fill(target, target.length, this.#position);
    this.#position += length;
    return length;
  }

  /** The same as {@link OpenFile.readAt}, into memory of the caller. @returns how many bytes there were */
  readIntoAt(target: Uint8Array, offset: number): number {
    return this.#fill(target, target.length, offset);
  }

  /**
   * Write everything at the position, or at the end, and move the position behind it.
   *
   * @param limit bytes that the file may have at most
   */
  write(data: Uint8Array, limit: number): void {
    const begin = this.#appends ? this.size : this.#position;
    this.#writeAll(data, begin, limit, this.#appends);
    if (data.length > 0) this.#position = begin + data.length;
  }

  /** Write everything at an offset. @throws HostFailure `invalid_argument` where every write goes to the end */
  writeAt(data: Uint8Array, offset: number, limit: number): void {
    // Hosts disagree: some write at the end all the same.
    if (this.#appends) throw new HostFailure("invalid_argument", "write");
    this.#writeAll(data, offset, limit, false);
  }

  /**
   * Move the position.
   *
   * @param origin 0: from the start; 1: from the position; 2: from the end
   * @throws HostFailure `invalid_argument` where it would lie before the start or beyond what a number holds
   */
  seek(offset: bigint, origin: number): number {
    const position = BigInt(origin === 2 ? this.size : origin === 1 ? this.#position : 0) + offset;
    if (position < 0n || position > BigInt(LARGEST_OFFSET)) throw new HostFailure("invalid_argument", "lseek");
    this.#position = Number(position);
    return this.#position;
  }

  /** Cut the file off, or lengthen it with zeros. */
  setSize(size: bigint, limit: number): void {
    const before = this.size;
    if (size > BigInt(limit) && size > BigInt(before)) throw new HostFailure("too_large", "ftruncate");
    const wanted = Number(size);
    this.#growing(before, wanted, () => native("ftruncate", () => ftruncateSync(this.#descriptor, wanted)));
    if (wanted < before) this.#storage.shrunk(this.#inUse, wanted);
  }

  /** Return when everything is on its storage. */
  sync(): void {
    native("fsync", () => fsyncSync(this.#descriptor));
  }

  /** Close the file. */
  close(): void {
    this.#storage.closed(this.#inUse);
    closeSync(this.#descriptor);
  }

  #fill(target: Uint8Array, maximum: number, offset: number): number {
    let length = 0;
    while (length < maximum) {
      const read = native("read", () => readSync(this.#descriptor, target, length, maximum - length, offset + length));
      if (read === 0) break;
      length += read;
    }
    return length;
  }

  #writeAll(data: Uint8Array, begin: number, limit: number, atEnd: boolean): void {
    const end = begin + data.length;
    // @spec instructions.io.file-bytes: a file that is longer already may be written where it is.
    if (data.length > 0 && end > limit && end > this.size) throw new HostFailure("too_large", "write");
    this.#growing(atEnd ? begin : this.#inUse.size, end, () => {
      let written = 0;
      while (written < data.length) {
        const at = atEnd ? null : begin + written;
        written += native("write", () => writeSync(this.#descriptor, data, written, data.length - written, at));
      }
    });
  }

  /**
   * Change the file, which may be longer afterwards.
   *
   * @param before bytes it has
   * @param after bytes it has then, if these are more
   */
  #growing(before: number, after: number, change: () => void): void {
    const inUse = this.#inUse;
    inUse.size = before;
    if (after > before) this.#storage.grow(inUse, after);
    try {
      change();
    } catch (error) {
      // What did not come about, or only in part, was counted in vain.
      if (after > before) this.#storage.shrunk(inUse, this.size);
      throw error;
    }
  }
}

/** The open file behind a handle. @throws HostFailure `bad_handle` @spec instructions.handles.closed */
export function openFileOf(binding: InstanceBinding, handle: number, ...kinds: readonly FileKind[]): OpenFile {
  for (const kind of kinds) {
    const file = binding.resource(handle, kind);
    if (file instanceof OpenFile) return file;
  }
  throw new HostFailure("bad_handle" satisfies HostError);
}

/** An offset that a guest names. @throws HostFailure `invalid_argument` where nothing can lie there */
export function offsetOf(offset: bigint): number {
  if (offset > BigInt(LARGEST_OFFSET)) throw new HostFailure("invalid_argument");
  return Number(offset);
}

/** A maximum that a guest names is checked before anything is made as large. @throws HostFailure `too_large` */
export function checkMaximum(maximum: number): void {
  if (maximum > LARGEST_READ) throw new HostFailure("too_large");
}

/** What is neither file nor folder is not even opened: that alone can do something. @returns whether something is there */
function refuseSpecial(host: HostPath): boolean {
  let { status } = host;
  try {
    status ??= lstatSync(host.path, { bigint: true });
  } catch (error) {
    // To be created, or `open` says what is wrong.
    if (nativeCodeOf(error) !== undefined) return false;
    throw error;
  }
  if (!status.isFile() && !status.isDirectory()) throw new HostFailure("access_denied", "open");
  return true;
}
