import type { Readable } from "node:stream";
import { HostFailure } from "../../host-failure.js";
import type { Waiting } from "./attempt.js";
import { OneWaits } from "./one-waits.js";

/**
 * Bytes of a stream of Node, taken as somebody asks for them: what nobody asks for stays with the host, but for what
 * Node reads ahead, which is less than a mebibyte.
 *
 * @spec instructions.net.http-streams, instructions.net.sockets
 */
export class PulledBytes {
  readonly #stream: Readable;
  readonly #reader = new OneWaits();
  #ended = false;
  #failure: unknown;

  constructor(stream: Readable) {
    this.#stream = stream;
    const wake = (): void => this.#reader.wake();
    stream.on("readable", wake);
    stream.on("close", wake);
    stream.on("end", () => {
      this.#ended = true;
      wake();
    });
    stream.on("error", (error) => {
      this.#failure ??= error;
      wake();
    });
  }

  /**
   * The next bytes, at least one and up to `maximum`; none at the end, again and again.
   *
   * @throws HostFailure `invalid_argument` where somebody reads already; what the stream failed with
   */
  async read(maximum: number, waiting: Waiting): Promise<Uint8Array> {
    return this.#reader.for(waiting, () => this.#take(maximum, waiting.call));
  }

  /** The handle is closed: whoever reads is told, and the stream goes. */
  release(): void {
    this.#reader.release();
    this.#stream.destroy();
  }

  #take(maximum: number, call: string): Uint8Array | undefined {
    const stream = this.#stream;
    if (maximum === 0) return new Uint8Array(0);
    if (stream.readableLength > 0) return new Uint8Array(stream.read(Math.min(maximum, stream.readableLength)));
    if (this.#ended) return new Uint8Array(0);
    if (this.#failure !== undefined) throw this.#failure;
    if (stream.destroyed) throw new HostFailure("unavailable", call);
    // Starts the host's next read, or finds the end.
    stream.read(0);
    return undefined;
  }
}
