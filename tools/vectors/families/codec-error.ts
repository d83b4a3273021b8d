import {
  array,
  type Item,
  integer,
  item,
  type Locus,
  replace,
  text,
  type Value,
  without,
  write,
} from "../building/cbor.js";
import { errors } from "../building/documents.js";
import { fieldJson, fieldsOf, fieldValue } from "../building/rows.js";
import { schemaMutants } from "../building/schema-mutants.js";
import type { Mutant } from "../building/schema-site.js";
import { accepted, type Draft, type Family, mutated } from "../corpus/family.js";
import { rowsWithTypes } from "../corpus/specification.js";
import { decodes, mutantDrafts, refuses } from "./codec/decoding.js";

const RULE = "fayger-error";

interface CodeRow {
  readonly code: string;
  readonly layer: string;
  readonly context: Readonly<Record<string, string>>;
}

const CODES = rowsWithTypes<CodeRow>("error-codes", ["context"]);

function clausesOf(label: string): readonly string[] {
  if (label.startsWith("context")) return ["errors.cbor", "errors.context-values"];
  if (label.startsWith("source_layer")) return ["errors.cbor", "errors.shape"];
  if (label.startsWith("cause")) return ["errors.cbor", "errors.cause-kept"];
  return ["errors.cbor", "errors.shape"];
}

/** Code, layer and context belong together; what of them the schema alone allows is left open. */
function breaksRow({ label, fault }: Mutant): boolean {
  return fault === undefined && /^(code|source_layer|context)/.test(label);
}

/** The CBOR and the JSON form of an error of a row. */
function formsOf({ code, layer, context }: CodeRow, all: boolean): { document: Item; json: unknown } {
  const fields = fieldsOf(context, all).map(([name, type]) => [name, type, fieldValue(type)] as const);
  const head = { code, source_layer: layer, message: "something happened" };
  return {
    document: item({ ...head, context: Object.fromEntries(fields.map(([name, , value]) => [name, value])) }),
    json: { ...head, context: Object.fromEntries(fields.map(([name, type, value]) => [name, fieldJson(type, value)])) },
  };
}

function rowDrafts(row: CodeRow): Draft[] {
  const name = row.code.toLowerCase();
  const kinds = Object.values(row.context).some((type) => type.endsWith("?")) ? [true, false] : [true];
  return kinds.flatMap((all) => {
    const { document, json } = formsOf(row, all);
    const which = all ? "every-field" : "required-fields";
    const what = all ? "every field of its row" : "the fields that may not be absent";
    return [
      decodes({
        id: `codec-error/codes/${name}/${which}`,
        rule: RULE,
        clauses: ["errors.cbor", "errors.codes", "errors.context-typed"],
        document,
        why: `${row.code} with ${what}.`,
      }),
      accepted({
        id: `codec-error/json/${name}/${which}`,
        operation: "to_json",
        clauses: ["errors.json", "errors.json.integers", "errors.context-typed"],
        inputs: { rule: RULE, bytes: write(document).hex },
        result: { json },
        why: `The JSON form of ${row.code} with ${what}.`,
        effect: "Two tools that compare errors as JSON find differences where there are none.",
      }),
    ];
  });
}

/** A chain of so many errors, the last of which has a list in its context where `withList`. */
function chain(length: number, withList = false): Item {
  let error: { readonly [member: string]: Value } = withList
    ? { code: "RT_CAPABILITY_INSUFFICIENT", source_layer: "runtime", message: "", context: { missing: ["fs.read"] } }
    : { code: "HOST_ERROR", source_layer: "host", message: "", context: { name: "EIO" } };
  for (let n = 1; n < length; n += 1) {
    const context = { instance: "instance#1", current_state: "Running" };
    error = { code: "RT_INSTANCE_FAILED", source_layer: "runtime", message: "", context, cause: error };
  }
  return item(error);
}

function causes(depth: number): string[] {
  return Array.from({ length: depth }, () => "cause");
}

/** @spec errors.cbor.chain */
function chainDrafts(): Draft[] {
  const clauses = ["encoding.depth", "errors.cbor.chain"];
  const whole = (length: number, withList: boolean): Draft =>
    decodes({
      id: `codec-error/chain/${length}-errors`,
      rule: RULE,
      clauses: ["errors.cbor", ...clauses],
      document: chain(length, withList),
      why: `A chain of ${length} errors${withList ? ", the last with a list in its context," : ""} is 16 deep.`,
    });
  const longer = (from: Draft, length: number, withList: boolean, steps: readonly string[]): Draft => {
    const written = write(chain(length, withList));
    return refuses(from, {
      id: `codec-error/chain/${length}-errors${withList ? "-with-list" : ""}`,
      clauses,
      bytes: written,
      reason: "depth",
      locus: written.locus(...steps),
      mutator: "lengthen-chain",
      arguments: { errors: length },
      why: `A container in the last of ${length} errors has depth 17.`,
    });
  };
  const [withList, flat] = [whole(14, true), whole(15, false)];
  const listed = write(replace(chain(16), [...causes(15), "context"], array([])));
  return [
    withList,
    flat,
    longer(withList, 15, true, [...causes(14), "context", "missing"]),
    longer(flat, 16, false, [...causes(15), "context"]),
    refuses(flat, {
      id: "codec-error/chain/16-errors-wrong-type",
      clauses: ["encoding.depth", "encoding.verdict"],
      bytes: listed,
      reason: "depth",
      locus: listed.locus(...causes(15), "context"),
      mutator: "lengthen-chain",
      arguments: { errors: 16, context: "[]" },
      why: "The context of the sixteenth error is an array: its depth comes before its type.",
    }),
  ];
}

/** Faults inside the causes, which are errors themselves. @spec errors.cause-kept */
function causeDrafts(base: Draft, document: Item): Draft[] {
  const inner = causes(2);
  const refused = (name: string, changed: Item, reason: string, locus: Locus, why: string): Draft =>
    refuses(base, {
      id: `codec-error/cause/${name}`,
      clauses: ["errors.cause-kept", "errors.cbor"],
      bytes: write(changed),
      reason,
      locus,
      mutator: reason === "missing_field" ? "remove" : "replace",
      arguments: { path: locus.path },
      why,
    });
  const other = (name: string, steps: readonly string[], by: Item, reason: string, why: string): Draft => {
    const changed = replace(document, steps, by);
    return refused(name, changed, reason, write(changed).locus(...steps), why);
  };
  const missing = without(document, [...inner, "context"]);
  // The key behind `context` in the order of the encoding.
  const next = write(missing).key(...inner, "message").start;
  const { path } = write(document).value(...inner, "context");
  return [
    refused("missing-context", missing, "missing_field", { at: next, path }, "The lowest error has no context."),
    other("wrong-message", [...inner, "message"], integer(1), "wrong_type", "The message of the lowest error is 1."),
    other("array", ["cause"], array([]), "wrong_type", "The cause is an array."),
    other("unknown-layer", [...inner, "source_layer"], text("kernel"), "value_out_of_range", "No layer is the kernel."),
  ];
}

function drafts(): Draft[] {
  const document = errors.maximal();
  const sample = (name: string, sampled: Item, why: string): Draft =>
    decodes({
      id: `codec-error/samples/${name}`,
      rule: RULE,
      clauses: ["errors.cbor", "errors.shape", "encoding.write.round-trip"],
      document: sampled,
      why,
    });
  const base = sample("chain", document, "An error of the runtime, caused by one of the adapter, caused by the host.");
  const made = mutantDrafts(schemaMutants(document, RULE), {
    family: "codec-error",
    rule: RULE,
    base,
    document,
    clauses: clausesOf,
    leaveOut: breaksRow,
  });
  const json = accepted({
    id: "codec-error/json/chain",
    operation: "to_json",
    clauses: ["errors.json", "errors.json.integers", "errors.cause-kept"],
    inputs: { rule: RULE, bytes: write(document).hex },
    result: { json: CHAIN_JSON },
    why: "The JSON form of a chain has the causes inside each other.",
    effect: "A tool that reads errors as JSON loses what caused them.",
  });
  // A code of a later version: whoever reads it has no row, and still has to write one form.
  const later = item({
    code: "LDR_LATER",
    source_layer: "loader",
    message: "",
    context: { list: [1, -1, true], count: 7, nested: { small: 0, text: "x" } },
  });
  const untyped = accepted({
    id: "codec-error/json/no-row",
    operation: "to_json",
    clauses: ["errors.json", "errors.json.integers"],
    inputs: { rule: RULE, bytes: write(later).hex },
    result: {
      json: {
        code: "LDR_LATER",
        source_layer: "loader",
        message: "",
        context: { list: ["1", "-1", true], count: "7", nested: { small: "0", text: "x" } },
      },
    },
    why: "Integers of a field that no row types, and those inside arrays and maps, are decimal text.",
    effect: "An error of a later version reads differently in every implementation that passes it on.",
  });
  const broken = without(document, ["code"]);
  const refused = mutated(json, {
    id: "codec-error/json/missing-code",
    clauses: ["errors.shape", "conformance.refusal"],
    recipe: { mutator: "remove", arguments: { path: "$.code" }, repair: "raw" },
    inputs: { bytes: write(broken).hex },
    refusal: {
      code: "CODEC",
      reason: "missing_field",
      locus: { at: write(broken).key("cause").start, path: "$.code" },
    },
    why: "What is no error has no JSON form.",
    effect: "A log holds entries of which nobody knows what they are about.",
  });
  return [
    untyped,
    sample("minimal", errors.minimal(), "An error without a cause and with an empty message."),
    sample("typical", errors.typical(), "A digest that is not the pinned one."),
    base,
    ...made,
    ...causeDrafts(base, document),
    ...chainDrafts(),
    ...CODES.flatMap(rowDrafts),
    json,
    ...jsonChains(),
    ...smallIntegers(),
    refused,
  ];
}

/** Chains of other lengths than three. @spec errors.cause-chain */
function jsonChains(): Draft[] {
  const host = { code: "HOST_ERROR", source_layer: "host", message: "", context: { name: "EACCES" } };
  const adapter = {
    code: "ADP_HOST_CALL_FAILED",
    source_layer: "adapter",
    message: "the host call failed",
    context: { category: 0, opcode: 2, host_error: "access_denied" },
    cause: host,
  };
  const failed = {
    code: "RT_INSTANCE_FAILED",
    source_layer: "runtime",
    message: "",
    context: { instance: "instance#2", current_state: "Running" },
    cause: adapter,
  };
  const rejected = { code: "RT_EVENT_REJECTED", source_layer: "runtime", message: "the event was not taken" };
  const context = { instance: "instance#2", reason: "failed" };
  const of = (length: string, document: Item, json: unknown): Draft =>
    accepted({
      id: `codec-error/json/chain-of-${length}`,
      operation: "to_json",
      clauses: ["errors.json", "errors.cause-kept", "errors.cause-chain"],
      inputs: { rule: RULE, bytes: write(document).hex },
      result: { json },
      why: `The JSON form of ${length} errors has all ${length}, each inside the one it caused.`,
      effect: "A tool that reads errors as JSON loses what caused them.",
    });
  return [
    of("two", item(adapter), adapter),
    of("four", item({ ...rejected, context: { ...context, limit: 64 }, cause: failed }), {
      ...rejected,
      context: { ...context, limit: "64" },
      cause: failed,
    }),
  ];
}

/** Integers that 32 bits hold, in fields that are wider. @spec errors.json.integers */
function smallIntegers(): Draft[] {
  const rows = [
    ["LDR_TRUNCATED", { phase: "read_head", offset: 91, expected: 92, available: 91 }],
    ["LDR_TRUST_STORE_ROLLBACK", { installed: 2, offered: 1 }],
  ] as const;
  return rows.map(([code, context]) => {
    const head = { code, source_layer: "loader", message: "" };
    const fields = Object.entries<string | number>(context);
    const written = fields.map(([name, value]) => [name, typeof value === "number" ? String(value) : value]);
    return accepted({
      id: `codec-error/json/${code.toLowerCase()}/small-integers`,
      operation: "to_json",
      clauses: ["errors.json", "errors.json.integers", "errors.context-typed"],
      inputs: { rule: RULE, bytes: write(item({ ...head, context: { ...context } })).hex },
      result: { json: { ...head, context: Object.fromEntries(written) } },
      why: `Wide fields of ${code} are decimal text, also where their values are small.`,
      effect: "Two tools that compare errors as JSON find differences where there are none.",
    });
  });
}

/** The JSON form of the maximal sample. */
const CHAIN_JSON = {
  code: "RT_INSTANCE_FAILED",
  source_layer: "runtime",
  message: "the instance failed",
  context: { instance: "instance#1", current_state: "Running" },
  cause: {
    code: "ADP_HOST_CALL_FAILED",
    source_layer: "adapter",
    message: "the host call failed",
    context: { category: 0, opcode: 1, instruction: "io.file_open_read", host_error: "not_found" },
    cause: {
      code: "HOST_ERROR",
      source_layer: "host",
      message: "no such file",
      context: { name: "ENOENT", call: "open", native_code: "-2" },
    },
  },
};

/** Errors, cause chains and their two forms. */
export const codecError: Family = { name: "codec-error", drafts };
