import { COMPONENT_IDS, isComponentId } from "../../../generated/enums/component-id.js";
import type { FayManifest } from "../../../generated/json/fay-manifest.js";
import type { FayResolution } from "../../../generated/json/fay-resolution.js";
import {
  type ComponentExplanation,
  type ComponentRelation,
  explainComponent,
  type RequiredTest,
  requiredTests,
} from "../../../reference/assembly/index.js";
import { UsageError } from "../command.js";
import { printable, type Terminal } from "../output/terminal.js";
import { byteSize } from "../output/units.js";
import { wrappedPairs, wrappedTable } from "../output/wrapped.js";
import type { AuthorFile } from "./author-file.js";
import type { Chosen } from "./build.js";
import { LEVELS } from "./overview.js";
import { stageName } from "./words.js";

/** The component that --explain names; `undefined` where it is not given. @throws UsageError */
export function judgedId(text: string | undefined): string | undefined {
  if (text === undefined || isComponentId(text)) return text;
  throw new UsageError(`--explain: there is no component \`${text}\`; there are ${COMPONENT_IDS.join(", ")}`);
}

/** What is to be said of one component. */
interface Explained extends Chosen {
  readonly explanation: ComponentExplanation;
  readonly tests: readonly RequiredTest[];
  readonly settings: unknown;
}

function explained(manifest: FayManifest, resolution: FayResolution, id: string, chosen: Chosen): Explained {
  const explanation = explainComponent(manifest, resolution, id);
  if (explanation === undefined) throw new TypeError(`there is no component ${id}`);
  const declaration = [...manifest.modules, ...manifest.protocols].find((one) => one.id === id);
  const isAbout = ({ components }: RequiredTest): boolean => components.some((component) => component === id);
  return {
    explanation,
    tests: requiredTests(resolution, 5).filter(isAbout),
    settings: declaration?.config,
    chosen: chosen.chosen.filter(({ component }) => component === id),
    missing: chosen.missing.filter(({ component }) => component === id),
  };
}

/** Everything of one component. Gives the lines. @spec tools.assemble.explain */
export function explanationLines(
  terminal: Terminal,
  file: AuthorFile,
  manifest: FayManifest,
  resolution: FayResolution,
  id: string,
  chosen: Chosen,
): string[] {
  const all = explained(manifest, resolution, id, chosen);
  const { explanation, settings } = all;
  const { group, stage, meaning, origin, reason, declaredAt, version, provider, depends, related, neededBy } =
    explanation;
  const belongs = stage === null ? "of every stage" : `of stage ${stage}, ${stageName(stage)}`;
  const where = declaredAt === undefined ? "" : `, at ${declaredAt} of ${printable(file.path)}`;
  const why = `${reason.replace(/\.$/, "")}${where}`;
  return [
    `${terminal.style("bold", id)}  ${terminal.style("dim", `${group} ${belongs}`)}`,
    meaning,
    "",
    ...wrappedPairs(terminal, [
      ["why", origin === undefined ? terminal.style("yellow", why) : why],
      ...(version === undefined ? [] : ([["version", version]] as const)),
      ...(provider === undefined ? [] : ([["provider", printable(provider)]] as const)),
      ...(settings === undefined ? [] : ([["settings", printable(JSON.stringify(settings))]] as const)),
      ["depends on", relations(terminal, depends)],
      ["needed by", relations(terminal, neededBy)],
      ["works with", relations(terminal, related)],
      ["runs as", runsAs(all)],
    ]),
    "",
    ...actionLines(terminal, manifest, all),
    "",
    ...testLines(terminal, resolution, all),
  ];
}

/** Relations, those that are not there marked: a name, or a name in brackets. */
function relations(terminal: Terminal, others: readonly ComponentRelation[]): string {
  if (others.length === 0) return terminal.style("dim", "nothing");
  return others.map(({ id, isPresent }) => (isPresent ? id : terminal.style("dim", `${id} (not there)`))).join(", ");
}

function runsAs({ explanation, chosen: [found], missing }: Explained): string {
  if (explanation.runs === "host") return "the assembly service itself: it brings no code";
  if (found !== undefined) {
    const { version, provider, source, code } = found.implementation;
    const from = source === undefined ? "" : `, ${printable(source)}`;
    return `${version} of ${printable(provider)}${from} (${byteSize(code.length)}), as section ${found.sectionId}`;
  }
  return missing.length > 0
    ? "no implementation in any registry; --registry DIR looks in another"
    : "nothing: it is not there";
}

function actionLines(terminal: Terminal, manifest: FayManifest, { explanation, chosen: [found] }: Explained): string[] {
  const own = (found?.implementation.actions ?? []).map((action) => ({
    name: action.name,
    skill: action.skill ?? null,
    permission: action.permission ?? null,
    isOwn: true,
  }));
  const rows = [...explanation.actions.map((action) => ({ ...action, isOwn: false })), ...own].map(
    ({ name, skill, permission, isOwn }) => [
      `${explanation.id}.${name}${isOwn ? "*" : ""}`,
      skill === null ? "-" : printable(skill),
      permission === null ? "-" : `${printable(permission)} ${permittedText(terminal, manifest, permission)}`,
    ],
  );
  if (rows.length === 0) return [terminal.style("dim", "No actions")];
  return [
    terminal.style("bold", "Actions"),
    ...wrappedTable(
      terminal,
      ["ACTION", "SKILL", "PERMISSION"].map((title) => ({ title })),
      rows,
    ),
    ...(own.length === 0 ? [] : [terminal.style("dim", "* brought by its implementation")]),
  ];
}

function permittedText(terminal: Terminal, { permissions }: FayManifest, permission: string): string {
  if (permissions?.inherent?.includes(permission) === true) return terminal.style("dim", "(inherent)");
  if (permissions?.persistent?.includes(permission) === true) return terminal.style("dim", "(persistent)");
  return terminal.style("yellow", "(not declared)");
}

function testLines(terminal: Terminal, { resolvedStage }: FayResolution, { tests, explanation }: Explained): string[] {
  if (tests.length === 0) return [terminal.style("dim", "No test of iFACTS is about it alone")];
  return [
    terminal.style("bold", "Tests"),
    ...wrappedPairs(
      terminal,
      tests.map(({ name, level, stage, applicable, missing }) => {
        const what = `L${level} ${LEVELS[level - 1]}, from stage ${stage} on`;
        const others = missing.filter((id) => id !== explanation.id);
        const isOwed = stage <= resolvedStage && applicable;
        const lacks = others.length === 0 ? "" : `; lacks ${others.join(", ")}`;
        return [name, isOwed ? what : terminal.style("dim", `${what}; not owed${lacks}`)] as const;
      }),
    ),
  ];
}

/** The same for programs. */
export function explanationJson(
  file: AuthorFile,
  manifest: FayManifest,
  resolution: FayResolution,
  id: string,
  chosen: Chosen,
): object {
  const { explanation, settings, tests, chosen: found, missing } = explained(manifest, resolution, id, chosen);
  return {
    file: file.path,
    ...explanation,
    ...(settings !== undefined && { settings }),
    implementation: found.map(({ sectionId, implementation: { code, ...implementation } }) => ({
      ...implementation,
      section: sectionId,
      bytes: code.length,
    }))[0],
    ...(missing.length > 0 && { missing }),
    tests,
  };
}
