import { type Item, integer, map, sorted, text } from "../../building/cbor.js";

/**
 * Keys of one to four bytes of UTF-8, those with few units of UTF-16 among them and such that read as numbers: hosts
 * whose objects order numbers first, or that count characters, put them in another order.
 */
const KEYS = [
  ["0", "9", "a", "\u007f"],
  ["10", "99", "a0", "\u0080", "\u07ff"],
  ["100", "a\u0080", "\u0080a", "\u0800", "\ud7ff", "\ue000", "\uffff"],
  ["1000", "\u07ff\u07ff", "a\u0800", "\u0800a", "\u{10000}", "\u{103ff}", "\u{10400}", "\u{10fc00}", "\u{10ffff}"],
  ["10000", "\u{10000}a", "a\u{10000}", "\uffff\u0080", "\u0080\uffff", "\u{10ffff}z"],
  ["100000", "\ue000\ue000", "\u0080\u{10000}", "\u{10ffff}\u07ff", "\u0800\u0800"],
];

/** A map with a key of every kind. @spec encoding.key-order */
export function keysOfEveryLength(): Item {
  return map(sorted(KEYS.flat().map((key, at) => ({ key: text(key), value: integer(at) }))));
}
