import { type Part, u32, vectorOf } from "../../wasm/testing/module-bytes.js";
import { type FunctionType, ValueType } from "../../wasm/types.js";
import type { Choices } from "./choices.js";
import { ExpressionWriter, type Place, SEEN } from "./expression-writer.js";
import { leb } from "./instructions.js";
import { FUNCTION_TYPES, NUMBERS, type NumberType, STORES, TYPES } from "./opcodes.js";

const { I32, I64, FuncRef } = ValueType;
const MOST_LOOPS = 3;

/** Writes one function. Statements leave the stack as it was. */
export class FunctionWriter extends ExpressionWriter {
  readonly #isGuest: boolean;
  #loops = 0;

  /** @param isGuest whether function 0 is `emit` */
  constructor(choices: Choices, place: Place, isGuest: boolean) {
    super(choices, place);
    this.#isGuest = isGuest;
  }

  /** Write all of it but the `end`. */
  write(): void {
    this.#statements(3);
    for (const result of this.type.results) this.expression(result as NumberType, 3);
  }

  /** Types of the locals that it declares. */
  get declared(): readonly NumberType[] {
    return this.locals.slice(this.type.params.length);
  }

  #statements(depth: number): void {
    const count = depth <= 0 ? 0 : this.choices.upTo(6);
    for (let at = 0; at < count; at += 1) this.#statement(depth - 1);
  }

  #statement(depth: number): void {
    const { choices } = this;
    switch (choices.upTo(this.#isGuest ? 21 : 19)) {
      case 0:
        this.put(0x01);
        return;
      case 1:
      case 2: {
        const at = choices.upTo(this.writable);
        this.expression(this.locals[at] as NumberType, depth);
        this.put(0x21, u32(at));
        return;
      }
      case 3:
      case 4: {
        const type = choices.pick(NUMBERS);
        this.address(depth);
        this.expression(type, depth);
        this.put(choices.pick(STORES[type]), [0, u32(choices.upTo(256))]);
        return;
      }
      case 5:
        this.#if(depth, () => this.#statements(depth), choices.upTo(2) === 1);
        return;
      case 6:
        this.#loop(depth);
        return;
      case 7:
        this.put(0x02, 0x40);
        this.within("nothing", () => this.#statements(depth));
        this.put(0x0b);
        return;
      case 8:
        this.#branch(depth);
        return;
      case 9:
        this.#branchByTable(depth);
        return;
      case 10:
        this.#if(depth, () => {
          for (const result of this.type.results) this.expression(result as NumberType, depth);
          this.put(0x0f);
        });
        return;
      case 11:
        this.callAny(depth);
        return;
      case 12:
        this.#bulkMemory(depth);
        return;
      case 13:
        this.#bulkTable(depth);
        return;
      case 14:
        this.expression(I64, depth);
        this.put(0x24, SEEN);
        return;
      case 15:
        this.#small();
        this.put(0x40, 0);
        this.put(0x1a);
        return;
      case 16:
        this.#reference();
        this.#small();
        this.put([0xfc, 15], this.#table());
        this.put(0x1a);
        return;
      case 17:
        this.#callIndirect(depth);
        return;
      case 19:
      case 20:
        this.#emitInstruction(depth);
        return;
      default:
        if (choices.upTo(3) === 2) this.#if(depth, () => this.put(0x00));
        else this.#readTable();
    }
  }

  #if(depth: number, write: () => void, hasElse = false): void {
    this.expression(I32, depth);
    this.put(0x04, 0x40);
    this.within("nothing", () => {
      write();
      if (!hasElse) return;
      this.put(0x05);
      write();
    });
    this.put(0x0b);
  }

  /** A loop of a few rounds, of which there are few, so that every program ends soon. */
  #loop(depth: number): void {
    if (this.#loops >= MOST_LOOPS) return;
    this.#loops += 1;
    const counter = this.locals.push(I32) - 1;
    this.put(0x41, this.choices.upTo(8) + 1);
    this.put(0x21, u32(counter));
    this.put(0x03, 0x40);
    this.loopDepth += 1;
    this.within("never", () => this.#statements(depth));
    this.loopDepth -= 1;
    this.put(0x20, u32(counter));
    this.put(0x41, 1);
    this.put(0x6b);
    this.put(0x22, u32(counter));
    this.put(0x0d, 0);
    this.put(0x0b);
  }

  #branch(depth: number): void {
    const label = this.label("nothing");
    if (label === undefined) return;
    if (this.choices.upTo(3) === 2) {
      this.#if(depth, () => this.put(0x0c, u32(label + 1)));
      return;
    }
    this.expression(I32, depth);
    this.put(0x0d, u32(label));
  }

  #branchByTable(depth: number): void {
    const last = this.label("nothing");
    if (last === undefined) return;
    const targets = Array.from({ length: this.choices.upTo(4) }, () => this.label("nothing") as number);
    this.put(0x02, 0x40);
    this.expression(I32, depth);
    this.put(0x0e, [vectorOf(targets.map((target) => u32(target + 1))), u32(last + 1)]);
    this.put(0x0b);
  }

  /** Only the first function calls through a table, and what it calls never comes back to it. */
  #callIndirect(depth: number): void {
    if (this.place.index !== 0 || this.loopDepth > 1) return;
    const type = this.choices.upTo(FUNCTION_TYPES);
    const { params, results } = TYPES[type] as FunctionType;
    for (const param of params) this.expression(param as NumberType, depth);
    this.put(0x41, this.choices.upTo(12));
    this.put(0x11, [u32(type), this.#table()]);
    for (const _result of results) this.put(0x1a);
  }

  /** Emit a few bytes, and take the length of the reply as one of the numbers to go on with. */
  #emitInstruction(depth: number): void {
    this.address(depth);
    this.put(0x41, this.choices.upTo(60));
    this.address(depth);
    this.put(0x41, this.choices.upTo(60));
    this.put(0x10, 0);
    this.put(0x21, u32(this.scratch));
    this.put(0x23, SEEN);
    this.put(0x20, u32(this.scratch));
    this.put(0xad);
    this.put(0x7c);
    this.put(0x24, SEEN);
  }

  #bulkMemory(depth: number): void {
    const { choices } = this;
    const kind = choices.upTo(5);
    if (kind === 4) {
      if (choices.upTo(4) === 3) this.put([0xfc, 9], 0);
      return;
    }
    this.address(depth);
    this.expression(I32, depth);
    if (kind !== 0 || choices.upTo(16) !== 15) this.#mask(kind === 2 ? 0x7f : 0x7fff);
    this.expression(I32, depth - 1);
    this.#mask(kind === 2 ? 0x7f : 0x1ff);
    if (kind === 2) this.bulk(8, [0, 0]);
    else if (kind === 1) this.bulk(11, 0);
    else this.bulk(10, [0, 0]);
  }

  #bulkTable(depth: number): void {
    const { choices } = this;
    const kind = choices.upTo(4);
    if (kind === 3) {
      if (choices.upTo(4) === 3) this.put([0xfc, 13], 1);
      return;
    }
    this.#small();
    if (kind === 1) this.#reference();
    else this.#small();
    if (choices.upTo(8) === 7) {
      this.expression(I32, depth);
      this.#mask(0xff);
    } else {
      this.#small();
    }
    if (kind === 0) this.bulk(14, [this.#table(), this.#table()]);
    else if (kind === 1) this.bulk(17, this.#table());
    else this.bulk(12, [1, this.#table()]);
  }

  /** Look at an element of a table, and sometimes put it elsewhere. */
  #readTable(): void {
    const { choices } = this;
    const table = this.#table();
    if (choices.upTo(2) === 1) {
      this.#small();
      this.#small();
      this.put(0x25, table);
      this.put(0x26, this.#table());
      return;
    }
    this.put(0x23, SEEN);
    this.#small();
    this.put(0x25, table);
    this.put(0xd1);
    this.put([0xfc, 16], table);
    this.put(0x6a);
    this.put(0xad);
    this.put(0x7c);
    this.put(0x24, SEEN);
  }

  /** No function, or the last one, which calls nothing. */
  #reference(): void {
    const { types, imported } = this.place;
    if (this.choices.upTo(2) === 0) this.put(0xd0, FuncRef);
    else this.put(0xd2, u32(imported + types.length - 1));
  }

  /** One of the two tables, of which the second has room for little. */
  #table(): number {
    return this.choices.upTo(4) === 3 ? 1 : 0;
  }

  #mask(mask: number): void {
    this.put(0x41, leb(mask));
    this.put(0x71);
  }

  /** A small number. */
  #small(): void {
    this.put(0x41, this.choices.upTo(4));
  }
}

/** A function body: how many locals of which types, then instructions and `end`. */
export function bodyOf(declared: readonly NumberType[], code: Part): Part {
  return [vectorOf(declared.map((type) => [1, type])), code, 0x0b];
}
