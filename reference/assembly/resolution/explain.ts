import type { ComponentRow } from "../../../generated/enums/component-id.js";
import { ComponentOrigin } from "../../../generated/enums/component-origin.js";
import type { FayManifest } from "../../../generated/json/fay-manifest.js";
import type { FayResolution } from "../../../generated/json/fay-resolution.js";
import { type ComponentCatalogue, STANDARD_CATALOGUE } from "./catalogue.js";
import { resolvedIds } from "./resolve.js";

/** A component that another one has to do with. */
export interface ComponentRelation {
  readonly id: string;
  /** Whether it is in the resolution. */
  readonly isPresent: boolean;
}

/** An action of a component, and what the FayManifest says of its permission. */
export interface ExplainedAction {
  readonly name: string;
  /** The skill that boundaries judge. */
  readonly skill: string | null;
  /** The permission that it needs. */
  readonly permission: string | null;
  /** How the permission is declared; undefined where none is needed. */
  readonly permitted: "inherent" | "persistent" | "not declared" | undefined;
}

/** Everything there is to say about one component of an iFay. */
export interface ComponentExplanation {
  readonly id: string;
  /** What it is, for people. */
  readonly meaning: string;
  readonly group: ComponentRow["group"];
  /** Its stage, 1 to 5; null where it belongs to all. */
  readonly stage: number | null;
  /** Whether an artifact brings code for it, or the assembly service is it. */
  readonly runs: ComponentRow["runs"];
  /** Why it is in the resolution; undefined where it is not. */
  readonly origin: ComponentOrigin | undefined;
  /** The same in a sentence for people. */
  readonly reason: string;
  /** Where it is declared, as an RFC 9535 path; undefined where it is not. */
  readonly declaredAt: string | undefined;
  /** The version constraint of its declaration. */
  readonly version: string | undefined;
  /** The provider of its declaration. */
  readonly provider: string | undefined;
  /** What it works only with. */
  readonly depends: readonly ComponentRelation[];
  /** What it works together with. */
  readonly related: readonly ComponentRelation[];
  /** What works only with it. */
  readonly neededBy: readonly ComponentRelation[];
  readonly actions: readonly ExplainedAction[];
}

/**
 * Why a component is in a resolution or not, and what it has to do with the others; undefined where there is no
 * component with this id.
 *
 * @spec faymanifest.resolution.origin
 */
export function explainComponent(
  manifest: FayManifest,
  resolution: FayResolution,
  id: string,
  catalogue: ComponentCatalogue = STANDARD_CATALOGUE,
): ComponentExplanation | undefined {
  const row = catalogue.row(id);
  if (row === undefined) return undefined;
  const present = resolvedIds(resolution);
  const found = [...resolution.allComponents, ...resolution.allProtocols].find((component) => component.id === id);
  const origin = found?.origin as ComponentOrigin | undefined;
  const relation = (other: string): ComponentRelation => ({ id: other, isPresent: present.has(other) });
  const needing = catalogue.rows.filter((other) => other.depends.includes(id)).map((other) => other.id);
  return {
    id,
    meaning: row.meaning,
    group: row.group,
    stage: row.stage,
    runs: row.runs,
    origin,
    reason: reasonOf(
      origin,
      needing.filter((other) => present.has(other)),
    ),
    declaredAt: placeOf(manifest, id),
    version: found?.version,
    provider: found?.provider,
    depends: row.depends.map(relation),
    related: row.related.map(relation),
    neededBy: needing.map(relation),
    actions: row.actions.map((action) => ({ ...action, permitted: permitted(manifest, action.permission) })),
  };
}

function reasonOf(origin: ComponentOrigin | undefined, needing: readonly string[]): string {
  switch (origin) {
    case ComponentOrigin.Declared:
      return "The FayManifest declares it.";
    case ComponentOrigin.Always:
      return "Every iFay has it.";
    case ComponentOrigin.Ego:
      return "The FayManifest has an `ego` block.";
    default: {
      if (needing.length === 0) return "It is not there: the FayManifest does not declare it.";
      const names = needing.map((id) => `\`${id}\``).join(" and ");
      return `It is not there, although ${names} ${needing.length === 1 ? "depends" : "depend"} on it.`;
    }
  }
}

function placeOf(manifest: FayManifest, id: string): string | undefined {
  for (const list of ["modules", "protocols"] as const) {
    const index = manifest[list].findIndex((declaration) => declaration.id === id);
    if (index >= 0) return `$.${list}[${index}]`;
  }
  return undefined;
}

function permitted({ permissions }: FayManifest, permission: string | null): ExplainedAction["permitted"] {
  if (permission === null) return undefined;
  if (permissions?.inherent?.includes(permission) === true) return "inherent";
  return permissions?.persistent?.includes(permission) === true ? "persistent" : "not declared";
}
