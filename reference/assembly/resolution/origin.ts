import { ComponentId, type ComponentRow } from "../../../generated/enums/component-id.js";
import { ComponentOrigin } from "../../../generated/enums/component-origin.js";

/**
 * Why a component is in a resolution; undefined where it is not.
 *
 * @spec faymanifest.resolution.origin
 */
export function originOf(row: ComponentRow, isDeclared: boolean, hasEgo: boolean): ComponentOrigin | undefined {
  if (isDeclared) return ComponentOrigin.Declared;
  // @spec faymanifest.resolution.always
  if (row.always) return ComponentOrigin.Always;
  // @spec faymanifest.resolution.ego
  if (hasEgo && row.id === ComponentId.EgoModel) return ComponentOrigin.Ego;
  return undefined;
}
