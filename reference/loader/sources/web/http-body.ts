import { hostError } from "../../../errors/host-error.js";
import { ArrivedBytes } from "./arrived-bytes.js";
import { PassingFault, UnfitAnswer } from "./http-failure.js";
import { type Stop, Stopped } from "./http-stop.js";

/**
 * The body of one answer, read with bounded memory and never left open.
 *
 * @spec loader.limits.allocation
 */
export class HttpBody {
  readonly #reader: ReadableStreamDefaultReader<Uint8Array> | undefined;
  readonly #stop: Stop;
  readonly #alive: () => void;
  #isAtEnd = false;

  /**
   * @param stop ends the wait for the next piece
   * @param alive called when a piece has come
   */
  constructor(response: Response, stop: Stop, alive: () => void) {
    this.#reader = response.body?.getReader();
    this.#stop = stop;
    this.#alive = alive;
  }

  /**
   * Read exactly `length` bytes and the end behind them. Never reads on once there are more.
   *
   * @param into gets the bytes as they come, also where the body then fails; never more than `length` of them
   * @throws PassingFault where the body ends early, UnfitAnswer where it is too long
   * @spec loader.source.http.bounded
   */
  async readInto(into: ArrivedBytes, length: number): Promise<void> {
    let done = 0;
    for (let piece = await this.#next(done, length); piece !== undefined; piece = await this.#next(done, length)) {
      if (done + piece.length > length) throw new UnfitAnswer("the body is longer than its head says");
      done += piece.length;
      into.add(piece);
    }
    if (done < length) throw new PassingFault(`the body ended after ${done} of ${length} bytes`);
  }

  /** Read exactly `length` bytes and the end behind them. @throws as {@link HttpBody.readInto} */
  async read(length: number): Promise<Uint8Array> {
    const arrived = new ArrivedBytes();
    await this.readInto(arrived, length);
    return arrived.joined();
  }

  /**
   * Read all of it where it has at most `limit` bytes.
   *
   * @throws UnfitAnswer where it has more, after no more than one piece behind the limit
   */
  async readUpTo(limit: number): Promise<Uint8Array> {
    const arrived = new ArrivedBytes();
    const next = (): Promise<Uint8Array | undefined> => this.#next(arrived.length, limit);
    for (let piece = await next(); piece !== undefined; piece = await next()) {
      if (arrived.length + piece.length > limit) throw new UnfitAnswer(`the body is longer than ${limit} bytes`);
      arrived.add(piece);
    }
    return arrived.joined();
  }

  /** Let go of what was not read. */
  discard(): void {
    if (this.#isAtEnd) return;
    this.#isAtEnd = true;
    this.#reader?.cancel().catch(() => undefined);
  }

  async #next(done: number, length: number): Promise<Uint8Array | undefined> {
    if (this.#reader === undefined) return undefined;
    try {
      const { done: isAtEnd, value } = await this.#stop.race(this.#reader.read());
      if (isAtEnd) {
        this.#isAtEnd = true;
        return undefined;
      }
      // An empty piece is no sign of life.
      if (value.length > 0) this.#alive();
      return value;
    } catch (error) {
      if (error instanceof Stopped) throw error;
      const reason = `the connection broke after ${done} of ${length} bytes`;
      throw new PassingFault(reason, { hostError: hostError(nativeError(error), "fetch") });
    }
  }
}

/** `fetch` hides the error that has a code behind one that has none. */
export function nativeError(error: unknown): unknown {
  const cause: unknown = error instanceof Error ? error.cause : undefined;
  return cause instanceof Error ? cause : error;
}
