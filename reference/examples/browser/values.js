// Values that actions are given and give back.

/** Characters of a text from an artifact that are shown. */
const LONGEST = 400;
/** `"two words"`, or what has no space in it. */
const WORDS = /"([^"]*)"|(\S+)/g;

/** A text of an artifact, not longer than somebody reads. */
export function shortened(text) {
  if (text.length <= LONGEST) return text;
  return `${text.slice(0, LONGEST)} … (${(text.length - LONGEST).toLocaleString("en")} characters more)`;
}

/** Values as a person reads them. None is left out: who agrees to the first must have seen the last. */
export function valuesText(values) {
  return values.map(valueText).join(" ");
}

/** A value as a person reads it. */
export function valueText({ type, value }) {
  if (type === "none") return "nothing";
  if (type === "list") return `[${value.map(valueText).join(", ")}]`;
  if (type === "bytes") return `${value.length} bytes`;
  return type === "f64" ? String(Number(value.toPrecision(10))) : shortened(String(value));
}

/** The action and the values of a line that somebody typed: numbers, `true` and `false`, and texts. */
export function readCommand(line) {
  const [action, ...input] = Array.from(line.matchAll(WORDS), ([, quoted, word]) =>
    quoted === undefined ? valueOf(word) : { type: "text", value: quoted },
  );
  return { action: String(action?.value ?? ""), input };
}

function valueOf(word) {
  if (word === "true" || word === "false") return { type: "bool", value: word === "true" };
  if (/^[+-]?\d{1,18}$/.test(word)) return { type: "i64", value: BigInt(word) };
  if (/^[+-]?\d+[.]\d+$/.test(word)) return { type: "f64", value: Number(word) };
  return { type: "text", value: word };
}
