import { FayFinding } from "../../../generated/enums/fay-finding.js";
import type { FayManifest } from "../../../generated/json/fay-manifest.js";
import { type ComponentCatalogue, STANDARD_CATALOGUE } from "../resolution/catalogue.js";
import { TOO_DEEP } from "./depth.js";
import type { Finding, PlacedFinding, TextEdit } from "./finding.js";
import { fixesOf } from "./fixes.js";
import type { DuplicateMember } from "./json-builder.js";
import { type JsonNode, placeOf } from "./json-node.js";
import { readJson } from "./json-reader.js";
import { errorsOf } from "./judge.js";
import { warningsOf } from "./judge-warnings.js";
import type { JudgedFinding } from "./judged-finding.js";
import { firstOf, LONGEST_FILE, MOST_FINDINGS } from "./limits.js";
import { pointerOf, segmentsOf } from "./paths.js";
import { positionsOf } from "./positions.js";
import { sourceText } from "./source-text.js";
import type { SyntaxFault } from "./syntax-fault.js";

/** How the file of an author is read. */
export interface ReadFayManifestOptions {
  /**
   * Whether comments as JavaScript writes them are white space.
   *
   * @defaultValue false
   * @spec faymanifest.comments
   */
  readonly comments?: boolean;
  /**
   * The components that can be declared.
   *
   * @defaultValue those of the specification
   */
  readonly catalogue?: ComponentCatalogue;
  /**
   * Bytes, or code units of a text, that the file may have.
   *
   * @defaultValue 4,194,304
   * @spec faymanifest.validation.size
   */
  readonly longest?: number;
}

/** What the file of an author holds. */
export interface FayManifestReading {
  /** The FayManifest; undefined where there is an error. */
  readonly manifest: FayManifest | undefined;
  /** Everything that is wrong. */
  readonly errors: readonly PlacedFinding[];
  /** Everything that is doubtful. */
  readonly warnings: readonly PlacedFinding[];
  /** How many findings there are beyond the 1,000 that are told. @spec faymanifest.validation.bound */
  readonly untold: number;
  /** The text that the places are about; empty where the file is too long to be read. */
  readonly text: string;
}

/** A finding and what it is about. */
interface Span {
  readonly finding: Finding;
  readonly offset: number;
  readonly length: number;
  readonly fix?: TextEdit | undefined;
}

/**
 * Reads and judges the file of an author: everything that is wrong or doubtful at once, with its place. Never throws,
 * whatever the file holds, and takes time linear in its length.
 *
 * @spec faymanifest.validation, faymanifest.validation.place
 */
export function readFayManifest(file: string | Uint8Array, options: ReadFayManifestOptions = {}): FayManifestReading {
  const { longest = LONGEST_FILE } = options;
  if (file.length > longest) return tooLong(file.length, longest);
  const { text, from, faults: textFaults } = sourceText(file);
  const { root, faults, tooDeepAt, duplicates } = readJson(text, { comments: options.comments === true, from });
  const allFaults = [...textFaults, ...faults].sort((a, b) => a.offset - b.offset);
  const report = (
    manifest: FayManifest | undefined,
    errors: readonly Span[],
    warnings: readonly Span[] = [],
    untold = 0,
  ) => ({ manifest, ...placed(text, errors, warnings), untold, text });
  // @spec faymanifest.validation.text
  if (allFaults.length > 0) return report(undefined, allFaults.map(syntaxSpan));
  if (root === undefined) return report(undefined, [{ finding: TOO_DEEP, offset: tooDeepAt ?? from, length: 1 }]);
  const catalogue = options.catalogue ?? STANDARD_CATALOGUE;
  const errors = errorsOf(root.value, catalogue);
  // @spec faymanifest.validation.order
  const passedOver = firstOf(duplicates.told, MOST_FINDINGS - errors.told.length);
  const untold = errors.untold + passedOver.untold + duplicates.untold;
  const duplicateSpans = passedOver.told.map(duplicateSpan);
  if (errors.told.length > 0) {
    const fixes = fixesOf(errors.told, root, catalogue);
    const spans = errors.told.map((error) => judgedSpan(error, root, fixes.get(error)));
    return report(undefined, spans, duplicateSpans, untold);
  }
  const manifest = root.value as FayManifest;
  // @spec faymanifest.validation.warnings: in the order of the table, which begins with duplicate members.
  const warnings = firstOf(warningsOf(manifest, catalogue), MOST_FINDINGS - duplicateSpans.length);
  const spans = warnings.told.map((warning) => judgedSpan(warning, root, undefined));
  return report(manifest, [], [...duplicateSpans, ...spans], untold + warnings.untold);
}

/** What is said of a file that is too long: nothing else of it is looked at. @spec faymanifest.validation.size */
function tooLong(found: number, longest: number): FayManifestReading {
  const [most, length] = [longest, found].map((bytes) => bytes.toLocaleString("en"));
  const finding: PlacedFinding = {
    field: "$",
    code: FayFinding.LengthOutOfRange,
    message: `expected a file of at most ${most} bytes, found ${length}`,
    suggestion: "Data that is so long belongs into a file of its own.",
    pointer: "",
    offset: 0,
    length: 0,
    line: 1,
    column: 1,
  };
  return { manifest: undefined, errors: [finding], warnings: [], untold: 0, text: "" };
}

function syntaxSpan({ offset, length, message, suggestion, fix }: SyntaxFault): Span {
  const finding = { field: "$", message, code: FayFinding.JsonSyntax, ...(suggestion !== undefined && { suggestion }) };
  return { finding, offset, length, fix };
}

function duplicateSpan({ name, field, offset, length }: DuplicateMember): Span {
  const finding = {
    field,
    message: `the member ${JSON.stringify(name)} comes again in its object, and only the last counts`,
    code: FayFinding.DuplicateMember,
    suggestion: "Keep one of them.",
  };
  return { finding, offset, length };
}

/** What a finding means: the name of a member that should not be there, the brace where one is missing, else the value. */
function judgedSpan({ mend: _, ...finding }: JudgedFinding, root: JsonNode, fix: TextEdit | undefined): Span {
  const { node, member, owner } = placeOf(root, segmentsOf(finding.field));
  if (node === undefined) return { finding, offset: owner.start, length: 1 };
  const [start, end] =
    finding.code === FayFinding.UnknownField && member !== undefined
      ? [member.nameStart, member.nameEnd]
      : [node.start, node.end];
  return { finding, offset: start, length: end - start, fix };
}

function placed(
  text: string,
  errors: readonly Span[],
  warnings: readonly Span[],
): Pick<FayManifestReading, "errors" | "warnings"> {
  const positions = positionsOf(
    text,
    [...errors, ...warnings].map((span) => span.offset),
  );
  const place = ({ finding, offset, length, fix }: Span): PlacedFinding => ({
    ...finding,
    pointer: pointerOf(segmentsOf(finding.field)),
    offset,
    length,
    line: positions.get(offset)?.line ?? 1,
    column: positions.get(offset)?.column ?? 1,
    ...(fix && { fix }),
  });
  return { errors: errors.map(place), warnings: warnings.map(place) };
}
