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
  const held: { readonly write: (data: Uint8Array) => void; readonly data: Uint8Array }[] = [];
  const sizes = { 1: 0, 2: 0 };
  const release = (): void => {
    sizes[1] = 0;
    sizes[2] = 0;
    for (const { write, data } of held.splice(0)) write(data);
  };
  const writeOrHold = (descriptor: 1 | 2, write: (data: Uint8Array) => void, data: Uint8Array): void => {
    if (!terminal.isInUse || !isTerminal(descriptor)) {
      write(data);
      return;
    }
    if (sizes[descriptor] + data.length > MOST_HELD) throw coded("EPIPE", "too much is held");
    if (held.length === 0) terminal.whenGivenBack(release);
    sizes[descriptor] += data.length;
    held.push({ write, data: data.slice() });
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

function coded(code: string, message: string): Error {
  return Object.assign(new Error(message), { code });
}
