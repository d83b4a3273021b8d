import type { BigIntStats } from "node:fs";
import type { InstanceBinding } from "../../contracts/platform-adapter.js";
import { ceilingsOf } from "../ceilings.js";
import { PolicyRefusal } from "../host-failure.js";

/** A file that the program has open, once for all handles that it has of it. */
export interface FileInUse {
  readonly identity: string;
  /** Bytes of the file, as they were when the program last looked or wrote. */
  size: number;
  handles: number;
  /** Whether the program took its last name away: what it holds is free once nothing has it open. */
  isRemoved: boolean;
}

const uses = new WeakMap<InstanceBinding, StorageUse>();

/**
 * What one program takes of the storage below its file roots: how far its files have grown, and how many files and
 * folders it has made. What it gives back counts less again, and never for less than nothing.
 *
 * @spec instructions.io.storage-bytes, instructions.io.storage-entries
 */
export class StorageUse {
  readonly #mostBytes: number;
  readonly #mostEntries: number;
  readonly #files = new Map<string, FileInUse>();
  #bytes = 0;
  #entries = 0;

  constructor(ceilings: { readonly storage_bytes: number; readonly storage_entries: number }) {
    this.#mostBytes = ceilings.storage_bytes;
    this.#mostEntries = ceilings.storage_entries;
  }

  /** That of the instance behind a binding: the same one each time. */
  static of(binding: InstanceBinding): StorageUse {
    let use = uses.get(binding);
    if (use === undefined) {
      use = new StorageUse(ceilingsOf(binding.policy));
      uses.set(binding, use);
    }
    return use;
  }

  /** A file was opened. @param status what the host says of it now */
  opened(status: BigIntStats): FileInUse {
    const identity = identityOf(status);
    const file = this.#files.get(identity) ?? { identity, size: 0, handles: 0, isRemoved: false };
    file.size = Number(status.size);
    file.handles += 1;
    this.#files.set(identity, file);
    return file;
  }

  /** A handle of a file was closed. */
  closed(file: FileInUse): void {
    file.handles -= 1;
    if (file.handles > 0) return;
    this.#files.delete(file.identity);
    if (file.isRemoved) this.#free(file.size);
  }

  /**
   * A file is about to be longer.
   *
   * @param size bytes that it will have
   * @throws PolicyRefusal `quota`
   */
  grow(file: FileInUse, size: number): void {
    const more = size - file.size;
    if (more > this.#mostBytes - this.#bytes) throw new PolicyRefusal("quota", "the ceiling storage_bytes is reached");
    this.#bytes += more;
    file.size = size;
  }

  /** A file is shorter than it was. @param size bytes that it has */
  shrunk(file: FileInUse, size: number): void {
    this.#free(Math.max(0, file.size - size));
    file.size = size;
  }

  /**
   * Make a file or folder.
   *
   * @throws PolicyRefusal `quota`, and what the action throws
   */
  making<T>(make: () => T): T {
    if (this.#entries >= this.#mostEntries) throw new PolicyRefusal("quota", "the ceiling storage_entries is reached");
    const made = make();
    this.#entries += 1;
    return made;
  }

  /** A file or folder was removed, or replaced by another one. @param status what the host said of it before */
  removed(status: BigIntStats): void {
    if (this.#entries > 0) this.#entries -= 1;
    // Another name keeps what it holds, and so does a handle.
    if (!status.isFile() || status.nlink > 1n) return;
    const file = this.#files.get(identityOf(status));
    if (file === undefined) this.#free(Number(status.size));
    else file.isRemoved = true;
  }

  #free(bytes: number): void {
    this.#bytes = Math.max(0, this.#bytes - bytes);
  }
}

function identityOf({ dev, ino }: BigIntStats): string {
  return `${dev} ${ino}`;
}
