import type { Fault } from "../../building/artifact.js";
import { spliced } from "../../building/artifact-head.js";
import type { Draft } from "../../corpus/family.js";
import { type LoadParent, ladder, refused } from "../artifact-drafts.js";
import { LARGEST, structure, truncated } from "../artifact-refusals.js";
import { type Both, program, words } from "./parents.js";

/** The computed end, on both sides of the size. */
export function end({ unsigned, signed }: Both): Draft[] {
  const clauses = ["loader.verify-structure.end", "format.parts"];
  const { bytes, bodiesAt, trailerAt, sections } = signed.built;
  const size = bytes.length;
  const extra = "Bytes that nothing covers travel with an artifact that counts as verified.";
  const short = "A loader reads a body or the trailer from where it is not.";
  const insert = (at: number, hexadecimal: string): Fault => ({
    whole: (all) => spliced(all, at, 0, Uint8Array.from(Buffer.from(hexadecimal, "hex"))),
  });
  /** The trailer of a longer or shorter artifact, so that nothing but the end is wrong. */
  const resized = (by: number): Fault => ({ trailer: { total_length: size + by } });
  const more = (
    name: string,
    fault: Fault,
    repair: "raw" | "digests",
    added: number,
    why: string,
    settings: object,
  ): Draft =>
    refused(signed, {
      id: `artifact-structure/end/${name}`,
      clauses,
      fault,
      repair,
      mutator: "insert-bytes",
      arguments: { ...settings },
      refusal: (made) => {
        if (made.bytes.length !== size + added) throw new TypeError(`${name}: ${added} bytes were not added`);
        return structure("computed_end", size);
      },
      why,
      effect: extra,
    });
  const less = (
    name: string,
    fault: Fault,
    repair: "raw" | "digests",
    taken: number,
    why: string,
    settings: object,
  ): Draft =>
    refused(signed, {
      id: `artifact-structure/end/${name}`,
      clauses,
      fault,
      repair,
      mutator: "remove-bytes",
      arguments: { ...settings },
      refusal: () => truncated("verify_structure", size - taken, size),
      why,
      effect: short,
    });
  const cut = (at: number, count: number): Fault => ({ whole: (all) => spliced(all, at, count) });
  const last = sections.at(-1)?.at ?? 0;
  return [
    more("byte-behind", insert(size, "00"), "raw", 1, "A zero byte follows the trailer.", { at: size, bytes: "00" }),
    more("newline-behind", insert(size, "0a"), "raw", 1, "A line feed follows the trailer, as an editor leaves one.", {
      at: size,
      bytes: "0a",
    }),
    more(
      "trailer-twice",
      { whole: (all) => spliced(all, size, 0, all.subarray(size - 44)) },
      "raw",
      44,
      "The trailer stands there twice.",
      { part: "trailer" },
    ),
    more(
      "padding-before-trailer",
      { ...insert(trailerAt, "00000000"), ...resized(4) },
      "digests",
      4,
      "Four zero bytes stand between the last body and the trailer, and the trailer counts them.",
      { at: trailerAt, bytes: "00000000" },
    ),
    more(
      "padding-before-bodies",
      { ...insert(bodiesAt, "00"), ...resized(1) },
      "digests",
      1,
      "A byte stands between index and bodies, and the trailer counts it.",
      { at: bodiesAt, bytes: "00" },
    ),
    more(
      "padding-between-bodies",
      { ...insert(last, "ff"), ...resized(1) },
      "digests",
      1,
      "A byte stands between two bodies, and the trailer counts it.",
      { at: last, bytes: "ff" },
    ),
    less("last-byte", cut(size - 1, 1), "raw", 1, "The last byte is missing.", { at: size - 1, count: 1 }),
    less("trailer", cut(trailerAt, 44), "raw", 44, "The whole trailer is missing: the last 44 bytes are no trailer.", {
      at: trailerAt,
      count: 44,
    }),
    less(
      "byte-of-a-body",
      { ...cut(last, 1), ...resized(-1) },
      "digests",
      1,
      "A byte of the last body is missing, and the trailer does not count it.",
      { at: last, count: 1 },
    ),
    less(
      "all-bodies",
      { ...cut(bodiesAt, trailerAt - bodiesAt), ...resized(bodiesAt - trailerAt) },
      "digests",
      trailerAt - bodiesAt,
      "All bodies are missing.",
      { at: bodiesAt, count: trailerAt - bodiesAt },
    ),
    ...ladder(
      signed,
      {
        id: "artifact-structure/end/length-one-more",
        clauses,
        fault: { entries: { main: { length: program.length + 1 } } },
        mutator: "set-entry",
        arguments: { section: "main", length: program.length + 1 },
        why: "An index entry counts one byte more than its body has",
        effect: short,
      },
      {
        raw: () => truncated("verify_structure", size, size + 1),
        digests: () => truncated("verify_structure", size, size + 1),
        signed: () => truncated("verify_structure", size, size + 1),
      },
    ),
    ...ladder(
      signed,
      {
        id: "artifact-structure/end/length-one-less",
        clauses,
        fault: { entries: { main: { length: program.length - 1 } } },
        mutator: "set-entry",
        arguments: { section: "main", length: program.length - 1 },
        why: "An index entry counts one byte less than its body has",
        effect: extra,
      },
      {
        raw: () => structure("computed_end", size - 1),
        digests: () => structure("computed_end", size - 1),
        signed: () => structure("computed_end", size - 1),
      },
    ),
    ...large(unsigned),
    refused(unsigned, {
      id: "artifact-structure/end/without-regard-to-offsets",
      clauses: [...clauses, "loader.checks.order"],
      fault: { entries: { "site/icon": { offset: 5000 } } },
      mutator: "set-entry",
      arguments: { section: "site/icon", offset: 5000 },
      refusal: (made) => structure("section_offset", made.inIndex("$[2][2]"), "site/icon"),
      why: "An offset far behind the end does not move the computed end, which counts lengths alone.",
      effect: "One loader calls the artifact cut off, another one misplaced.",
    }),
  ];
}

/** Sums of section lengths that no host computes exactly. */
function large(unsigned: LoadParent): Draft[] {
  const size = unsigned.built.bytes.length;
  const high = { section_bytes: LARGEST };
  const lengths = (name: string, entries: Fault["entries"], why: string, grown: number): Draft =>
    refused(unsigned, {
      id: `artifact-structure/end/${name}`,
      clauses: ["format.bounds", "loader.verify-structure.end", "loader.limits.allocation"],
      fault: { ...(entries && { entries }) },
      mutator: "set-entry",
      arguments: { entries: entries as object },
      refusal: (made) => truncated("verify_structure", made.bytes.length, Math.min(LARGEST, made.bytes.length + grown)),
      inputs: () => ({ limits: high }),
      why,
      effect: "A sum that wraps or rounds makes a cut-off artifact look whole, or a loader reserves what it declares.",
    });
  if (size > 4096) throw new RangeError("the parent is small");
  return [
    lengths(
      "length-largest",
      { main: { length: LARGEST } },
      "One length of 2^53-1, which the host allows, makes a sum above 2^53-1.",
      LARGEST,
    ),
    lengths(
      "two-lengths-largest",
      { "data/words": { length: LARGEST }, main: { length: LARGEST } },
      "Two lengths of 2^53-1 add up to more, and not to less.",
      LARGEST,
    ),
    lengths(
      "lengths-of-32-bits",
      { "data/words": { length: 0x8000_0000 }, main: { length: 0x8000_0000 } },
      "Two lengths of 2^31 add up to 2^32 and not to 0.",
      0x1_0000_0000 - words.length - program.length,
    ),
  ];
}
