import { COMPONENTS, type ComponentRow } from "../../../generated/enums/component-id.js";
import type { ControlMode } from "../../../generated/enums/control-mode.js";
import type { FayManifest } from "../../../generated/json/fay-manifest.js";
import type { FayResolution, ResolvedComponent } from "../../../generated/json/fay-resolution.js";
import { type RequiredTest, requiredTests } from "../../../reference/assembly/index.js";
import { printable, type Terminal } from "../output/terminal.js";
import { wrappedPairs, wrappedTable } from "../output/wrapped.js";
import { CONTROL_MODE_MEANINGS, STAGE_MEANINGS, stageName, stagesTo } from "./words.js";

/** Why a component is there, in words. */
const REASONS: Readonly<Record<string, string>> = {
  declared: "the FayManifest declares it",
  always: "every iFay has it",
  ego: "there is an `ego` block",
};

/** What the levels of iFACTS are about. */
export const LEVELS: readonly string[] = ["single component", "interface", "integration", "behaviour"];

/** Why a component is there, in words. @spec faymanifest.resolution.origin */
function reasonOf(origin: string): string {
  return REASONS[origin] ?? origin;
}

/** What was declared and what was added, each with its reason; the stage; the tests. Gives the lines. @spec tools.assemble */
export function overviewLines(terminal: Terminal, manifest: FayManifest, resolution: FayResolution): string[] {
  const components = [...resolution.allComponents, ...resolution.allProtocols];
  const declared = components.filter(({ origin }) => origin === "declared");
  const added = components.filter(({ origin }) => origin !== "declared");
  return [
    ...headLines(terminal, manifest, resolution),
    "",
    terminal.style("bold", `Declared (${declared.length})`),
    ...declaredLines(terminal, declared),
    "",
    terminal.style("bold", `Added (${added.length})`),
    ...addedLines(terminal, added),
    ...driverLines(terminal, manifest),
    "",
    ...testLines(terminal, resolution),
  ];
}

function headLines(terminal: Terminal, manifest: FayManifest, resolution: FayResolution): string[] {
  const { name, version, description, vendor, controlMode } = manifest;
  const { resolvedStage: stage, allComponents, allProtocols } = resolution;
  return [
    `${terminal.style("bold", `${printable(name)} ${printable(version)}`)}`,
    ...wrappedPairs(terminal, [
      ["what", printable(description)],
      ["vendor", printable(vendor)],
      ["control mode", controlModeText(controlMode)],
      ["stage", `${stage} of 5, ${stageName(stage)}: ${STAGE_MEANINGS[stage - 1] ?? ""}`],
      ["parts", `${allComponents.length} components and ${allProtocols.length} protocols`],
    ]),
  ];
}

/** A control mode with what it means. */
export function controlModeText(mode: ControlMode): string {
  return `${mode}: ${CONTROL_MODE_MEANINGS[mode]}`;
}

function declaredLines(terminal: Terminal, components: readonly ResolvedComponent[]): string[] {
  if (components.length === 0) return [terminal.style("dim", "nothing: what every iFay has is all there is")];
  const any = terminal.style("dim", "any");
  // Most authors leave the provider open, and then a column of it would only take room.
  const names = components.some(({ provider }) => provider !== undefined);
  const rows = components.map(({ id, version = any, provider }) => [
    terminal.style("cyan", id),
    version,
    ...(names ? [provider === undefined ? any : printable(provider)] : []),
    stageOf(id),
    meaningOf(id),
  ]);
  const { component, version, provider, stage, meaning } = COLUMNS;
  return wrappedTable(terminal, [component, version, ...(names ? [provider] : []), stage, meaning], rows);
}

const COLUMNS = {
  component: { title: "COMPONENT" },
  version: { title: "VERSION" },
  provider: { title: "PROVIDER" },
  stage: { title: "STAGE", align: "right" },
  why: { title: "WHY" },
  meaning: { title: "WHAT IT DOES" },
} as const;

function addedLines(terminal: Terminal, components: readonly ResolvedComponent[]): string[] {
  const rows = components.map(({ id, origin }) => [terminal.style("cyan", id), reasonOf(origin), meaningOf(id)]);
  return wrappedTable(terminal, [COLUMNS.component, COLUMNS.why, COLUMNS.meaning], rows);
}

function driverLines(terminal: Terminal, { drivers = [] }: FayManifest): string[] {
  if (drivers.length === 0) return [];
  const rows = drivers.map(({ name, type, driverPackage }) => [
    printable(name),
    printable(type),
    printable(driverPackage),
  ]);
  return [
    "",
    terminal.style("bold", `Drivers (${drivers.length})`),
    ...wrappedTable(terminal, [{ title: "DRIVER" }, { title: "TYPE" }, { title: "PACKAGE" }], rows),
  ];
}

/** The tests that are owed, by level, and those that are not applicable. @spec ifacts.tests.required */
function testLines(terminal: Terminal, resolution: FayResolution): string[] {
  const tests = requiredTests(resolution);
  const owed = tests.filter(({ applicable }) => applicable);
  const others = tests.filter(({ applicable }) => !applicable);
  const { resolvedStage: stage } = resolution;
  const entries = LEVELS.map((level, index) => {
    const names = owed.filter((test) => test.level === index + 1).map(({ name }) => name);
    return [`L${index + 1} ${level}`, names.join(", ") || terminal.style("dim", "none")] as const;
  });
  return [
    terminal.style("bold", `Tests it owes (${owed.length})`) + terminal.style("dim", `  of ${stagesTo(stage)}`),
    ...wrappedPairs(terminal, entries),
    ...(others.length === 0 ? [] : notApplicableLines(terminal, others)),
  ];
}

function notApplicableLines(terminal: Terminal, tests: readonly RequiredTest[]): string[] {
  return [
    "",
    terminal.style("bold", `Not applicable (${tests.length})`),
    ...wrappedPairs(
      terminal,
      tests.map(({ name, missing }) => [name, `is about ${missing.join(", ")}: not in this iFay`]),
    ),
  ];
}

function rowOf(id: string): ComponentRow | undefined {
  return COMPONENTS.find((row) => row.id === id);
}

function stageOf(id: string): string {
  return String(rowOf(id)?.stage ?? "all");
}

/** What a component does, as one phrase. */
function meaningOf(id: string): string {
  return rowOf(id)?.meaning.replace(/\.$/, "") ?? "";
}

/** The same for programs. */
export function overviewJson(manifest: FayManifest, resolution: FayResolution): Record<string, unknown> {
  const components = [...resolution.allComponents, ...resolution.allProtocols];
  return {
    name: manifest.name,
    version: manifest.version,
    control_mode: manifest.controlMode,
    stage: { number: resolution.resolvedStage, name: stageName(resolution.resolvedStage) },
    declared: components.filter(({ origin }) => origin === "declared").map(({ id }) => id),
    added: components
      .filter(({ origin }) => origin !== "declared")
      .map(({ id, origin }) => ({ id, origin, reason: reasonOf(origin) })),
    resolution,
    tests: requiredTests(resolution),
  };
}
