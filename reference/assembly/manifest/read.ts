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
}

/** What the file of an author holds. */
export interface FayManifestReading {
  /** The FayManifest; undefined where there is an error. */
  readonly manifest: FayManifest | undefined;
  /** Everything that is wrong. */
  readonly errors: readonly PlacedFinding[];
  /** Everything that is doubtful. */
  readonly warnings: readonly PlacedFinding[];
  /** The text that the places are about. */
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
  const { text, from, faults: textFaults } = sourceText(file);
  const { root, faults, tooDeepAt, duplicates } = readJson(text, { comments: options.comments === true, from });
  const allFaults = [...textFaults, ...faults].sort((a, b) => a.offset - b.offset);
  const report = (manifest: FayManifest | undefined, errors: readonly Span[], warnings: readonly Span[]) => ({
    manifest,
    ...placed(text, errors, warnings),
    text,
  });
  // @spec faymanifest.validation.text
  if (allFaults.length > 0) return report(undefined, allFaults.map(syntaxSpan), []);
  if (root === undefined) return report(undefined, [{ finding: TOO_DEEP, offset: tooDeepAt ?? from, length: 1 }], []);
  const catalogue = options.catalogue ?? STANDARD_CATALOGUE;
  const errors = errorsOf(root.value, catalogue);
  const passedOver = duplicates.map(duplicateSpan);
  // @spec faymanifest.validation.order
  if (errors.length > 0) {
    const fixes = fixesOf(errors, root, catalogue);
    return report(
      undefined,
      errors.map((error) => judgedSpan(error, root, fixes.get(error))),
      passedOver,
    );
  }
  const manifest = root.value as FayManifest;
  // @spec faymanifest.validation.warnings: in the order of the table, which begins with duplicate members.
  const warnings = warningsOf(manifest, catalogue).map((warning) => judgedSpan(warning, root, undefined));
  return report(manifest, [], [...passedOver, ...warnings]);
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
