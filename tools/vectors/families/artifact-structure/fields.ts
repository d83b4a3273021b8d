import type { Fault } from "../../building/artifact.js";
import type { Draft } from "../../corpus/family.js";
import { ladder, refused } from "../artifact-drafts.js";
import { crcMismatch, structure } from "../artifact-refusals.js";
import { type Both, headerEffect } from "./parents.js";

/** One wrong field of header or trailer: stale, the checksum catches it; the checksum right again, its own check does. */
export function fields({ unsigned, signed }: Both): Draft[] {
  const { indexAt, bytes } = signed.built;
  const cases: readonly (readonly [string, string, Fault, number, string])[] = [
    [
      "total-length-one-less",
      "total_length",
      { trailer: { total_length: bytes.length - 1 } },
      bytes.length - 44,
      "total_length is one less than the size",
    ],
    [
      "total-length-one-more",
      "total_length",
      { trailer: { total_length: bytes.length + 1 } },
      bytes.length - 44,
      "total_length is one more than the size",
    ],
    ["total-length-zero", "total_length", { trailer: { total_length: 0 } }, bytes.length - 44, "total_length is 0"],
    [
      "total-length-without-trailer",
      "total_length",
      { trailer: { total_length: bytes.length - 44 } },
      bytes.length - 44,
      "total_length leaves the trailer out",
    ],
    [
      "total-length-64-bits",
      "total_length",
      { trailer: { total_length: 0xffff_ffff_ffff_ffffn } },
      bytes.length - 44,
      "total_length is 2^64-1",
    ],
    [
      "total-length-high-half",
      "total_length",
      { trailer: { total_length: 0x1_0000_0000n + BigInt(bytes.length) } },
      bytes.length - 44,
      "the low half of total_length is right and the high half is 1",
    ],
    ["flag-bit-1", "flags", { header: { flags: 3 } }, 8, "bit 1 of the flags is set beside SIGNED"],
    ["flag-bit-7", "flags", { header: { flags: 0x81 } }, 8, "bit 7 of the flags is set"],
    ["flag-bit-8", "flags", { header: { flags: 0x101 } }, 8, "bit 8 of the flags is set"],
    [
      "flag-bit-24",
      "flags",
      { header: { flags: 0x0100_0001 } },
      8,
      "bit 24 of the flags is set, where SIGNED would be in the other byte order",
    ],
    ["flag-bit-31", "flags", { header: { flags: 0x8000_0001 } }, 8, "bit 31 of the flags is set"],
    ["flag-all", "flags", { header: { flags: 0xffff_ffff } }, 8, "all flags are set"],
    ["reserved-one", "reserved", { header: { reserved: 1 } }, 12, "the reserved field is 1"],
    [
      "reserved-high",
      "reserved",
      { header: { reserved: 0x8000_0000 } },
      12,
      "the highest bit of the reserved field is set",
    ],
    ["manifest-offset-47", "manifest_offset", { header: { manifest_offset: 47 } }, 16, "manifest_offset is 47"],
    ["manifest-offset-49", "manifest_offset", { header: { manifest_offset: 49 } }, 16, "manifest_offset is 49"],
    ["manifest-offset-zero", "manifest_offset", { header: { manifest_offset: 0 } }, 16, "manifest_offset is 0"],
    [
      "manifest-offset-index",
      "manifest_offset",
      { header: { manifest_offset: indexAt } },
      16,
      "manifest_offset is where the index is",
    ],
    [
      "manifest-offset-64-bits",
      "manifest_offset",
      { header: { manifest_offset: 0xffff_ffff_ffff_ffffn } },
      16,
      "manifest_offset is 2^64-1",
    ],
    [
      "manifest-offset-high-half",
      "manifest_offset",
      { header: { manifest_offset: 0x1_0000_0030n } },
      16,
      "the low half of manifest_offset is 48 and the high half is 1",
    ],
    [
      "index-offset-one-less",
      "section_index_offset",
      { header: { section_index_offset: indexAt - 1 } },
      32,
      "section_index_offset is one too small",
    ],
    [
      "index-offset-one-more",
      "section_index_offset",
      { header: { section_index_offset: indexAt + 1 } },
      32,
      "section_index_offset is one too large",
    ],
    [
      "index-offset-zero",
      "section_index_offset",
      { header: { section_index_offset: 0 } },
      32,
      "section_index_offset is 0",
    ],
    [
      "index-offset-manifest",
      "section_index_offset",
      { header: { section_index_offset: 48 } },
      32,
      "section_index_offset is where the manifest is",
    ],
    [
      "index-offset-64-bits",
      "section_index_offset",
      { header: { section_index_offset: 0xffff_ffff_ffff_ffffn } },
      32,
      "section_index_offset is 2^64-1",
    ],
  ];
  const clausesOf = (reason: string): readonly string[] => [
    "loader.verify-structure.reasons",
    "loader.verify-structure.crc",
    ...(reason.endsWith("_offset") ? ["loader.parse.places"] : []),
    ...(reason === "flags" || reason === "reserved" ? ["format.header", "format.header.flags"] : []),
    ...(reason === "total_length" ? ["format.trailer", "format.trailer.total-length", "format.integers"] : []),
  ];
  const ofSigned = cases.flatMap(([name, reason, fault, at, why]) =>
    ladder(
      signed,
      {
        id: `artifact-structure/${name}`,
        clauses: clausesOf(reason),
        fault,
        mutator: fault.header === undefined ? "set-trailer-field" : "set-header-field",
        arguments: textual(fault.header ?? fault.trailer ?? {}),
        why: capital(why),
        effect: headerEffect,
      },
      {
        raw: crcMismatch,
        digests: () => structure(reason, at),
        // The trailer is not signed, so that there is nothing to sign again.
        ...(fault.header !== undefined && { signed: () => structure(reason, at) }),
      },
    ),
  );
  const unsignedCases: readonly (readonly [string, string, Fault, number, string])[] = [
    ["flag-bit-2", "flags", { header: { flags: 4 } }, 8, "Bit 2 of the flags of an unsigned artifact is set."],
    ["reserved-two", "reserved", { header: { reserved: 2 } }, 12, "The reserved field of an unsigned artifact is 2."],
    [
      "manifest-offset-one",
      "manifest_offset",
      { header: { manifest_offset: 1 } },
      16,
      "The manifest_offset of an unsigned artifact is 1.",
    ],
    [
      "total-length-double",
      "total_length",
      { trailer: { total_length: 2 * unsigned.built.bytes.length } },
      unsigned.built.bytes.length - 44,
      "The total_length of an unsigned artifact is twice its size.",
    ],
  ];
  const ofUnsigned = unsignedCases.map(([name, reason, fault, at, why]) =>
    refused(unsigned, {
      id: `artifact-structure/unsigned/${name}`,
      clauses: clausesOf(reason),
      fault,
      mutator: fault.header === undefined ? "set-trailer-field" : "set-header-field",
      arguments: textual(fault.header ?? fault.trailer ?? {}),
      refusal: () => structure(reason, at),
      why,
      effect: headerEffect,
    }),
  );
  return [...ofSigned, ...ofUnsigned];
}

/** Integers of 64 bits stand in settings as texts. */
function textual(values: object): Readonly<Record<string, unknown>> {
  return Object.fromEntries(
    Object.entries(values).map(([field, value]: [string, unknown]) => [
      field,
      typeof value === "bigint" ? String(value) : value,
    ]),
  );
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
