import { DEPENDENCY_MUTATORS } from "../../generated/testing/mutators/dependency.js";
import { ENTRY_POINT_MUTATORS } from "../../generated/testing/mutators/entry-point.js";
import { MANIFEST_MUTATORS } from "../../generated/testing/mutators/manifest.js";
import { PROFILE_CONSTRAINTS_MUTATORS } from "../../generated/testing/mutators/profile-constraints.js";
import { QUOTAS_MUTATORS } from "../../generated/testing/mutators/quotas.js";
import { RUNTIME_POLICY_MUTATORS } from "../../generated/testing/mutators/runtime-policy.js";
import { SECTION_ENTRY_MUTATORS } from "../../generated/testing/mutators/section-entry.js";
import { SECTION_INDEX_MUTATORS } from "../../generated/testing/mutators/section-index.js";
import { SIGNATURE_BLOCK_MUTATORS } from "../../generated/testing/mutators/signature-block.js";
import { allItems, FORM_MUTATORS, type Mutator, placeItems, replaceBytes } from "../../generated/testing/mutators.js";
import { formPass } from "../../reference/loader/testing/form-oracle.js";
import type { StoredParts } from "../../reference/loader/testing/mutations.js";
import type { RandomNumbers } from "./random.js";

/** One thing that is done to an artifact: which, and numbers that choose the place and the value. */
export interface Step {
  readonly name: string;
  readonly numbers: readonly [number, number, number];
}

/** Everything that is done to an artifact, in order; a smaller plan is made by leaving steps out. */
export interface Plan {
  readonly steps: readonly Step[];
  /** What is made right again behind the steps on parts: a set of {@link Repairs}. */
  readonly repairs: number;
}

/** Bits of {@link Plan.repairs}. */
export const Repairs = {
  Lengths: 1,
  BodyDigests: 2,
  IndexDigest: 4,
  Signature: 8,
  ManifestDigest: 16,
  Checksum: 32,
  All: 63,
} as const;

type Numbers = Step["numbers"];
type MutableParts = { -readonly [K in keyof StoredParts]: StoredParts[K] };

/** Mutators of documents inside a document. */
const NESTED: readonly Mutator[] = [
  ...ENTRY_POINT_MUTATORS,
  ...RUNTIME_POLICY_MUTATORS,
  ...QUOTAS_MUTATORS,
  ...DEPENDENCY_MUTATORS,
  ...SIGNATURE_BLOCK_MUTATORS,
];
const FORM = Object.values(FORM_MUTATORS);

/** Numbers at which something changes. */
const EDGES = [
  0n,
  1n,
  23n,
  24n,
  47n,
  48n,
  49n,
  91n,
  92n,
  255n,
  256n,
  65_535n,
  65_536n,
  2n ** 20n,
  2n ** 20n + 1n,
].concat([2n ** 27n, 2n ** 27n + 1n, 2n ** 32n - 1n, 2n ** 32n, 2n ** 53n - 1n, 2n ** 53n, 2n ** 63n, 2n ** 64n - 1n]);

/** Steps on parts, before anything is made right again. */
const ON_PARTS: Readonly<Record<string, (parts: MutableParts, numbers: Numbers) => void>> = {
  "header field": (parts, [field, value, near]) => {
    const [at, size] = at64([4, 2], [6, 2], [8, 4], [12, 4], [16, 8], [24, 8], [32, 8], [40, 8])(field);
    parts.header = withNumber(parts.header, at, size, value, near);
  },
  "trailer field": (parts, [field, value, near]) => {
    const [at, size] = at64([0, 8], [8, 8], [32, 8], [40, 4])(field);
    parts.trailer = withNumber(parts.trailer, at, size, value, near);
  },
  "manifest against its form": (parts, numbers) => {
    parts.manifest = mutated(parts.manifest, FORM, numbers);
  },
  "manifest against its schema": (parts, numbers) => {
    parts.manifest = mutated(parts.manifest, MANIFEST_MUTATORS, numbers);
  },
  "item of the manifest": (parts, numbers) => {
    parts.manifest = mutatedItem(parts.manifest, [...NESTED, ...FORM], numbers);
  },
  "another schema version": (parts, [major, minor]) => {
    const at = Buffer.from(parts.manifest).lastIndexOf("schema_version") + "schema_version".length;
    if (parts.manifest[at] !== 0x82) return;
    parts.manifest = replaceBytes(parts.manifest, at, at + 3, [0x82, major % 4, minor % 4]);
  },
  "bytes of the manifest": (parts, numbers) => {
    parts.manifest = changedByte(parts.manifest, numbers);
  },
  "index against its form": (parts, numbers) => {
    parts.index = mutated(parts.index, FORM, numbers);
  },
  "index against its schema": (parts, numbers) => {
    parts.index = mutated(parts.index, SECTION_INDEX_MUTATORS, numbers);
  },
  "item of the index": (parts, numbers) => {
    const mutators = [...SECTION_ENTRY_MUTATORS, ...PROFILE_CONSTRAINTS_MUTATORS, ...FORM];
    parts.index = mutatedItem(parts.index, mutators, numbers);
  },
  "bytes of the index": (parts, numbers) => {
    parts.index = changedByte(parts.index, numbers);
  },
  "a body": (parts, [which, ...rest]) => {
    const at = which % Math.max(1, parts.bodies.length);
    parts.bodies = parts.bodies.map((body, i) => (i === at ? changedByte(body, [rest[0], rest[1], which]) : body));
  },
  "two bodies exchanged": (parts, [a, b]) => {
    const bodies = [...parts.bodies];
    const [left, right] = [a % Math.max(1, bodies.length), b % Math.max(1, bodies.length)];
    if (bodies.length > 0) [bodies[left], bodies[right]] = [bodies[right] as Uint8Array, bodies[left] as Uint8Array];
    parts.bodies = bodies;
  },
  "a body taken out": (parts, [which]) => {
    parts.bodies = parts.bodies.filter((_, at) => at !== which % parts.bodies.length);
  },
  "a body twice": (parts, [which]) => {
    parts.bodies = parts.bodies.flatMap((body, at) => (at === which % parts.bodies.length ? [body, body] : [body]));
  },
  "manifest and index exchanged": (parts) => {
    [parts.manifest, parts.index] = [parts.index, parts.manifest];
  },
};

/** Steps on the bytes of the whole artifact, behind everything else. */
const ON_BYTES: Readonly<Record<string, (bytes: Uint8Array, numbers: Numbers) => Uint8Array>> = {
  "a byte": changedByte,
  cut: (bytes, [at]) => bytes.slice(0, at % (bytes.length + 1)),
  "cut in front": (bytes, [at]) => bytes.slice(at % (bytes.length + 1)),
  "a run again": (bytes, [from, length, to]) => {
    const start = from % (bytes.length + 1);
    const run = bytes.subarray(start, start + (length % 64));
    const at = to % (bytes.length + 1);
    return replaceBytes(bytes, at, at, run);
  },
  "a run elsewhere": (bytes, [from, length, to]) => {
    const start = from % (bytes.length + 1);
    const copy = bytes.slice();
    const at = to % (bytes.length + 1);
    copy.set(bytes.subarray(start, start + Math.min(length % 64, bytes.length - Math.max(at, start))), at);
    return copy;
  },
  zeros: (bytes, [at, length]) =>
    bytes.slice().fill(0, at % (bytes.length + 1), (at % (bytes.length + 1)) + (length % 64)),
  "noise behind": (bytes, [value, length]) =>
    Uint8Array.from([...bytes, ...new Array<number>(length % 64).fill(value & 255)]),
  "nothing but noise": (_, [a, b, c]) => {
    const noise = [a, b, c].flatMap((number) => [
      number & 255,
      (number >> 8) & 255,
      (number >> 16) & 255,
      number >>> 24,
    ]);
    return Uint8Array.from([0x42, 0x55, 0x46, 0, 0, 1, 0, 0, ...new Array<number[]>(1 + (a % 12)).fill(noise).flat()]);
  },
};

const PART_STEPS = Object.keys(ON_PARTS);
const BYTE_STEPS = Object.keys(ON_BYTES);

/** A plan at random: mostly one step, and mostly with everything, or all but one thing, made right again. */
export function makePlan(random: RandomNumbers): Plan {
  const count = random.of([0, 1, 1, 1, 1, 1, 2, 2, 3]);
  const steps = Array.from({ length: count }, (): Step => {
    const name = random.below(5) === 0 ? random.of(BYTE_STEPS) : random.of(PART_STEPS);
    return { name, numbers: [random.next(), random.next(), random.next()] };
  });
  const chance = random.below(4);
  const single = 1 << random.below(6);
  const repairs = chance < 2 ? Repairs.All : chance === 2 ? Repairs.All & ~single : random.below(Repairs.All + 1);
  return { steps, repairs };
}

/** Do the steps that concern parts. */
export function damagedParts(parts: StoredParts, { steps }: Plan): StoredParts {
  const copy: MutableParts = { ...parts };
  for (const { name, numbers } of steps) ON_PARTS[name]?.(copy, numbers);
  return copy;
}

/** Do the steps that concern the bytes of the whole. */
export function damagedBytes(bytes: Uint8Array, { steps }: Plan): Uint8Array {
  return steps.reduce((before, { name, numbers }) => ON_BYTES[name]?.(before, numbers) ?? before, bytes);
}

function at64(...fields: readonly (readonly [at: number, size: number])[]) {
  return (pick: number): readonly [at: number, size: number] =>
    fields[pick % fields.length] as readonly [number, number];
}

/** Another number in a field: one of the edges, or one near what stands there. */
function withNumber(record: Uint8Array, at: number, size: number, value: number, near: number): Uint8Array {
  const copy = record.slice();
  if (copy.length < at + size) return copy;
  const view = new DataView(copy.buffer);
  const mask = 2n ** BigInt(size * 8) - 1n;
  let old = 0n;
  for (let i = 0; i < size; i += 1) old = old * 256n + BigInt(copy[at + i] as number);
  let next = (near & 1) === 0 ? (EDGES[value % EDGES.length] as bigint) : old + BigInt((value % 131) - 65);
  next &= mask;
  if (size === 8) view.setBigUint64(at, next);
  else if (size === 4) view.setUint32(at, Number(next));
  else view.setUint16(at, Number(next));
  return copy;
}

/** One byte turned, set, put in or taken out. */
function changedByte(bytes: Uint8Array, [place, value, how]: Numbers): Uint8Array {
  const at = place % (bytes.length + 1);
  const kind = how % 4;
  if (kind === 0 || at === bytes.length) return replaceBytes(bytes, at, at, [value & 255]);
  if (kind === 1) return replaceBytes(bytes, at, at + 1, []);
  const copy = bytes.slice();
  copy[at] = kind === 2 ? value & 255 : (copy[at] as number) ^ (1 << (value & 7));
  return copy;
}

function mutated(document: Uint8Array, mutators: readonly Mutator[], [which, pick]: Numbers): Uint8Array {
  // Mutators go by what a document declares: one that is no document would lead them astray.
  if (formPass(document).fault !== undefined) return document;
  try {
    // They shift their number as one with a sign.
    return mutators[which % mutators.length]?.(document, pick >>> 1)?.bytes ?? document;
  } catch {
    // Made for documents that keep to the schema; one that an earlier step has damaged is left as it is.
    return document;
  }
}

/** The same with one item inside the document. */
function mutatedItem(document: Uint8Array, mutators: readonly Mutator[], [which, pick, place]: Numbers): Uint8Array {
  if (formPass(document).fault !== undefined) return document;
  const items = allItems(placeItems(document));
  // Containers are what schema mutators are made for.
  const containers = items.filter((item) => item.major > 3);
  const from = (place & 1) === 0 ? containers : items;
  const item = from[(place >>> 1) % Math.max(1, from.length)];
  if (item === undefined) return document;
  const inner = document.slice(item.start, item.end);
  return replaceBytes(document, item.start, item.end, mutated(inner, mutators, [which, pick, place]));
}
