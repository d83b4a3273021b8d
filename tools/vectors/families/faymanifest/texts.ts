import type { VectorClass, VectorExpansion } from "../../../../generated/json/vector.js";
import { fayWith } from "../../building/fay/examples.js";
import { findingsOf } from "../../building/fay/findings.js";
import { accepted, type Draft } from "../../corpus/family.js";
import { bytesOf, judged } from "./found.js";

const SMALL = JSON.stringify(fayWith());
const TEXT = ["faymanifest.validation.text", "encoding.json", "faymanifest.validation.order"];
const DEEP = ["faymanifest.validation.text"];
const NAMES = ["encoding.json.duplicates", "faymanifest.validation.warnings"];
const NUMBERS = ["encoding.json.numbers", "faymanifest.shape"];

const withSettings = (settings: string): string =>
  SMALL.replace('"modules":[]', `"modules":[{"id":"fay_id","config":${settings}}]`);
const nested = (levels: number, open = "[", close = "]", middle = ""): string =>
  open.repeat(levels) + middle + close.repeat(levels);

/** What is said of a file by its text alone. */
export function texts(): readonly Draft[] {
  const text = (id: string, file: string | Uint8Array, why: string, clauses: readonly string[] = TEXT): Draft =>
    judged({ id: `text/${id}`, file, clauses, why });
  const octets = (...parts: readonly (string | readonly number[])[]): Uint8Array =>
    Uint8Array.from(parts.flatMap((part) => [...(typeof part === "string" ? Buffer.from(part, "utf8") : part)]));
  return [
    text("empty", "", "No byte is no JSON text."),
    text("space-alone", " \n", "Nor is white space."),
    text("white-space", ` \t\r\n${SMALL}\n `, "White space around the value is nothing."),
    text("byte-order-mark", octets([0xef, 0xbb, 0xbf], SMALL), "A byte order mark is no part of a JSON text."),
    text("no-break-space", `\u00a0${SMALL}`, "Four signs are white space, and no other."),
    text("two-values", `${SMALL}${SMALL}`, "One value, and no second."),
    text("sign-behind", `${SMALL},`, "Nothing behind it."),
    text("comma-last", SMALL.replace('"command"', '"command",'), "No comma behind the last member."),
    text("comma-last-in-list", withSettings("[1,]"), "Nor behind the last element."),
    text("comma-missing", SMALL.replace(',"vendor"', ' "vendor"'), "A comma between two members."),
    text("colon-missing", SMALL.replace('"vendor":', '"vendor" '), "A colon behind a name."),
    text("line-comment", `// a comment\n${SMALL}`, "The operation takes no comments."),
    text("block-comment", SMALL.replace('"vendor"', '/* who */"vendor"'), "Of neither kind."),
    text("hash-comment", `# a comment\n${SMALL}`, "Nor of another."),
    text("single-quotes", SMALL.replaceAll('"', "'"), "Texts stand in quotation marks."),
    text("bare-name", SMALL.replace('"name"', "name"), "Names too."),
    ...["NaN", "Infinity", "-Infinity", "nil", "True", "nul", "0x10", "1n"].map((word) =>
      text(
        `word/${word.toLowerCase().replace("-", "minus-")}`,
        withSettings(`{"a":${word}}`),
        `\`${word}\` is no value of JSON.`,
      ),
    ),
    ...["01", "-01", "1.", ".5", "+1", "-", "1e", "1e+", "1.e3", "1_000", "--1", "00"].map((number, index) =>
      text(`number/${index}`, withSettings(`{"a":${number}}`), `\`${number}\` is no number of JSON.`),
    ),
    ...["0", "-0", "1e5", "1E+5", "-1.5e-7", "1e400", "123456789012345678901234567890"].map((number, index) =>
      text(`number/good-${index}`, withSettings(`{"a":${number}}`), `\`${number}\` is a number.`, NUMBERS),
    ),
    text("number/of-600-digits", withSettings(`{"a":${"9".repeat(600)}}`), "However many digits it has.", NUMBERS),
    text(
      "number/in-the-place-of-a-text",
      SMALL.replace('"vendor":""', `"vendor":1e400`),
      "A number is no text, also one without a binary64.",
      NUMBERS,
    ),
    text("number/whole", SMALL.replace('"modules":[]', `"modules":5.0`), "Nor is it a list.", NUMBERS),
    ...["\u0000", "\t", "\n", "\u001f"].map((sign, index) =>
      text(`control-character/${index}`, SMALL.replace('"vendor":""', `"vendor":"${sign}"`), "It has to be escaped."),
    ),
    text("control-character/delete", SMALL.replace('"vendor":""', `"vendor":"\u007f"`), "U+007F need not be."),
    text(
      "control-character/escaped",
      SMALL.replace('"vendor":""', `"vendor":"\\u0000\\t"`),
      "Escaped it may be there.",
    ),
    ...["\\x41", "\\'", "\\u12", "\\u12g4", "\\", "\\U0041", "\\0"].map((escaped, index) =>
      text(`escape/${index}`, SMALL.replace('"vendor":""', `"vendor":"${escaped}"`), `\`${escaped}\` is no escape.`),
    ),
    text(
      "escape/all",
      SMALL.replace('"vendor":""', `"vendor":"\\"\\\\\\/\\b\\f\\n\\r\\t\\u00e9"`),
      "All that JSON has.",
    ),
    text("surrogate/high", SMALL.replace('"vendor":""', `"vendor":"\\ud800"`), "A lone surrogate is data."),
    text("surrogate/low", SMALL.replace('"vendor":""', `"vendor":"\\udfffx"`), "Of either kind."),
    text("surrogate/pair", SMALL.replace('"vendor":""', `"vendor":"\\ud83d\\ude00"`), "Two of them are one sign."),
    text("surrogate/name", SMALL.replace('"small"', '"\\ud800"'), "It matches no pattern.", [
      ...TEXT,
      "faymanifest.shape",
    ]),
    text(
      "surrogate/member",
      SMALL.replace("{", '{"\\ud800":1,"\\uffff":2,"\\ud83d\\ude00":3,'),
      "As the name of a member it comes between those before and behind it by their bytes.",
      ["encoding.json.faults", "faymanifest.validation.order"],
    ),
    text("bytes/lone", octets('{"name":"', [0x80], '"}'), "Bytes that are no UTF-8."),
    text("bytes/overlong", octets('{"name":"', [0xc0, 0xaf], '"}'), "An overlong form is none."),
    text("bytes/surrogate", octets('{"name":"', [0xed, 0xa0, 0x80], '"}'), "Nor is a surrogate by its bytes."),
    text("bytes/beyond", octets('{"name":"', [0xf4, 0x90, 0x80, 0x80], '"}'), "Nor what is beyond U+10FFFF."),
    text("bytes/sixteen-bits", Uint8Array.from(Buffer.from(`\ufeff${SMALL}`, "utf16le")), "Nor are units of 16 bits."),
    ...["[]", "null", "5", '"fay"', "true", "[{}]"].map((value, index) =>
      text(`no-object/${index}`, value, "A JSON text, and no object.", ["faymanifest.shape", "encoding.json.faults"]),
    ),
    text("no-members", "{}", "An object without members lacks them all.", [
      "faymanifest.shape",
      "faymanifest.validation",
    ]),
    text("depth/64", withSettings(`{"a":${nested(60)}}`), "64 objects and arrays within each other.", DEEP),
    text("depth/65", withSettings(`{"a":${nested(61)}}`), "65 are too many.", DEEP),
    text("depth/objects", withSettings(nested(62, '{"a":', "}", "1")), "Objects are counted.", DEEP),
    text("depth/objects-64", withSettings(nested(61, '{"a":', "}", "1")), "As arrays are.", DEEP),
    text("depth/side-by-side", withSettings(`{"a":[${"[],".repeat(80)}[]]}`), "Beside each other they are not.", DEEP),
    text("depth/in-a-text", withSettings(`{"a":"${"[{".repeat(80)}"}`), "In a text they are letters.", DEEP),
    text("depth/alone", nested(70), "Too deep for a file that would be no object either.", DEEP),
    text("depth/never-closed", "[".repeat(3000), "It is found before the end is looked for.", DEEP),
    text("depth/objects-never-closed", '{"a":'.repeat(1500), "Of objects, too.", DEEP),
    text("depth/fault-behind", `${nested(65)}x`, "What comes first in the text is told: here the depth.", DEEP),
    text("depth/fault-before", `{"a":01,"b":${nested(65)}}`, "Here it is the syntax.", DEEP),
    text("depth/passed-over", SMALL.replace("{", `{"name":${nested(65)},`), "It is counted everywhere.", DEEP),
    ...duplicates(),
    ...exhaustive(),
  ];
}

function duplicates(): readonly Draft[] {
  const draft = (id: string, file: string, why: string): Draft =>
    judged({ id: `duplicate/${id}`, file, clauses: NAMES, why });
  const first = (member: string): string => SMALL.replace("{", `{${member},`);
  return [
    draft("equal", first('"name":"small"'), "A member of the same name and value is passed over."),
    draft("other", first('"name":"other"'), "The last one counts."),
    draft("worse-first", first('"name":5'), "What is passed over is not judged."),
    draft("worse-last", SMALL.replace(/}$/, ',"name":5}'), "What counts is."),
    draft("three", first('"vendor":"a","vendor":"b"'), "Every one but the last is told of."),
    draft("escaped", first('"n\\u0061me":"other"'), "Names are compared as what they are, not as they are written."),
    draft("case", first('"Name":"other"'), "Letters have a case: this is an unknown member."),
    draft("unknown", first('"extra":1,"extra":2'), "Also of a member that nobody knows."),
    draft("settings", withSettings('{"a":{"b":1,"b":2,"c":[{"d":1,"d":1}]}}'), "In settings, however deep."),
    draft("prototype", withSettings('{"__proto__":1,"__proto__":{"a":1}}'), "Whatever it is called."),
    draft("strange-names", withSettings('{"a b":1,"a b":1,"":1,"":1,"it\'s":1,"it\'s":1}'), "However it is written."),
    draft(
      "lists",
      SMALL.replace('"modules":[]', '"modules":[{"id":"x","id":"fay_id"},{"id":"gmchain","id":"gmchain"}]'),
      "In the elements of lists.",
    ),
    draft(
      "within-passed-over",
      first('"permissions":{"inherent":[],"inherent":[]},"permissions":{"persistent":[]}'),
      "Also inside of a member that is passed over itself.",
    ),
    draft(
      "order",
      SMALL.replace('"vendor":""', '"drivers":[],"vendor":"","ego":{"modelSource":"a","modelSource":"b"},"drivers":[]'),
      "In the order of the file.",
    ),
    draft(
      "list-passed-over",
      SMALL.replace('"modules":[]', '"modules":[{"id":"nobody"}],"modules":[{"id":"fay_id"}]'),
      "Components that are passed over are not declared.",
    ),
  ];
}

/** Every beginning, every flipped bit and every missing byte of the smallest file. */
function exhaustive(): readonly Draft[] {
  const bytes = bytesOf(SMALL);
  const cases = {
    truncate: [...bytes].map((_, end) => bytes.subarray(0, end)),
    "flip-bit": [...bytes].flatMap((_, at) =>
      [0, 1, 2, 3, 4, 5, 6, 7].map((bit) => bytes.map((byte, index) => (index === at ? byte ^ (128 >> bit) : byte))),
    ),
    "delete-byte": [...bytes].map((_, at) => bytes.filter((_byte, index) => index !== at)),
  };
  return (["truncate", "flip-bit", "delete-byte"] as const).map((mutator) => {
    const made = cases[mutator];
    const draft = accepted({
      id: `faymanifest-validation/every/${mutator}`,
      operation: "validate_fay",
      clauses: ["faymanifest.validation", ...TEXT],
      inputs: { bytes: Buffer.from(bytes).toString("hex") },
      why: `The smallest FayManifest after every \`${mutator}\`.`,
      effect: "A damaged file is taken for another one.",
    });
    const expand: VectorExpansion = { mutator, cases: made.length, classes: classesOf(made) };
    return { ...draft, expand };
  });
}

/** Cases that follow each other with the same findings are one class. */
function classesOf(cases: readonly Uint8Array[]): VectorClass[] {
  const classes: { first: number; last: number; told: string }[] = [];
  cases.forEach((bytes, number) => {
    const told = JSON.stringify(findingsOf(bytes));
    const last = classes.at(-1);
    if (last?.told === told) last.last = number;
    else classes.push({ first: number, last: number, told });
  });
  return classes.map(({ first, last, told }) => ({
    first,
    last,
    expect: { verdict: "accept", result: { findings: JSON.parse(told) } },
  }));
}
