import type { StandardStreams } from "../standard-streams.js";

/** Bytes that each stream holds while something is drawn. */
const MOST_HELD = 1_048_576;

/** What held streams need to know of the terminal. */
export interface TerminalUse {
  readonly isInUse: boolean;
  whenGivenBack(then: () => void): void;
}

/**
 * Standard streams that leave a drawing alone: while something is drawn on the terminal, what is written to it is held
 * and written when the terminal is given back; more than 1 MiB is refused. A stream that leads elsewhere is written as
 * always. The keyboard belongs to the drawing meanwhile: reading from it finds nothing there yet.
 *
 * @param isTerminal whether a descriptor, 0 to 2, is the terminal
 * @spec instructions.ui.stdio
 */
export function holdingStreams(
  streams: StandardStreams,
  terminal: TerminalUse,
  isTerminal: (descriptor: 0 | 1 | 2) => boolean,
): StandardStreams {
  const held = new HeldWrites();
  const release = (): void => {
    for (const { descriptor, data } of held.take())
      if (descriptor === 1) streams.writeOutput(data);
      else streams.writeError(data);
  };
  const writeOrHold = (descriptor: 1 | 2, write: (data: Uint8Array) => void, data: Uint8Array): void => {
    if (!terminal.isInUse || !isTerminal(descriptor)) {
      write(data);
      return;
    }
    if (data.length === 0) return;
    if (held.bytesOf(descriptor) + data.length > MOST_HELD) throw coded("EPIPE", "too much is held");
    if (held.isEmpty) terminal.whenGivenBack(release);
    held.add(descriptor, data);
  };
  return {
    readInput: (maximum, signal) => {
      const check = (): void => {
        if (terminal.isInUse && isTerminal(0)) throw coded("EAGAIN", "the keyboard belongs to what is drawn");
      };
      check();
      const data = streams.readInput(maximum, signal);
      if (data instanceof Uint8Array) return data;
      return data.then((typed) => {
        // Typed while something is drawn that was not there when the reading began: the drawing has got it.
        check();
        return typed;
      });
    },
    writeOutput: (data) => writeOrHold(1, streams.writeOutput, data),
    writeError: (data) => writeOrHold(2, streams.writeError, data),
  };
}

/** Writes in the order in which they came. However small each is, they take little more than their bytes. */
class HeldWrites {
  readonly #bytes = { 1: new Uint8Array(0), 2: new Uint8Array(0) };
  readonly #lengths = { 1: 0, 2: 0 };
  /** Bytes that went to one stream and then to the other, in turn; the first to standard output, also where it is 0. */
  #turns: number[] = [];

  get isEmpty(): boolean {
    return this.#turns.length === 0;
  }

  bytesOf(descriptor: 1 | 2): number {
    return this.#lengths[descriptor];
  }

  add(descriptor: 1 | 2, data: Uint8Array): void {
    const at = this.#lengths[descriptor];
    const length = at + data.length;
    let bytes = this.#bytes[descriptor];
    if (length > bytes.length) {
      bytes = new Uint8Array(Math.max(length, 2 * bytes.length));
      bytes.set(this.#bytes[descriptor].subarray(0, at));
      this.#bytes[descriptor] = bytes;
    }
    bytes.set(data, at);
    this.#lengths[descriptor] = length;
    const last = this.#turns.length - 1;
    if (last >= 0 && last % 2 === descriptor - 1) this.#turns[last] = (this.#turns[last] ?? 0) + data.length;
    else if (last === -1 && descriptor === 2) this.#turns.push(0, data.length);
    else this.#turns.push(data.length);
  }

  /** What was held, one piece for writes to the same stream that followed each other. Nothing is held any more. */
  *take(): Iterable<{ readonly descriptor: 1 | 2; readonly data: Uint8Array }> {
    const turns = this.#turns;
    const bytes = { ...this.#bytes };
    const at = { 1: 0, 2: 0 };
    this.#turns = [];
    for (const descriptor of [1, 2] as const) {
      this.#bytes[descriptor] = new Uint8Array(0);
      this.#lengths[descriptor] = 0;
    }
    for (const [turn, length] of turns.entries()) {
      const descriptor = turn % 2 === 0 ? 1 : 2;
      if (length > 0) yield { descriptor, data: bytes[descriptor].subarray(at[descriptor], at[descriptor] + length) };
      at[descriptor] += length;
    }
  }
}

function coded(code: string, message: string): Error {
  return Object.assign(new Error(message), { code });
}
