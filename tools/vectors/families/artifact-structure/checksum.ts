import { crc32 } from "../../building/artifact-head.js";
import type { Draft } from "../../corpus/family.js";
import { type LoadParent, refused, survived } from "../artifact-drafts.js";
import { crcMismatch } from "../artifact-refusals.js";

/** Checksums that are wrong as a whole. */
export function checksum(unsigned: LoadParent): Draft[] {
  const { header, manifest, index, bodies, trailer } = unsigned.built;
  const front = trailer.subarray(0, 40);
  const wrong = (name: string, value: number, why: string): Draft =>
    refused(unsigned, {
      id: `artifact-structure/crc/${name}`,
      clauses: ["loader.verify-structure.crc", "format.trailer.crc32"],
      fault: { trailer: { crc32: value } },
      mutator: "set-trailer-field",
      arguments: { field: "crc32", value },
      refusal: crcMismatch,
      why,
      effect: "A checksum over other bytes or of another kind either finds no damage or refuses what is whole.",
    });
  const right = crc32(header, manifest, index, front);
  const castagnoli = (pieces: readonly Uint8Array[]): number => {
    let register = 0xffffffff;
    for (const byte of Buffer.concat(pieces)) {
      register ^= byte;
      for (let bit = 0; bit < 8; bit++) register = (register >>> 1) ^ ((register & 1) * 0x82f63b78);
    }
    return (register ^ 0xffffffff) >>> 0;
  };
  return [
    wrong("zero", 0, "The checksum is 0."),
    wrong("last-bit", (right ^ 1) >>> 0, "The last bit of the checksum is wrong."),
    wrong("first-bit", (right ^ 0x8000_0000) >>> 0, "The first bit of the checksum is wrong."),
    wrong("complement", (right ^ 0xffff_ffff) >>> 0, "The checksum is given without the final exclusive-or."),
    wrong(
      "byte-order",
      Buffer.from([right >>> 24, (right >>> 16) & 255, (right >>> 8) & 255, right & 255]).readUInt32LE(0),
      "The checksum is little-endian.",
    ),
    wrong("with-bodies", crc32(header, manifest, index, ...bodies, front), "The checksum covers the bodies too."),
    wrong("without-trailer", crc32(header, manifest, index), "The checksum leaves the trailer out."),
    wrong("without-header", crc32(manifest, index, front), "The checksum leaves the header out."),
    wrong("trailer-first", crc32(front, header, manifest, index), "The checksum covers the parts in another order."),
    wrong("castagnoli", castagnoli([header, manifest, index, front]), "The checksum is a CRC-32C."),
    survived(unsigned, {
      id: "artifact-structure/crc/bodies-left-out",
      clauses: ["format.trailer.crc32", "loader.strategy"],
      fault: { bodies: { "data/words": (body) => body.map((byte) => byte ^ 1) } },
      repair: "raw",
      mutator: "change-body",
      arguments: { section: "data/words" },
      inputs: () => ({ strategy: "lazy" }),
      why: "A body that is damaged changes no checksum: a lazy load that never reads it succeeds.",
    }),
  ];
}
