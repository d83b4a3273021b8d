import { readSync, writeSync } from "node:fs";
import { nativeCodeOf } from "./native-call.js";

/** Where a program's standard streams lead. Every method throws what the host throws. @spec instructions.io.stdio */
export interface StandardStreams {
  /** Up to `maximum` bytes of standard input; none at its end. An error with code `EAGAIN` where none are there yet. */
  readInput(maximum: number): Uint8Array;
  /** Write all bytes to standard output. */
  writeOutput(data: Uint8Array): void;
  /** Write all bytes to standard error. */
  writeError(data: Uint8Array): void;
}

/** The descriptors 0 to 2 of this process, written synchronously so that nothing is lost when it ends. */
export const descriptorStreams: StandardStreams = {
  readInput: (maximum) => {
    const bytes = new Uint8Array(maximum);
    try {
      return bytes.slice(0, readSync(0, bytes, 0, maximum, null));
    } catch (error) {
      // Windows reports the end of a pipe as an error.
      if (nativeCodeOf(error) === "EOF") return new Uint8Array(0);
      throw error;
    }
  },
  writeOutput: (data) => writeAll(1, data),
  writeError: (data) => writeAll(2, data),
};

/** Times a write to a full pipe is tried again, a millisecond apart, before it fails. */
const MOST_RETRIES = 5_000;

function writeAll(descriptor: number, data: Uint8Array): void {
  let written = 0;
  let retries = 0;
  while (written < data.length) {
    try {
      written += writeSync(descriptor, data, written, data.length - written);
      retries = 0;
    } catch (error) {
      // A pipe that Node has made non-blocking is full: its reader needs a moment.
      if (nativeCodeOf(error) !== "EAGAIN" || retries === MOST_RETRIES) throw error;
      retries += 1;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1);
    }
  }
}
