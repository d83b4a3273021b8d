import type { Tlv } from "../../../generated/instructions/tlv.js";
import { hex, printable } from "../output/terminal.js";
import { count } from "../output/units.js";

/** Characters of one value that are shown. */
const LONGEST = 400;

/** Values as a person reads them: texts as they are, bytes in hexadecimal, lists in brackets. */
export function valuesText(values: readonly Tlv[]): string {
  return values.map(valueText).join(" ");
}

function valueText(value: Tlv): string {
  switch (value.type) {
    case "none":
      return "nothing";
    case "bytes":
      return value.value.length === 0 ? "(no bytes)" : shortened(hex(value.value.subarray(0, LONGEST)));
    case "text":
      return printable(shortened(value.value));
    case "list":
      return `[${value.value.map(valueText).join(", ")}]`;
    case "f64":
      // Seventeen digits tell numbers apart that nobody cares to.
      return String(Number(value.value.toPrecision(10)));
    default:
      return String(value.value);
  }
}

/** Characters of a question that are shown: no more than a person reads, and than leaves the question on the screen. */
const LONGEST_QUESTION = 1000;

/**
 * Values of which a person is to agree to each: where one ends is plain, and what is not shown is told. A text that is
 * no plain word stands in quotes; else it could pass for further values, or for the end of the question.
 *
 * @spec tools.run.assembly.confirm
 */
export function askedText(values: readonly Tlv[]): string {
  const text = values.map(askedValue).join(" ");
  if (text.length <= LONGEST_QUESTION) return text;
  const more = (text.length - LONGEST_QUESTION).toLocaleString("en");
  return `${text.slice(0, LONGEST_QUESTION)} … (${more} characters more, of ${count(values.length, "value")})`;
}

function askedValue(value: Tlv): string {
  if (value.type === "list") return `[${value.value.map(askedValue).join(", ")}]`;
  if (value.type === "bytes")
    return value.value.length === 0 ? "(no bytes)" : hex(value.value.subarray(0, LONGEST_QUESTION));
  if (value.type !== "text") return valueText(value);
  return PLAIN_WORD.test(value.value) ? value.value : printable(JSON.stringify(value.value));
}

/** What looks like no other value. */
const PLAIN_WORD = /^(?!(?:true|false|nothing|NaN|Infinity)$)[A-Za-z_][A-Za-z0-9_.-]*$/;

/** Values for programs; numbers of 64 bits are texts, as everywhere in JSON of this command line. */
export function valuesJson(values: readonly Tlv[]): unknown[] {
  return values.map(valueJson);
}

function valueJson(value: Tlv): unknown {
  if (value.type === "none") return null;
  return value.type === "list" ? value.value.map(valueJson) : value.value;
}

function shortened(text: string): string {
  return text.length > LONGEST ? `${text.slice(0, LONGEST)} …` : text;
}
