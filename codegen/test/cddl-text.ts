import fc from "fast-check";

/**
 * Arbitrary CDDL texts in the canonical layout of the printer, so that printing what was parsed must give back the
 * same text. The texts use the whole grammar; names are not resolved.
 */

const name = fc.constantFrom("a", "b-c", "d.e", "$x", "$$y", "@z", "_0", "h", "b64", "int", "tstr");

const integer = fc.oneof(
  fc.bigInt({ min: -(1n << 70n), max: 1n << 70n }).map(String),
  fc.nat().map((value) => `0x${value.toString(16)}`),
  fc.nat(255).map((value) => `-0b${value.toString(2)}`),
);
const float = fc.oneof(
  fc.constantFrom("1.5", "-0.25", "1e3", "2.5E-7", "0x1.8p1", "-0xap-3"),
  fc.double({ noNaN: true, noDefaultInfinity: true }).map((value) => value.toExponential()),
);
const text = fc
  .string({ unit: fc.constantFrom("x", " ", ";", "\\\\", '\\"', "\\u{e9}", "\\u{1f600}", "\\u{0}", "'"), maxLength: 6 })
  .map((content) => `"${content}"`);
const bytes = fc.uint8Array({ maxLength: 4 }).map((content) => `h'${Buffer.from(content).toString("hex")}'`);
const literal = fc.oneof(integer, float, text, bytes);

const occurrence = fc.oneof(
  fc.constantFrom("", "", "", "? ", "* ", "+ "),
  fc.tuple(fc.integer({ min: 1, max: 9 }), fc.nat(9)).map(([low, more]) => `${low}*${low + more + 1} `),
);

const { type, entry } = fc.letrec<Record<"type" | "alternative" | "primary" | "group" | "entry" | "key", string>>((tie) => ({
  type: fc.array(tie("alternative"), { minLength: 1, maxLength: 2 }).map((alternatives) => alternatives.join(" / ")),
  alternative: fc.oneof(
    { weight: 5, arbitrary: tie("primary") },
    fc.tuple(tie("primary"), fc.constantFrom("..", "..."), tie("primary")).map((parts) => parts.join(" ")),
    fc.tuple(tie("primary"), fc.constantFrom(".size", ".cbor", ".my-op"), tie("primary")).map((parts) => parts.join(" ")),
  ),
  primary: fc.oneof(
    { maxDepth: 3, depthIdentifier: "cddl", withCrossShrink: true },
    literal,
    name,
    fc.constantFrom("#", "#0", "#7.25", "#6.24", "~a", "&b"),
    fc.tuple(name, fc.array(tie("alternative"), { minLength: 1, maxLength: 2 })).map(([head, args]) => `${head}<${args.join(", ")}>`),
    tie("type").map((inner) => `(${inner})`),
    tie("group").map((inner) => `{ ${inner} }`),
    tie("group").map((inner) => `[ ${inner} ]`),
    tie("group").map((inner) => `&(${inner})`),
    tie("type").map((inner) => `#6.99(${inner})`),
    fc.tuple(tie("type"), tie("type")).map(([number, inner]) => `#6.<${number}>(${inner})`),
    tie("type").map((inner) => `#7.<${inner}>`),
  ),
  group: fc
    .array(fc.array(tie("entry"), { maxLength: 2 }), { minLength: 1, maxLength: 2 })
    .map((choices) => choices.map((entries) => entries.join(", ")).join(" // ")),
  entry: fc
    .tuple(
      occurrence,
      fc.oneof(
        { maxDepth: 3, depthIdentifier: "cddl" },
        literal,
        fc.tuple(tie("key"), tie("type")).map((parts) => parts.join(" ")),
        tie("type"),
        tie("group").map((inner) => `(${inner})`),
      ),
    )
    .map(([head, rest]) => head + rest),
  key: fc.oneof(
    name.map((bareword) => `${bareword}:`),
    literal.map((value) => `${value}:`),
    tie("alternative").map((inner) => `${inner} =>`),
    tie("alternative").map((inner) => `${inner} ^ =>`),
  ),
}));

/** A rule on one line. */
const rule = fc.oneof(
  fc.tuple(name, fc.constantFrom("=", "/="), type).map((parts) => parts.join(" ")),
  fc.tuple(name, fc.constantFrom("=", "//="), entry).map((parts) => parts.join(" ")),
  fc.tuple(name, type).map(([head, body]) => `${head}<T, u> = ${body}`),
);

/** A file of up to three rules. */
export const cddlText: fc.Arbitrary<string> = fc
  .array(rule, { maxLength: 3 })
  .map((rules) => rules.map((line) => `${line}\n`).join(""));
