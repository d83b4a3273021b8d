import type { Tlv } from "../../../generated/instructions/tlv.js";
import { hex, printable } from "../output/terminal.js";

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
