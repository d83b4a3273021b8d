import type { Segment } from "./paths.js";

/** A value of a JSON text and where it stands. Offsets are in UTF-16 units. */
export interface JsonNode {
  readonly start: number;
  readonly end: number;
  readonly value: unknown;
  /** The elements of an array. */
  readonly items?: readonly JsonNode[];
  /** The members of an object; of several of one name the last. */
  readonly members?: ReadonlyMap<string, JsonMember>;
}

/** A member of an object and where its name stands, quotes included. */
export interface JsonMember {
  readonly nameStart: number;
  readonly nameEnd: number;
  readonly node: JsonNode;
}

/** What some steps lead to. */
export interface JsonPlace {
  /** The value there; undefined where there is none. */
  readonly node: JsonNode | undefined;
  /** The member that holds the value, where one does. */
  readonly member: JsonMember | undefined;
  /** The last object or array on the way, the value itself left out. */
  readonly owner: JsonNode;
}

/** Goes some steps into a document. */
export function placeOf(root: JsonNode, segments: readonly Segment[]): JsonPlace {
  let place: JsonPlace = { node: root, member: undefined, owner: root };
  for (const segment of segments) {
    const owner = place.node;
    if (owner === undefined) return place;
    if (typeof segment === "number") place = { node: owner.items?.[segment], member: undefined, owner };
    else {
      const member = owner.members?.get(segment);
      place = { node: member?.node, member, owner };
    }
  }
  return place;
}
