import type { StepResult } from "./execution-strategy.js";

/**
 * Thrown by a host function to leave the guest for good: through the frames of the engine, past the program, to the
 * step that called it. No Error: it carries no stack, and nothing else can be mistaken for it.
 *
 * A program cannot catch it, because `wasm-core-2` has no exceptions.
 */
export class GuestUnwind {
  /** What the step shall return. */
  readonly result: StepResult;

  /** @param result what the step shall return */
  constructor(result: StepResult) {
    this.result = result;
  }
}
