import { COMPONENTS, type ComponentRow } from "../../../generated/enums/component-id.js";

/** The components that a FayManifest can declare. @spec faymanifest.components */
export interface ComponentCatalogue {
  /** Every component, in the order of the table. */
  readonly rows: readonly ComponentRow[];
  /** What the table says of a component; undefined where there is none with this id. */
  row(id: string): ComponentRow | undefined;
  /** The place of a component in the table, from 0; undefined where there is none with this id. */
  position(id: string): number | undefined;
}

/** A catalogue of these components, whose ids must differ. */
export function componentCatalogue(rows: readonly ComponentRow[]): ComponentCatalogue {
  const positions = new Map(rows.map((row, position) => [row.id, position]));
  return {
    rows,
    position: (id) => positions.get(id),
    row: (id) => rows[positions.get(id) ?? -1],
  };
}

/** The components of the specification. */
export const STANDARD_CATALOGUE: ComponentCatalogue = componentCatalogue(COMPONENTS);
