import { deepStrictEqual } from "node:assert";
import { Decoder, Encoder } from "cbor-x";
import { decode as cbor2Decode, encode as cbor2Encode } from "cbor2";
import { decode as cborgDecode, encode as cborgEncode } from "cborg";
import { decodeManifest, encodeManifest } from "../../../generated/codecs/manifest.js";
import { decodeSectionIndex, encodeSectionIndex, type SectionIndex } from "../../../generated/codecs/section-index.js";
import { DecodedRows } from "../../../reference/codec/codegen-v1.js";
import type { Contestant, Race, Suite } from "../race.js";
import { sampleIndex, sampleManifest, sampleManifests } from "../samples.js";
import { normalized, type Plain, withHexBytes } from "./plain.js";

/** Sections of the large index. */
const MANY = 10_000;

/** Programs whose manifests are decoded in turn. */
const PROGRAMS = 500;

/** Least ratios a release must reach: for the manifest, for the large index, and for both together. */
const DECODE_GOALS = { "cbor-x": 3, JSON: 2 };
const ENCODE_GOALS = { JSON: 1 };

const CBORG_STRICT = {
  strict: true,
  allowIndefinite: false,
  allowUndefined: false,
  rejectDuplicateMapKeys: true,
} as const;

/**
 * Fayger's generated codecs check everything the specification asks for. cbor-x and JSON check nothing of it; cborg
 * and cbor2 check a part of the form. All CBOR codecs read the same bytes; JSON holds byte strings as hexadecimal.
 */
export const codecSuite: Suite = {
  name: "codec",
  about: "manifest and section index, decode and encode, against cbor-x, cborg, cbor2 and JSON",
  races: () => [
    ...manifestRaces(),
    otherTextsRace(),
    ...indexRaces(16),
    ...indexRaces(MANY),
    ...[16, 256, MANY].flatMap((count) => headRaces(count)),
  ],
};

function manifestRaces(): Race[] {
  const value = sampleManifest();
  const bytes = encodeManifest(value);
  return [
    decodeRace("manifest decode", bytes, () => decodeManifest(bytes), true),
    encodeRace("manifest encode", bytes, () => encodeManifest(value), true),
  ];
}

/** Manifests of many programs, one after the other: none of the texts that are their own comes again soon. */
function otherTextsRace(): Race {
  const races = sampleManifests(PROGRAMS).map((value) => {
    const bytes = encodeManifest(value);
    return decodeRace("", bytes, () => decodeManifest(bytes), false);
  });
  const inTurn = (contestants: readonly Contestant[]): Contestant => {
    let next = 0;
    return { name: contestants[0]?.name ?? "", run: () => contestants[next++ % PROGRAMS]?.run() };
  };
  return {
    name: "manifest decode, other texts each time",
    ours: inTurn(races.map(({ ours }) => ours)),
    peers: [0, 1, 2].map((peer) => inTurn(races.map(({ peers }) => peers[peer] as Contestant))),
    check: () => {
      for (const race of races) race.check();
    },
  };
}

function indexRaces(count: number): Race[] {
  const value = sampleIndex(count);
  const bytes = encodeSectionIndex(value);
  const decode = () => decodeSectionIndex(bytes);
  const name = `index of ${count.toLocaleString("en")}`;
  return [
    { ...decodeRace(`${name} decode`, bytes, decode, true), goals: count < MANY ? {} : DECODE_GOALS },
    { ...decodeRace(`${name} decode, every member read`, bytes, () => readMembers(decode()), true), goals: {} },
    // cbor2 takes more than a second to encode the large index once.
    encodeRace(`${name} encode`, bytes, () => encodeSectionIndex(value), count < MANY),
  ];
}

/** What opening an artifact costs: its manifest and its index, one after the other. */
function headRaces(count: number): Race[] {
  const [manifestDecode, manifestEncode] = manifestRaces();
  const [indexDecode, , indexEncode] = indexRaces(count);
  const name = `manifest and index of ${count.toLocaleString("en")}`;
  return [
    together(`${name} decode`, manifestDecode as Race, indexDecode as Race, DECODE_GOALS),
    together(`${name} encode`, manifestEncode as Race, indexEncode as Race, ENCODE_GOALS),
  ];
}

/** Two races as one, for the contestants of both. */
function together(name: string, first: Race, second: Race, goals: Readonly<Record<string, number>>): Race {
  const both = (a: Contestant, b: Contestant): Contestant => ({ name: a.name, run: () => [a.run(), b.run()] });
  return {
    name,
    ours: both(first.ours, second.ours),
    peers: first.peers.flatMap((peer) =>
      second.peers.filter((other) => other.name === peer.name).map((other) => both(peer, other)),
    ),
    check: () => {
      first.check();
      second.check();
    },
    goals,
  };
}

/** Rows make their names and digests when they are asked for: what that costs is a race of its own. */
function readMembers(index: SectionIndex): SectionIndex {
  for (const row of index) lastRead = [row.sectionId, row.digest];
  return index;
}

/** What was read last, reachable so that no engine leaves the reading out. */
export let lastRead: readonly [string, Uint8Array] | undefined;

function decodeRace(name: string, bytes: Uint8Array, run: () => unknown, withCbor2: boolean): Race {
  const decoder = new Decoder({ useRecords: false });
  // cbor-x writes a property on the array it reads, which would slow everybody else down.
  const own = bytes.slice();
  const plain = decoder.decode(own) as Plain;
  const json = new TextEncoder().encode(JSON.stringify(withHexBytes(plain)));
  const text = new TextDecoder();
  const peers: Contestant[] = [
    { name: "cbor-x", run: () => decoder.decode(own) },
    { name: "JSON", run: () => JSON.parse(text.decode(json)) },
    { name: "cborg strict", run: () => cborgDecode(bytes, CBORG_STRICT) },
    ...(withCbor2 ? [{ name: "cbor2 cde", run: () => cbor2Decode(bytes, { cde: true }) }] : []),
  ];
  return { name, ours: { name: "fayger", run }, peers, check: () => checkDecoded(run(), peers), goals: DECODE_GOALS };
}

function encodeRace(name: string, bytes: Uint8Array, run: () => Uint8Array, withCbor2: boolean): Race {
  const plain = normalized(new Decoder({ useRecords: false }).decode(bytes.slice()));
  const encoder = new Encoder({ useRecords: false, tagUint8Array: false });
  const json = withHexBytes(plain);
  const peers: Contestant[] = [
    { name: "cbor-x", run: () => encoder.encode(plain) },
    { name: "JSON", run: () => JSON.stringify(json) },
    { name: "cborg", run: () => cborgEncode(plain) },
    ...(withCbor2 ? [{ name: "cbor2 cde", run: () => cbor2Encode(plain, { cde: true }) }] : []),
  ];
  return {
    name,
    ours: { name: "fayger", run },
    peers,
    check: () => checkEncoded(run(), bytes, plain, peers),
    goals: ENCODE_GOALS,
  };
}

/** Everybody must have decoded the same values. */
function checkDecoded(ours: unknown, peers: readonly Contestant[]): void {
  const expected = plainOf(ours);
  for (const peer of peers) {
    const theirs = normalized(peer.run());
    deepStrictEqual(theirs, peer.name === "JSON" ? withHexBytes(expected) : expected, peer.name);
  }
}

/** Everybody must have written something that holds the same values; cborg and cbor2 even the same bytes. */
function checkEncoded(ours: Uint8Array, bytes: Uint8Array, plain: Plain, peers: readonly Contestant[]): void {
  deepStrictEqual(Uint8Array.from(ours), Uint8Array.from(bytes), "fayger");
  for (const peer of peers) {
    const theirs = peer.run();
    if (peer.name === "JSON") deepStrictEqual(JSON.parse(theirs as string), withHexBytes(plain), peer.name);
    else if (peer.name === "cbor-x") deepStrictEqual(normalized(cborgDecode(theirs as Uint8Array)), plain, peer.name);
    else deepStrictEqual(Uint8Array.from(theirs as Uint8Array), Uint8Array.from(bytes), peer.name);
  }
}

/** Fayger's value as the encoding holds it: rows as arrays, members by their keys in the schema. */
function plainOf(value: unknown): Plain {
  if (isIndex(value)) {
    return Array.from(value, (row) => [
      row.sectionId,
      row.kind,
      row.offset,
      row.length,
      Uint8Array.from(row.digest),
      row.visibility,
      plainOf(row.profileConstraints),
    ]);
  }
  if (value instanceof Uint8Array) return Uint8Array.from(value);
  if (Array.isArray(value)) return value.map(plainOf);
  if (typeof value !== "object" || value === null) return value as Plain;
  return Object.fromEntries(
    Object.entries(value)
      .map(([name, item]) => [name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`), plainOf(item)] as const)
      .sort(([a], [b]) => (a < b ? -1 : 1)),
  );
}

function isIndex(value: unknown): value is SectionIndex {
  return value instanceof DecodedRows;
}
