import { error } from "../define.js";

/** Diagnostics of namespace `table/*`. Each key needs a page in `codegen/docs/diagnostics/table/` and a golden test. */
export const tableDiagnostics = {
  // YAML.
  "table/yaml-syntax": error<{ reason: string }>(({ reason }) => `this is not YAML: ${reason}`),
  "table/duplicate-key": error<{ key: string }>(({ key }) => `\`${key}\` is given twice`),
  "table/yaml-feature": error<{ feature: string }>(({ feature }) => `${feature} is not used in tables`),
  "table/number-notation": error<{ text: string; reason: string }>(
    ({ text, reason }) => `number \`${text}\` ${reason}`,
  ),

  // Shape of a table.
  "table/unknown-table": error<{ name: string }>(({ name }) => `there is no table \`${name}\``),
  "table/missing-table": error<{ name: string }>(({ name }) => `table \`${name}\` is missing`),
  "table/name-mismatch": error<{ found: string; expected: string }>(
    ({ found, expected }) => `the file of table \`${expected}\` calls itself \`${found}\``,
  ),
  "table/unknown-column": error<{ column: string; where: string }>(
    ({ column, where }) => `${where} has no column \`${column}\``,
  ),
  "table/missing-column": error<{ column: string; where: string }>(
    ({ column, where }) => `${where} lacks column \`${column}\``,
  ),
  "table/wrong-type": error<{ column: string; expected: string; found: string }>(
    ({ column, expected, found }) => `\`${column}\` must be ${expected}, not ${found}`,
  ),
  "table/out-of-range": error<{ column: string; value: string; minimum: string; maximum: string }>(
    ({ column, value, minimum, maximum }) => `\`${column}\` is ${value}, outside ${minimum} to ${maximum}`,
  ),
  "table/invalid-text": error<{ column: string; text: string; form: string }>(
    ({ column, text, form }) => `\`${column}\` is \`${text}\`, which is not ${form}`,
  ),

  // Rows against each other.
  "table/duplicate-name": error<{ name: string; column: string }>(
    ({ name, column }) => `${column} \`${name}\` is taken by an earlier row`,
  ),
  "table/duplicate-number": error<{ name: string; column: string; number: string }>(
    ({ name, column, number }) => `\`${name}\` takes ${column} ${number}, which an earlier row has`,
  ),
  "table/order": error<{ column: string; value: string; before: string }>(
    ({ column, value, before }) => `${column} ${value} stands after ${before}, but rows are ascending`,
  ),

  // Tables against each other.
  // `table` is empty where the name of a table itself is meant.
  "table/unknown-reference": error<{ name: string; table: string }>(
    ({ name, table }) => `\`${name}\` is not ${table === "" ? "a table of names" : `a row of table \`${table}\``}`,
  ),
  "table/inconsistent": error<{ reason: string }>(({ reason }) => reason),
  "table/example": error<{ name: string; reason: string }>(
    ({ name, reason }) => `the example does not fit its row: \`${name}\` ${reason}`,
  ),
  "table/unsupported": error<{ what: string }>(({ what }) => `the generator does not support ${what}`),

  // Layouts.
  "table/layout-gap": error<{ field: string; expected: number; found: number }>(
    ({ field, expected, found }) => `\`${field}\` begins at ${found}, but the field before it ends at ${expected}`,
  ),
  "table/layout-overlap": error<{ field: string; expected: number; found: number }>(
    ({ field, expected, found }) => `\`${field}\` begins at ${found}, inside a field that ends at ${expected}`,
  ),
  "table/layout-size": error<{ expected: number; found: number }>(
    ({ expected, found }) => `the record declares ${expected} bytes, its fields end at ${found}`,
  ),
  "table/layout-width": error<{ field: string; reason: string }>(({ field, reason }) => `\`${field}\` ${reason}`),

  // Lifecycle.
  "table/unreachable-state": error<{ state: string }>(({ state }) => `no transition leads to state \`${state}\``),
  "table/final-state": error<{ state: string }>(({ state }) => `a transition leaves the final state \`${state}\``),

  // Released versions.
  "table/number-reused": error<{ name: string; column: string; number: string; owner: string }>(
    ({ name, column, number, owner }) => `\`${name}\` takes ${column} ${number}, released as \`${owner}\``,
  ),
  "table/released-removed": error<{ name: string; table: string; version: string }>(
    ({ name, table, version }) => `row \`${name}\` of table \`${table}\` was released in ${version} and is gone`,
  ),
  "table/released-changed": error<{ name: string; column: string; version: string }>(
    ({ name, column, version }) => `${column} of \`${name}\` differs from what ${version} released`,
  ),
  "table/since-later": error<{ since: string; version: string }>(
    ({ since, version }) => `\`since\` is ${since}, later than the schema's version ${version}`,
  ),
  "table/since-released": error<{ name: string; version: string }>(
    ({ name, version }) => `\`${name}\` claims to be part of ${version}, which was released without it`,
  ),
} as const;
