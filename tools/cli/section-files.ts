import { createReadStream } from "node:fs";
import { LoaderPhase } from "../../generated/enums/loader-phase.js";
import { FaygerError } from "../../reference/errors/index.js";
import { nodeSha256, type StoredBody } from "../../reference/node.js";
import { UsageError } from "./command.js";
import { fileTrouble, readInput } from "./files.js";
import { type FileState, isInState, stateOf } from "./replace-file.js";

/** Up to this length a file is held in memory; a longer one stays where it is, and is read twice. */
const HELD_BYTES = 1_048_576;
/** Bytes that are read at once of a longer one. */
const PIECE_BYTES = 1_048_576;
/** Where a load reads bodies. */
const PHASE = LoaderPhase.ReadSections;

/**
 * The body that a file holds, whatever its length: in memory, or stored with the digest it has now.
 *
 * @param read told of each piece that was read, in bytes
 * @throws FaygerError `HOST_ERROR` where it cannot be read, `LDR_ABORTED`
 * @spec tools.streamed
 */
export async function bodyOfFile(
  path: string,
  signal: AbortSignal,
  read: (bytes: number) => void,
): Promise<Uint8Array | StoredBody> {
  const state = stateOf(path);
  // A pipe can be opened only once.
  if (!state.isFile() || state.size <= HELD_BYTES) {
    const bytes = readInput(path);
    read(bytes.length);
    return bytes;
  }
  const digest = nodeSha256.incremental();
  for await (const piece of piecesOf(path, signal)) {
    digest.update(piece);
    read(piece.length);
  }
  assertUnchanged(path, state);
  return {
    length: Number(state.size),
    digest: digest.digest(),
    async *open(): AsyncGenerator<Uint8Array, void> {
      let given = 0;
      for await (const piece of piecesOf(path, signal)) {
        given += piece.length;
        // Before anybody is given more than was announced.
        if (given > state.size) assertUnchanged(path, state);
        yield piece;
      }
      assertUnchanged(path, state);
    },
  };
}

async function* piecesOf(path: string, signal: AbortSignal): AsyncGenerator<Uint8Array, void> {
  try {
    for await (const piece of createReadStream(path, { highWaterMark: PIECE_BYTES })) {
      if (signal.aborted) throw new FaygerError("LDR_ABORTED", `stopped while ${path} was read`, { phase: PHASE });
      yield piece as Uint8Array;
    }
  } catch (error) {
    throw (error as NodeJS.ErrnoException).syscall === undefined ? error : fileTrouble(error, "read", path);
  }
}

/** @throws UsageError where it is another file, or was written to: its digest stands in the index already */
function assertUnchanged(path: string, before: FileState): void {
  if (isInState(path, before)) return;
  throw new UsageError(`${path} was changed while it was packed; nothing was written, run this again`);
}
