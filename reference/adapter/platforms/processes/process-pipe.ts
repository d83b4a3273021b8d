import type { Readable, Writable } from "node:stream";
import type { CancellationSignal } from "../../../contracts/cancellation.js";
import { HostFailure } from "../../host-failure.js";
import { hostErrorOf } from "../native-call.js";
import { LARGEST_READ } from "../open-file.js";

/** What a process writes, taken from it only as somebody reads. @spec instructions.proc.streams */
export class ProcessOutput {
  readonly #stream: Readable;
  #isOver = false;
  /** The read that waits. */
  #waiting: (() => void) | undefined;

  constructor(stream: Readable) {
    this.#stream = stream;
    const over = (): void => {
      this.#isOver = true;
      this.#waiting?.();
    };
    // Listening for this lets Node read ahead by its own bound, 64 KiB, and no further.
    stream.on("readable", () => this.#waiting?.());
    stream.on("end", over);
    stream.on("close", over);
    stream.on("error", over);
  }

  /**
   * The next bytes, at least one; none at the end.
   *
   * @throws HostFailure `invalid_argument`, `too_large`; `interrupted` where nobody waits any more
   */
  read(maximum: number, signal: CancellationSignal | undefined): Promise<Uint8Array> {
    if (maximum === 0) throw new HostFailure("invalid_argument", "read");
    if (maximum > LARGEST_READ) throw new HostFailure("too_large", "read");
    if (this.#waiting !== undefined) throw new HostFailure("invalid_argument", "read");
    return new Promise((resolve, reject) => {
      const look = (): void => {
        const data = this.#take(maximum);
        if (data === undefined) return;
        this.#waiting = undefined;
        signal?.removeEventListener("abort", stop);
        resolve(data);
      };
      const stop = (): void => {
        this.#waiting = undefined;
        reject(new HostFailure("interrupted", "read"));
      };
      signal?.addEventListener("abort", stop);
      this.#waiting = look;
      look();
    });
  }

  #take(maximum: number): Uint8Array | undefined {
    const length = Math.min(maximum, this.#stream.readableLength);
    const data: Buffer | null = length === 0 ? null : this.#stream.read(length);
    if (data !== null) return new Uint8Array(data);
    // Asked for even where nothing is there: Node tells the end only to who reads on.
    if (!this.#isOver) this.#stream.read(0);
    return this.#isOver && this.#stream.readableLength === 0 ? new Uint8Array(0) : undefined;
  }
}

/** Where a process reads from; one write at a time. @spec instructions.proc.streams */
export class ProcessInput {
  readonly #stream: Writable;
  #isBusy = false;

  constructor(stream: Writable) {
    this.#stream = stream;
    // What goes wrong is told to who writes.
    stream.on("error", () => {});
  }

  /**
   * Write everything; done when the host has taken it.
   *
   * @throws HostFailure `invalid_argument` while another write waits, `unavailable` where nobody reads any more
   */
  write(data: Uint8Array, signal: CancellationSignal | undefined): Promise<void> {
    if (this.#isBusy) throw new HostFailure("invalid_argument", "write");
    if (!this.#stream.writable) throw new HostFailure("unavailable", "write");
    this.#isBusy = true;
    return new Promise((resolve, reject) => {
      signal?.addEventListener("abort", () => reject(new HostFailure("interrupted", "write")));
      this.#stream.write(data, (error) => {
        this.#isBusy = false;
        if (error === null || error === undefined) resolve();
        else
          reject(
            new HostFailure(hostErrorOf(error) === "unknown" ? "unavailable" : hostErrorOf(error), "write", error),
          );
      });
    });
  }

  /** Nothing more is written. */
  end(): void {
    this.#stream.end();
  }
}
