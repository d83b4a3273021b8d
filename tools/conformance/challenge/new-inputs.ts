import type { Vector, VectorInputs } from "../../../generated/json/vector.js";
import { type Edit, edited } from "../property/edits.js";
import type { Dice } from "./dice.js";

/** Members of inputs that hold bytes as hexadecimal. */
const BYTES = [
  "bytes",
  "trust_store",
  "installed",
  "key",
  "message",
  "signature",
  "results",
  "expected_manifest_digest",
];
const EDIT_KINDS = ["set", "set", "set", "insert", "remove", "repeat", "cut"] as const;

type Members = Readonly<Record<string, unknown>>;

/**
 * Inputs nobody has published: those of one vector, with a member or two taken from another vector of the same operation
 * or changed in one place.
 *
 * @param inputsOf the inputs of a vector, with the bytes of a file in their place
 */
export function newInputs(
  base: Vector,
  others: readonly Vector[],
  inputsOf: (vector: Vector) => VectorInputs,
  dice: Dice,
): VectorInputs {
  let inputs: Members = { ...inputsOf(base) };
  for (let changes = 1 + dice.below(2); changes > 0; changes -= 1) {
    const names = Object.keys(inputs).filter((name) => inputs[name] !== undefined);
    const name = dice.oneOf(names);
    const other = (inputsOf(dice.oneOf(others)) as Members)[name];
    // Taking a member over keeps most cases sensible; a change inside one finds the borders.
    const value =
      dice.below(3) === 0 && other !== undefined
        ? other
        : name === "fay"
          ? changedFayManifest(inputs[name] as Members, other as Members, dice)
          : changed(name, inputs[name], dice);
    inputs = { ...inputs, [name]: value };
  }
  return inputs as VectorInputs;
}

function changed(name: string, value: unknown, dice: Dice): unknown {
  if (typeof value === "string")
    return BYTES.includes(name) ? changedBytes(value, dice) : changedText(name, value, dice);
  if (typeof value === "number") return Math.max(0, value + dice.oneOf([-1, 1, -1000, 1000]));
  if (typeof value === "boolean") return !value;
  if (Array.isArray(value)) return changedList(value, dice);
  return value;
}

/** A FayManifest with a member of another one, or with one element of a list less: it stays one without an error. */
function changedFayManifest(own: Members, other: Members, dice: Dice): Members {
  const name = dice.oneOf(Object.keys(own));
  const value = own[name];
  if (Object.hasOwn(other, name) && dice.below(2) === 0) return { ...own, [name]: other[name] };
  if (!Array.isArray(value) || value.length === 0) return own;
  const at = dice.below(value.length);
  return { ...own, [name]: [...value.slice(0, at), ...value.slice(at + 1)] };
}

function changedBytes(text: string, dice: Dice): string {
  const edits: Edit[] = [];
  for (let count = 1 + dice.below(2); count > 0; count -= 1) {
    const [kind, at] = [dice.oneOf(EDIT_KINDS), dice.below(0x10000)];
    if (kind === "set" || kind === "insert") edits.push({ kind, at, byte: dice.below(256) });
    else if (kind === "cut") edits.push({ kind, at });
    else edits.push({ kind, at, count: 1 + dice.below(8) });
  }
  return Buffer.from(edited(new Uint8Array(Buffer.from(text, "hex")), edits)).toString("hex");
}

/** A version or a range with one number moved; other texts are names out of a table and stay. */
function changedText(name: string, text: string, dice: Dice): string {
  if (!["range", "version", "runtime_interface", "runtime_interface_min"].includes(name)) return text;
  const places = [...text.matchAll(/\d+/g)];
  if (places.length === 0) return text;
  const place = dice.oneOf(places);
  const number = Math.max(0, Number(place[0]) + dice.oneOf([-1, 1, 2]));
  return `${text.slice(0, place.index)}${number}${text.slice(place.index + place[0].length)}`;
}

function changedList(list: readonly unknown[], dice: Dice): unknown[] {
  if (list.length === 0) return [];
  const at = dice.below(list.length);
  const rest = [...list.slice(0, at), ...list.slice(at + 1)];
  if (dice.below(2) === 0) return rest;
  // Lists of names have to stay without a double; steps may come twice.
  const isOfNames = typeof list[at] === "string";
  return isOfNames ? rest : [...list.slice(0, at), list[at], ...list.slice(at)];
}
