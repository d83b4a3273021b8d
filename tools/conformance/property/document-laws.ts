import type fc from "fast-check";
import { isDecodeReason } from "../../../generated/enums/decode-reason.js";
import type { VectorInputs } from "../../../generated/json/vector.js";
import { isEqual } from "../run/grade.js";
import type { Answer } from "../session/entrance.js";
import { bytesOf, edited, edits, hex } from "./edits.js";
import { type Beginnings, type Law, lawCases, told } from "./law.js";

/** A document of the corpus, with the bytes of a changed one. */
interface Changed {
  readonly inputs: VectorInputs;
  readonly whole: Uint8Array;
}

function documents(check: typeof fc, { decode = [] }: Beginnings): fc.Arbitrary<VectorInputs> {
  return check.constantFrom(...decode);
}

function changedDocuments(check: typeof fc, beginnings: Beginnings): fc.Arbitrary<VectorInputs> {
  return check
    .tuple(documents(check, beginnings), edits(check))
    .map(([inputs, script]) => ({ ...inputs, bytes: hex(edited(bytesOf(inputs.bytes ?? ""), script)) }));
}

/** A document with a place to cut it, or a byte to put behind it. */
function placed(check: typeof fc, beginnings: Beginnings): fc.Arbitrary<Changed & { readonly at: number }> {
  return check
    .tuple(documents(check, beginnings), check.nat(0xffff))
    .map(([inputs, at]) => ({ inputs, whole: bytesOf(inputs.bytes ?? ""), at }));
}

function isOfLaterVersion({ result }: Answer): boolean {
  const { map = [] } = (result?.value ?? {}) as { readonly map?: readonly (readonly [unknown, unknown])[] };
  const [, version] = map.find(([key]) => key === "schema_version") ?? [];
  return !isEqual(version, [1, 0]);
}

/** Laws of documents: decoding and encoding. */
export const documentLaws: readonly Law[] = [
  {
    name: "decode-gives-the-same-bytes",
    statement: "Whatever is accepted encodes to the bytes it was decoded from.",
    clauses: ["encoding.write.round-trip", "encoding.deterministic"],
    operations: ["decode"],
    cases: (check, beginnings) =>
      lawCases(changedDocuments(check, beginnings), async (inputs, ask) => {
        const answer = await ask("decode", inputs);
        if (answer.verdict === "reject" || answer.result?.bytes === inputs.bytes) return undefined;
        return `encoded again it is ${answer.result?.bytes}`;
      }),
  },
  {
    name: "encode-undoes-decode",
    statement: "The value of whatever is accepted encodes to the same bytes.",
    clauses: ["encoding.write.round-trip"],
    operations: ["decode", "encode"],
    cases: (check, beginnings) =>
      lawCases(changedDocuments(check, beginnings), async (inputs, ask) => {
        const decoded = await ask("decode", inputs);
        // What a later version brought is kept by a decoder and has no place in a value of this one.
        if (decoded.verdict === "reject" || inputs.rule === "manifest" || inputs.schema_version !== undefined)
          return undefined;
        const encoded = await ask("encode", { rule: inputs.rule ?? "", value: decoded.result?.value });
        return encoded.verdict === "accept" && encoded.result?.bytes === inputs.bytes
          ? undefined
          : `its value is ${encoded.verdict === "accept" ? `encoded as ${encoded.result?.bytes}` : told(encoded)}`;
      }),
  },
  {
    name: "refusals-have-a-place",
    statement: "A refused document has a reason of the table, an offset within it or at its end, and a path from `$`.",
    clauses: ["encoding.reasons", "encoding.offset", "encoding.path"],
    operations: ["decode"],
    cases: (check, beginnings) =>
      lawCases(changedDocuments(check, beginnings), async (inputs, ask) => {
        const answer = await ask("decode", inputs);
        if (answer.verdict === "accept") return undefined;
        const { reason, offset, path } = answer.context ?? {};
        const length = (inputs.bytes ?? "").length / 2;
        if (answer.code !== "CODEC") return `the code is ${answer.code}`;
        if (typeof reason !== "string" || !isDecodeReason(reason)) return `the reason is ${String(reason)}`;
        if (typeof offset !== "number" || offset < 0 || offset > length)
          return `the offset is ${String(offset)} of ${length}`;
        return typeof path === "string" && path.startsWith("$") ? undefined : `the path is ${String(path)}`;
      }),
  },
  {
    name: "a-cut-document-is-truncated",
    statement: "Every beginning of an accepted document is refused as truncated, at an offset up to its end.",
    clauses: ["encoding.truncated", "encoding.verdict"],
    operations: ["decode"],
    cases: (check, beginnings) =>
      lawCases(
        placed(check, beginnings).filter(({ whole }) => whole.length > 0),
        async ({ inputs, whole, at }, ask) => {
          const length = at % whole.length;
          // Cut before its version, a document of a later one is judged as one of this version.
          if (inputs.rule === "manifest" && isOfLaterVersion(await ask("decode", inputs))) return undefined;
          const answer = await ask("decode", { ...inputs, bytes: hex(whole.subarray(0, length)) });
          if (answer.verdict === "accept") return `the first ${length} bytes are accepted`;
          const { reason, offset } = answer.context ?? {};
          return reason === "truncated" && typeof offset === "number" && offset <= length
            ? undefined
            : `the first ${length} bytes are ${told(answer)} at ${String(offset)}`;
        },
        ({ inputs, whole, at }) => ({ ...inputs, length: at % whole.length }),
      ),
  },
  {
    name: "nothing-follows-a-document",
    statement: "An accepted document with anything behind it is refused for its trailing bytes, at the first of them.",
    clauses: ["encoding.whole"],
    operations: ["decode"],
    cases: (check, beginnings) =>
      lawCases(
        placed(check, beginnings),
        async ({ inputs, whole, at }, ask) => {
          const answer = await ask("decode", { ...inputs, bytes: `${hex(whole)}${hex(Uint8Array.of(at & 0xff))}` });
          const { reason, offset } = answer.context ?? {};
          return answer.verdict === "reject" && reason === "trailing_bytes" && offset === whole.length
            ? undefined
            : `it is ${told(answer)} at ${String(offset)}`;
        },
        ({ inputs, at }) => ({ ...inputs, behind: at & 0xff }),
      ),
  },
  {
    name: "a-question-is-alone",
    statement: "A question is answered the same whatever was asked before.",
    clauses: ["conformance.operations"],
    operations: ["decode"],
    cases: (check, beginnings) =>
      lawCases(
        check.tuple(changedDocuments(check, beginnings), changedDocuments(check, beginnings)),
        async ([first, second], ask) => {
          const before = await ask("decode", first);
          await ask("decode", second);
          const after = await ask("decode", first);
          return isEqual(before, after) ? undefined : `it is ${told(before)}, and after the second one ${told(after)}`;
        },
      ),
  },
];
