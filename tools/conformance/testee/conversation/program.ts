import type { VectorDelivery } from "../../../../generated/json/vector.js";
import { toHexadecimal } from "../hexadecimal.js";
import { grouped } from "./grouped.js";

interface Sent {
  readonly event: Uint8Array;
  readonly completion: boolean;
  readonly isWanted: (() => boolean) | undefined;
}

/** The program of a conversation: takes what it is sent, unless it is busy. */
export class ConversingProgram {
  /** Completions that were sent and not taken. */
  pendingCompletions = 0;
  /** Called once, when the next event was taken. */
  afterNext: (() => void) | undefined;
  #waiting: Sent[] = [];
  #taken: string[] = [];
  #isBusy = false;

  /** An event reaches the program, or waits for it. */
  deliver(event: Uint8Array, completion: boolean, isWanted: (() => boolean) | undefined): void {
    if (completion) this.pendingCompletions += 1;
    this.#waiting.push({ event, completion, isWanted });
    this.#take();
  }

  busy(): void {
    this.#isBusy = true;
  }

  idle(): void {
    this.#isBusy = false;
    this.#take();
  }

  /** Nothing reaches it any more. */
  end(): void {
    this.#waiting = [];
    this.pendingCompletions = 0;
    this.#isBusy = true;
  }

  /** What it took since it was asked last. */
  taken(): VectorDelivery[] {
    const taken = this.#taken;
    this.#taken = [];
    return grouped(taken.map((bytes) => ({ bytes })));
  }

  #take(): void {
    while (!this.#isBusy) {
      const sent = this.#waiting.shift();
      if (sent === undefined) return;
      if (sent.completion) this.pendingCompletions -= 1;
      if (sent.isWanted?.() === false) continue;
      this.#taken.push(toHexadecimal(sent.event));
      const after = this.afterNext;
      this.afterNext = undefined;
      after?.();
    }
  }
}
