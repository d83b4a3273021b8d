import { CONTROL_MODES } from "../../../generated/enums/control-mode.js";
import type { JsonProblem } from "../../../generated/json/fay-manifest.js";
import type { JudgedFinding } from "./judged-finding.js";
import { memberExample } from "./member-examples.js";
import { NearestNames } from "./nearest-name.js";
import { type Segment, segmentsOf } from "./paths.js";
import { quoted, shortened } from "./quoted.js";
import { completedRange, completedVersion, rangeAdvice } from "./version-advice.js";

/** A problem of the schema as an author reads it: with what would mend it, and no regular expression. */
export function inWords({ known = [], ...problem }: JsonProblem, root: unknown): JudgedFinding {
  const segments = segmentsOf(problem.field);
  const kind = kindOf(segments);
  switch (problem.code) {
    case "missing_field":
      return { ...problem, ...suggested(memberExample(kind), (example) => `Add \`${example}\`.`) };
    case "unknown_field":
      return unknownMember(problem, String(segments.at(-1)), known);
    case "value_out_of_range":
      return kind === "$.controlMode" ? controlMode(problem, valueAt(root, segments)) : problem;
    case "wrong_type":
      return { ...problem, ...otherType(kind, valueAt(root, segments)) };
    case "pattern_mismatch":
      return pattern(problem, kind, valueAt(root, segments));
    default:
      return problem;
  }
}

/** Lists of texts. */
const TEXT_LISTS = /^\$[.](permissions[.]|ego[.]scenarioTags$|ego[.]constraints[.]\w+Boundaries[.])/;

/** What can be meant by a value of another type than the one that belongs there. */
function otherType(kind: string, value: unknown): Pick<JudgedFinding, "suggestion" | "mend"> {
  if (/^[$][.](modules|protocols)$/.test(kind)) {
    return { suggestion: 'Write a list of declarations, as in `[{ "id": "sensor", "version": "^1.0.0" }]`.' };
  }
  if (typeof value !== "string") return {};
  const meant = /^[$][.](modules|protocols)\[\]$/.test(kind)
    ? { id: value }
    : kind === "$.ego"
      ? { modelSource: value }
      : TEXT_LISTS.test(kind)
        ? [value]
        : undefined;
  if (meant === undefined) return {};
  return { suggestion: `Use \`${shortened(JSON.stringify(meant))}\`.`, mend: { value: meant } };
}

/** A path with every index left out: `$.modules[].id`. */
function kindOf(segments: readonly Segment[]): string {
  let kind = "$";
  for (const segment of segments) kind += typeof segment === "number" ? "[]" : `.${segment}`;
  return kind;
}

function valueAt(root: unknown, segments: readonly Segment[]): unknown {
  // The field of a problem leads to a value of the document it was found in.
  return segments.reduce((value, segment) => (value as Readonly<Record<Segment, unknown>>)[segment], root);
}

function suggested(known: string | undefined, words: (known: string) => string): { readonly suggestion?: string } {
  return known === undefined ? {} : { suggestion: words(known) };
}

function unknownMember(problem: JsonProblem, name: string, known: readonly string[]): JudgedFinding {
  const near = new NearestNames(known).nearest(name);
  return {
    ...problem,
    message: `\`${shortened(name)}\` is not one of ${known.join(", ")}`,
    ...suggested(near?.name, (meant) => `Did you mean \`${meant}\`?`),
    ...(near?.isCertain === true && { mend: { name: near.name } }),
  };
}

/** @spec faymanifest.control-mode */
function controlMode(problem: JsonProblem, value: unknown): JudgedFinding {
  const text = String(value);
  const near = new NearestNames(CONTROL_MODES).nearest(text);
  return {
    ...problem,
    message: `expected one of ${CONTROL_MODES.join(", ")}, found ${quoted(text)}`,
    ...suggested(near?.name, (name) => `Did you mean \`${name}\`?`),
    ...(near?.isCertain === true && { mend: { value: near.name } }),
  };
}

/** A text that is not in its form. Names and versions are the only ones that have one. */
function pattern(problem: JsonProblem, kind: string, value: unknown): JudgedFinding {
  const text = String(value);
  if (kind === "$.name") {
    return {
      ...problem,
      message: `${quoted(text)} is no name: lower-case letters and digits, in groups joined by one of \`.\`, \`_\`, \`-\` and \`/\``,
      ...suggested(nameOf(text), (name) => `Use \`${name}\`.`),
    };
  }
  if (kind === "$.version") {
    return {
      ...problem,
      message: `${quoted(text)} is no version: three numbers without leading zeros, as in 1.0.0`,
      ...suggested(completedVersion(text), (version) => `Use \`${version}\`.`),
    };
  }
  const completed = completedRange(text);
  return {
    ...problem,
    message: `${quoted(text)} is no version constraint: \`^\`, \`~\`, \`=\`, \`>\`, \`>=\`, \`<\` or \`<=\` and a whole version, as in ^1.0.0`,
    suggestion: rangeAdvice(text),
    ...(completed !== undefined && { mend: { value: completed } }),
  };
}

/** A name made of what an author wrote as one; undefined where nothing of it can stay. */
function nameOf(text: string): string | undefined {
  const groups = text
    .slice(0, 200)
    .toLowerCase()
    .match(/[a-z0-9]+/g);
  return groups?.join("-");
}
