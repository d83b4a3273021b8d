import { describeArtifact } from "../../../reference/loader/anatomy.js";
import { outlineDocument } from "../../../reference/loader/outline.js";
import { nodeSha256 } from "../../../reference/security/backends/node.js";

/** A run of bytes and what it says. */
export interface Annotation {
  readonly offset: number;
  readonly bytes: Uint8Array;
  readonly text: string;
}

const bytesPerLine = 16;

/** Bytes as lower-case hexadecimal digits. */
export function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("hex");
}

/** Annotated bytes: offset, at most sixteen bytes a line, and the text behind the first line of each run. */
export function annotatedHex(rows: readonly Annotation[]): string[] {
  return rows.flatMap(({ offset, bytes, text }) => {
    const lines: string[] = [];
    for (let at = 0; at === 0 || at < bytes.length; at += bytesPerLine) {
      const digits = hex(bytes.subarray(at, at + bytesPerLine)).replace(/(..)(?=.)/g, "$1 ");
      const place = (offset + at).toString(16).padStart(8, "0");
      lines.push(`${place}  ${digits.padEnd(bytesPerLine * 3 - 1)}  ${at === 0 ? text : ""}`.trimEnd());
    }
    return lines;
  });
}

/** Plain bytes: offset and sixteen bytes a line. */
export function plainHex(bytes: Uint8Array): string[] {
  return annotatedHex([{ offset: 0, bytes, text: "" }]);
}

/** Every byte of an artifact, part by part: fields of header and trailer, items of the documents, bodies. */
export function annotateArtifact(artifact: Uint8Array): string[] {
  const anatomy = describeArtifact(artifact, nodeSha256);
  if (anatomy.error !== undefined) throw anatomy.error;
  return anatomy.parts.flatMap((part) => {
    const end = part.offset + part.length;
    const title = `-- ${part.name.replace("_", " ")}${part.entry === undefined ? "" : ` ${part.entry.sectionId}`}: ${part.length} bytes`;
    const bytes = artifact.subarray(part.offset, end);
    if (part.fields !== undefined) {
      const rows = part.fields.map((field) => ({
        offset: field.offset,
        bytes: artifact.subarray(field.offset, field.offset + field.length),
        text: field.length > 4 && /^[0-9a-f]{16,}$/.test(field.value) ? field.name : `${field.name} ${field.value}`,
      }));
      return [title, ...annotatedHex(rows)];
    }
    if (part.name === "section") return [title, ...annotatedHex([{ offset: part.offset, bytes, text: "body" }])];
    return [title, ...annotatedHex(annotateDocument(bytes, part.offset))];
  });
}

function annotateDocument(bytes: Uint8Array, base: number): Annotation[] {
  return outlineDocument(bytes, base).map(({ offset, length, depth, role, path, text }) => ({
    offset,
    bytes: bytes.subarray(offset - base, offset - base + length),
    text: `${"  ".repeat(depth)}${role === "key" ? `${text} =>` : `${text}${path.endsWith("]") ? `  ${path}` : ""}`}`,
  }));
}
