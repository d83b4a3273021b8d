import { type ComponentId, isComponentId } from "../../../generated/enums/component-id.js";
import type { FayResolution, ResolvedComponent } from "../../../generated/json/fay-resolution.js";
import { STANDARD_CATALOGUE } from "../resolution/index.js";

/** A component of a resolution that an assembled BuF brings code for. */
export interface GuestComponent {
  readonly id: ComponentId;
  readonly resolved: ResolvedComponent;
}

/** The components of a resolution that run as guests, in the order of the resolution. */
export function guestComponents(resolution: FayResolution): GuestComponent[] {
  const guests: GuestComponent[] = [];
  for (const resolved of [...resolution.allComponents, ...resolution.allProtocols]) {
    const { id } = resolved;
    if (isComponentId(id) && STANDARD_CATALOGUE.row(id)?.runs === "guest") guests.push({ id, resolved });
  }
  return guests;
}
