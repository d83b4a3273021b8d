import { fstatSync, readSync, writeSync } from "node:fs";
import { isatty } from "node:tty";
import type { CancellationSignal } from "../../contracts/cancellation.js";
import { nativeCodeOf } from "./native-call.js";
import { WaitingInput } from "./waiting-input.js";

/** Where a program's standard streams lead. Every method throws what the host throws. @spec instructions.io.stdio */
export interface StandardStreams {
  /**
   * Up to `maximum` bytes of standard input; none at its end.
   *
   * @param signal given where the program can wait: where no input is there yet, a promise of some. Fired, it takes
   * nothing any more. Without one, what is not there yet is waited for with the thread, or an error of code `EAGAIN`.
   */
  readInput(maximum: number, signal?: CancellationSignal): Uint8Array | Promise<Uint8Array>;
  /** Write all bytes to standard output. */
  writeOutput(data: Uint8Array): void;
  /** Write all bytes to standard error. */
  writeError(data: Uint8Array): void;
}

const waitingInput = new WaitingInput(() => process.stdin);
let waits: boolean | undefined;

/** Whether input may come later: what is a file, or nothing at all, is read at once. */
function hasToWait(): boolean {
  if (waits === undefined) {
    try {
      const status = fstatSync(0);
      waits = status.isFIFO() || status.isSocket() || isatty(0);
    } catch {
      // There is no standard input; reading says so.
      waits = false;
    }
  }
  return waits;
}

/** The descriptors 0 to 2 of this process, written synchronously so that nothing is lost when it ends. */
export const descriptorStreams: StandardStreams = {
  readInput: (maximum, signal) => {
    if (signal !== undefined && hasToWait()) return waitingInput.read(maximum, signal);
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
