import { ExitCode } from "./command.js";

let listener: (() => void) | undefined;

/**
 * The first Ctrl-C asks the command to stop and clean up; a second one ends the process at once. Before both stands one
 * that a program takes.
 *
 * @spec tools.run.signals
 * @param offer hands Ctrl-C to the program that runs; false where it does not take it
 */
export function installInterrupt(stop: () => void, offer: () => boolean = () => false): void {
  const stopFirst = (): void => {
    stop();
    listen(() => process.exit(ExitCode.Interrupted));
  };
  listen(() => {
    if (offer()) listen(stopFirst);
    else stopFirst();
  });
}

function listen(next: () => void): void {
  if (listener !== undefined) process.off("SIGINT", listener);
  listener = next;
  process.on("SIGINT", next);
}

/**
 * Do work that keeps this thread, and with it every listener, from running: a guest in thread, which may compute or
 * wait for input without end. Meanwhile Ctrl-C means what it means to a process that listens to nothing: its end.
 */
export function interruptible<T>(work: () => T): T {
  if (listener === undefined) return work();
  process.off("SIGINT", listener);
  try {
    return work();
  } finally {
    process.on("SIGINT", listener);
  }
}
