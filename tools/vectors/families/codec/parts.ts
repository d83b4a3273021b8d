import {
  bytes,
  type Item,
  integer,
  item,
  type Step,
  text,
  type Value,
  withMember,
  without,
  write,
} from "../../building/cbor.js";
import { indexEntry, trustKey } from "../../building/documents.js";

/** A rule that is a part of documents, and can stand alone as one. */
export interface Part {
  readonly rule: string;
  /** The requirement that speaks of it. */
  readonly clause: string;
  readonly document: () => Item;
  /** Whether later minors add members. */
  readonly grows: boolean;
  /** One change that its schema refuses. */
  readonly fault: {
    readonly document: () => Item;
    readonly reason: string;
    readonly steps: readonly Step[];
    readonly why: string;
  };
}

const digest = new Uint8Array(32).fill(0xd1);

function part(
  rule: string,
  clause: string,
  value: Value,
  grows: boolean,
  [step, by, reason, why]: readonly [step: Step, by: Item, reason: string, why: string],
): Part {
  const document = (): Item => item(value);
  const changed = (): Item => {
    const whole = document();
    if (whole.kind === "map" && typeof step === "string") return withMember(without(whole, [step]), [], step, by);
    if (whole.kind !== "array") throw new TypeError(`${rule} has no ${String(step)}`);
    return { ...whole, items: whole.items.map((each, at) => (at === step ? by : each)) };
  };
  return { rule, clause, document, grows, fault: { document: changed, reason, steps: [step], why } };
}

/** Every rule that is a part. @spec encoding.verdict */
export const PARTS: readonly Part[] = [
  part("dependency", "manifest.dependencies", { name: "example/log", version_range: "^1.2.0" }, true, [
    "version_range",
    text("1.2.0"),
    "pattern_mismatch",
    "The range has no comparator.",
  ]),
  part("entry-point", "manifest.entry", { section: "program/main", symbol: "start" }, true, [
    "section",
    text("/main"),
    "pattern_mismatch",
    "The section begins with a slash.",
  ]),
  part("interface-version", "manifest.runtime-interface-min", [1, 22, 65_535], false, [
    2,
    integer(65_536),
    "value_out_of_range",
    "The patch is 65536.",
  ]),
  part("schema-version", "manifest.schema-version", [1, 65_535], false, [
    1,
    integer(65_536),
    "value_out_of_range",
    "The minor is 65536.",
  ]),
  part("runtime-policy", "manifest.runtime", { code_format: "wasm-core-2", prefer: ["b/c", "a"] }, true, [
    "prefer",
    item([]),
    "length_out_of_range",
    "The list of preferences is there and empty.",
  ]),
  part("quotas", "quotas.manifest", { fuel: 24, memory_bytes: 65_536 }, true, [
    "fuel",
    text("24"),
    "wrong_type",
    "The fuel is a text.",
  ]),
  part(
    "signature-block",
    "signatures.block",
    { algorithm: "ed25519", key_id: digest, value: new Uint8Array(64) },
    false,
    ["key_id", bytes(new Uint8Array(31)), "length_out_of_range", "The id of the key has 31 bytes."],
  ),
  part("section-entry", "index.entry", indexEntry("assets/icon", { kind: 3, offset: 24, length: 256 }), false, [
    1,
    integer(0),
    "value_out_of_range",
    "The kind is 0.",
  ]),
  part("profile-constraints", "selection.applies", { features: ["a", "b"], terminals: ["browser"] }, true, [
    "features",
    item(["b", "a"]),
    "item_order",
    "The features descend.",
  ]),
  part("trust-key", "trust-store.key", trustKey("ed25519-publisher", { label: "publisher" }), false, [
    "algorithm",
    integer(1),
    "wrong_type",
    "The algorithm is an integer.",
  ]),
  part(
    "trace-context",
    "events.trace-context",
    { trace_id: new Uint8Array(16).fill(1), span_id: new Uint8Array(8).fill(2), flags: 255 },
    false,
    ["flags", integer(256), "value_out_of_range", "The flags are 256."],
  ),
];

/** Where the fault of a part lies. */
export function locusOf({ rule, fault }: Part): { readonly at: number; readonly path: string } {
  const written = write(fault.document());
  const { at, path } = written.locus(...fault.steps);
  // An element that is out of order is the second one of its array.
  return rule === "profile-constraints" ? written.locus(...fault.steps, 1) : { at, path };
}
