// Memory that a worker and the thread of the host share, and what they tell each other. Plain JavaScript for the reason
// given in ../engine-instance.js.

/** Words of the mailbox, by their position in its Int32Array. */
export const Word = {
  /** 0 while the worker waits, 1 once it shall go on. */
  Turn: 0,
  /** Whether the guest shall be left for good instead of going on. */
  Leave: 1,
  /** What the function that the guest waits for returns. */
  Result: 2,
  /** Whether the guest shall stop the next time it looks. */
  Stop: 3,
  /** Pages of memory that the quota leaves room for. */
  Pages: 4,
};

/** Numbers of the mailbox, by their position in its Float64Array. */
export const Amount = {
  /** Fuel of the whole life, or infinity. */
  FuelLimit: 0,
  /** Where, counted like the limit, the slice ends; or infinity. */
  SliceEnd: 1,
  /** Fuel used so far. */
  FuelUsed: 2,
  /** Elements of tables that the quota leaves room for, or infinity. */
  ElementLimit: 3,
  /** Elements of all tables. */
  Elements: 4,
};

const WORD_BYTES = 32;

/** Views of a mailbox. */
export class Mailbox {
  /** What both threads share. */
  buffer;
  /** See {@link Word}. */
  words;
  /** See {@link Amount}. */
  amounts;

  /** @param {SharedArrayBuffer} [buffer] a new one unless given */
  constructor(buffer = new SharedArrayBuffer(WORD_BYTES + 40)) {
    this.buffer = buffer;
    this.words = new Int32Array(buffer, 0, 8);
    this.amounts = new Float64Array(buffer, WORD_BYTES, 5);
  }
}

/**
 * What the host sends to a worker that waits for a message.
 *
 * @typedef {{ to: "instantiate", engineModule: import("../engine-instance.js").EngineModule,
 *   memory: WebAssembly.Memory, mailbox: SharedArrayBuffer }
 *   | { to: "call", name: string, values: readonly number[] }
 *   | { to: "forget" }} ToWorker
 */

/**
 * What a worker sends to the host: that it is there, how a call ended, and what it waits for in the mailbox.
 *
 * @typedef {{ kind: "ready" }
 *   | { kind: "returned", value: number }
 *   | { kind: "thrown", failure: import("../engine-instance.js").EngineFailure }
 *   | { kind: "left" }
 *   | { kind: "import", name: string, values: readonly (number | bigint)[] }
 *   | { kind: "fuel", cost: number }
 *   | { kind: "denied", quota: "memory_bytes" | "table_elements", wanted: number }} FromWorker
 */

/**
 * How a worker is reached from inside.
 *
 * @typedef {object} ThreadPort
 * @property {(message: FromWorker) => void} post
 * @property {(listener: (message: ToWorker) => void) => void} listen
 */
