import type { ByteRow } from "./byte-row.js";
import { RowBuilder } from "./row-builder.js";

/** Sections of a WebAssembly module by their ids. */
const SECTIONS = [
  "custom",
  "type",
  "import",
  "function",
  "table",
  "memory",
  "global",
  "export",
  "start",
  "element",
  "code",
  "data",
  "data count",
];
const CODE = 10;

/** A WebAssembly module: its sections, and the bodies in that of the code. It judges nothing. */
export function moduleRows(bytes: Uint8Array): ByteRow[] {
  return RowBuilder.read(
    bytes,
    (rows) => {
      rows.take(4, 0, () => "magic");
      rows.take(4, 0, () => "version");
      while (rows.left > 0) section(rows);
    },
    "cannot be read",
  );
}

function section(rows: RowBuilder): void {
  const id = rows.bytes[rows.at] ?? 0;
  const size = rows.peekLeb(1);
  const name = `section ${id} ${SECTIONS[id] ?? "unknown"}`;
  if (size === undefined) {
    rows.take(rows.left, 0, () => `${name}, its size cannot be read`);
    return;
  }
  rows.take(1 + size.size, 0, () => `${name}, ${bytesText(size.value)}`);
  const end = rows.at + size.value;
  if (id === CODE && end <= rows.bytes.length) bodies(rows, end);
  const left = Math.max(0, end - rows.at);
  if (left > 0) rows.take(left, 1, () => "");
}

/** Function bodies as far as they lie in their section. */
function bodies(rows: RowBuilder, end: number): void {
  const count = rows.peekLeb();
  if (count === undefined || rows.at + count.size > end) return;
  rows.take(count.size, 1, () => `${count.value} ${count.value === 1 ? "body" : "bodies"}`);
  for (let index = 0; index < count.value; index += 1) {
    const size = rows.peekLeb();
    if (size === undefined || rows.at + size.size + size.value > end) return;
    rows.take(size.size + size.value, 1, () => `[${index}]: ${bytesText(size.value)}`);
  }
}

function bytesText(count: number): string {
  return `${count.toLocaleString("en-US")} ${count === 1 ? "byte" : "bytes"}`;
}
