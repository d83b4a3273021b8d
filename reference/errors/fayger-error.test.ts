import { fc, test } from "@fast-check/vitest";
import { describe, expect, it } from "vitest";
import { ERROR_CODES, type ErrorCode } from "../../generated/errors/error-code.js";
import {
  ERROR_CONTEXT_OPTIONAL,
  ERROR_CONTEXT_TYPES,
  type ErrorContexts,
  type FieldType,
} from "../../generated/errors/error-context.js";
import { causeChain, describeChain, layersOf, rootCause } from "./cause-chain.js";
import { decodeFaygerError, encodeFaygerError, errorFromRecord, errorToRecord } from "./error-record.js";
import { FaygerError, is, isFaygerError } from "./fayger-error.js";

const CODES = Object.keys(ERROR_CODES) as ErrorCode[];
const wellFormed = fc.string({ unit: "grapheme", maxLength: 12 });
const FIELDS: Readonly<Record<FieldType, fc.Arbitrary<unknown>>> = {
  text: wellFormed,
  text_list: fc.array(wellFormed, { maxLength: 3 }),
  bytes: fc.uint8Array({ maxLength: 8 }),
  bool: fc.boolean(),
  u32: fc.integer({ min: 0, max: 0xffff_ffff }),
  safe_uint: fc.maxSafeNat(),
};

/** One link of a chain: a code and a context of that code's types. */
const arbitraryLink = fc.constantFrom(...CODES).chain((code) =>
  fc.record({
    code: fc.constant(code),
    message: wellFormed,
    context: fc.record(
      Object.fromEntries(Object.entries(ERROR_CONTEXT_TYPES[code]).map(([name, type]) => [name, FIELDS[type]])),
    ),
  }),
);

/** A chain of 1 to 6 links, outermost first, with what it was made of. */
const arbitraryChain = fc.array(arbitraryLink, { minLength: 1, maxLength: 6 }).map((links) => {
  let error: FaygerError | undefined;
  for (const { code, message, context } of [...links].reverse()) {
    error = new FaygerError(code, message, context as unknown as ErrorContexts[ErrorCode], { cause: error });
  }
  return { links, error: error as FaygerError };
});

describe("a chain of errors", () => {
  // @spec errors.cause-kept, errors.cause-chain, errors.shape
  test.prop([arbitraryChain])("keeps every link and its layer, however it is wrapped", ({ links, error }) => {
    expect(causeChain(error).map(({ code }) => code)).toEqual(links.map(({ code }) => code));
    expect(layersOf(error)).toEqual(links.map(({ code }) => ERROR_CODES[code].layer));
    expect(rootCause(error).code).toBe(links.at(-1)?.code);
    expect(describeChain(error)).toHaveLength(links.length);
  });

  // @spec errors.cbor
  test.prop([arbitraryChain])("survives its CBOR form byte for byte", ({ error }) => {
    const bytes = encodeFaygerError(error);
    const { error: read } = decodeFaygerError(bytes);
    expect(read).toBeDefined();
    expect(read?.toJSON()).toEqual(error.toJSON());
    expect(encodeFaygerError(read as FaygerError)).toEqual(bytes);
  });

  // @spec errors.json, errors.json.integers
  test.prop([arbitraryChain])("says in JSON exactly what the model prescribes", ({ links, error }) => {
    let json: unknown = JSON.parse(JSON.stringify(error));
    for (const { code, message, context } of links) {
      const link = json as Record<string, unknown>;
      expect(link["code"]).toBe(code);
      expect(link["source_layer"]).toBe(ERROR_CODES[code].layer);
      expect(link["message"]).toBe(message);
      const written = link["context"] as Record<string, unknown>;
      expect(Object.keys(written).sort()).toEqual(Object.keys(context).sort());
      for (const [name, type] of Object.entries(ERROR_CONTEXT_TYPES[code])) {
        const value: unknown = context[name];
        if (type === "bytes") expect(written[name]).toBe(Buffer.from(value as Uint8Array).toString("hex"));
        else if (type === "safe_uint") expect(written[name]).toBe(String(value));
        else expect(written[name]).toEqual(value);
      }
      const keys = ["code", "source_layer", "message", "context", ...("cause" in link ? ["cause"] : [])];
      expect(Object.keys(link)).toEqual(keys);
      json = link["cause"];
    }
    expect(json).toBeUndefined();
  });

  // @spec errors.cbor.chain
  it("of 14 links is encoded whole; a longer one keeps its first 13 and its root", () => {
    const chainOf = (length: number): FaygerError => {
      let error = new FaygerError("HOST_ERROR", "root", { name: "root" }) as FaygerError;
      for (let at = length - 1; at > 0; at -= 1) {
        error = new FaygerError(
          "RT_IMPLEMENTATION_INCOMPLETE",
          `link ${at}`,
          { implementation: "x", missing_methods: ["a"] },
          { cause: error },
        );
      }
      return error;
    };
    expect(decodeFaygerError(encodeFaygerError(chainOf(14))).error?.toJSON()).toEqual(chainOf(14).toJSON());
    const shortened = decodeFaygerError(encodeFaygerError(chainOf(20))).error as FaygerError;
    expect(causeChain(shortened).map(({ message }) => message)).toEqual([
      ...Array.from({ length: 13 }, (_, at) => `link ${at + 1}`),
      "root",
    ]);
  });
});

describe("a FaygerError", () => {
  const error = new FaygerError("RT_CAPABILITY_INSUFFICIENT", "two are missing", { missing: ["fs.read"] });

  it("narrows its context by its code", () => {
    const caught: unknown = error;
    expect(is(caught, "RT_TRAP")).toBe(false);
    if (!is(caught, "RT_CAPABILITY_INSUFFICIENT")) throw caught;
    const missing: readonly string[] = caught.context.missing;
    expect(missing).toEqual(["fs.read"]);
  });

  // @spec errors.message
  it("is an Error whose own enumerable properties are its code, layer and context", () => {
    expect(error).toBeInstanceOf(Error);
    expect(error.name).toBe("FaygerError");
    expect(error.stack).toContain("two are missing");
    expect(Object.keys(error).sort()).toEqual(["code", "context", "sourceLayer"]);
    expect(error.number).toBe(ERROR_CODES.RT_CAPABILITY_INSUFFICIENT.number);
  });

  // @spec errors.api-misuse
  it("refuses wrong use with a TypeError, never with a code", () => {
    const wrongCode = "NO_SUCH_CODE" as "HOST_ERROR";
    expect(() => new FaygerError(wrongCode, "x", { name: "x" })).toThrow(TypeError);
    const wrongCause = { cause: new Error("plain") as unknown as FaygerError };
    expect(() => new FaygerError("HOST_ERROR", "x", { name: "x" }, wrongCause)).toThrow(TypeError);
  });

  it("is told apart from everything else", () => {
    expect(isFaygerError(error)).toBe(true);
    for (const other of [new Error("x"), { ...error }, null, undefined, "LDR_ABORTED"]) {
      expect(isFaygerError(other)).toBe(false);
      expect(is(other, "LDR_ABORTED")).toBe(false);
    }
  });
});

describe("a record that is not an error of this version", () => {
  const record = errorToRecord(
    new FaygerError(
      "ADP_HOST_CALL_FAILED",
      "x",
      { category: 0, opcode: 1, host_error: "not_found" },
      {
        cause: new FaygerError("HOST_ERROR", "y", { name: "Error" }),
      },
    ),
  );
  const cause = errorToRecord(new FaygerError("HOST_ERROR", "y", { name: "Error" }));

  // @spec errors.codes
  it("with an unknown code is refused where it stands", () => {
    expect(errorFromRecord({ ...record, cause: { ...cause, code: "HOST_NEWER" } }).problem).toMatchObject({
      path: "$.cause.code",
      found: "HOST_NEWER",
    });
  });

  // @spec errors.source-layer, errors.cause-kept
  it("with another layer than its code's is refused: wrapping never moves an error", () => {
    expect(errorFromRecord({ ...record, sourceLayer: "runtime" }).problem).toMatchObject({
      path: "$.source_layer",
      expected: "adapter",
      found: "runtime",
    });
  });

  // @spec errors.context-typed
  it("with a field of another type, or one that is not the code's, is refused", () => {
    expect(errorFromRecord({ ...record, context: { ...record.context, opcode: "1" } }).problem?.path).toBe(
      "$.context.opcode",
    );
    expect(errorFromRecord({ ...record, context: { ...record.context, opcode: -1 } }).problem?.path).toBe(
      "$.context.opcode",
    );
    expect(errorFromRecord({ ...record, context: { ...record.context, more: 1 } }).problem?.found).toBe("more");
  });

  // @spec errors.context-typed
  test.prop([arbitraryLink, fc.nat()])("without a field is refused, unless the row marks it", (link, which) => {
    const { code, message, context } = link;
    const sourceLayer = ERROR_CODES[code].layer;
    const whole = errorToRecord(new FaygerError(code, message, context as unknown as ErrorContexts[ErrorCode]));
    const names = Object.keys(whole.context);
    const name = names[which % names.length] as string;
    const rest = Object.fromEntries(Object.entries(whole.context).filter(([key]) => key !== name));
    const { problem } = errorFromRecord({ code, message, sourceLayer, context: rest });
    const optional = ERROR_CONTEXT_OPTIONAL[code] ?? [];
    expect(problem?.path).toBe(optional.includes(name) ? undefined : `$.context.${name}`);
  });
});
