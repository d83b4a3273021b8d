import type { OutputStream } from "./terminal.js";

/** What draws on the whole terminal, now and then. */
export interface WholeTerminal {
  /** Whether it does now. */
  readonly isInUse: boolean;
  /** Call once when it does no more. */
  whenGivenBack(then: () => void): void;
}

let drawing: WholeTerminal | undefined;

/** From now on notes wait while this draws: a program's own drawing is not written over. */
export function holdNotesWhile(next: WholeTerminal): void {
  drawing = next;
}

/** A stream that waits where it leads to a terminal that is drawn on. */
export function holdable(stream: OutputStream): OutputStream {
  return {
    ...(stream.isTTY !== undefined && { isTTY: stream.isTTY }),
    get columns() {
      return stream.columns ?? 80;
    },
    write: (text) => {
      if (drawing?.isInUse === true && stream.isTTY === true) drawing.whenGivenBack(() => void stream.write(text));
      else stream.write(text);
    },
  };
}
