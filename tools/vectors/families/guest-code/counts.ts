// Modules with as many of something as there may be, and with one more, as far as a corpus can carry them.
import { tableType } from "../../building/wasm/module.js";
import { join, type Part, type Piece, unsigned } from "../../building/wasm/piece.js";
import type { Draft } from "../../corpus/family.js";
import { base, type Fault, faulty, good } from "./base.js";

const MOST = 100_000;

const CLAUSES = ["guest-abi.code.limits"];
const EXPORTS = ["memory", "main", "fayger_init", "fayger_alloc", "fayger_on_event"];

/** Equal items behind their number, which is where a fault lies. */
function many(count: number, item: readonly number[], before: readonly Part[] = []): Piece {
  const items = Array.from(
    { length: (count - before.length) * item.length },
    (_, at) => item[at % item.length] as number,
  );
  return join(faulty(unsigned(count)), ...before, items);
}

/** The first entries of the base's tables: its elements and code speak of them. */
const TABLES = [tableType("funcref", 4, 10), tableType("externref", 2)];
const EMPTY_DATA = [1, 0];
const EMPTY_ELEMENTS = [1, 0, 0];
const EMPTY_TABLE = [0x70, 0, 0];

const data = (count: number): Piece => base({ dataCount: null, data: many(count, EMPTY_DATA) });
const elements = (count: number): Piece => base({ elements: many(count, EMPTY_ELEMENTS) });
const tables = (count: number): Piece => base({ tables: many(count, EMPTY_TABLE, TABLES) });

/** One above the bound. */
export function tooMany(): readonly Fault[] {
  const list = [
    { name: "data-segments", why: "100,001 data segments.", module: data(MOST + 1) },
    { name: "element-segments", why: "100,001 element segments.", module: elements(MOST + 1) },
    { name: "tables", why: "100,001 tables.", module: tables(MOST + 1) },
    {
      name: "imports",
      why: "100,001 imports, of which none is of the ABI: the module is not read so far.",
      module: base({ imports: many(MOST + 1, [1, 0x6d, 1, 0x66, 0, 0]) }),
    },
    {
      name: "exports",
      why: "100,001 exports, which have the same name: the module is not read so far.",
      module: base({ exports: many(MOST + 1, [1, 0x65, 2, 0]) }),
    },
  ];
  return list.map((each) => ({ group: "invalid", reason: "limit_exceeded", clauses: CLAUSES, ...each }));
}

/** As many as there may be. */
export function justEnough(): readonly Draft[] {
  return [
    good("data-segments", data(MOST), { exports: EXPORTS }, "100,000 data segments.", CLAUSES),
    good("element-segments", elements(MOST), { exports: EXPORTS }, "100,000 element segments.", CLAUSES),
    good("tables", tables(MOST), { exports: EXPORTS }, "100,000 tables.", CLAUSES),
  ];
}
