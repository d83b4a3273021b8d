import { type Item, item, jsonOf, raw, replace, type Value, withMember, without, write } from "../../building/cbor.js";
import { sha256, toHex } from "../../building/octets.js";
import { MANIFEST_DIGEST, type SnapshotText, snapshotItem, snapshotOf } from "../../building/snapshot.js";
import { accepted, type Draft, mutated } from "../../corpus/family.js";
import { effects, read } from "./going-on.js";
import { STANDING, wholeState } from "./programs.js";

const parent = read(STANDING.beforeFirst);
const state = wholeState(STANDING.beforeFirst);
const digest = toHex(MANIFEST_DIGEST);
const stateItem = item(state);
const stateBytes = write(stateItem).bytes;
const whole = snapshotItem(stateBytes);

interface Fault {
  readonly name: string;
  readonly reason: string;
  /** In the snapshot, or in the state. */
  readonly at?: number;
  readonly bytes?: Uint8Array;
  readonly digest?: string;
  readonly why: string;
  readonly clauses?: readonly string[];
}

const refusedFor = ({ name, reason, at, bytes, digest: expected, why, clauses = [] }: Fault): Draft =>
  mutated(parent, {
    id: `snapshots/judged/${name}`,
    clauses: ["snapshots.order", "snapshots.invalid", "lifecycle.snapshot.invalid", ...clauses],
    recipe: { mutator: name, repair: "raw" },
    inputs: {
      ...(bytes !== undefined && { bytes: toHex(bytes) }),
      ...(expected !== undefined && { manifest_digest: expected }),
    },
    refusal: { code: "RT_SNAPSHOT_INVALID", reason, ...(at !== undefined && { locus: { at } }) },
    why,
    effect: effects.unsafe,
  });

/** Faults of the document around the state. */
function outside(): readonly Draft[] {
  const plain = write(whole);
  const cut = plain.bytes.slice(0, -1);
  const unnamed = write(without(whole, ["state_digest"]));
  const further = write(withMember(whole, [], "zone", item(1)));
  const digestOf31 = write(replace(whole, ["manifest_digest"], item(new Uint8Array(31))));
  const text = write(replace(whole, ["state"], item("state")));
  const long = write(replace(whole, ["schema_version", 1], raw("1800")));
  const behind = Uint8Array.of(...plain.bytes, 0);
  return [
    {
      name: "snapshot/truncated",
      reason: "truncated",
      at: plain.truncation(cut.length).at,
      bytes: cut,
      why: "A snapshot without its last byte is none.",
    },
    {
      name: "snapshot/empty",
      reason: "truncated",
      at: 0,
      bytes: new Uint8Array(0),
      why: "No bytes are no snapshot.",
    },
    {
      name: "snapshot/trailing",
      reason: "trailing_bytes",
      at: plain.bytes.length,
      bytes: behind,
      why: "Nothing stands behind a snapshot.",
    },
    {
      name: "snapshot/missing-field",
      reason: "missing_field",
      at: unnamed.key("schema_version").start,
      bytes: unnamed.bytes,
      why: "A snapshot has the digest of its state.",
    },
    {
      name: "snapshot/unknown-field",
      reason: "unknown_field",
      at: further.key("zone").start,
      bytes: further.bytes,
      why: "A snapshot has no members but those of the schema.",
    },
    {
      name: "snapshot/digest-length",
      reason: "length_out_of_range",
      at: digestOf31.value("manifest_digest").start,
      bytes: digestOf31.bytes,
      why: "A digest has 32 bytes.",
    },
    {
      name: "snapshot/state-is-text",
      reason: "wrong_type",
      at: text.value("state").start,
      bytes: text.bytes,
      why: "The state is a byte string.",
    },
    {
      name: "snapshot/long-integer",
      reason: "not_shortest_form",
      at: long.value("schema_version", 1).start,
      bytes: long.bytes,
      why: "A snapshot is encoded as every other document.",
    },
  ].map((fault) => refusedFor({ ...fault, clauses: ["snapshots.shape"] }));
}

/** Faults of the state, whose digest is right. */
function inside(): readonly Draft[] {
  const fault = (name: string, reason: string, document: Item, place: Place, why: string): Draft => {
    const made = write(document);
    return refusedFor({
      name: `state/${name}`,
      reason,
      at: typeof place === "string" ? made.key(place).start : made.value(...place).start,
      bytes: write(snapshotItem(made.bytes)).bytes,
      why,
      clauses: ["snapshots.shape"],
    });
  };
  const cut = stateBytes.slice(0, -1);
  const behind = Uint8Array.of(...stateBytes, 0);
  const frame = ["call", "frames", 0];
  return [
    refusedFor({
      name: "state/truncated",
      reason: "truncated",
      at: write(stateItem).truncation(cut.length).at,
      bytes: write(snapshotItem(cut)).bytes,
      why: "The offset is that in the state, and not in the snapshot.",
      clauses: ["snapshots.shape"],
    }),
    refusedFor({
      name: "state/trailing",
      reason: "trailing_bytes",
      at: stateBytes.length,
      bytes: write(snapshotItem(behind)).bytes,
      why: "Nothing stands behind the state.",
      clauses: ["snapshots.shape"],
    }),
    fault(
      "missing-field",
      "missing_field",
      without(stateItem, ["globals"]),
      "exceeded",
      "Every state has its globals.",
    ),
    fault(
      "unknown-field",
      "unknown_field",
      withMember(stateItem, [], "zone", item(1)),
      "zone",
      "A state has no members but those of the schema.",
    ),
    fault(
      "fuel-too-large",
      "value_out_of_range",
      replace(stateItem, ["fuel"], item(2n ** 53n)),
      ["fuel"],
      "Fuel is at most 2^53-1.",
    ),
    fault(
      "handle-too-large",
      "value_out_of_range",
      replace(stateItem, ["next_handle"], item(2 ** 32)),
      ["next_handle"],
      "Handles have 32 bits.",
    ),
    fault(
      "too-many-pages",
      "value_out_of_range",
      replace(stateItem, ["memory", "pages"], item(65_537)),
      ["memory", "pages"],
      "A memory has 65,536 pages at most.",
    ),
    fault(
      "empty-run",
      "length_out_of_range",
      replace(stateItem, ["memory", "runs"], item([{ offset: 0, bytes: new Uint8Array(0) }])),
      ["memory", "runs", 0, "bytes"],
      "A run has at least one byte.",
    ),
    fault(
      "no-frame",
      "length_out_of_range",
      replace(stateItem, ["call", "frames"], item([])),
      ["call", "frames"],
      "An active call has at least one frame.",
    ),
    fault(
      "other-target",
      "value_out_of_range",
      replace(stateItem, ["call", "to"], item("fayger_init")),
      ["call", "to"],
      "`fayger_init` is over before a program can be Suspended.",
    ),
    fault(
      "other-quota",
      "value_out_of_range",
      replace(stateItem, ["exceeded", "quota"], item("open_handles")),
      ["exceeded", "quota"],
      "Only some quotas suspend a program.",
    ),
    fault(
      "negative-offset",
      "value_out_of_range",
      replace(stateItem, [...frame, "offset"], item(-1)),
      [...frame, "offset"],
      "An offset is not negative.",
    ),
    fault(
      "charged-is-a-number",
      "wrong_type",
      replace(stateItem, ["call", "block_charged"], item(1)),
      ["call", "block_charged"],
      "Whether a block is charged is a boolean.",
    ),
    fault(
      "long-integer",
      "not_shortest_form",
      replace(stateItem, ["emits"], raw("1800")),
      ["emits"],
      "The state is encoded as every other document.",
    ),
  ];
}

/** A key, or the steps to a value. */
type Place = string | readonly (string | number)[];

/** What only a snapshot has. */
function own(): readonly Draft[] {
  const other = "01".repeat(32);
  const flipped = sha256(stateBytes).map((byte, at) => (at === 31 ? byte ^ 1 : byte));
  const fuel = write(item({ ...state, fuel: 1 } as Value)).bytes;
  const told = (text: SnapshotText): Uint8Array => snapshotOf(state, text).bytes;
  const cutState = stateBytes.slice(0, -1);
  const cases: readonly Fault[] = [
    {
      name: "version/later-major",
      reason: "unsupported_version",
      bytes: told({ schema_version: [2, 0] }),
      why: "A later major is not understood.",
    },
    {
      name: "version/earlier-major",
      reason: "unsupported_version",
      bytes: told({ schema_version: [0, 9] }),
      why: "Major 0 is another one.",
    },
    {
      name: "version/zero",
      reason: "unsupported_version",
      bytes: told({ schema_version: [0, 0] }),
      why: "A version of 0.0 is none that was ever written.",
    },
    {
      name: "damaged/digest",
      reason: "state_damaged",
      bytes: told({ state_digest: flipped }),
      why: "One bit of the digest is enough.",
    },
    {
      name: "damaged/state",
      reason: "state_damaged",
      bytes: write(snapshotItem(fuel, { state_digest: sha256(stateBytes) })).bytes,
      why: "A state that is right in itself is not the one that was saved.",
    },
    {
      name: "artifact/of-the-snapshot",
      reason: "other_artifact",
      bytes: told({ manifest_digest: Uint8Array.from(Buffer.from(other, "hex")) }),
      why: "A snapshot of another artifact is of no use, whatever its state.",
      clauses: ["lifecycle.snapshot.pins"],
    },
    {
      name: "artifact/of-the-program",
      reason: "other_artifact",
      digest: other,
      why: "The artifact is known by the digest of its manifest.",
      clauses: ["lifecycle.snapshot.pins"],
    },
    {
      name: "order/version-before-damage",
      reason: "unsupported_version",
      bytes: told({ schema_version: [2, 0], state_digest: flipped }),
      why: "A later major may have other digests: the version is judged first.",
    },
    {
      name: "order/schema-before-version",
      reason: "length_out_of_range",
      at: write(snapshotItem(stateBytes, { schema_version: [2, 0], state_digest: new Uint8Array(31) })).value(
        "state_digest",
      ).start,
      bytes: told({ schema_version: [2, 0], state_digest: new Uint8Array(31) }),
      why: "The schema is judged before the version.",
    },
    {
      name: "order/damage-before-encoding",
      reason: "state_damaged",
      bytes: write(snapshotItem(cutState, { state_digest: sha256(stateBytes) })).bytes,
      why: "Nothing is read of a state that is not the one that was saved.",
    },
    {
      name: "order/damage-before-schema",
      reason: "state_damaged",
      bytes: write(snapshotItem(write(without(stateItem, ["globals"])).bytes, { state_digest: sha256(stateBytes) }))
        .bytes,
      why: "No member is missed in a state that is not the one that was saved.",
    },
    {
      name: "order/damage-before-artifact",
      reason: "state_damaged",
      bytes: told({ state_digest: flipped, manifest_digest: Uint8Array.from(Buffer.from(other, "hex")) }),
      why: "Damage is found before the artifact is compared.",
    },
    {
      name: "order/encoding-before-artifact",
      reason: "truncated",
      at: write(stateItem).truncation(cutState.length).at,
      bytes: write(snapshotItem(cutState, { manifest_digest: Uint8Array.from(Buffer.from(other, "hex")) })).bytes,
      why: "The state is decoded before the artifact is compared.",
    },
    {
      name: "order/schema-before-artifact",
      reason: "missing_field",
      at: write(without(stateItem, ["memory"])).key("tables").start,
      bytes: write(
        snapshotItem(write(without(stateItem, ["memory"])).bytes, {
          manifest_digest: Uint8Array.from(Buffer.from(other, "hex")),
        }),
      ).bytes,
      why: "The state's schema is judged before the artifact is compared.",
    },
    {
      name: "order/version-before-artifact",
      reason: "unsupported_version",
      bytes: told({ schema_version: [3, 1], manifest_digest: Uint8Array.from(Buffer.from(other, "hex")) }),
      why: "The version is judged before the artifact is compared.",
    },
  ];
  return cases.map(refusedFor);
}

/** What is right and looks as if it were not. */
function right(): readonly Draft[] {
  const good = (name: string, text: SnapshotText, more: Record<string, Value>, expected: string, why: string): Draft =>
    accepted({
      id: `snapshots/judged/right/${name}`,
      operation: "read_snapshot",
      clauses: ["snapshots.order", "snapshots.shape"],
      inputs: { bytes: snapshotOf({ ...state, ...more }, text).hex, manifest_digest: expected },
      result: { value: jsonOf(item({ ...state, ...more })) },
      why,
      effect: effects.other,
    });
  const other = Uint8Array.from(Buffer.from("01".repeat(32), "hex"));
  return [
    good("later-minor", { schema_version: [1, 7] }, {}, digest, "A later minor of the same major is read."),
    good("largest-minor", { schema_version: [1, 65_535] }, {}, digest, "However many minors came in between."),
    good("another-digest", { manifest_digest: other }, {}, toHex(other), "The digest is that of the artifact at hand."),
    good("largest-fuel", {}, { fuel: 2n ** 53n - 1n }, digest, "Fuel of 2^53-1 can have been used."),
    good("wall-time", {}, { exceeded: { quota: "wall_ms", limit: 0 } }, digest, "Time suspends a program, too."),
  ];
}

/** Everything that is judged without the code. */
export function documentDrafts(): readonly Draft[] {
  return [...right(), ...outside(), ...inside(), ...own()];
}
