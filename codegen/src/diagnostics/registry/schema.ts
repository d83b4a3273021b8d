import { error, warning } from "../define.js";

/** Diagnostics of namespace `schema/*`. Each key needs a page in `codegen/docs/diagnostics/schema/` and a golden test. */
export const schemaDiagnostics = {
  // Comments.
  "schema/unknown-directive": error<{ name: string }>(({ name }) => `\`@${name}\` is not a directive`),
  "schema/invalid-directive": error<{ name: string; reason: string }>(
    ({ name, reason }) => `directive \`@${name}\`: ${reason}`,
  ),
  "schema/missing-domain": error(() => "the file names no domain"),
  "schema/undocumented": warning<{ what: string }>(({ what }) => `${what} has no comment`),
  "schema/unanchored": warning<{ name: string }>(({ name }) => `rule \`${name}\` names no requirement`),

  // The subset.
  "schema/unsupported": error<{ what: string }>(({ what }) => `the generator does not implement ${what}`),
  "schema/unsupported-json": error<{ what: string }>(
    ({ what }) => `the generator of JSON validators does not implement ${what}`,
  ),
  "schema/unsupported-pattern": error<{ reason: string }>(({ reason }) => `regular expression: ${reason}`),
  "schema/name-clash": error<{ name: string; other: string; typescript: string }>(({ name, other, typescript }) =>
    name === other
      ? `\`${name}\` stands here twice`
      : `\`${name}\` and \`${other}\` both become \`${typescript}\` in TypeScript`,
  ),

  "schema/duplicate-value": error<{ name: string; other: string; value: string }>(
    ({ name, other, value }) => `\`${name}\` has the value ${value}, which \`${other}\` has`,
  ),

  // Growth.
  "schema/required-since": error<{ name: string }>(
    ({ name }) => `member \`${name}\` came with a later minor version and is required`,
  ),
} as const;
