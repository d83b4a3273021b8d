import type { BufSource, SourceEnds } from "../../../contracts/buf-source.js";
import { isFaygerError } from "../../../errors/fayger-error.js";
import { hostError } from "../../../errors/host-error.js";
import { unavailable } from "./http-failure.js";

/**
 * A source over a `Blob`; a `File` that a user chose or dropped is one. Only the ranges that are asked for are read, so a
 * file of any size opens in the memory of its head.
 *
 * A `Blob` never changes. A `File` does on some hosts, which then refuse to read it: that is `LDR_SOURCE_UNAVAILABLE`,
 * because they do not tell this from a file that was deleted.
 *
 * @param blob the artifact
 * @param description how errors and events name it
 * @defaultValue the name of a `File`; `blob` otherwise
 * @spec loader.source.blob
 */
export function createBlobSource(blob: Blob, description: string = nameOf(blob)): BufSource {
  let isClosed = false;

  async function read(offset: number, length: number): Promise<Uint8Array> {
    const range = { offset, length };
    try {
      // @spec loader.source.closed
      if (isClosed) throw unavailable(description, "closed", range);
      return new Uint8Array(await blob.slice(offset, offset + length).arrayBuffer());
    } catch (error) {
      if (isFaygerError(error)) throw error;
      throw unavailable(description, "the host failed", range, hostError(error, "arrayBuffer"));
    }
  }

  return {
    description,
    read,
    async size(): Promise<number> {
      return blob.size;
    },
    async openEnds(head: number, tail: number): Promise<SourceEnds> {
      const { size } = blob;
      const tailBytes = Math.min(tail, size);
      const isWhole = size <= head;
      const [front, back] = await Promise.all([read(0, head), isWhole ? undefined : read(size - tailBytes, tailBytes)]);
      return { size, head: front, tail: back ?? front.slice(front.length - Math.min(tailBytes, front.length)) };
    },
    async close(): Promise<void> {
      isClosed = true;
    },
  };
}

function nameOf(blob: Blob): string {
  // Not every host that has `Blob` has `File`.
  const name: unknown = "name" in blob ? blob.name : undefined;
  return typeof name === "string" && name !== "" ? name : "blob";
}
