import { runChunk } from "./campaign.js";

// A process of its own that runs the chunks it is told to. It ends when its parent lets go of it.

/** What a worker is told. */
export interface ChunkRequest {
  readonly seed: number;
  readonly chunk: number;
}

// Millions of errors, of whose stacks only those of a fault of this program are ever read.
Error.stackTraceLimit = 4;
process.on("message", (request: ChunkRequest) => {
  runChunk(request.seed, request.chunk).then(
    (report) => process.send?.(report),
    (error: unknown) => {
      process.stderr.write(`chunk ${request.chunk} of seed ${request.seed}: ${String(error)}\n`);
      process.exitCode = 1;
      process.disconnect();
    },
  );
});
