import {
  type Item,
  item,
  type Locus,
  replace,
  type Step,
  type Value,
  type Written,
  write,
} from "../../building/cbor.js";
import type { Draft } from "../../corpus/family.js";
import { decodes, REASON_CLAUSES, refuses } from "../codec/decoding.js";

/** A manifest that declares another version. */
export function ofVersion(document: Item, ...numbers: readonly Value[]): Item {
  return replace(document, ["schema_version"], item(numbers));
}

/** A name that no minor has, in front of `schema_version`, and one behind it. */
export const EARLY = "zeta";
export const LATE = "added_by_a_later_minor";

/** What is said of one change. */
export interface Change {
  readonly name: string;
  readonly document: Item;
  readonly reason: string;
  readonly at: (written: Written) => Locus;
  readonly clauses: readonly string[];
  readonly mutator: string;
  readonly arguments?: Readonly<Record<string, unknown>>;
  readonly why: string;
  readonly effect?: string;
}

/** A refused change of an accepted document of this family. */
export function changed(parent: Draft, { name, document, reason, at, clauses, ...rest }: Change): Draft {
  const written = write(document);
  const behind = REASON_CLAUSES[reason];
  return refuses(parent, {
    ...rest,
    id: `codec-growth/${name}`,
    clauses: [...clauses, ...(behind === undefined ? [] : [behind])],
    bytes: written,
    reason,
    locus: at(written),
  });
}

/** The place of a key, with the path of its map. */
export const keyAt =
  (...steps: readonly Step[]) =>
  (written: Written): Locus => {
    const { start, path } = written.key(...steps);
    return { at: start, path };
  };

/** The place of a value. */
export const valueAt =
  (...steps: readonly Step[]) =>
  (written: Written): Locus =>
    written.locus(...steps);

/** A manifest of some version that is accepted. */
export function accept(name: string, clauses: readonly string[], document: Item, why: string): Draft {
  return decodes({ id: `codec-growth/${name}`, rule: "manifest", clauses, document, why });
}
