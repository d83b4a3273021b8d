import { closeSync, constants, fstatSync, openSync, readSync, writeSync } from "node:fs";
import type { HostError } from "../../../generated/enums/host-error.js";
import type { InstanceBinding } from "../../contracts/platform-adapter.js";
import { HostFailure } from "../host-failure.js";
import { native } from "./native-call.js";

/** Largest count of bytes one read may ask for: 1 MiB. @spec instructions.io.read-maximum */
export const LARGEST_READ = 1_048_576;

/** What an open file is good for; a handle of one kind is no handle of the other. */
export type FileKind = "file_reader" | "file_writer";

/** Shared by all reads: they are synchronous, and the bytes are copied out before the next one. */
let scratch = new Uint8Array(65_536);

/** A regular file with a position. @spec instructions.io.files */
export class OpenFile {
  readonly #descriptor: number;
  /** Where the next sequential read or write begins; nothing where every write goes to the end. */
  #position: number | undefined;

  private constructor(descriptor: number, position: number | undefined) {
    this.#descriptor = descriptor;
    this.#position = position;
  }

  /**
   * Open a regular file. Pipes and devices are refused: opening or reading one could wait forever, or do something.
   *
   * @param flags flags of `open`, to which the ones that keep links and pipes harmless are added
   */
  static open(path: string, flags: number): OpenFile {
    // Not there on every host; where it is missing, `withHostPath` has said what remains.
    const careful = (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0) | (constants.O_NOCTTY ?? 0);
    const descriptor = native("open", () => openSync(path, flags | careful, 0o666));
    try {
      const status = native("fstat", () => fstatSync(descriptor));
      if (status.isDirectory()) throw new HostFailure("is_directory", "open");
      if (!status.isFile()) throw new HostFailure("access_denied", "open");
      return new OpenFile(descriptor, (flags & constants.O_APPEND) === 0 ? 0 : undefined);
    } catch (error) {
      closeSync(descriptor);
      throw error;
    }
  }

  /** Read at the position and move it. */
  read(maximum: number): Uint8Array {
    const data = this.readAt(this.#position ?? 0, maximum);
    this.#position = (this.#position ?? 0) + data.length;
    return data;
  }

  /** Read at an offset; fewer bytes only at the end of the file. */
  readAt(offset: number, maximum: number): Uint8Array {
    checkMaximum(maximum);
    if (scratch.length < maximum) scratch = new Uint8Array(maximum);
    let length = 0;
    while (length < maximum) {
      const read = native("read", () => readSync(this.#descriptor, scratch, length, maximum - length, offset + length));
      if (read === 0) break;
      length += read;
    }
    return scratch.slice(0, length);
  }

  /** Write everything at the position, or at the end, and move the position. */
  write(data: Uint8Array): void {
    let written = 0;
    while (written < data.length) {
      const at = this.#position === undefined ? null : this.#position + written;
      written += native("write", () => writeSync(this.#descriptor, data, written, data.length - written, at));
    }
    if (this.#position !== undefined) this.#position += written;
  }

  /** Close the file. */
  close(): void {
    closeSync(this.#descriptor);
  }
}

/** The open file behind a handle. @throws HostFailure `bad_handle` @spec instructions.handles.closed */
export function openFileOf(binding: InstanceBinding, handle: number, kind: FileKind): OpenFile {
  const file = binding.resource(handle, kind);
  if (file instanceof OpenFile) return file;
  throw new HostFailure("bad_handle" satisfies HostError);
}

/** A maximum that a guest names is checked before anything is made as large. @throws HostFailure `too_large` */
export function checkMaximum(maximum: number): void {
  if (maximum > LARGEST_READ) throw new HostFailure("too_large");
}
