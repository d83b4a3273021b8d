import { StringDecoder } from "node:string_decoder";

/** What hears of a terminal. */
export interface TerminalListener {
  /** What the person's keyboard and mouse sent. */
  readonly input: (text: string) => void;
  /** The terminal has another size, or was taken back after a while: everything is to be drawn anew. */
  readonly redraw: () => void;
  /** The terminal is gone: nothing can be drawn any more. */
  readonly lost: () => void;
  /** The process ends, and the terminal was given back. */
  readonly ending: () => void;
}

/** A terminal that can be taken whole and given back. */
export interface TerminalDevice {
  /** Whether there is one that can be drawn on. */
  readonly isUsable: boolean;
  /** Its size in cells. */
  size(): { readonly columns: number; readonly rows: number };
  /** Take it: another screen, raw keys. @throws what the host throws where it is gone */
  take(listener: TerminalListener): void;
  /** Draw: text with control sequences. */
  write(text: string): void;
  /** Give it back as it was. Idempotent, and safe while the process ends. */
  giveBack(): void;
  /** End the process as Ctrl-C does where nobody draws. */
  interrupt(): void;
}

// Another screen without wrapping at its edge; marks around what is pasted; clicks and wheel in the form SGR.
const TAKE = "\u001b[?1049h\u001b[?7l\u001b[?2004h\u001b[?1000h\u001b[?1006h\u001b[?25l\u001b[0m\u001b[2J";
const GIVE_BACK = "\u001b[0m\u001b[?1006l\u001b[?1000l\u001b[?2004l\u001b[?7h\u001b[?25h\u001b[?1049l";
/** Signals that end a process which does not listen to them. */
const ENDINGS = ["SIGINT", "SIGTERM", "SIGHUP", "SIGQUIT"] as const;

/** What of Node a device stands on. Looked at only when a terminal is needed: looking opens the streams. */
export interface TerminalProcess {
  readonly stdin: NodeJS.ReadStream;
  readonly stdout: NodeJS.WriteStream;
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Write at once, so that nothing is lost when the process ends. */
  readonly writeNow: (text: string) => void;
}

/** The terminal on which this process was started. @spec instructions.ui.surface-end */
export function createTerminalDevice(host: TerminalProcess): TerminalDevice {
  let listener: TerminalListener | undefined;
  let decoder = new StringDecoder("utf8");

  const write = (text: string): void => {
    try {
      host.writeNow(text);
    } catch {
      // The other end is gone. Not from within a drawing: whoever draws must be done first.
      const lost = listener;
      setImmediate(() => lost?.lost());
    }
  };
  const onData = (bytes: Buffer): void => listener?.input(decoder.write(bytes));
  const onResize = (): void => listener?.redraw();
  const onEnd = (): void => listener?.lost();
  const onContinue = (): void => {
    // Whoever had the terminal meanwhile has left it as it liked.
    const { stdin } = host;
    try {
      stdin.setRawMode(false);
      stdin.setRawMode(true);
    } catch {
      listener?.lost();
      return;
    }
    write(TAKE);
    listener?.redraw();
  };
  const onExit = (): void => {
    const ending = listener;
    device.giveBack();
    ending?.ending();
  };
  const onSignal = (signal: NodeJS.Signals): void => {
    // Who else listens decides what becomes of the process, and so of the drawing.
    if (process.listenerCount(signal) > 1) return;
    onExit();
    // Without this listener the signal does what it always does.
    process.kill(process.pid, signal);
  };

  const device: TerminalDevice = {
    get isUsable() {
      const { stdin, stdout, environment } = host;
      return stdin.isTTY === true && stdout.isTTY === true && !/^(dumb)?$/.test(environment["TERM"] ?? "");
    },
    size: () => ({ columns: host.stdout.columns || 80, rows: host.stdout.rows || 24 }),
    take: (next) => {
      const { stdin, stdout } = host;
      listener = next;
      decoder = new StringDecoder("utf8");
      stdin.setRawMode(true);
      stdin.on("data", onData);
      stdin.on("end", onEnd);
      stdin.on("error", onEnd);
      stdin.resume();
      stdout.on("resize", onResize);
      process.on("SIGCONT", onContinue);
      process.on("exit", onExit);
      for (const signal of ENDINGS) process.on(signal, onSignal);
      write(TAKE);
    },
    write,
    giveBack: () => {
      if (listener === undefined) return;
      const { stdin, stdout } = host;
      listener = undefined;
      for (const signal of ENDINGS) process.off(signal, onSignal);
      process.off("exit", onExit);
      process.off("SIGCONT", onContinue);
      stdout.off("resize", onResize);
      stdin.off("data", onData);
      stdin.off("end", onEnd);
      stdin.off("error", onEnd);
      write(GIVE_BACK);
      try {
        stdin.setRawMode(false);
        stdin.pause();
      } catch {
        // The terminal is gone: there is nothing to restore.
      }
    },
    interrupt: () => void process.kill(process.pid, "SIGINT"),
  };
  return device;
}
