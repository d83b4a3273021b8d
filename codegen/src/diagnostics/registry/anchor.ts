import { error, warning } from "../define.js";

/** Diagnostics of namespace `anchor/*`. Each key needs a page in `codegen/docs/diagnostics/anchor/` and a golden test. */
export const anchorDiagnostics = {
  // Chapters.
  "anchor/malformed-requirement": error<{ reason: string }>(({ reason }) => reason),
  "anchor/duplicate": error<{ id: string }>(({ id }) => `requirement \`${id}\` is stated twice`),
  "anchor/broken-link": error<{ target: string }>(({ target }) => `link target \`${target}\` does not exist`),
  "anchor/unknown-name": error<{ name: string; kind: string }>(
    ({ name, kind }) => `\`${name}\` is written like ${kind}, and there is none`,
  ),

  // The list of anchors against the chapters.
  "anchor/invalid-file": error<{ reason: string }>(({ reason }) => reason),
  "anchor/unrecorded": error<{ id: string }>(({ id }) => `requirement \`${id}\` is not recorded in spec/anchors.yaml`),
  "anchor/stale-entry": error<{ id: string }>(({ id }) => `no chapter states requirement \`${id}\``),
  "anchor/sentence-changed": error<{ id: string }>(({ id }) => `the sentence of \`${id}\` is not the recorded one`),
  "anchor/entry-outdated": error<{ id: string; member: string; expected: string; found: string }>(
    ({ id, member, expected, found }) => `\`${id}\` is recorded with ${member} \`${found}\`, but has \`${expected}\``,
  ),

  // Citations.
  "anchor/unknown": error<{ id: string }>(({ id }) => `requirement \`${id}\` does not exist`),
  "anchor/unknown-coverage": error<{ path: string }>(({ path }) => `\`${path}\` is no schema or table`),
  "anchor/no-implementation": error<{ id: string }>(({ id }) => `no implementation cites requirement \`${id}\``),
  "anchor/no-test": error<{ id: string }>(({ id }) => `no test cites requirement \`${id}\``),
  "anchor/planned-but-cited": warning<{ id: string }>(
    ({ id }) => `requirement \`${id}\` is marked planned, but code and a test cite it`,
  ),

  // Documentation of code.
  "anchor/undocumented-symbol": error<{ symbol: string }>(({ symbol }) => `exported \`${symbol}\` has no docstring`),
  "anchor/outdated-example": error<{ what: string }>(({ what }) => `${what} is not what the code gives`),
} as const;
