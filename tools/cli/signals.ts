import { type ProgramSignals, SignalDesk } from "../../reference/adapter/platforms/index.js";

const desk = new SignalDesk();
/** Signals that end this process where nobody listens; listened to only while a program does. */
const OTHERS = [
  ["SIGHUP", "hangup"],
  ["SIGTERM", "terminate"],
] as const;
const listeners = OTHERS.map(([name, signal]) => ({ name, listener: (): void => void desk.deliver(signal) }));
let receivers = 0;
/** Longest wait that Node knows, in milliseconds. */
const LONGEST_WAIT = 2_147_483_647;
let awake: NodeJS.Timeout | undefined;

/** Signals of this process, for the program it runs. @spec tools.run.signals */
export const programSignals: ProgramSignals = {
  receive: (receive) => {
    const stop = desk.receive(receive);
    let isOpen = true;
    receivers += 1;
    if (receivers === 1) {
      for (const { name, listener } of listeners) process.on(name, listener);
      // Listening alone does not keep Node running, and a program may wait for nothing but a signal.
      awake = setInterval(() => {}, LONGEST_WAIT);
    }
    return () => {
      if (!isOpen) return;
      isOpen = false;
      stop();
      receivers -= 1;
      if (receivers > 0) return;
      for (const { name, listener } of listeners) process.off(name, listener);
      clearInterval(awake);
    };
  },
};

/** Hand Ctrl-C to the program. False where it did not ask for signals. */
export function offerInterrupt(): boolean {
  return desk.deliver("interrupt");
}
