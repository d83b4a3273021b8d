import type { PartAction } from "../../../generated/codecs/part-action.js";
import { COMPONENTS, type ComponentId } from "../../../generated/enums/component-id.js";
import type { FayManifest } from "../../../generated/json/fay-manifest.js";
import type { FayResolution } from "../../../generated/json/fay-resolution.js";
import { compareText } from "../../codec/codegen-v1.js";
import { STANDARD_CATALOGUE } from "../resolution/index.js";

/** One part of an assembled artifact. */
export interface AssembledPart {
  /** Its name. */
  readonly name: string;
  /** Section that holds its code. */
  readonly sectionId: string;
  /** The component; `undefined` for a driver. */
  readonly component: ComponentId | undefined;
  /** Position of the driver in the FayManifest, from 0; `undefined` for a component. */
  readonly driver: number | undefined;
  /** Those of the table `components`, then those of the implementation's own. */
  readonly actions: readonly PartAction[];
}

/** What an assembled artifact is made of. */
export interface Assembled {
  readonly manifest: FayManifest;
  readonly resolution: FayResolution;
  /** Ascending by name. */
  readonly parts: readonly AssembledPart[];
}

/** Actions that the assembly service answers itself, by the component that has them. */
export const SERVICE_ACTIONS: ReadonlyMap<string, readonly PartAction[]> = new Map(
  COMPONENTS.filter(({ runs, actions }) => runs === "host" && actions.length > 0).map(({ id }) => [
    id,
    tableActions(id),
  ]),
);

/** The actions that a part has: those of the table, then its own. @spec assembly.implementations.actions */
export function actionsOf(component: ComponentId | undefined, own: readonly PartAction[]): readonly PartAction[] {
  return component === undefined ? own : [...tableActions(component), ...own];
}

function tableActions(component: ComponentId): readonly PartAction[] {
  return (STANDARD_CATALOGUE.row(component)?.actions ?? []).map(({ name, skill, permission }) => ({
    name,
    ...(skill !== null && { skill }),
    ...(permission !== null && { permission }),
  }));
}

/** What a part needs in `host_functions`: its topic and its actions. */
export interface NeededHostFunctions {
  /** The part, or a component that the assembly service is. */
  readonly part: string;
  readonly names: readonly string[];
}

/**
 * What an assembled artifact names in `host_functions`, ascending by part.
 *
 * @spec assembly.manifest
 */
export function neededHostFunctions(
  parts: readonly Pick<AssembledPart, "name" | "actions">[],
): readonly NeededHostFunctions[] {
  const needed = (part: string, actions: readonly PartAction[], topic: readonly string[]): NeededHostFunctions => ({
    part,
    names: [...topic, ...actions.map(({ name }) => `${part}.${name}`)],
  });
  return [
    ...parts.map(({ name, actions }) => needed(name, actions, [name])),
    // The assembly service has no topic: nobody calls it but through its functions.
    ...[...SERVICE_ACTIONS].map(([name, actions]) => needed(name, actions, [])),
  ].sort((a, b) => compareText(a.part, b.part));
}
