import {
  COMPONENTS,
  type ComponentId,
  type ComponentRow,
  isComponentId,
} from "../../../generated/enums/component-id.js";
import type { FayResolution, ResolvedComponent } from "../../../generated/json/fay-resolution.js";

const ROWS: ReadonlyMap<string, ComponentRow> = new Map(COMPONENTS.map((row) => [row.id, row]));

/** The row of a component. */
export function componentRow(id: string): ComponentRow | undefined {
  return ROWS.get(id);
}

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
    if (isComponentId(id) && componentRow(id)?.runs === "guest") guests.push({ id, resolved });
  }
  return guests;
}
