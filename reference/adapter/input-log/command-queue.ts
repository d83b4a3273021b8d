import type { InputLogEntry } from "../../../generated/codecs/input-log-entry.js";
import type { QuotaName } from "../../../generated/enums/quota-name.js";

/** What a replay does to its instance. The composition root gives it: this layer knows no runtime. */
export interface ReplayCommands {
  /** Rejects where the instance cannot be suspended. */
  suspend(): Promise<void>;
  /** Rejects where it cannot go on. */
  resume(): Promise<void>;
  /** End it, before this returns. */
  terminate(): Promise<void>;
  /** Replace a bound. Throws where the host's policy does not allow that much. */
  grant(quota: QuotaName, value: number): void;
}

/** A recorded command and where it stands. */
export interface Queued {
  readonly entry: InputLogEntry;
  readonly at: number;
}

/** Repeats commands one after the other; where none is under way, at once. */
export class CommandQueue {
  readonly #commands: ReplayCommands;
  readonly #failed: (at: number, command: string, error: unknown) => void;
  readonly #idle: () => void;
  readonly #waiting: Queued[] = [];
  #isBusy = false;
  #isClosed = false;
  /** The command that is under way, or was when the instance ended. */
  #current: Queued | undefined;
  #quotaMet: (() => void) | undefined;

  /**
   * @param failed told of a command that cannot be repeated
   * @param idle told when the last command was carried out that did not end at once
   */
  constructor(
    commands: ReplayCommands,
    failed: (at: number, command: string, error: unknown) => void,
    idle: () => void,
  ) {
    this.#commands = commands;
    this.#failed = failed;
    this.#idle = idle;
  }

  /** Whether a command is under way. */
  get isBusy(): boolean {
    return this.#isBusy;
  }

  /** Whether what is under way waits for a quota: nothing comes of it but by the program itself. */
  get waitsForQuota(): boolean {
    return this.#quotaMet !== undefined;
  }

  /** The first command that was not carried out when the instance ended. */
  get undone(): Queued | undefined {
    // The instance ends while it is being terminated.
    return this.#current?.entry.command === "terminate" ? this.#waiting[0] : (this.#current ?? this.#waiting[0]);
  }

  /** Carry out a command when those before it are done. */
  add(entry: InputLogEntry, at: number): void {
    this.#waiting.push({ entry, at });
    if (!this.#isBusy && !this.#isClosed) this.#drain();
  }

  /** A quota has suspended the instance. @returns whether the log has that here */
  quotaReached(): boolean {
    const met = this.#quotaMet;
    this.#quotaMet = undefined;
    met?.();
    return met !== undefined;
  }

  /** Carry out nothing any more. */
  close(): void {
    this.#isClosed = true;
  }

  #drain(): void {
    while (!this.#isClosed) {
      const next = this.#waiting.shift();
      this.#current = next;
      if (next === undefined) return;
      this.#isBusy = true;
      const done = this.#carryOut(next);
      if (done === undefined) {
        this.#isBusy = false;
        continue;
      }
      done.then(
        () => this.#goOn(),
        (error: unknown) => {
          this.#isBusy = false;
          this.#failed(next.at, next.entry.command as string, error);
        },
      );
      return;
    }
  }

  #goOn(): void {
    this.#isBusy = false;
    if (this.#isClosed) return;
    this.#current = undefined;
    this.#drain();
    if (!this.#isBusy) this.#idle();
  }

  #carryOut({ entry, at }: Queued): Promise<void> | undefined {
    switch (entry.command) {
      case "grant":
        try {
          this.#commands.grant(entry.quota as QuotaName, entry.value as number);
        } catch (error) {
          this.#failed(at, "grant", error);
        }
        return undefined;
      case "quota":
        return new Promise((resolve) => {
          this.#quotaMet = resolve;
        });
      case "suspend":
        return this.#commands.suspend();
      case "resume":
        return this.#commands.resume();
      default:
        return this.#commands.terminate();
    }
  }
}
