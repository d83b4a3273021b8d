import { fc, test } from "@fast-check/vitest";
import { describe, expect } from "vitest";
import { CODEC_REASONS, type CodecReason, reasonRank } from "../../reference/codec/codec-error.js";
import { CodecError, DecodedRows } from "../../reference/codec/codegen-v1.js";
import { findFormFault } from "../../reference/codec/form.js";
import { DECODE_REASONS } from "../enums/decode-reason.js";
import { CODEC_RULES, type CodecRule } from "./codec-rules.js";
import { FORM_MUTATORS, type Mutation } from "./mutators.js";

/** Members that a decoded row keeps for itself. */
const HIDDEN = new Set(["columns", "row"]);

/** Whether a decoded value is the encoded one; rows make byte strings on demand, so members are compared by name. */
function same(original: unknown, decoded: unknown): boolean {
  if (original instanceof Uint8Array) {
    return decoded instanceof Uint8Array && Buffer.compare(original, decoded) === 0;
  }
  if (Array.isArray(original)) {
    const items: unknown = decoded instanceof DecodedRows ? [...decoded] : decoded;
    return (
      Array.isArray(items) && original.length === items.length && original.every((item, index) => same(item, items[index]))
    );
  }
  if (typeof original !== "object" || original === null || typeof decoded !== "object" || decoded === null) {
    return Object.is(original, decoded);
  }
  const names = Object.keys(original);
  const extra = Object.keys(decoded).filter((name) => !names.includes(name) && !HIDDEN.has(name));
  return extra.length === 0 && names.every((name) => same(Reflect.get(original, name), Reflect.get(decoded, name)));
}

function refusal(run: () => unknown): CodecError {
  try {
    run();
  } catch (error) {
    if (error instanceof CodecError) return error;
    throw error;
  }
  throw new Error("accepted");
}

function expectVerdict(rule: CodecRule, mutation: Mutation, options = {}): void {
  const error = refusal(() => rule.decode(mutation.bytes, options));
  expect({ name: mutation.name, reason: error.reason, offset: error.offset }).toEqual({
    name: mutation.name,
    reason: mutation.reason,
    offset: mutation.offset,
  });
  expect(error.path).toMatch(/^\$/);
}

// @spec encoding.reasons
test("the kernel's reasons are the table's, in its order", () => {
  expect(CODEC_REASONS).toEqual(DECODE_REASONS);
});

// @covers spec/cddl/common.cddl
// @covers spec/cddl/manifest.cddl
// @covers spec/cddl/section-index.cddl
// @covers spec/cddl/trust-store.cddl
// @covers spec/cddl/error.cddl
// @covers spec/cddl/event.cddl
describe.each(CODEC_RULES)("$name", (rule) => {
  for (const growth of rule.grows ? (["closed", "open"] as const) : (["closed"] as const)) {
    const options = { growth };
    const values = rule.arbitrary(options);
    // A rule that declares its version itself is also tried with later versions.
    const allValues = rule.grows ? values : rule.arbitrary();

    test.prop([allValues])(`parse(serialize(o)) = o, ${growth}`, (value) => {
      expect(same(value, rule.decode(rule.encode(value, options), options))).toBe(true);
    });

    // @spec encoding.write.round-trip
    test.prop([allValues])(`serialize(parse(b)) = b, ${growth}`, (value) => {
      const bytes = rule.encode(value, options);
      expect(Buffer.compare(bytes, rule.encode(rule.decode(bytes, options), options))).toBe(0);
    });

    // @spec encoding.pass.form, encoding.deterministic, encoding.items, encoding.text
    // @spec encoding.whole, encoding.truncated, encoding.key-order
    test.prop([values, fc.nat(), fc.constantFrom(...Object.keys(FORM_MUTATORS))])(
      `each kind of ill-formed document gets its verdict, ${growth}`,
      (value, pick, kind) => {
        const mutation = FORM_MUTATORS[kind]?.(rule.encode(value, options), pick);
        fc.pre(mutation !== undefined);
        expectVerdict(rule, mutation, options);
      },
    );

    test.prop([allValues, fc.array(fc.tuple(fc.nat(), fc.integer({ min: 0, max: 255 })), { minLength: 1, maxLength: 3 })])(
      // @spec encoding.verdict
      `a changed byte leaves another document or a coded error, ${growth}`,
      (value, changes) => {
        const bytes = rule.encode(value, options);
        for (const [place, byte] of changes) bytes[place % bytes.length] = byte;
        let decoded: unknown;
        try {
          decoded = rule.decode(bytes, options);
        } catch (error) {
          expect(error).toBeInstanceOf(CodecError);
          const { offset, path, reason } = error as CodecError;
          expect(offset).toBeGreaterThanOrEqual(0);
          expect(offset).toBeLessThanOrEqual(bytes.length);
          expect(path).toMatch(/^\$/);
          expectNoEarlierFormFault(bytes, reason, offset);
          return;
        }
        expect(findFormFault(bytes)).toBeUndefined();
        expect(Buffer.compare(bytes, rule.encode(decoded, options))).toBe(0);
      },
    );
  }

  if (rule.mutators.length > 0) {
    // @spec encoding.pass.schema, encoding.type, encoding.length, encoding.value, encoding.pattern
    // @spec encoding.item-order, encoding.item-conflict, encoding.missing-field, encoding.unknown-field
    // @spec manifest.sets, manifest.optional-capabilities, index.prefix-free, manifest.host-functions
    test.prop([rule.arbitrary({ growth: "closed" }), fc.nat()], { numRuns: 30 })("every damage its schema shows gets its verdict", (value, pick) => {
      const bytes = rule.encode(value);
      for (const mutator of rule.mutators) {
        const mutation = mutator(bytes, pick);
        if (mutation !== undefined) expectVerdict(rule, mutation);
      }
    });
  }
});

/** A fault of form is reported only where the form pass finds it, and never missed where it comes first. */
function expectNoEarlierFormFault(bytes: Uint8Array, reason: CodecReason, offset: number): void {
  const form = findFormFault(bytes);
  if (reasonRank(reason) < reasonRank("missing_field") || reason === "trailing_bytes") {
    expect(form).toEqual({ reason, offset });
  } else if (form !== undefined) {
    const formFirst = form.offset === offset ? reasonRank(form.reason) < reasonRank(reason) : form.offset < offset;
    expect(formFirst).toBe(false);
  }
}
