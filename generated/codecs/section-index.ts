// Hand-placed target shape; replaced by the generator's output.
import { AscendingPaths, type CborReader, CborWriter, decodeDocument, type DecodeOptions } from "../../reference/codec/codegen-v1.js";
import { readSectionEntry, type SectionEntry, writeSectionEntry } from "./section-entry.js";

export type SectionIndex = readonly SectionEntry[];

export function decodeSectionIndex(bytes: Uint8Array, options: DecodeOptions = {}): SectionIndex {
  return decodeDocument(bytes, options, "section-index", 0, readSectionIndex);
}
export function encodeSectionIndex(value: SectionIndex, options: { readonly growth?: "closed" | "open" } = {}): Uint8Array {
  const w = new CborWriter({ minor: 0, keepUnknown: options.growth === "open" }, "section-index");
  writeSectionIndex(w, value);
  return w.finish();
}
export function readSectionIndex(r: CborReader): SectionIndex {
  const items: SectionEntry[] = [];
  const order = new AscendingPaths();
  for (let left = r.beginArray(0); left > 0; left--) items.push(readSectionEntry(r, order));
  r.endContainer();
  return items;
}
export function writeSectionIndex(w: CborWriter, value: SectionIndex): void {
  const order = new AscendingPaths();
  w.beginArray(value, 0);
  for (const item of value) writeSectionEntry(w, item, order);
  w.endContainer();
}
