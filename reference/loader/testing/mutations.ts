import { HEADER_SIZE } from "../../../generated/layouts/header.js";
import { TRAILER_SIZE } from "../../../generated/layouts/trailer.js";
import { concatenate } from "../bytes.js";
import { checksum } from "./oracle.js";

/** A changed artifact and what was done to it. */
export interface Mutation {
  readonly what: string;
  readonly bytes: Uint8Array;
}

/** Every single bit of `bytes` turned over, from byte `start` up to `end`. */
export function* bitFlips(bytes: Uint8Array, start = 0, end = bytes.length): Generator<Mutation> {
  for (let bit = start * 8; bit < end * 8; bit += 1) {
    const copy = bytes.slice();
    copy[bit >> 3] = (copy[bit >> 3] as number) ^ (1 << (bit & 7));
    yield { what: `bit ${bit & 7} of byte ${bit >> 3} turned over`, bytes: copy };
  }
}

/** Every proper prefix of `bytes`. */
export function* truncations(bytes: Uint8Array): Generator<Mutation> {
  for (let length = 0; length < bytes.length; length += 1) {
    yield { what: `cut to ${length} bytes`, bytes: bytes.slice(0, length) };
  }
}

/** Where bytes stand whose values nobody reads, as those of a digest: places from `start` up to `end`. */
export interface OpaqueSpan {
  readonly start: number;
  readonly end: number;
}

/** What stands for every value where nobody reads it: both ends, and what begins or ends something elsewhere. */
const OPAQUE_VALUES = [0x00, 0x17, 0x18, 0x40, 0x7f, 0x80, 0xa0, 0xff];
const EVERY_VALUE = Array.from({ length: 256 }, (_, value) => value);

/**
 * Every byte value put in front of every byte from `start` up to `end`, and behind the last where `end` is the end; some
 * values at the places that are opaque, where one more byte is found whatever it is.
 */
export function* insertions(
  bytes: Uint8Array,
  start: number,
  end: number,
  opaque: readonly OpaqueSpan[],
): Generator<Mutation> {
  for (let at = start; at < (end === bytes.length ? end + 1 : end); at += 1) {
    const isOpaque = opaque.some((span) => span.start <= at && at < span.end);
    for (const value of isOpaque ? OPAQUE_VALUES : EVERY_VALUE) {
      const longer = new Uint8Array(bytes.length + 1);
      longer.set(bytes.subarray(0, at));
      longer[at] = value;
      longer.set(bytes.subarray(at), at + 1);
      yield { what: `${value} put in at ${at}`, bytes: longer };
    }
  }
}

/** How many cases {@link insertions} has for these places. */
export function insertionsAt(places: number, opaquePlaces: number): number {
  return (places - opaquePlaces) * EVERY_VALUE.length + opaquePlaces * OPAQUE_VALUES.length;
}

/** Every single byte taken out, from byte `start` up to `end`. */
export function* deletions(bytes: Uint8Array, start = 0, end = bytes.length): Generator<Mutation> {
  for (let at = start; at < end; at += 1) {
    yield { what: `byte ${at} taken out`, bytes: concatenate([bytes.subarray(0, at), bytes.subarray(at + 1)]) };
  }
}

/** The parts of an artifact as they are stored. */
export interface StoredParts {
  readonly header: Uint8Array;
  readonly manifest: Uint8Array;
  readonly index: Uint8Array;
  readonly bodies: readonly Uint8Array[];
  readonly trailer: Uint8Array;
}

/** Take a genuine artifact apart. @param bodyLengths lengths of its bodies, in index order */
export function partsOf(bytes: Uint8Array, bodyLengths: readonly number[]): StoredParts {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const indexAt = HEADER_SIZE + Number(view.getBigUint64(24));
  let at = indexAt + Number(view.getBigUint64(40));
  const index = bytes.slice(indexAt, at);
  const bodies = bodyLengths.map((length) => {
    at += length;
    return bytes.slice(at - length, at);
  });
  return {
    header: bytes.slice(0, HEADER_SIZE),
    manifest: bytes.slice(HEADER_SIZE, indexAt),
    index,
    bodies,
    trailer: bytes.slice(at),
  };
}

/** The parts one after the other, as they are. */
export function joined({ header, manifest, index, bodies, trailer }: StoredParts): Uint8Array {
  return concatenate([header, manifest, index, ...bodies, trailer]);
}

/** Every two parts exchanged, and nothing else changed. A swap of equal parts is left out. */
export function* partSwaps(parts: StoredParts): Generator<Mutation> {
  const names = ["header", "manifest", "index", ...parts.bodies.map((_, at) => `body ${at}`), "trailer"];
  const all = [parts.header, parts.manifest, parts.index, ...parts.bodies, parts.trailer];
  for (let a = 0; a < all.length; a += 1) {
    for (let b = a + 1; b < all.length; b += 1) {
      const swapped = [...all];
      [swapped[a], swapped[b]] = [all[b] as Uint8Array, all[a] as Uint8Array];
      const bytes = concatenate(swapped);
      if (checksum(bytes) === checksum(concatenate(all))) continue;
      yield { what: `${names[a]} and ${names[b]} exchanged`, bytes };
    }
  }
}

/** A mixture of two artifacts, and where each part of it comes from: 0 for the first, 1 for the second. */
export interface Crossing {
  readonly parts: StoredParts;
  /** By the names `header`, `manifest`, `index`, `trailer`, `body 0` and so on. */
  readonly origins: ReadonlyMap<string, number>;
}

/** Every way to take each part from one of two artifacts that have equally many bodies, those of one alone included. */
export function* crossings(a: StoredParts, b: StoredParts): Generator<Crossing> {
  const names = ["header", "manifest", "index", "trailer", ...a.bodies.map((_, at) => `body ${at}`)];
  for (let choice = 0; choice < 2 ** names.length; choice += 1) {
    const origins = new Map(names.map((name, bit) => [name, (choice >> bit) & 1]));
    const from = (name: string): StoredParts => (origins.get(name) === 1 ? b : a);
    const parts = {
      header: from("header").header,
      manifest: from("manifest").manifest,
      index: from("index").index,
      bodies: a.bodies.map((_, at) => from(`body ${at}`).bodies[at] as Uint8Array),
      trailer: from("trailer").trailer,
    };
    yield { parts, origins };
  }
}

/** Which checks a changed artifact is to pass again. */
export interface Repair {
  /** Lengths and the index offset of the header, and `total_length`. */
  readonly lengths?: boolean;
  /** `section_index_digest` in the manifest, which holds `from` in its place. */
  readonly indexDigest?: { readonly from: Uint8Array };
  /** `manifest_digest` in the trailer. */
  readonly manifestDigest?: boolean;
}

/**
 * Put changed parts together so that the checks before the one of interest pass: what {@link Repair} asks for, and
 * always the checksum.
 */
export function repaired(parts: StoredParts, sha256: (bytes: Uint8Array) => Uint8Array, repair: Repair): Uint8Array {
  const [header, trailer] = [parts.header.slice(), parts.trailer.slice()];
  const { index, bodies } = parts;
  let { manifest } = parts;
  if (repair.indexDigest !== undefined) manifest = replaced(manifest, repair.indexDigest.from, sha256(index));
  const [headerView, trailerView] = [new DataView(header.buffer), new DataView(trailer.buffer)];
  if (repair.lengths === true) {
    const bodyBytes = bodies.reduce((sum, body) => sum + body.length, 0);
    headerView.setBigUint64(24, BigInt(manifest.length));
    headerView.setBigUint64(32, BigInt(HEADER_SIZE + manifest.length));
    headerView.setBigUint64(40, BigInt(index.length));
    trailerView.setBigUint64(0, BigInt(HEADER_SIZE + manifest.length + index.length + bodyBytes + TRAILER_SIZE));
  }
  if (repair.manifestDigest === true) trailer.set(sha256(manifest), 8);
  const crc = checksum(trailer.subarray(0, 40), checksum(concatenate([header, manifest, index])));
  trailerView.setUint32(40, crc);
  return joined({ header, manifest, index, bodies, trailer });
}

/** `bytes` with `to` in the place of the first `from`, which is as long. */
export function replaced(bytes: Uint8Array, from: Uint8Array, to: Uint8Array): Uint8Array {
  const copy = bytes.slice();
  for (let at = bytes.indexOf(from[0] as number); at >= 0; at = bytes.indexOf(from[0] as number, at + 1)) {
    if (!from.every((byte, i) => bytes[at + i] === byte)) continue;
    copy.set(to, at);
    break;
  }
  return copy;
}
