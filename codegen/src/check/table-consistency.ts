import type { Diagnostic } from "../diagnostics/diagnostic.js";
import type { SpecTables } from "../model/table-model.js";
import { diagnosticAt } from "./table-report.js";

/** First and last number of the codes of each layer. @spec errors.codes */
const layerNumbers = { loader: 0x1, runtime: 0x2, adapter: 0x3, host: 0x4 } as const;

/** Rules between columns that no single column can check. */
export function checkConsistency(tables: SpecTables): Diagnostic[] {
  return [
    ...errorCodes(tables),
    ...opcodes(tables),
    ...loaderChecks(tables),
    ...phaseOrder(tables),
    ...signatureReasons(tables),
    ...loadProfiles(tables),
    ...components(tables),
    ...ifactsTests(tables),
  ];
}

function errorCodes(tables: SpecTables): Diagnostic[] {
  return tables["error-codes"].rows.flatMap((row) => {
    const nibble = layerNumbers[row.layer];
    if (row.number >>> 12 === nibble) return [];
    const reason = `codes of layer ${row.layer} have numbers from 0x${nibble}000 to 0x${nibble}fff`;
    return [diagnosticAt("table/inconsistent", row.placeOf("number"), { reason })];
  });
}

// @spec instructions.experimental
function opcodes(tables: SpecTables): Diagnostic[] {
  return [...tables.instructions.rows, ...tables["instruction-events"].rows].flatMap((row) => {
    if (row.opcode < 0x8000) return [];
    const reason = "opcodes with bit 15 are experimental and stand in no table";
    return [diagnosticAt("table/inconsistent", row.placeOf("opcode"), { reason })];
  });
}

/**
 * A reason needs its table; every reason of `structure-reasons` is what exactly one check reports.
 *
 * @spec loader.checks.order
 */
function loaderChecks(tables: SpecTables): Diagnostic[] {
  const rows = tables["loader-checks"].rows;
  const lonely = rows.flatMap((row) => {
    if (row.reason === undefined || row.reasons !== undefined) return [];
    return [
      diagnosticAt("table/inconsistent", row.placeOf("reason"), {
        reason: "a reason needs the column `reasons`, the table it is from",
      }),
    ];
  });
  const counted = tables["structure-reasons"].rows.flatMap((reason) => {
    const checks = rows.filter((row) => row.reasons === "structure-reasons" && row.reason === reason.name).length;
    if (checks === 1) return [];
    const text = `${checks} checks of table \`loader-checks\` report \`${reason.name}\`; one must`;
    return [diagnosticAt("table/inconsistent", reason.placeOf("name"), { reason: text })];
  });
  return [...lonely, ...counted];
}

function phaseOrder(tables: SpecTables): Diagnostic[] {
  const numbers = new Map(tables["loader-phases"].rows.map((phase) => [phase.name, phase.number]));
  let last = { number: 0, name: "" };
  return tables["loader-checks"].rows.flatMap((row) => {
    const number = numbers.get(row.phase) ?? 0;
    if (number < last.number) {
      return [
        diagnosticAt("table/order", row.placeOf("phase"), { column: "phase", value: row.phase, before: last.name }),
      ];
    }
    last = { number, name: row.phase };
    return [];
  });
}

function signatureReasons(tables: SpecTables): Diagnostic[] {
  const levels = tables["trust-levels"].rows.map((row) => row.name);
  return tables["signature-reasons"].rows.flatMap((row) => [
    ...(row.enforce_on === "refuse"
      ? []
      : [
          diagnosticAt("table/inconsistent", row.placeOf("enforce_on"), {
            reason: "an enforcing host refuses whatever the finding is",
          }),
        ]),
    ...(row.enforce_off === "refuse" || levels.includes(row.enforce_off)
      ? []
      : [
          diagnosticAt("table/unknown-reference", row.placeOf("enforce_off"), {
            name: row.enforce_off,
            table: "trust-levels",
          }),
        ]),
  ]);
}

/**
 * Each bound of a preset lies within the next wider one: a body that can never be selected, or a sum that never fits into
 * memory, is a slip of the pen.
 *
 * @spec selection.presets
 */
function loadProfiles(tables: SpecTables): Diagnostic[] {
  const widening = ["max_section_bytes", "max_total_bytes", "memory_bytes"] as const;
  return tables["load-profiles"].rows.flatMap((row) =>
    widening.slice(1).flatMap((wider, at) => {
      const narrower = widening[at] as (typeof widening)[number];
      const [inner, outer] = [row[narrower], row[wider]];
      if (outer === null || (inner !== null && inner <= outer)) return [];
      const reason = `\`${narrower}\` is wider than \`${wider}\``;
      return [diagnosticAt("table/inconsistent", row.placeOf(narrower), { reason })];
    }),
  );
}

/** @spec faymanifest.stage */
function components(tables: SpecTables): Diagnostic[] {
  return tables.components.rows.flatMap((row) => {
    if ((row.stage === null) === (row.group === "infrastructure")) return [];
    const reason = "infrastructure belongs to every stage and has none of its own; everything else has one";
    return [diagnosticAt("table/inconsistent", row.placeOf("stage"), { reason })];
  });
}

/**
 * Each family shows something of exactly one test, and has its level and category.
 *
 * @spec ifacts.tests
 */
function ifactsTests(tables: SpecTables): Diagnostic[] {
  const tests = tables["ifacts-tests"].rows;
  return tables["vector-families"].rows.flatMap((family) => {
    const owners = tests.filter((test) => test.families.some(({ value }) => value === family.name));
    const [owner] = owners;
    if (owner === undefined || owners.length > 1) {
      const reason = `${owners.length} tests of table \`ifacts-tests\` name the family \`${family.name}\`; one must`;
      return [diagnosticAt("table/inconsistent", family.placeOf("name"), { reason })];
    }
    if (owner.level === family.ifacts_level && owner.category === family.ifacts_category) return [];
    const reason = `the test \`${owner.name}\` has level ${owner.level} and category \`${owner.category}\``;
    return [diagnosticAt("table/inconsistent", family.placeOf("ifacts_level"), { reason })];
  });
}
