import { type Item, item, type Value, without, write } from "../building/cbor.js";
import { events } from "../building/documents.js";
import { toHex } from "../building/octets.js";
import { fieldJson, fieldsOf, fieldValue } from "../building/rows.js";
import { schemaMutants } from "../building/schema-mutants.js";
import type { Mutant } from "../building/schema-site.js";
import { accepted, type Draft, type Family, mutated } from "../corpus/family.js";
import { rowsWithTypes } from "../corpus/specification.js";
import { decodes, mutantDrafts } from "./codec/decoding.js";

const RULE = "fayger-event";
const TRACE = { trace_id: new Uint8Array(16).fill(0x4b), span_id: new Uint8Array(8).fill(0xf0), flags: 255 };

interface EventRow {
  readonly category: string;
  readonly name: string;
  readonly level: string;
  readonly fields: Readonly<Record<string, string>>;
}

const EVENTS = rowsWithTypes<EventRow>("events", ["fields"]);

function clausesOf(label: string): readonly string[] {
  if (label.startsWith("trace")) return ["events.shape", "events.trace-context"];
  if (label === "level") return ["events.shape", "events.level"];
  if (label.startsWith("fields")) return ["events.shape", "errors.context-values"];
  if (/_ns$/.test(label)) return ["events.shape", "events.clocks"];
  return ["events.shape"];
}

/** Category, name, level and fields belong together; what of them the schema alone allows is left open. */
function breaksRow({ label, fault }: Mutant): boolean {
  return fault === undefined && /^(category|name|level|fields)/.test(label);
}

/** The CBOR and the JSON form of an event of a row; with everything that may be there, or without. */
function formsOf({ category, name, level, fields }: EventRow, all: boolean): { document: Item; json: unknown } {
  const shown = fieldsOf(fields, all).map(([field, type]) => [field, type, fieldValue(type)] as const);
  const head = { category, name, level };
  const more: { readonly [member: string]: Value } = all ? { instance: "instance#7", trace: TRACE } : {};
  const [unix, monotonic] = all ? [2n ** 64n - 1n, 2n ** 53n] : [1_767_225_600_000_000_000n, 0n];
  return {
    document: item({
      ...head,
      ...more,
      sequence: all ? 9_007_199_254_740_991 : 0,
      time_unix_ns: unix,
      monotonic_ns: monotonic,
      fields: Object.fromEntries(shown.map(([field, , value]) => [field, value])),
    }),
    json: {
      ...head,
      ...(all && {
        instance: "instance#7",
        trace: { trace_id: toHex(TRACE.trace_id), span_id: toHex(TRACE.span_id), flags: TRACE.flags },
      }),
      sequence: all ? "9007199254740991" : "0",
      time_unix_ns: String(unix),
      monotonic_ns: String(monotonic),
      fields: Object.fromEntries(shown.map(([field, type, value]) => [field, fieldJson(type, value)])),
    },
  };
}

function rowDrafts(row: EventRow): Draft[] {
  const id = `${row.category}.${row.name}`;
  return [true, false].flatMap((all) => {
    const { document, json } = formsOf(row, all);
    const which = all ? "everything" : "required";
    const what = all ? "every member and field" : "the members and fields that may not be absent";
    return [
      decodes({
        id: `codec-event/events/${id}/${which}`,
        rule: RULE,
        clauses: ["events.shape", "events.table", "events.categories"],
        document,
        why: `The event ${id} with ${what}.`,
      }),
      accepted({
        id: `codec-event/json/${id}/${which}`,
        operation: "to_json",
        clauses: ["events.json", "errors.json", "errors.json.integers"],
        inputs: { rule: RULE, bytes: write(document).hex },
        result: { json },
        why: `The JSON form of the event ${id} with ${what}.`,
        effect: "Two tools that compare logs as JSON find differences where there are none.",
      }),
    ];
  });
}

function drafts(): Draft[] {
  const document = events.maximal();
  const sample = (name: string, sampled: Item, why: string): Draft =>
    decodes({
      id: `codec-event/samples/${name}`,
      rule: RULE,
      clauses: ["events.shape", "encoding.write.round-trip"],
      document: sampled,
      why,
    });
  const base = sample("maximal", document, "An event with an instance and a trace.");
  const made = mutantDrafts(schemaMutants(document, RULE), {
    family: "codec-event",
    rule: RULE,
    base,
    document,
    clauses: clausesOf,
    leaveOut: breaksRow,
  });
  const json = EVENTS.flatMap(rowDrafts);
  const parent = json.find(({ operation }) => operation === "to_json");
  const [row] = EVENTS;
  if (parent === undefined || row === undefined) throw new TypeError("the table of events is empty");
  const broken = write(without(formsOf(row, true).document, ["level"]));
  const refused = mutated(parent, {
    id: "codec-event/json/missing-level",
    clauses: ["events.shape", "conformance.refusal"],
    recipe: { mutator: "remove", arguments: { path: "$.level" }, repair: "raw" },
    inputs: { bytes: broken.hex },
    refusal: { code: "CODEC", reason: "missing_field", locus: { at: broken.key("trace").start, path: "$.level" } },
    why: "What is no event has no JSON form.",
    effect: "A log holds entries that no filter of levels finds.",
  });
  return [
    sample("minimal", events.minimal(), "An event without an instance and a trace."),
    sample("typical", events.typical(), "A transition of an instance."),
    base,
    ...made,
    ...json,
    refused,
  ];
}

/** Events and their two forms. */
export const codecEvent: Family = { name: "codec-event", drafts };
