import { LoaderPhase } from "../../generated/enums/loader-phase.js";
import type { BufSource, SourceEnds } from "../contracts/buf-source.js";
import { FaygerError } from "../errors/fayger-error.js";
import { bytesOfBuffer, copyOf, plainBytes } from "./bytes.js";

/**
 * A source over bytes in memory. The bytes are copied, so that nobody can change them behind the loader's checks.
 *
 * @param bytes the artifact
 * @param description how errors and events name it
 * @throws TypeError where it is given anything but these: a text would else be a damaged artifact
 * @spec loader.source.memory, errors.api-misuse
 */
export function createMemorySource(bytes: Uint8Array | ArrayBuffer, description = "memory"): BufSource {
  const given = plainBytes(bytes) ?? bytesOfBuffer(bytes);
  if (given === undefined) throw new TypeError("the bytes of a source must be a Uint8Array or an ArrayBuffer");
  const artifact = copyOf(given);
  let isClosed = false;

  /** @spec loader.source.closed */
  function requireOpen(offset: number, length: number): void {
    if (!isClosed) return;
    throw new FaygerError("LDR_SOURCE_UNAVAILABLE", `${description} is closed`, {
      phase: LoaderPhase.ReadHead,
      source: description,
      reason: "closed",
      offset,
      length,
    });
  }

  function slice(offset: number, length: number): Uint8Array {
    requireOpen(offset, length);
    return artifact.slice(offset, offset + length);
  }

  return {
    description,
    async size(): Promise<number> {
      return artifact.length;
    },
    async read(offset: number, length: number): Promise<Uint8Array> {
      return slice(offset, length);
    },
    readSync: slice,
    async readInto(offset: number, target: Uint8Array): Promise<number> {
      requireOpen(offset, target.length);
      const bytes = artifact.subarray(offset, offset + target.length);
      target.set(bytes);
      return bytes.length;
    },
    async openEnds(head: number, tail: number): Promise<SourceEnds> {
      const tailBytes = Math.min(tail, artifact.length);
      return { size: artifact.length, head: slice(0, head), tail: slice(artifact.length - tailBytes, tailBytes) };
    },
    async close(): Promise<void> {
      isClosed = true;
    },
  };
}
