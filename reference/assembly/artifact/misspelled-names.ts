import type { FayManifest } from "../../../generated/json/fay-manifest.js";
import { NearestNames } from "../manifest/nearest-name.js";
import { actionsOf } from "./assembled.js";
import type { ChosenPart } from "./implementation-registry.js";

/** A skill or a permission that a FayManifest names, that no action has, and that is near to one that an action has. */
export interface MisspelledName {
  /** Where in the FayManifest, as an RFC 9535 path. */
  readonly field: string;
  readonly name: string;
  /** The name that an action has. */
  readonly suggestion: string;
}

/**
 * Names that look misspelled: what they should allow, restrict or permit is not, and nothing says so before it is too
 * late. A name that no action has is no fault by itself, as the next version of an implementation may bring one.
 *
 * @param chosen what implements each part
 * @spec tools.assemble.names
 */
export function misspelledNames(manifest: FayManifest, chosen: readonly ChosenPart[]): readonly MisspelledName[] {
  const actions = chosen.flatMap(({ component, implementation }) => actionsOf(component, implementation.actions));
  const { ego, permissions = {} } = manifest;
  const { skillBoundaries = {}, permissionBoundaries = {} } = ego?.constraints ?? {};
  const { inherent, persistent } = permissions;
  const constraints = "$.ego.constraints";
  return [
    ...misspelledIn(
      actions.flatMap(({ skill }) => skill ?? []),
      listsOf(`${constraints}.skillBoundaries`, { ...skillBoundaries }),
    ),
    ...misspelledIn(
      actions.flatMap(({ permission }) => permission ?? []),
      [
        ...listsOf(`${constraints}.permissionBoundaries`, { ...permissionBoundaries }),
        ...listsOf("$.permissions", { inherent, persistent }),
      ],
    ),
  ];
}

type NameList = readonly [field: string, names: readonly string[]];

function listsOf(field: string, lists: Readonly<Record<string, readonly string[] | undefined>>): NameList[] {
  return Object.entries(lists).map(([name, names = []]) => [`${field}.${name}`, names]);
}

function misspelledIn(names: readonly string[], lists: readonly NameList[]): MisspelledName[] {
  const known = new Set(names);
  const near = new NearestNames([...known]);
  return lists.flatMap(([field, own]) => {
    const listed = new Set(own);
    return own.flatMap((name, at) => {
      const suggestion = known.has(name) ? undefined : near.nearest(name)?.name;
      // Whoever lists the right name beside it means something else.
      if (suggestion === undefined || listed.has(suggestion)) return [];
      return [{ field: `${field}[${at}]`, name, suggestion }];
    });
  });
}
