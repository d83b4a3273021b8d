// What a worker does for one guest after another. Plain JavaScript for the reason given in ../engine-instance.js.
import { EngineInstance, engineFailure } from "../engine-instance.js";
import { Amount, Mailbox, Word } from "./mailbox.js";

/** Names of the import module and its functions. */
const IMPORT_MODULE = "fayger_1";
const IMPORTS = ["emit", "reply_read", "section_read", "exit", "abort"];

/** What added code asks of its host, as in rewrite/additions.ts. */
const OUT_OF_FUEL = 0;
const MEMORY_DENIED = 1;

/**
 * Fuel after which a guest that needs nobody looks whether it shall stop: about a millisecond's worth, which a look
 * costs a thousandth of.
 */
const LOOK = 1_048_576;

/** Thrown by an import to leave the guest for good. */
const LEFT = Symbol("left");

/** One guest, from its instance to its end. */
class Guest {
  /** @type {import("./mailbox.js").ThreadPort} */
  #port;
  #mailbox;
  /** @type {EngineInstance} */
  #instance;
  /** Fuel used when the global would be 0. */
  #base = 0;

  /**
   * @param {import("./mailbox.js").ThreadPort} port
   * @param {Extract<import("./mailbox.js").ToWorker, { to: "instantiate" }>} message
   */
  constructor(port, { engineModule, memory, mailbox }) {
    this.#port = port;
    this.#mailbox = new Mailbox(mailbox);
    /** @type {Record<string, (...values: (number | bigint)[]) => number>} */
    const functions = {};
    for (const name of IMPORTS) functions[name] = (...values) => this.#callHost(name, values);
    const imports = { [IMPORT_MODULE]: functions, [engineModule.prefix]: { memory } };
    this.#instance = new EngineInstance(engineModule, imports, (what, argument) => this.#answer(what, argument));
  }

  /** @param {(instance: EngineInstance) => number} call */
  run(call) {
    this.#goOn(this.#mailbox.amounts[Amount.FuelUsed] ?? 0);
    /** @type {import("./mailbox.js").FromWorker} */
    let ending;
    try {
      ending = { kind: "returned", value: call(this.#instance) };
    } catch (thrown) {
      ending = thrown === LEFT ? { kind: "left" } : { kind: "thrown", failure: this.#instance.failure(thrown) };
    }
    this.#publish(this.#used);
    this.#port.post(ending);
  }

  /**
   * A function of the import module: the host does what it says.
   *
   * @param {string} name
   * @param {readonly (number | bigint)[]} values
   */
  #callHost(name, values) {
    const used = this.#used;
    this.#publish(used);
    this.#wait({ kind: "import", name, values });
    this.#goOn(used);
    return this.#mailbox.words[Word.Result] ?? 0;
  }

  /**
   * @param {number} what
   * @param {number} argument
   */
  #answer(what, argument) {
    if (what === OUT_OF_FUEL) {
      this.#refuel(argument);
      return;
    }
    const used = this.#used;
    this.#publish(used);
    const quota = what === MEMORY_DENIED ? "memory_bytes" : "table_elements";
    this.#wait({ kind: "denied", quota, wanted: argument >>> 0 });
    this.#goOn(used);
  }

  /**
   * The guest has charged `cost` and has not so much left: look around, wait where it may not go on, and go on.
   *
   * @param {number} cost
   */
  #refuel(cost) {
    const { words, amounts } = this.#mailbox;
    const wanted = this.#used;
    for (;;) {
      const bound = Math.min(/** @type {number} */ (amounts[Amount.FuelLimit]), /** @type {number} */ (amounts[Amount.SliceEnd]));
      if (wanted <= bound && Atomics.load(words, Word.Stop) === 0) break;
      // What was not granted yet is not used yet.
      this.#publish(wanted - cost);
      this.#wait({ kind: "fuel", cost });
    }
    this.#goOn(wanted);
    this.#publish(wanted);
  }

  /** Fuel used so far. */
  get #used() {
    return this.#base - /** @type {number} */ (this.#instance.fuel.value);
  }

  /** @param {number} fuelUsed */
  #publish(fuelUsed) {
    const { amounts } = this.#mailbox;
    amounts[Amount.FuelUsed] = fuelUsed;
    amounts[Amount.Elements] = this.#instance.elements;
  }

  /**
   * Take the bounds that hold from now on.
   *
   * @param {number} used fuel used so far
   */
  #goOn(used) {
    const { words, amounts } = this.#mailbox;
    const bound = Math.min(/** @type {number} */ (amounts[Amount.FuelLimit]), /** @type {number} */ (amounts[Amount.SliceEnd]));
    const room = Math.max(0, Math.min(bound - used, LOOK));
    this.#instance.fuel.value = room;
    this.#base = used + room;
    this.#instance.setBounds(
      /** @type {number} */ (words[Word.Pages]),
      /** @type {number} */ (amounts[Amount.ElementLimit]),
    );
  }

  /**
   * Tell the host and wait until it has answered.
   *
   * @param {import("./mailbox.js").FromWorker} message
   */
  #wait(message) {
    const { words } = this.#mailbox;
    Atomics.store(words, Word.Turn, 0);
    this.#port.post(message);
    while (Atomics.load(words, Word.Turn) === 0) Atomics.wait(words, Word.Turn, 0);
    if (words[Word.Leave] !== 0) throw LEFT;
  }
}

/**
 * Serve guests for as long as the worker lives, one at a time.
 *
 * @param {import("./mailbox.js").ThreadPort} port
 */
export function serve(port) {
  /** @type {Guest | undefined} */
  let guest;
  port.listen((message) => {
    switch (message.to) {
      case "instantiate":
        try {
          guest = new Guest(port, message);
        } catch (thrown) {
          port.post({ kind: "thrown", failure: engineFailure(thrown) });
          return;
        }
        guest.run((instance) => {
          instance.start();
          return 0;
        });
        return;
      case "call":
        guest?.run((instance) => instance.call(message.name, message.values));
        return;
      case "forget":
        guest = undefined;
    }
  });
  port.post({ kind: "ready" });
}
