import type { ComponentRow } from "../../../generated/enums/component-id.js";
import { ComponentOrigin } from "../../../generated/enums/component-origin.js";
import type { FayManifest, ModuleDeclaration } from "../../../generated/json/fay-manifest.js";
import type { FayResolution, ResolvedComponent } from "../../../generated/json/fay-resolution.js";
import { type ComponentCatalogue, STANDARD_CATALOGUE } from "./catalogue.js";
import { originOf } from "./origin.js";

/**
 * The declared components and those that every iFay has, in the order of the catalogue. The FayManifest must be one
 * without an error; ids that the catalogue does not have are passed over.
 *
 * @spec faymanifest.resolution
 */
export function resolveFayManifest(
  manifest: FayManifest,
  catalogue: ComponentCatalogue = STANDARD_CATALOGUE,
): FayResolution {
  const declarations = new Map<string, ModuleDeclaration>();
  for (const declaration of manifest.modules) declarations.set(declaration.id, declaration);
  for (const declaration of manifest.protocols) declarations.set(declaration.id, declaration);
  const allComponents: ResolvedComponent[] = [];
  const allProtocols: ResolvedComponent[] = [];
  const autoResolved: string[] = [];
  let resolvedStage = 1;
  // @spec faymanifest.resolution.order: the order is the table's, whatever the order of declaration.
  for (const row of catalogue.rows) {
    const declaration = declarations.get(row.id);
    const origin = originOf(row, declaration !== undefined, manifest.ego !== undefined);
    if (origin === undefined) continue;
    (row.group === "protocol" ? allProtocols : allComponents).push(resolved(row, origin, declaration));
    if (origin !== ComponentOrigin.Declared) autoResolved.push(row.id);
    // @spec faymanifest.stage: what was added, and infrastructure, never raise it.
    else if (row.stage !== null && row.stage > resolvedStage) resolvedStage = row.stage;
  }
  return { resolvedStage, controlMode: manifest.controlMode, allComponents, allProtocols, autoResolved };
}

/** Every component of a resolution: modules and infrastructure, then protocols. */
export function resolvedIds(resolution: FayResolution): ReadonlySet<string> {
  const ids = new Set<string>();
  for (const component of resolution.allComponents) ids.add(component.id);
  for (const component of resolution.allProtocols) ids.add(component.id);
  return ids;
}

/** @spec faymanifest.resolution.origin */
function resolved(
  row: ComponentRow,
  origin: ComponentOrigin,
  declaration: ModuleDeclaration | undefined,
): ResolvedComponent {
  return {
    id: row.id,
    origin,
    ...(declaration?.version !== undefined && { version: declaration.version }),
    ...(declaration?.provider !== undefined && { provider: declaration.provider }),
  };
}
