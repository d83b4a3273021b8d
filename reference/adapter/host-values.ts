import type { Tlv } from "../../generated/instructions/tlv.js";
import { HostFailure } from "./host-failure.js";

/** Lists in lists that a list of values may still hold: it is the first of the four that a message allows. */
const DEEPEST = 3;

/**
 * Values that an application gives to a program, checked and copied: what the application keeps, changes or computes
 * when it is looked at never reaches the program. A handle is refused: only the bus gives out handles.
 *
 * @throws HostFailure `unknown` where they are no list of TLVs
 * @spec instructions.host.values
 */
export function hostValues(given: unknown, depth: number = DEEPEST): Tlv[] {
  if (!Array.isArray(given)) throw wrong("expected a list of values");
  return Array.from(given, (item: unknown) => hostValue(item, depth));
}

function hostValue(item: unknown, depth: number): Tlv {
  if (typeof item !== "object" || item === null) throw wrong("expected a value with a type");
  const { type, value } = item as { readonly type?: unknown; readonly value?: unknown };
  switch (type) {
    case "none":
      return { type };
    case "u32":
      if (typeof value === "number" && Number.isInteger(value) && value >= 0 && value <= 0xffff_ffff) {
        return { type, value };
      }
      break;
    case "u64":
      if (typeof value === "bigint" && value >= 0n && value < 1n << 64n) return { type, value };
      break;
    case "i64":
      if (typeof value === "bigint" && BigInt.asIntN(64, value) === value) return { type, value };
      break;
    case "f64":
      if (typeof value === "number") return { type, value };
      break;
    case "bool":
      if (typeof value === "boolean") return { type, value };
      break;
    case "text":
      if (typeof value === "string" && !LONE_SURROGATE.test(value)) return { type, value };
      break;
    case "bytes":
      if (value instanceof Uint8Array) return { type, value: Uint8Array.from(value) };
      break;
    case "list":
      if (depth > 0) return { type, value: hostValues(value, depth - 1) };
      break;
  }
  throw wrong(`no value of the type ${typeof type === "string" ? type : typeof type}`);
}

/** Half of a character, which no UTF-8 can hold. */
const LONE_SURROGATE = /[\ud800-\udfff]/u;

function wrong(what: string): HostFailure {
  return new HostFailure("unknown", "host function", new TypeError(what));
}
