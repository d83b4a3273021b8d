import type { VectorInputs } from "../../../../generated/json/vector.js";
import { item, jsonOf, type Value, write } from "../../building/cbor.js";
import { LOGGED_MANIFEST, logItem, logOf, type Members, recordOf } from "../../building/input-log.js";
import { sha256, toHex, utf8 } from "../../building/octets.js";
import { schemaMutants } from "../../building/schema-mutants.js";
import { accepted, type Draft, mutated } from "../../corpus/family.js";
import { completed, fired, print, reply, sleep, startTimer } from "./messages.js";

const log = "instructions.input-log";
const pins = "instructions.input-log.pins";
const entriesAnchor = "instructions.input-log.entries";
const quotaAnchor = "instructions.input-log.quota";
const order = "instructions.input-log.order";
const invalid = "instructions.input-log.invalid";
const refusedBefore = "instructions.equal-sequences.refused";

const snapshot = sha256(utf8("a snapshot"));

/** A record with everything that a record can hold. */
const FULL = recordOf({
  sections: ["code/main", "data/words"],
  snapshot_digest: snapshot,
  quotas: { memory_bytes: 1_048_576, table_elements: 100, fuel: 500_000 },
  warnings: ["time.timer"],
  entries: [
    { instruction: startTimer, reply: reply() },
    { instruction: sleep, reply: reply() },
    { event: fired(1) },
    { command: "quota" },
    { command: "grant", quota: "fuel", value: 600_000 },
    { command: "resume" },
    { event: completed(1) },
    { instruction: print("late") },
    { command: "suspend" },
    { command: "terminate" },
  ],
  end: { state: "failed", exit_code: 3, failure: "RT_TRAP" },
});

const BASE: VectorInputs = {
  manifest_digest: toHex(LOGGED_MANIFEST),
  selected: ["code/main"],
  quotas: { memory_bytes: 1_048_576, fuel: 500_000 },
};
const FULL_BASE: VectorInputs = {
  ...BASE,
  selected: ["code/main", "data/words"],
  quotas: { memory_bytes: 1_048_576, table_elements: 100, fuel: 500_000 },
  snapshot_digest: toHex(snapshot),
};

const unsafe = "A replay goes another way than its recording, and nobody learns why.";

function reads(
  id: string,
  clauses: readonly string[],
  record: Members,
  more: Partial<VectorInputs>,
  why: string,
): Draft {
  return accepted({
    id: `input-logs/read/${id}`,
    operation: "read_input_log",
    clauses: [log, ...clauses],
    inputs: { ...BASE, bytes: logOf(record).hex, ...more },
    result: { value: jsonOf(item(record)) },
    why,
    effect: "A recording cannot be repeated where it was made.",
  });
}

const empty = reads("empty", [pins], recordOf(), {}, "A program that did nothing has a log too.");
/** The same without entries: their members exclude each other, so that no entry has all that a schema speaks of. */
const QUIET = { ...FULL, entries: [] };
const quiet = reads("full-without-entries", [pins], QUIET, FULL_BASE, "The same where nothing happened.");
const unsorted = reads(
  "sections-as-in-the-index",
  [pins],
  recordOf({ sections: ["z", "a", "m"] }),
  { selected: ["z", "a", "m"] },
  "Sections stand in the order of the index.",
);
const full = reads("full", [pins, entriesAnchor], FULL, FULL_BASE, "A log with everything that one can hold.");

interface Fault {
  readonly id: string;
  readonly reason: string;
  readonly at?: number;
  readonly inputs: Partial<VectorInputs>;
  readonly clauses?: readonly string[];
  readonly mutator?: string;
  readonly arguments?: Readonly<Record<string, unknown>>;
  readonly why: string;
}

function refused(parent: Draft, { id, reason, at, inputs, clauses = [], why, ...recipe }: Fault): Draft {
  return mutated(parent, {
    id: `input-logs/read/${id}`,
    clauses: [...new Set([order, invalid, ...clauses])],
    recipe: {
      mutator: recipe.mutator ?? "change-log",
      ...(recipe.arguments !== undefined && { arguments: recipe.arguments }),
      repair: "raw",
    },
    inputs,
    refusal: { code: "ADP_INPUT_LOG_INVALID", reason, ...(at !== undefined && { locus: { at } }) },
    why,
    effect: unsafe,
  });
}

/** What is read, and what is refused. */
export function readingDrafts(): readonly Draft[] {
  return [empty, full, quiet, unsorted, ...further(), ...documents(), ...entries(), ...subjects(), ...precedence()];
}

function further(): readonly Draft[] {
  const entry = (id: string, each: Members, why: string, clauses: readonly string[] = [entriesAnchor]): Draft =>
    reads(`entry/${id}`, clauses, recordOf({ entries: [each] }), {}, why);
  return [
    reads("unbounded", [pins], recordOf({ quotas: {} }), { quotas: {} }, "A program without bounds has none to agree."),
    reads(
      "other-quotas-that-nobody-notices",
      [pins],
      recordOf(),
      { quotas: { memory_bytes: 1_048_576, fuel: 500_000, open_handles: 3, reply_bytes: 17 } },
      "Only quotas that a program can notice by itself have to agree: the others did their work in the replies.",
    ),
    reads(
      "time-that-nobody-notices",
      [pins],
      recordOf({ quotas: {} }),
      { quotas: { wall_ms: 5 } },
      "How long a program may run is nothing that it notices by itself.",
    ),
    reads("no-sections", [pins], recordOf({ sections: [] }), { selected: [] }, "A list of sections may be empty."),
    entry("instruction-without-reply", { instruction: print("a") }, "A reply that never came is absent."),
    entry("event", { event: fired(1) }, "An event stands alone."),
    entry("quota", { command: "quota" }, "A quota that suspended the program stands as a command.", [quotaAnchor]),
    entry("grant", { command: "grant", quota: "wall_ms", value: 0 }, "A grant names its quota and value."),
    ...["suspend", "resume", "terminate"].map((command) =>
      entry(command, { command }, `The command ${command} stands alone.`),
    ),
    reads(
      "later-minor",
      [pins],
      recordOf({ entries: [{ event: fired(2) }] }),
      { bytes: logOf(recordOf({ entries: [{ event: fired(2) }] }), { schema_version: [1, 9] }).hex },
      "A later minor of the schema is read as far as it is known.",
    ),
  ];
}

/** Mutants of both documents that their schemas refuse. @spec instructions.input-log */
function documents(): readonly Draft[] {
  const inside = item(QUIET);
  const insideBytes = write(inside).bytes;
  const outside = logItem(insideBytes);
  const around = schemaMutants(outside, "input-log").map((mutant) => ({ mutant, part: "log", wrap: false }));
  const within = schemaMutants(inside, "input-log-record").map((mutant) => ({ mutant, part: "record", wrap: true }));
  const drafts = [...around, ...within].flatMap(({ mutant, part, wrap }): Draft[] => {
    const { fault, document, label, name, clauses, why } = mutant;
    if (fault === undefined) return [];
    const made = write(document).bytes;
    return [
      refused(quiet, {
        id: `${part}/${label}/${name}`.toLowerCase().replaceAll(/[^a-z0-9/._-]/g, "-"),
        reason: fault.reason,
        at: fault.at,
        inputs: { bytes: toHex(wrap ? write(logItem(made)).bytes : made) },
        clauses: [log, ...clauses],
        mutator: mutant.mutator,
        arguments: mutant.arguments,
        why,
      }),
    ];
  });
  const whole = write(outside);
  const cut = insideBytes.slice(0, -1);
  return [
    ...drafts,
    ...entryFaults(),
    refused(quiet, {
      id: "log/nothing",
      reason: "truncated",
      at: 0,
      inputs: { bytes: "" },
      clauses: [log],
      why: "No bytes are no log.",
    }),
    refused(full, {
      id: "log/trailing",
      reason: "trailing_bytes",
      at: whole.bytes.length,
      inputs: { bytes: `${whole.hex}00` },
      clauses: [log],
      why: "Nothing stands behind a log.",
    }),
    refused(quiet, {
      id: "record/trailing",
      reason: "trailing_bytes",
      at: insideBytes.length,
      inputs: { bytes: write(logItem(Uint8Array.of(...insideBytes, 0))).hex },
      clauses: [log],
      why: "Nothing stands behind a record, and the offset is that in the record.",
    }),
    refused(quiet, {
      id: "record/cut",
      reason: "truncated",
      at: write(inside).truncation(cut.length).at,
      inputs: { bytes: write(logItem(cut)).hex },
      clauses: [log],
      why: "A record without its last byte is none.",
    }),
  ];
}

/** Entries that break their schema. */
function entryFaults(): readonly Draft[] {
  const fault = (id: string, each: Members, reason: string, member: string, isKey: boolean, why: string): Draft => {
    const made = write(item(recordOf({ entries: [each] })));
    const place = isKey ? made.key("entries", 0, member) : made.value("entries", 0, member);
    return refused(empty, {
      id: `record/entries/${id}`,
      reason,
      at: place.start,
      inputs: { bytes: write(logItem(made.bytes)).hex },
      clauses: [log, entriesAnchor],
      mutator: "add-entry",
      why,
    });
  };
  return [
    fault("instruction-text", { instruction: "00" }, "wrong_type", "instruction", false, "An instruction is bytes."),
    fault("event-array", { event: [1] }, "wrong_type", "event", false, "An event is bytes."),
    fault("other-command", { command: "start" }, "value_out_of_range", "command", false, "`start` is none of these."),
    fault(
      "unknown-member",
      { event: fired(1), zone: 1 },
      "unknown_field",
      "zone",
      true,
      "An entry has no such member.",
    ),
    fault(
      "value-too-large",
      { command: "grant", quota: "fuel", value: 2n ** 53n },
      "value_out_of_range",
      "value",
      false,
      "A bound is at most 2^53-1.",
    ),
  ];
}

/** Entries that are not of one kind. */
function entries(): readonly Draft[] {
  const unfit = (id: string, each: Members, why: string): Draft =>
    refused(empty, {
      id: `entry-unfit/${id}`,
      reason: "entry_unfit",
      inputs: { bytes: logOf(recordOf({ entries: [{ event: fired(1) }, each] })).hex },
      clauses: [entriesAnchor],
      mutator: "add-entry",
      why,
    });
  const instruction = print("a");
  return [
    unfit("nothing", {}, "An entry without a kind tells nothing."),
    unfit("reply-alone", { reply: reply() }, "A reply belongs to an instruction."),
    unfit("reply-to-an-event", { event: fired(2), reply: reply() }, "An event has no reply."),
    unfit("reply-to-a-command", { command: "resume", reply: reply() }, "A command has none."),
    unfit("instruction-and-event", { instruction, event: fired(2) }, "An entry is of one kind."),
    unfit("instruction-and-command", { instruction, command: "suspend" }, "And of one alone."),
    unfit("event-and-command", { event: fired(2), command: "suspend" }, "Whichever two they are."),
    unfit("grant-of-nothing", { command: "grant" }, "A grant names quota and value."),
    unfit("grant-without-value", { command: "grant", quota: "fuel" }, "A grant has a value."),
    unfit("grant-without-quota", { command: "grant", value: 5 }, "A grant names a quota."),
    unfit("grant-of-no-quota", { command: "grant", quota: "patience", value: 5 }, "And one of the table."),
    unfit("quota-of-another-command", { command: "resume", quota: "fuel" }, "No other command has a quota."),
    unfit("value-of-another-command", { command: "quota", value: 5 }, "Nor a value, `quota` itself neither."),
    unfit("quota-of-an-event", { event: fired(2), quota: "fuel" }, "An event has no quota."),
    unfit("value-of-an-instruction", { instruction, value: 5 }, "An instruction has no value."),
  ];
}

/** Logs of other programs. */
function subjects(): readonly Draft[] {
  const other = (
    id: string,
    parent: Draft,
    reason: string,
    inputs: Partial<VectorInputs>,
    why: string,
    clauses: readonly string[] = [pins, refusedBefore],
  ): Draft => refused(parent, { id: `subject/${id}`, reason, inputs, clauses, mutator: "change-program", why });
  const changed = (members: Members): Partial<VectorInputs> => ({ bytes: logOf(recordOf(), members).hex });
  const damaged = sha256(utf8("another record"));
  return [
    other(
      "major-0",
      empty,
      "unsupported_version",
      changed({ schema_version: [0, 9] }),
      "Only major 1 is known: 0 is another.",
      [],
    ),
    other("major-0-minor-0", empty, "unsupported_version", changed({ schema_version: [0, 0] }), "So is 0.0.", []),
    other("major-2", empty, "unsupported_version", changed({ schema_version: [2, 0] }), "2 is another as well.", []),
    other(
      "digest",
      empty,
      "record_damaged",
      changed({ record_digest: damaged }),
      "The digest is not the record's.",
      [],
    ),
    other(
      "artifact",
      empty,
      "other_artifact",
      { manifest_digest: toHex(new Uint8Array(32)) },
      "The log is of another artifact.",
    ),
    other("snapshot", full, "other_snapshot", { snapshot_digest: toHex(damaged) }, "Of another snapshot."),
    other(
      "snapshot-where-none-was",
      empty,
      "other_snapshot",
      { snapshot_digest: toHex(snapshot) },
      "A program that began is not one that went on.",
    ),
    other(
      "no-snapshot",
      full,
      "other_snapshot",
      { bytes: logOf({ ...FULL, snapshot_digest: damaged }).hex },
      "The log says another snapshot than the one the program goes on from.",
    ),
    other(
      "begins-where-a-snapshot-was",
      empty,
      "other_snapshot",
      { bytes: logOf(recordOf({ snapshot_digest: snapshot })).hex },
      "A program that went on is not one that begins.",
    ),
    other("more-sections", empty, "other_sections", { selected: ["code/main", "data/words"] }, "One section more."),
    other(
      "one-section-more-of-three",
      full,
      "other_sections",
      { selected: ["code/main", "data/words", "zoo"] },
      "One more behind those of the log.",
    ),
    other(
      "sections-ascending",
      unsorted,
      "other_sections",
      { selected: ["a", "m", "z"] },
      "In the order of the index, and not of their names.",
    ),
    other("fewer-sections", full, "other_sections", { selected: ["code/main"] }, "One section fewer."),
    other("no-sections", empty, "other_sections", { selected: [] }, "No sections at all."),
    other(
      "sections-in-another-order",
      full,
      "other_sections",
      { selected: ["data/words", "code/main"] },
      "Sections stand in the order of the index.",
    ),
    other("memory", empty, "other_quotas", { quotas: { memory_bytes: 65_536, fuel: 500_000 } }, "Less memory."),
    other("more-fuel", empty, "other_quotas", { quotas: { memory_bytes: 1_048_576, fuel: 500_001 } }, "More fuel."),
    other("no-fuel", empty, "other_quotas", { quotas: { memory_bytes: 1_048_576 } }, "No bound where one was."),
    other(
      "bound-where-none-was",
      empty,
      "other_quotas",
      { quotas: { memory_bytes: 1_048_576, fuel: 500_000, table_elements: 9 } },
      "A bound where none was.",
    ),
    other(
      "table",
      full,
      "other_quotas",
      { quotas: { memory_bytes: 1_048_576, table_elements: 99, fuel: 500_000 } },
      "A smaller table.",
    ),
  ];
}

/** Which of two faults is the verdict. @spec instructions.input-log.order */
function precedence(): readonly Draft[] {
  const two = (id: string, reason: string, inputs: Partial<VectorInputs>, why: string, at?: number): Draft =>
    refused(empty, {
      id: `precedence/${id}`,
      reason,
      inputs,
      mutator: "two-faults",
      why,
      ...(at !== undefined && { at }),
    });
  const damaged = sha256(utf8("another record"));
  const bad = write(item({ ...recordOf(), granted: 1 }));
  const unfit = recordOf({ entries: [{}] });
  const others: Partial<VectorInputs> = {
    manifest_digest: toHex(damaged),
    snapshot_digest: toHex(snapshot),
    selected: ["other"],
    quotas: {},
  };
  const { manifest_digest: _, ...sameArtifact } = others;
  const around = (record: Uint8Array, members: Members = {}): Partial<VectorInputs> => ({
    bytes: write(logItem(record, members)).hex,
  });
  const version: Record<string, Value> = { schema_version: [2, 0] };
  return [
    two(
      "version-before-digest",
      "unsupported_version",
      around(bad.bytes, { ...version, record_digest: damaged }),
      "The version comes before the digest.",
    ),
    two(
      "digest-before-record",
      "record_damaged",
      around(bad.bytes, { record_digest: damaged }),
      "The digest comes before what the record says.",
    ),
    two(
      "record-before-artifact",
      "wrong_type",
      { ...around(bad.bytes), ...others },
      "The schema of the record comes before everything that it is compared with.",
      bad.value("granted").start,
    ),
    two(
      "entries-before-artifact",
      "entry_unfit",
      { bytes: logOf(unfit).hex, ...others },
      "Entries come before the artifact.",
    ),
    two(
      "artifact-before-snapshot",
      "other_artifact",
      others,
      "The artifact comes before snapshot, sections and quotas.",
    ),
    two("snapshot-before-sections", "other_snapshot", sameArtifact, "The snapshot comes before sections and quotas."),
    two(
      "sections-before-quotas",
      "other_sections",
      { selected: ["other"], quotas: {} },
      "Sections come before quotas.",
    ),
  ];
}
