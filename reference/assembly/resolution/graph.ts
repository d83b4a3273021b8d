import { ComponentId } from "../../../generated/enums/component-id.js";
import { ComponentOrigin } from "../../../generated/enums/component-origin.js";
import type { FayManifest } from "../../../generated/json/fay-manifest.js";
import type { FayResolution, ResolvedComponent } from "../../../generated/json/fay-resolution.js";
import { type ComponentCatalogue, STANDARD_CATALOGUE } from "./catalogue.js";

/**
 * A resolution as a Mermaid flowchart: declared components with thick borders, added ones with broken ones, what is
 * depended on and missing with dotted ones. Solid arrows lead to what a component depends on, dotted lines to what it
 * works together with. Every text of an author is escaped.
 *
 * @spec faymanifest.resolution
 */
export function resolutionGraph(
  manifest: FayManifest,
  resolution: FayResolution,
  catalogue: ComponentCatalogue = STANDARD_CATALOGUE,
): string {
  const components = [...resolution.allComponents, ...resolution.allProtocols];
  const nodes = new Map(components.map(({ id }, index) => [id, `c${index}`]));
  const absent = absentIds(components, nodes, catalogue);
  for (const [index, id] of absent.entries()) nodes.set(id, `m${index}`);
  const title = `${manifest.name} ${manifest.version}, stage ${resolution.resolvedStage}, ${resolution.controlMode}`;
  return [
    "flowchart LR",
    `  subgraph ifay["${escaped(title)}"]`,
    ...group("modules", "modules and infrastructure", resolution.allComponents, nodes),
    ...group("protocols", "protocols", resolution.allProtocols, nodes),
    "  end",
    ...absent.map((id) => `  ${nodes.get(id)}["${escaped(id)}"]:::missing`),
    ...driverLines(manifest, nodes),
    ...relationLines(components, nodes, catalogue),
    "  classDef declared stroke-width:3px",
    "  classDef added stroke-dasharray:6 3",
    "  classDef missing stroke:#c00,stroke-dasharray:2 3",
    "",
  ].join("\n");
}

function group(
  id: string,
  title: string,
  components: readonly ResolvedComponent[],
  nodes: ReadonlyMap<string, string>,
): readonly string[] {
  return [
    `    subgraph ${id}["${title}"]`,
    ...components.map((component) => `      ${nodes.get(component.id)}["${labelOf(component)}"]${classOf(component)}`),
    "    end",
  ];
}

function labelOf({ id, version, provider }: ResolvedComponent): string {
  return [id, version, provider]
    .filter((text) => text !== undefined)
    .map(escaped)
    .join("<br/>");
}

function classOf({ origin }: ResolvedComponent): string {
  return origin === ComponentOrigin.Declared ? ":::declared" : ":::added";
}

/** What a component depends on that is not there. */
function absentIds(
  components: readonly ResolvedComponent[],
  nodes: ReadonlyMap<string, string>,
  catalogue: ComponentCatalogue,
): readonly string[] {
  const needed = components.flatMap(({ id }) => catalogue.row(id)?.depends ?? []);
  return [...new Set(needed)].filter((id) => !nodes.has(id));
}

function driverLines({ drivers }: FayManifest, nodes: ReadonlyMap<string, string>): readonly string[] {
  const hub = nodes.get(ComponentId.DeviceDriverHub);
  return (drivers ?? []).flatMap(({ name, driverPackage }, index) => [
    `  d${index}[["${escaped(name)}<br/>${escaped(driverPackage)}"]]`,
    ...(hub === undefined ? [] : [`  ${hub} --- d${index}`]),
  ]);
}

function relationLines(
  components: readonly ResolvedComponent[],
  nodes: ReadonlyMap<string, string>,
  catalogue: ComponentCatalogue,
): readonly string[] {
  const drawn = new Set<string>();
  const lines: string[] = [];
  const draw = (from: string, to: string, arrow: string): void => {
    const [a, b] = [nodes.get(from), nodes.get(to)];
    // Two components that name each other are joined once.
    if (a === undefined || b === undefined || drawn.has(`${a} ${b}`)) return;
    drawn.add(`${a} ${b}`).add(`${b} ${a}`);
    lines.push(`  ${a} ${arrow} ${b}`);
  };
  for (const { id } of components) for (const other of catalogue.row(id)?.depends ?? []) draw(id, other, "-->");
  for (const { id } of components) for (const other of catalogue.row(id)?.related ?? []) draw(id, other, "-.-");
  return lines;
}

/** A text within a quoted label: whatever Mermaid or HTML could read as their own is told by its number. */
function escaped(text: string): string {
  let label = "";
  for (const character of text) {
    if (/[\p{L}\p{N} .,:+^~=/@_-]/u.test(character)) label += character;
    else if (!/[\p{Cc}\p{Cs}]/u.test(character)) label += `#${character.codePointAt(0)};`;
    else label += " ";
  }
  return label;
}
