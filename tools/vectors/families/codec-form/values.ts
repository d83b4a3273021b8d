import { type Item, type Locus, type Step, type Written, write } from "../../building/cbor.js";
import type { Draft } from "../../corpus/family.js";
import { decodes, REASON_CLAUSES, refuses } from "../codec/decoding.js";

/** The rule that takes every item a document may hold. */
const ANY_VALUE = "context-value";

/** An accepted value of any kind. */
export function value(name: string, clauses: readonly string[], document: Item, why: string): Draft {
  return decodes({ id: `codec-form/${name}`, rule: ANY_VALUE, clauses, document, why });
}

/** One change of a value, refused for a reason. */
export interface Fault {
  readonly name: string;
  /** What is decoded, or its bytes in hexadecimal. */
  readonly document: Item | string;
  readonly reason: string;
  /** Where: steps to the item, or a place of another kind. */
  readonly at: readonly Step[] | Locus | ((written: Written) => Locus);
  readonly mutator: string;
  readonly arguments?: Readonly<Record<string, unknown>>;
  /** Clauses beside that of the reason. */
  readonly clauses?: readonly string[];
  readonly why: string;
  readonly effect?: string;
}

/** A refusing vector of the family. */
export function fault(parent: Draft, { name, document, reason, at, clauses = [], ...rest }: Fault): Draft {
  const written = typeof document === "string" ? undefined : write(document);
  const locus = locusOf(at, written);
  const behind = REASON_CLAUSES[reason];
  return refuses(parent, {
    ...rest,
    id: `codec-form/${name}`,
    clauses: [...(behind === undefined ? [] : [behind]), ...clauses],
    bytes: written ?? String(document),
    reason,
    locus,
  });
}

function locusOf(at: Fault["at"], written: Written | undefined): Locus {
  if ("at" in at && typeof at !== "function" && !isSteps(at)) return at;
  if (written === undefined) throw new TypeError("the place in bytes has to be told");
  return typeof at === "function" ? at(written) : isSteps(at) ? written.locus(...at) : at;
}

function isSteps(at: Fault["at"]): at is readonly Step[] {
  return Array.isArray(at);
}

/** The key at these steps: its first byte, and the path of its map. */
export function keyOf(...steps: readonly Step[]): (written: Written) => Locus {
  return (written) => {
    const { start, path } = written.key(...steps);
    return { at: start, path };
  };
}

/** Bytes in hexadecimal as a person reads them in a sentence. */
export function spaced(hex: string): string {
  return hex.replace(/..(?=.)/g, "$& ");
}
