import type { HeaderValues } from "../building/artifact-head.js";
import { fromHex } from "../building/octets.js";
import type { Draft, Family, Refusal } from "../corpus/family.js";
import { type FaultStatement, type LoadParent, loads, refused, textSection } from "./artifact-drafts.js";
import { badMagic, formatVersion, LARGEST, limit, manifestInvalid, truncated } from "./artifact-refusals.js";

/** Magic, format version, size, lengths and limits. */
export const artifactHead: Family = {
  name: "artifact-head",
  drafts: () => {
    const parent = loads({
      id: "artifact-head/accepted/two-sections",
      plan,
      clauses: ["format.header", "format.trailer", "format.parts", "loader.coded-errors", "versions.current"],
      why: "A right artifact of two sections loads.",
    });
    const { draft } = parent;
    return [draft, ...magic(parent), ...version(parent), ...size(parent), ...lengths(parent), ...limits(parent)];
  },
};

const plan = {
  name: "vectors/head",
  sections: [textSection("main", "a program"), textSection("words", "some words", { kind: 2 })],
};

/** The artifact with its first bytes replaced, and cut where asked. */
function replacing(parent: LoadParent, hexadecimal: string, size = parent.built.bytes.length): FaultStatement["fault"] {
  const bytes = fromHex(hexadecimal);
  return { whole: (all) => Uint8Array.from([...bytes, ...all.subarray(bytes.length)]).slice(0, size) };
}

function magic(parent: LoadParent): Draft[] {
  const clauses = ["loader.read-head.magic"];
  const effect =
    "Files that are no artifacts are taken apart as if they were, and fail somewhere deep with a misleading error.";
  const whole = (name: string, first: string, why: string): Draft =>
    refused(parent, {
      id: `artifact-head/magic/${name}`,
      clauses: [...clauses, "format.header"],
      fault: replacing(parent, first),
      repair: "raw",
      mutator: "replace-first-bytes",
      arguments: { bytes: first },
      refusal: ({ bytes }) => badMagic(bytes),
      why,
      effect,
    });
  const start = (name: string, bytes: string, why: string): Draft =>
    refused(parent, {
      id: `artifact-head/magic/${name}`,
      clauses: [...clauses, "loader.checks.order"],
      fault: { whole: () => fromHex(bytes) },
      repair: "raw",
      mutator: "replace-whole",
      arguments: { bytes },
      refusal: (made) => badMagic(made.bytes),
      why,
      effect: "A file of a few bytes is called cut off, although it never was an artifact.",
    });
  return [
    whole("first-byte", "43", "The first byte of the magic is wrong."),
    whole("second-byte", "4254", "The second byte of the magic is wrong."),
    whole("third-byte", "425545", "The third byte of the magic is wrong."),
    whole("fourth-byte", "42554601", "The fourth byte of the magic is 1 and not 0."),
    whole("fourth-byte-space", "42554620", "The magic is the text BUF and a space."),
    whole("lower-case", "62756600", "The magic is in lower case."),
    whole("reversed", "00465542", "The magic is in the order of a little-endian number."),
    whole("byte-order-mark", "efbbbf42554600", "A byte order mark stands before the magic."),
    refused(parent, {
      id: "artifact-head/magic/checksum-right",
      clauses,
      fault: { header: { magic: 0x42554601 } },
      mutator: "set-header-field",
      arguments: { field: "magic", value: 0x42554601 },
      refusal: (made) => badMagic(made.bytes),
      why: "The magic is wrong and everything behind it is right, the checksum as well.",
      effect,
    }),
    start("one-byte", "00", "One byte that is not the first of the magic."),
    start("two-bytes", "4254", "Two bytes, of which the second is wrong."),
    start("three-bytes", "425500", "Three bytes, of which the third is wrong."),
    start("four-bytes", "504b0304", "The four first bytes of a ZIP file."),
    start("five-bytes", "42554601ff", "Five bytes, of which the fourth is wrong: the version is not looked at."),
  ];
}

function version(parent: LoadParent): Draft[] {
  const effect = "An artifact of another format is read by the rules of this one.";
  const whole = (major: number, minor: number, why: string): Draft =>
    refused(parent, {
      id: `artifact-head/format-version/${major}.${minor}`,
      clauses: ["loader.read-head.format-version", "versions.current", "format.integers"],
      fault: { header: { format_major: major, format_minor: minor } },
      mutator: "set-header-field",
      arguments: { format_major: major, format_minor: minor },
      refusal: () => formatVersion(`${major}.${minor}`),
      why,
      effect,
    });
  const start = (name: string, bytes: string, required: string, why: string): Draft =>
    refused(parent, {
      id: `artifact-head/format-version/${name}`,
      clauses: ["loader.read-head.format-version", "loader.checks.order"],
      fault: { whole: () => fromHex(bytes) },
      repair: "raw",
      mutator: "replace-whole",
      arguments: { bytes },
      refusal: () => formatVersion(required),
      why,
      effect: "Somebody is told that a file is cut off, although no part of it could be read anyway.",
    });
  return [
    whole(0, 0, "The format version is 0.0."),
    whole(0, 1, "The format version is 0.1."),
    whole(1, 1, "A higher minor of the format is refused, unlike a higher minor of the schema."),
    whole(1, 65535, "The highest minor of the format is refused."),
    whole(2, 0, "The format version is 2.0."),
    whole(256, 0, "The major version is 1 in the wrong byte order."),
    whole(65535, 65535, "The highest format version there is."),
    start(
      "five-bytes",
      "4255460001",
      "?.?",
      "Five bytes; the first of the major version is wrong, and neither number is whole.",
    ),
    start("six-bytes", "425546000002", "2.?", "Six bytes: the major version is there and is 2."),
    start("seven-bytes", "42554600000101", "1.?", "Seven bytes; the first of the minor version is wrong."),
    start("seven-bytes-major", "42554600000300", "3.?", "Seven bytes; the major version is wrong."),
    start("eight-bytes", "4255460000010001", "1.1", "Eight bytes: the whole version is there and is 1.1."),
  ];
}

function size(parent: LoadParent): Draft[] {
  const { bytes, bodiesAt } = parent.built;
  const cut = (length: number, why: string, expected = 92): Draft =>
    refused(parent, {
      id: `artifact-head/size/${length}-bytes`,
      clauses:
        length < 92
          ? ["loader.read-head.size", "loader.checks.order"]
          : ["loader.read-head.parts", "loader.read-head.size"],
      fault: { whole: (all) => all.slice(0, length) },
      repair: "raw",
      mutator: "truncate",
      arguments: { size: length },
      refusal: () => truncated("read_head", length, expected),
      why,
      effect: "A loader reads behind the end of a short file, or takes what it finds there for a trailer.",
    });
  const needed = bodiesAt + 44;
  return [
    cut(0, "There are no bytes at all: they are a prefix of the magic, and too few."),
    cut(1, "One byte, the first of the magic."),
    cut(2, "Two bytes of the magic."),
    cut(3, "Three bytes of the magic."),
    cut(4, "The magic alone."),
    cut(5, "The magic and the first byte of the version."),
    cut(6, "The magic and the major version."),
    cut(7, "The magic and all but one byte of the version."),
    cut(8, "Magic and version alone."),
    cut(31, "The header ends inside the length of the manifest."),
    cut(47, "One byte of the header is missing."),
    cut(48, "The header alone."),
    cut(49, "One byte follows the header."),
    cut(91, "One byte too few for header and trailer."),
    cut(92, "Enough for header and trailer, and not for the parts that the header declares.", needed),
    cut(needed - 1, "One byte too few for the parts that the header declares.", needed),
    refused(parent, {
      id: "artifact-head/size/no-parts",
      clauses: ["loader.read-head.size", "loader.parse.manifest"],
      fault: {
        whole: (all) => {
          const head = Uint8Array.from(all.subarray(0, 48));
          head.fill(0, 24, 32);
          head.fill(0, 40, 48);
          return Uint8Array.from([...head, ...all.subarray(all.length - 44)]);
        },
      },
      repair: "raw",
      mutator: "take-out-parts",
      refusal: () => manifestInvalid("truncated", "$", 48),
      why: "92 bytes that declare a manifest and an index of no bytes pass the head; the manifest is then no document.",
      effect: "A loader with a larger minimum refuses it for a reason that no other loader gives.",
    }),
    refused(parent, {
      id: "artifact-head/size/bodies-missing",
      clauses: ["loader.read-head.parts", "loader.verify-structure.end"],
      fault: { whole: (all) => all.slice(0, needed) },
      repair: "raw",
      mutator: "truncate",
      arguments: { size: needed },
      refusal: () => truncated("verify_structure", needed, bytes.length),
      why: "The parts that the header declares have room, so that only the structure shows that bodies are missing.",
      effect: "The phase that is reported depends on what a loader happens to read first.",
    }),
  ];
}

function setting(
  parent: LoadParent,
  name: string,
  header: HeaderValues,
  refusal: Refusal,
  why: string,
  limitsInput?: Readonly<Record<string, number>>,
): Draft {
  const values = Object.entries(header).map(([field, value]) => [
    field,
    typeof value === "bigint" ? String(value) : value,
  ]);
  return refused(parent, {
    id: `artifact-head/${name}`,
    clauses:
      refusal.code === "LDR_LIMIT_EXCEEDED"
        ? ["loader.read-head.limits", "loader.limits", "loader.limits.allocation"]
        : ["loader.read-head.parts", "format.bounds", "loader.limits.allocation"],
    fault: { header },
    mutator: "set-header-field",
    arguments: Object.fromEntries(values),
    refusal: () => refusal,
    ...(limitsInput !== undefined && { inputs: () => ({ limits: limitsInput }) }),
    why,
    effect: "A few bytes make a loader reserve or ask for gigabytes, or a sum wraps and something else is read.",
  });
}

function lengths(parent: LoadParent): Draft[] {
  const { bytes, manifest, index } = parent.built;
  const size = bytes.length;
  const high = { manifest_bytes: LARGEST, index_bytes: LARGEST };
  const missing = (expected: number): Refusal => truncated("read_head", size, expected);
  return [
    setting(
      parent,
      "lengths/manifest-to-the-end",
      { manifest_length: size - 92 - index.length + 1 },
      missing(size + 1),
      "A manifest that is one byte longer than the artifact has room for.",
    ),
    setting(
      parent,
      "lengths/index-to-the-end",
      { section_index_length: size - 92 - manifest.length + 1 },
      missing(size + 1),
      "An index that is one byte longer than the artifact has room for.",
    ),
    setting(
      parent,
      "lengths/manifest-at-its-limit",
      { manifest_length: 1_048_576 },
      missing(92 + 1_048_576 + index.length),
      "A declared manifest exactly as long as its limit is not above it.",
    ),
    setting(
      parent,
      "lengths/index-at-its-limit",
      { section_index_length: 134_217_728 },
      missing(92 + manifest.length + 134_217_728),
      "A declared index exactly as long as its limit is not above it.",
    ),
    setting(
      parent,
      "lengths/manifest-largest",
      { manifest_length: LARGEST },
      missing(LARGEST),
      "The sum of the parts is above 2^53-1 and compares as greater than the size.",
      high,
    ),
    setting(
      parent,
      "lengths/both-largest",
      { manifest_length: LARGEST, section_index_length: LARGEST },
      missing(LARGEST),
      "Two lengths of 2^53-1 add up to more, and not to less.",
      high,
    ),
    setting(
      parent,
      "lengths/sum-of-32-bits",
      { manifest_length: 0xffff_ffff, section_index_length: 0xffff_ffff },
      missing(92 + 2 * 0xffff_ffff),
      "Two lengths of 2^32-1 wrap in no arithmetic of 32 bits.",
      high,
    ),
    setting(
      parent,
      "lengths/high-half-alone",
      { manifest_length: 0x1_0000_0000n + BigInt(manifest.length) },
      missing(92 + 0x1_0000_0000 + manifest.length + index.length),
      "The low half of the length is right, and the high half is 1.",
      high,
    ),
  ];
}

function limits(parent: LoadParent): Draft[] {
  const { manifest, index } = parent.built;
  const above = (name: "manifest_bytes" | "index_bytes", maximum: number, found: number): Refusal =>
    limit("read_head", name, maximum, found, name === "manifest_bytes" ? 24 : 40);
  const at = loads({
    id: "artifact-head/limits/at-both",
    plan,
    clauses: ["loader.limits", "loader.read-head.limits"],
    inputs: { limits: { manifest_bytes: manifest.length, index_bytes: index.length } },
    why: "Limits that are as large as manifest and index are not exceeded.",
  });
  const lowered = (name: string, values: Readonly<Record<string, number>>, refusal: Refusal, why: string): Draft =>
    refused(parent, {
      id: `artifact-head/limits/${name}`,
      clauses: ["loader.limits", "loader.read-head.limits"],
      fault: {},
      repair: "raw",
      mutator: "set-limits",
      arguments: values,
      refusal: () => refusal,
      inputs: () => ({ limits: values }),
      why,
      effect: "A host that sets a limit is given more than it asked for.",
    });
  return [
    at.draft,
    lowered(
      "manifest-one-below",
      { manifest_bytes: manifest.length - 1 },
      above("manifest_bytes", manifest.length - 1, manifest.length),
      "A limit one byte below the manifest is exceeded.",
    ),
    lowered(
      "index-one-below",
      { index_bytes: index.length - 1 },
      above("index_bytes", index.length - 1, index.length),
      "A limit one byte below the index is exceeded.",
    ),
    lowered(
      "manifest-none",
      { manifest_bytes: 0 },
      above("manifest_bytes", 0, manifest.length),
      "A limit of 0 is a limit and not the absence of one.",
    ),
    lowered(
      "index-none",
      { index_bytes: 0 },
      above("index_bytes", 0, index.length),
      "A limit of 0 for the index is a limit.",
    ),
    lowered(
      "both-one-below",
      { manifest_bytes: manifest.length - 1, index_bytes: index.length - 1 },
      above("manifest_bytes", manifest.length - 1, manifest.length),
      "Both limits are one byte too low; the manifest's is told.",
    ),
    setting(
      parent,
      "limits/manifest-one-above-default",
      { manifest_length: 1_048_577 },
      above("manifest_bytes", 1_048_576, 1_048_577),
      "One byte above the default limit of the manifest.",
    ),
    setting(
      parent,
      "limits/index-one-above-default",
      { section_index_length: 134_217_729 },
      above("index_bytes", 134_217_728, 134_217_729),
      "One byte above the default limit of the index.",
    ),
    ...huge("manifest_length", "manifest_bytes", 1_048_576),
    ...huge("section_index_length", "index_bytes", 134_217_728),
    setting(
      parent,
      "limits/above-the-largest",
      { manifest_length: 0x20_0000_0000_0000n },
      above("manifest_bytes", LARGEST, LARGEST),
      "2^53 is above a limit of 2^53-1, although both are reported as 2^53-1.",
      { manifest_bytes: LARGEST },
    ),
    setting(
      parent,
      "limits/above-the-largest-by-far",
      { section_index_length: 0xffff_ffff_ffff_ffffn },
      above("index_bytes", LARGEST, LARGEST),
      "2^64-1 is above a limit of 2^53-1.",
      { index_bytes: LARGEST },
    ),
  ];

  function huge(
    field: "manifest_length" | "section_index_length",
    name: "manifest_bytes" | "index_bytes",
    maximum: number,
  ): Draft[] {
    const values = {
      "32-bits": 0xffff_ffffn,
      "33-bits": 0x1_0000_0000n,
      "53-bits": BigInt(LARGEST),
      "54-bits": 0x20_0000_0000_0000n,
      "63-bits": 0x7fff_ffff_ffff_ffffn,
      "64-bits": 0xffff_ffff_ffff_ffffn,
    };
    return Object.entries(values).map(([bits, value]) =>
      setting(
        parent,
        `limits/${field.replaceAll("_", "-")}-of-${bits}`,
        { [field]: value },
        above(name, maximum, Number(value > BigInt(LARGEST) ? BigInt(LARGEST) : value)),
        `${field} is ${value}, which is above the limit.`,
      ),
    );
  }
}
