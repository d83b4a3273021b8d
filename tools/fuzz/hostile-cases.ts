import { encodeManifest, type Manifest } from "../../generated/codecs/manifest.js";
import type { SectionEntry } from "../../generated/codecs/section-entry.js";
import { encodeSectionIndex } from "../../generated/codecs/section-index.js";
import { SectionKind } from "../../generated/enums/section-kind.js";
import { SectionVisibility } from "../../generated/enums/section-visibility.js";
import type { LoadLimits } from "../../reference/loader/index.js";
import { assemble, sampleManifest } from "../../reference/loader/testing/sample-artifact.js";
import { nodeSha256 } from "../../reference/security/backends/node.js";

/** An artifact that declares more than it is. */
export interface HostileCase {
  readonly name: string;
  readonly bytes: Uint8Array;
  readonly limits?: Partial<LoadLimits>;
}

const MIB = 2 ** 20;
const BODY = Uint8Array.of(0, 0x61, 0x73, 0x6d, 1, 0, 0, 0);

/** Every case; each is refused. */
export function hostileCases(): HostileCase[] {
  return [...declaredLengths(), ...documents(), ...sections()];
}

/** A genuine artifact to spoil. */
export function genuine(): Uint8Array {
  return artifactOf(manifestFor(indexOf([BODY.length])), indexOf([BODY.length]), BODY);
}

function declaredLengths(): HostileCase[] {
  const lengths: readonly (readonly [string, bigint])[] = [
    ["2^64-1", 2n ** 64n - 1n],
    ["2^63", 2n ** 63n],
    ["an exabyte", 10n ** 18n],
    ["2^53+1", 2n ** 53n + 1n],
    ["2^53", 2n ** 53n],
    ["2^53-1", 2n ** 53n - 1n],
    ["4 GiB", 2n ** 32n],
    ["128 MiB", 2n ** 27n],
    ["1 MiB", 2n ** 20n],
  ];
  return lengths.flatMap(([name, length]) => [
    { name: `a manifest of ${name}`, bytes: withField(24, length) },
    { name: `an index of ${name}`, bytes: withField(40, length) },
    { name: `manifest and index of ${name}, no limits`, bytes: withField(24, length, 40), limits: UNLIMITED },
    { name: `an index at ${name}`, bytes: withField(32, length) },
  ]);
}

const UNLIMITED: LoadLimits = {
  manifest_bytes: Number.MAX_SAFE_INTEGER,
  index_bytes: Number.MAX_SAFE_INTEGER,
  sections: Number.MAX_SAFE_INTEGER,
  section_bytes: Number.MAX_SAFE_INTEGER,
};

/** A genuine artifact with another number in its header. */
export function withField(at: number, value: bigint, also?: number): Uint8Array {
  const bytes = genuine();
  const view = new DataView(bytes.buffer);
  view.setBigUint64(at, value);
  if (also !== undefined) view.setBigUint64(also, value);
  return bytes;
}

function documents(): HostileCase[] {
  const index = indexOf([BODY.length]);
  const huge = [0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff];
  const million = [0x9a, 0, 0x0f, 0x42, 0x40];
  const contents: readonly (readonly [string, Uint8Array])[] = [
    ["1 MiB of map heads", filled([0xa1], MIB)],
    ["1 MiB of array heads", filled([0x81], MIB)],
    ["1 MiB of heads of maps of 2^64-1 pairs", filled([0xbb, ...huge], MIB)],
    ["1 MiB of heads of arrays of 2^64-1 elements", filled([0x9b, ...huge], MIB)],
    ["an array of 2^64-1 elements", Uint8Array.from([0x9b, ...huge])],
    ["an array of a million elements", Uint8Array.from(million)],
    ["an array of a million, of which 100,000 are there", Uint8Array.from([...million, ...filled([0x80], 100_000)])],
    ["a map of 2^64-1 pairs", Uint8Array.from([0xbb, ...huge])],
    ["a text of 2^64-1 bytes", Uint8Array.from([0x7b, ...huge])],
    ["a byte string of 4 GiB", Uint8Array.from([0x5a, 0xff, 0xff, 0xff, 0xff])],
    ["nesting of 10,000 arrays", Uint8Array.from([...filled([0x81], 10_000), 0])],
    ["nesting of 10,000 maps behind keys", Uint8Array.from([...filled([0xa1, 0x61, 0x61], 30_000), 0])],
    ["indefinite lengths 10,000 deep", filled([0x9f], 10_000)],
    ["10,000 tags", filled([0xc1], 10_000)],
    ["1 MiB of text that is no UTF-8", Uint8Array.from([0x7a, 0, 0x0f, 0xff, 0xfb, ...filled([0xff], MIB - 5)])],
    ["1 MiB of zeros", new Uint8Array(MIB)],
    ["1 MiB of break", filled([0xff], MIB)],
  ];
  return [
    ...contents.flatMap(([name, content]) => [
      { name: `manifest: ${name}`, bytes: artifactOf(content, index, BODY) },
      { name: `index: ${name}`, bytes: artifactOf(manifestFor(content), content, BODY) },
      // In the place of a value that only its form is judged by: a later schema's, and that of an unknown major.
      { name: `later schema: ${name}`, bytes: artifactOf(later(1, content), index, BODY) },
      { name: `unknown major: ${name}`, bytes: artifactOf(later(2, content), index, BODY) },
    ]),
    {
      name: "a key of 1 MiB",
      bytes: artifactOf(withMember(1, filled([0x61], MIB - 1000), Uint8Array.of(0xf6)), index, BODY),
    },
  ];
}

/** A manifest of a later version with one unknown member, whose value is `content`, behind all others. */
function later(major: number, content: Uint8Array): Uint8Array {
  return withMember(major, Buffer.from("z".repeat(30)), content.subarray(0, MIB - 1000));
}

function withMember(major: number, key: Uint8Array, content: Uint8Array): Uint8Array {
  const manifest = manifestFor(indexOf([BODY.length]));
  manifest[0] = (manifest[0] as number) + 1;
  const at = Buffer.from(manifest).lastIndexOf("schema_version") + "schema_version".length;
  manifest.set([0x82, major, major === 1 ? 1 : 0], at);
  const { length } = key;
  const head = [0x7a, length >>> 24, (length >> 16) & 255, (length >> 8) & 255, length & 255];
  return Buffer.concat([manifest, Uint8Array.from(length < 256 ? [0x78, length] : head), key, content]);
}

function sections(): HostileCase[] {
  const bytes = (lengths: readonly number[]): Uint8Array => {
    const index = indexOf(lengths);
    return artifactOf(manifestFor(index), index, BODY);
  };
  const largest = Number.MAX_SAFE_INTEGER;
  return [
    { name: "1000 sections of 4 GiB", bytes: bytes(new Array<number>(1000).fill(2 ** 32)) },
    { name: "a section of 4 GiB and one byte", bytes: bytes([2 ** 32 + 1]) },
    { name: "three sections of 2^53-1 bytes", bytes: bytes([largest, largest, largest]) },
    { name: "three sections of 2^53-1 bytes, no limits", bytes: bytes([largest, largest, largest]), limits: UNLIMITED },
    {
      name: "2000 sections of 2^53-1 bytes, no limits",
      bytes: bytes(new Array<number>(2000).fill(largest)),
      limits: UNLIMITED,
    },
  ];
}

/** The head of an artifact whose 1000 bodies of 4 GiB are not there: everything but them, trailer included. */
export function headOfHugeBodies(): { readonly head: Uint8Array; readonly bodyBytes: number } {
  const index = indexOf(new Array<number>(1000).fill(2 ** 32));
  const bodyBytes = 1000 * 2 ** 32;
  return { head: artifactOf(manifestFor(index), index, new Uint8Array(), bodyBytes), bodyBytes };
}

/** An artifact whose index has an honest million sections and one more, without bodies. */
export function millionSections(): Uint8Array {
  const index = indexOf(new Array<number>(1_000_001).fill(0));
  return artifactOf(manifestFor(index), index, new Uint8Array());
}

function manifestFor(index: Uint8Array): Uint8Array {
  const manifest: Manifest = { ...sampleManifest(), sectionIndexDigest: nodeSha256.digest(index) };
  return encodeManifest(manifest);
}

/** An index of required code sections of these lengths. */
function indexOf(lengths: readonly number[]): Uint8Array {
  let offset = 0;
  const digest = nodeSha256.digest(BODY);
  const entries = lengths.map((length, at): SectionEntry => {
    const entry = {
      sectionId: at === 0 ? "code/main" : `data/${String(at).padStart(7, "0")}`,
      kind: SectionKind.Code,
      offset: Math.min(offset, Number.MAX_SAFE_INTEGER),
      length,
      digest,
      visibility: SectionVisibility.Required,
      profileConstraints: {},
    };
    offset += length;
    return entry;
  });
  return encodeSectionIndex(entries);
}

/** @param missing bytes of bodies that `total_length` counts besides those that are there */
function artifactOf(manifest: Uint8Array, index: Uint8Array, bodies: Uint8Array, missing = 0): Uint8Array {
  const trailer = { totalLength: 92 + manifest.length + index.length + bodies.length + missing };
  return assemble({ manifest, index, bodies, trailer }, nodeSha256);
}

function filled(pattern: readonly number[], length: number): Uint8Array {
  return new Uint8Array(length).map((_, at) => pattern[at % pattern.length] as number);
}
