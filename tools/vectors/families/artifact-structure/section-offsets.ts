import type { Built, Fault } from "../../building/artifact.js";
import type { Draft, Refusal } from "../../corpus/family.js";
import { ladder, refused } from "../artifact-drafts.js";
import { crcMismatch, LARGEST, structure } from "../artifact-refusals.js";
import { type Both, program, words } from "./parents.js";

/** Offsets of sections, in index order. */
export function sectionOffsets({ unsigned, signed }: Both): Draft[] {
  const clauses = ["loader.verify-structure.reasons", "format.section-offset"];
  const effect = "A body is read from where another one lies, or two sections share bytes.";
  const numbers: Readonly<Record<string, number>> = { "data/words": 0, main: 1, "site/icon": 2 };
  const at =
    (section: string) =>
    (made: Built): Refusal =>
      structure("section_offset", made.inIndex(`$[${numbers[section]}][2]`), section);
  const rungs = (name: string, section: string, offset: number, why: string): Draft[] =>
    ladder(
      signed,
      {
        id: `artifact-structure/section-offset/${name}`,
        clauses,
        fault: { entries: { [section]: { offset } } },
        mutator: "set-entry",
        arguments: { section, offset },
        why,
        effect,
      },
      { raw: crcMismatch, digests: at(section), signed: at(section) },
    );
  const single = (name: string, entries: Fault["entries"], section: string, why: string): Draft =>
    refused(unsigned, {
      id: `artifact-structure/section-offset/${name}`,
      clauses,
      fault: { ...(entries && { entries }) },
      mutator: "set-entry",
      arguments: { entries: entries as object },
      refusal: at(section),
      why,
      effect,
    });
  return [
    ...rungs("first-not-zero", "data/words", 1, "The first section begins at 1"),
    ...rungs("gap", "main", words.length + 1, "The second section begins one byte behind the end of the first"),
    ...rungs("overlap", "main", words.length - 1, "The second section begins on the last byte of the first"),
    single(
      "absolute",
      { "data/words": { offset: unsigned.built.bodiesAt } },
      "data/words",
      "The first offset counts from the begin of the artifact.",
    ),
    single(
      "exchanged",
      { "data/words": { offset: program.length }, main: { offset: 0 } },
      "data/words",
      "Two sections have exchanged their places.",
    ),
    single(
      "all-zero",
      { main: { offset: 0 }, "site/icon": { offset: 0 } },
      "main",
      "All offsets are 0; the second section is the first that is wrong.",
    ),
    single(
      "last-alone",
      { "site/icon": { offset: words.length + program.length + 1 } },
      "site/icon",
      "Only the last offset is wrong.",
    ),
    single(
      "two-wrong",
      { main: { offset: words.length + 5 }, "site/icon": { offset: words.length + program.length + 1 } },
      "main",
      "Of two wrong offsets the first in index order is told.",
    ),
    single(
      "all-shifted",
      {
        "data/words": { offset: 1 },
        main: { offset: words.length + 1 },
        "site/icon": { offset: words.length + program.length + 1 },
      },
      "data/words",
      "Every offset is one too great: each begins where the one before ends, but the first not at 0.",
    ),
    single(
      "all-shifted-by-trailer",
      {
        "data/words": { offset: 44 },
        main: { offset: words.length + 44 },
        "site/icon": { offset: words.length + program.length + 44 },
      },
      "data/words",
      "Every offset is 44 too great: the bodies follow each other, but not from 0 on.",
    ),
    single("largest", { main: { offset: LARGEST } }, "main", "An offset is 2^53-1."),
  ];
}
