import type { Vector, VectorExpansion } from "../../../generated/json/vector.js";

/** A run of bytes that `swap-parts` moves. */
interface Part {
  readonly offset: number;
  readonly length: number;
}

/** Most parts that are put into every order: 8 of them have 40,319. */
const MOST_PARTS = 8;

/**
 * The bytes of one case of a recipe.
 *
 * @param number from 0 to `expansion.cases` − 1
 * @spec conformance.expansion
 */
export function mutate(
  bytes: Uint8Array,
  { mutator, arguments: settings = {} }: VectorExpansion,
  number: number,
): Uint8Array {
  switch (mutator) {
    case "truncate":
      return bytes.subarray(0, number);
    case "flip-bit": {
      const flipped = Uint8Array.from(bytes);
      const at = Math.floor(number / 8);
      flipped[at] = (flipped[at] ?? 0) ^ (1 << (7 - (number % 8)));
      return flipped;
    }
    case "insert-byte": {
      const longer = new Uint8Array(bytes.length + 1);
      longer.set(bytes.subarray(0, number));
      longer[number] = settings["byte"] as number;
      longer.set(bytes.subarray(number), number + 1);
      return longer;
    }
    case "delete-byte": {
      const shorter = new Uint8Array(bytes.length - 1);
      shorter.set(bytes.subarray(0, number));
      shorter.set(bytes.subarray(number + 1), number);
      return shorter;
    }
    case "swap-parts":
      return inOrder(bytes, settings["parts"] as readonly Part[], number + 1);
  }
}

/** What keeps the recipe of a vector from being expanded, one line each; nothing where it has none. */
export function expansionProblems({ id, expand, inputs }: Vector, bytes: Uint8Array | undefined): string[] {
  if (inputs.bytes !== undefined && !/^([0-9a-f]{2})*$/.test(inputs.bytes))
    return [`${id}: its bytes are no hexadecimal`];
  if (expand === undefined) return [];
  if (bytes === undefined) return [`${id}: a recipe without bytes`];
  const problems: string[] = [];
  const cases = caseCount(bytes.length, expand);
  if (typeof cases === "string") problems.push(`${id}: ${cases}`);
  else if (cases !== expand.cases) problems.push(`${id}: ${expand.cases} cases stated, the recipe has ${cases}`);
  let next = 0;
  for (const { first, last } of expand.classes) {
    if (first !== next || last < first) problems.push(`${id}: a class begins at case ${first}, expected ${next}`);
    next = last + 1;
  }
  if (next !== expand.cases) problems.push(`${id}: the classes hold ${next} cases of ${expand.cases}`);
  return problems;
}

/** Number of cases of a recipe over some bytes, or what is wrong with its settings. */
function caseCount(length: number, { mutator, arguments: settings = {} }: VectorExpansion): number | string {
  switch (mutator) {
    case "truncate":
    case "delete-byte":
      return length;
    case "flip-bit":
      return 8 * length;
    case "insert-byte": {
      const { byte } = settings;
      return Number.isInteger(byte) && (byte as number) >= 0 && (byte as number) <= 255
        ? length + 1
        : "insert-byte wants a `byte` from 0 to 255";
    }
    case "swap-parts": {
      const { parts } = settings;
      if (!Array.isArray(parts) || parts.length > MOST_PARTS || !areParts(parts, length))
        return `swap-parts wants up to ${MOST_PARTS} \`parts\` of offset and length inside the bytes, ascending`;
      return factorial(parts.length) - 1;
    }
  }
}

function areParts(parts: readonly unknown[], bytes: number): parts is readonly Part[] {
  let end = 0;
  return parts.every((part) => {
    const { offset, length } = (part ?? {}) as Partial<Part>;
    if (!Number.isSafeInteger(offset) || !Number.isSafeInteger(length)) return false;
    if ((offset as number) < end || (length as number) < 0) return false;
    end = (offset as number) + (length as number);
    return end <= bytes;
  });
}

function factorial(number: number): number {
  return number < 2 ? 1 : number * factorial(number - 1);
}

/** The parts in one of their orders, counted lexicographically from the original one, which is 0; gaps stay in place. */
function inOrder(bytes: Uint8Array, parts: readonly Part[], order: number): Uint8Array {
  const left = [...parts];
  let rest = order;
  const pieces: Uint8Array[] = [];
  let end = 0;
  for (const { offset, length } of parts) {
    const each = factorial(left.length - 1);
    const [next] = left.splice(Math.floor(rest / each), 1);
    rest %= each;
    pieces.push(bytes.subarray(end, offset));
    if (next !== undefined) pieces.push(bytes.subarray(next.offset, next.offset + next.length));
    end = offset + length;
  }
  pieces.push(bytes.subarray(end));
  return Buffer.concat(pieces);
}
