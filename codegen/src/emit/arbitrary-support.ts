import type { TypeScriptModule } from "./generated-file.js";

/** What the generated arbitraries share. It depends on no rule. */
export function arbitrarySupport(): TypeScriptModule {
  return {
    path: "testing/arbitraries/support.ts",
    origin: "codegen/src/emit/arbitrary-support.ts",
    edit: "that file",
    emitter: "arbitrary-support.ts",
    imports: [
      { from: "fast-check", names: ["default as fc"] },
      {
        from: "../../../reference/codec/codegen-v1.js",
        names: [
          "type CborValue",
          "type UnknownField",
          "compareKeys",
          "compareText",
          "encodeCbor",
          "setOwn",
          "utf8Length",
        ],
      },
    ],
    statements: [TEXT],
  };
}

const TEXT = `
/** Values at which the encoded length of an integer or of a length changes. */
const EDGES = [0, 1, 23, 24, 255, 256, 65_535, 65_536, 4_294_967_295, 4_294_967_296, Number.MAX_SAFE_INTEGER];

/** Integers from \`minimum\` to \`maximum\`, often at the edges of the encoding. */
export function integers(minimum: number, maximum: number): fc.Arbitrary<number> {
  const edges = [minimum, maximum, ...EDGES].filter((edge) => edge >= minimum && edge <= maximum);
  return fc.oneof(fc.constantFrom(...edges), fc.integer({ min: minimum, max: maximum }));
}

/** Unsigned integers of 64 bits. */
export function bigUnsigned(): fc.Arbitrary<bigint> {
  const edges = [...EDGES.map(BigInt), 2n ** 53n, 2n ** 64n - 1n];
  return fc.oneof(fc.constantFrom(...edges), fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }));
}

/** Integers as decoders give them: a number where that is exact, else a bigint. */
export function anyInteger(): fc.Arbitrary<number | bigint> {
  return fc.oneof(
    fc.constantFrom(...EDGES, ...EDGES.map((edge) => -1 - edge).filter(Number.isSafeInteger)),
    fc.maxSafeInteger().map((value) => (Object.is(value, -0) ? 0 : value)),
    fc.bigInt({ min: 2n ** 53n, max: 2n ** 64n - 1n }),
    fc.bigInt({ min: -(2n ** 64n), max: -(2n ** 53n) }),
  );
}

/** Texts of \`minimum\` to \`maximum\` bytes of UTF-8, with characters of every encoded length. */
export function texts(minimum = 0, maximum = 400): fc.Arbitrary<string> {
  const fits = (text: string) => utf8Length(text) >= minimum && utf8Length(text) <= maximum;
  return fc.oneof(
    fc.string({ minLength: minimum, maxLength: Math.min(maximum, 40) }),
    fc.string({ unit: "binary", minLength: Math.min(minimum, 1), maxLength: 20 }).filter(fits),
    fc.constantFrom("\\uFEFF", "\\u0000a", "\\u{10FFFF}", "__proto__").filter(fits),
    fc.integer({ min: minimum, max: Math.min(maximum, 300) }).map((length) => "x".repeat(length)),
  );
}

/** Texts that match an expression, of \`minimum\` to \`maximum\` bytes. */
export function matching(source: string, minimum = 0, maximum = 400): fc.Arbitrary<string> {
  // Made once for each expression: that takes up to some hundred milliseconds.
  const texts = MATCHING.get(source) ?? fc.stringMatching(new RegExp(\`^(?:\${source})$\`));
  MATCHING.set(source, texts);
  return texts.filter((text) => text.length >= minimum && text.length <= maximum);
}

const MATCHING = new Map<string, fc.Arbitrary<string>>();

/** Byte strings of \`minimum\` to \`maximum\` bytes. */
export function byteStrings(minimum = 0, maximum = 300): fc.Arbitrary<Uint8Array> {
  return fc.uint8Array({ minLength: minimum, maxLength: maximum });
}

/** Sets as arrays that ascend by the bytes of \`keyOf\`, at least \`minimum\` long. */
export function ascending<T>(
  item: fc.Arbitrary<T>,
  keyOf: (item: T) => string | Uint8Array,
  minimum: number,
): fc.Arbitrary<T[]> {
  const textOf = (value: T) => {
    const key = keyOf(value);
    return typeof key === "string" ? key : Array.from(key, (byte) => String.fromCharCode(byte)).join("");
  };
  return fc
    .uniqueArray(item, { minLength: minimum, maxLength: 6, selector: textOf })
    .map((items) => items.sort((a, b) => compareText(textOf(a), textOf(b))));
}

/** Leaves out every item whose path lies below that of an earlier one. */
export function withoutNested<T>(items: readonly T[], pathOf: (item: T) => string): T[] {
  const kept: T[] = [];
  for (const item of items) if (!kept.some((other) => pathOf(item).startsWith(\`\${pathOf(other)}/\`))) kept.push(item);
  return kept;
}

/** Objects with any names for their members, also \`__proto__\`. */
export function tables<T>(value: fc.Arbitrary<T>, minimum: number): fc.Arbitrary<Record<string, T>> {
  return fc
    .uniqueArray(fc.tuple(texts(0, 60), value), { minLength: minimum, maxLength: 5, selector: ([key]) => key })
    .map((pairs) => {
      const table: Record<string, T> = {};
      for (const [key, item] of pairs) setOwn(table, key, item);
      return table;
    });
}

/** Any value the format can encode. */
export function anyValue(): fc.Arbitrary<CborValue> {
  return fc.letrec<{ value: CborValue; leaf: CborValue }>((tie) => ({
    leaf: fc.oneof(anyInteger(), fc.boolean(), texts(0, 60), byteStrings(0, 40)),
    value: fc.oneof(
      { maxDepth: 4, depthIdentifier: "cbor" },
      tie("leaf"),
      fc.array(tie("value"), { maxLength: 4, depthIdentifier: "cbor" }),
      fc
        .uniqueArray(fc.tuple(tie("leaf"), tie("value")), {
          maxLength: 4,
          depthIdentifier: "cbor",
          selector: ([key]) => encodeCbor(key).join(),
        })
        .map((pairs) => new Map(pairs)),
    ),
  })).value;
}

/** Members of later minor versions, in the order of their encoded keys; none of them is \`known\`. */
export function unknownFields(known: readonly string[]): fc.Arbitrary<UnknownField[]> {
  return fc
    .uniqueArray(fc.tuple(texts(0, 40), anyValue()), { minLength: 1, maxLength: 3, selector: ([key]) => key })
    .map((pairs) => pairs.filter(([key]) => !known.includes(key)))
    .filter((pairs) => pairs.length > 0)
    .map((pairs) => pairs.map(([key, value]) => ({ key, value: encodeCbor(value) })))
    .map((fields) => fields.sort((a, b) => compareKeys(a.key, b.key)));
}

/** Whether a growing map of this value may hold unknown members. */
export interface GrowthOptions {
  /** @default "closed" */
  readonly growth?: "closed" | "open";
}
`;
