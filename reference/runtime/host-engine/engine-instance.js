// Plain JavaScript with types in comments: a worker begins with this file, and finds it beside the sources as it does
// beside what is built of them.

/** One function that calls a function of the host: only what came out of a module may be put into a table. */
const TRAMPOLINE = Uint8Array.of(
  ...[0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00],
  ...[0x01, 0x06, 0x01, 0x60, 0x02, 0x7f, 0x7f, 0x00],
  ...[0x02, 0x07, 0x01, 0x01, 0x68, 0x01, 0x63, 0x00, 0x00],
  ...[0x07, 0x05, 0x01, 0x01, 0x63, 0x00, 0x00],
);
/** @type {WebAssembly.Module | undefined} */
let trampoline;

/**
 * A rewritten module, compiled.
 *
 * @typedef {object} EngineModule
 * @property {WebAssembly.Module} module
 * @property {string} prefix what the names of everything begin with that was added
 * @property {boolean} hasStart
 * @property {readonly number[]} calledTables tables that calls go through
 */

/**
 * What ended a call into the guest, as plain data.
 *
 * @typedef {object} EngineFailure
 * @property {"trap" | "range" | "other"} kind an error of WebAssembly, a RangeError, or another one
 * @property {string} name name of the class of what was thrown
 * @property {string} message the engine's own words
 * @property {number} reason why added code ended the program; 0 where it did not
 * @property {boolean} emptyElement whether the element that was called last is empty
 */

/** The instance of a rewritten module, with what was added to it at hand. */
export class EngineInstance {
  /** @type {WebAssembly.Exports} */
  #exports;
  #prefix;
  #hasStart;
  #calledTables;
  /** The fuel that is left: an i32. @type {WebAssembly.Global} */
  fuel;
  /** Elements of all tables. @type {WebAssembly.Global} */
  #elements;
  /** @type {WebAssembly.Global} */
  #pages;
  /** @type {WebAssembly.Global} */
  #elementLimit;

  /**
   * Make the instance. No code of the guest runs.
   *
   * @param {EngineModule} engineModule
   * @param {WebAssembly.Imports} imports
   * @param {(what: number, argument: number) => void} hostCall called by added code
   * @throws what the engine throws
   */
  constructor({ module, prefix, hasStart, calledTables }, imports, hostCall) {
    this.#exports = new WebAssembly.Instance(module, imports).exports;
    this.#prefix = prefix;
    this.#hasStart = hasStart;
    this.#calledTables = calledTables;
    this.fuel = this.#added("fuel");
    this.#elements = this.#added("elements");
    this.#pages = this.#added("pages");
    this.#elementLimit = this.#added("element_limit");
    trampoline ??= new WebAssembly.Module(TRAMPOLINE);
    const { exports } = new WebAssembly.Instance(trampoline, { h: { c: hostCall } });
    /** @type {WebAssembly.Table} */ (this.#exports[`${prefix}host`]).set(0, exports["c"]);
  }

  /** Everything it exports. */
  get exports() {
    return this.#exports;
  }

  /** The memory it exports. */
  get memory() {
    return /** @type {WebAssembly.Memory} */ (this.#exports["memory"]);
  }

  /** Elements of all its tables. */
  get elements() {
    return /** @type {number} */ (this.#elements.value);
  }

  /**
   * Set the bounds of growth.
   *
   * @param {number} pages of memory, 0 to 65,536
   * @param {number} elements of all tables
   */
  setBounds(pages, elements) {
    this.#pages.value = pages;
    this.#elementLimit.value = elements;
  }

  /** Call the start function, where there is one. Throws what the engine and the imports throw. */
  start() {
    if (this.#hasStart) this.call(`${this.#prefix}start`, []);
  }

  /**
   * Call an export.
   *
   * @param {string} name
   * @param {readonly number[]} values
   * @returns {number} the result as u32, 0 where there is none
   * @throws what the engine and the imports throw
   */
  call(name, values) {
    const exported = /** @type {(...values: readonly number[]) => number | undefined} */ (this.#exports[name]);
    return (exported(...values) ?? 0) >>> 0;
  }

  /**
   * What ended a call, to be asked at once.
   *
   * @param {unknown} thrown
   * @returns {EngineFailure}
   */
  failure(thrown) {
    const reason = /** @type {number} */ (this.#added("reason").value);
    return { ...engineFailure(thrown), reason, emptyElement: this.#calledEmptyElement() };
  }

  #calledEmptyElement() {
    const several = this.#calledTables.length > 1;
    const number = several ? /** @type {number} */ (this.#added("table").value) : this.#calledTables[0];
    const table = /** @type {WebAssembly.Table | undefined} */ (this.#exports[`${this.#prefix}table${number}`]);
    const index = /** @type {number} */ (this.#added("index").value) >>> 0;
    return table !== undefined && index < table.length && table.get(index) === null;
  }

  /**
   * @param {string} name
   * @returns {WebAssembly.Global}
   */
  #added(name) {
    return /** @type {WebAssembly.Global} */ (this.#exports[this.#prefix + name]);
  }
}

/**
 * What the engine threw before there was an instance.
 *
 * @param {unknown} thrown
 * @returns {EngineFailure}
 */
export function engineFailure(thrown) {
  const kind = thrown instanceof WebAssembly.RuntimeError ? "trap" : thrown instanceof RangeError ? "range" : "other";
  const message = thrown instanceof Error ? thrown.message : String(thrown);
  const name = thrown instanceof Error ? thrown.name : typeof thrown;
  return { kind, name, message, reason: 0, emptyElement: false };
}
