import { type Artifact, type ArtifactBody, createSerializer, nodeSha256 } from "../../reference/node.js";
import type { Invocation } from "./command.js";
import { byteSize } from "./output/units.js";
import { type FileState, replaceFileBy } from "./replace-file.js";

/** A file that was written. */
export interface WrittenFile {
  /** Its length in bytes. */
  readonly bytes: number;
  /** SHA-256 of all of it. 32 bytes. */
  readonly sha256: Uint8Array;
}

/** How an artifact is written. */
export interface ArtifactWriting {
  /** The state of the file whose place it takes. */
  readonly expected?: FileState;
  /** Gives back what bodies are read from, before the file is replaced that they are in. */
  readonly close?: () => Promise<void>;
}

/**
 * Write an artifact, whole or not at all, in memory that does not depend on the length of stored bodies.
 *
 * @throws FaygerError what a loader would refuse it with; `HOST_ERROR`, `LDR_ABORTED`
 * @throws UsageError where another command has changed the file meanwhile
 * @spec tools.streamed
 */
export async function writeArtifactFile(
  path: string,
  artifact: Artifact<ArtifactBody>,
  { terminal, signal }: Invocation,
  { expected, close = async () => undefined }: ArtifactWriting = {},
): Promise<WrittenFile> {
  const serializer = createSerializer(nodeSha256);
  const all = artifact.sections.reduce((sum, { body }) => sum + body.length, 0);
  const digest = nodeSha256.incremental();
  let bytes = 0;
  try {
    await replaceFileBy(
      path,
      async (write) => {
        const put = (piece: Uint8Array): void => {
          digest.update(piece);
          write(piece);
          bytes += piece.length;
          // The parts before the bodies are small beside what takes long enough to be looked at.
          const percent = all === 0 ? 100 : Math.min(100, Math.floor((bytes / all) * 100));
          terminal.progress(`wrote ${byteSize(bytes)} of ${byteSize(Math.max(all, bytes))} (${percent} %) …`);
        };
        try {
          await serializer.serializeTo(artifact, put, signal);
        } finally {
          await close();
        }
      },
      expected,
    );
  } finally {
    terminal.progress(undefined);
  }
  return { bytes, sha256: digest.digest() };
}
