import {
  type Document,
  isAlias,
  isMap,
  isScalar,
  isSeq,
  LineCounter,
  type Node,
  parseDocument,
  type Scalar,
} from "yaml";
import type { Diagnostic } from "../diagnostics/diagnostic.js";
import { createDiagnostic } from "../diagnostics/registry.js";
import { type SourceFile, type SourceSpan, spanOf } from "../diagnostics/source.js";

/** A value of a YAML file with its place. Only what tables use: maps with text keys, lists, scalars. */
export type YamlNode = YamlMap | YamlList | YamlScalar;

/** Where a node stands; the span is computed only when a diagnostic needs it. */
export interface YamlPlace {
  readonly source: SourceFile;
  readonly start: number;
  readonly end: number;
}

/** One `key: value`. */
export interface YamlEntry {
  readonly key: string;
  readonly keyPlace: YamlPlace;
  readonly value: YamlNode;
}

/** A map; keys are distinct texts in source order. */
export interface YamlMap extends YamlPlace {
  readonly kind: "map";
  readonly entries: readonly YamlEntry[];
}

/** A list. */
export interface YamlList extends YamlPlace {
  readonly kind: "list";
  readonly items: readonly YamlNode[];
}

/** A scalar. Integers are `bigint`, so that none is rounded. */
export interface YamlScalar extends YamlPlace {
  readonly kind: "scalar";
  readonly value: string | bigint | number | boolean | null;
  /** The scalar as it is written. */
  readonly raw: string;
}

/** A YAML file as a tree. */
export interface YamlFile {
  readonly source: SourceFile;
  /** `undefined` when the file has no usable content. */
  readonly root: YamlNode | undefined;
  /** The comment at the beginning of the file, one space for each line break. */
  readonly comment: string;
}

/** The span of a place. */
export function spanOfPlace(place: YamlPlace): SourceSpan {
  return spanOf(place.source, place.start, place.end);
}

/** The value under a key of a map. */
export function entryOf(node: YamlNode, key: string): YamlEntry | undefined {
  return node.kind === "map" ? node.entries.find((entry) => entry.key === key) : undefined;
}

/** What was read of a file, as long as somebody holds the file: most of a compilation is reading YAML. */
const known = new WeakMap<SourceFile, readonly [YamlFile, readonly Diagnostic[]]>();

/**
 * Reads a YAML file, once for each {@link SourceFile}. Never throws. Beyond YAML's own rules it refuses what reads
 * differently to different people: aliases, anchors, tags, keys that are not text, octal-looking numbers, and numbers
 * that are not plain integers.
 */
export function parseYaml(source: SourceFile): readonly [YamlFile, readonly Diagnostic[]] {
  const before = known.get(source);
  if (before !== undefined) return before;
  const read = readYaml(source);
  known.set(source, read);
  return read;
}

function readYaml(source: SourceFile): readonly [YamlFile, readonly Diagnostic[]] {
  const diagnostics: Diagnostic[] = [];
  const document: Document = parseDocument(source.text, {
    intAsBigInt: true,
    prettyErrors: false,
    lineCounter: new LineCounter(),
    version: "1.2",
  });
  for (const problem of document.errors) {
    const [start, end] = problem.pos;
    const span = spanOf(source, start, Math.min(end, source.text.length));
    if (problem.code === "DUPLICATE_KEY") {
      const key = keyAt(source.text, start);
      const place = spanOf(source, start, Math.max(end, start + key.length));
      diagnostics.push(createDiagnostic("table/duplicate-key", place, { key }));
    } else {
      // What the package advises its own callers is no help for an author.
      const reason = problem.message.split(/\n|; please use/)[0] ?? "";
      const help = syntaxHelp[problem.code];
      const details = help === undefined ? {} : { help: [help] };
      diagnostics.push(createDiagnostic("table/yaml-syntax", span, { reason }, details));
      // What follows a syntax error is mostly its echo, also in the tree.
      return [{ source, root: undefined, comment: "" }, diagnostics];
    }
  }
  const reader = new TreeReader(source, diagnostics);
  const root =
    document.contents === null || document.contents === undefined ? undefined : reader.node(document.contents as Node);
  return [{ source, root, comment: leadingComment(source.text) }, diagnostics];
}

/** What the faults mean that the YAML reader names by how it works. */
const syntaxHelp: Readonly<Record<string, string>> = {
  BLOCK_IN_FLOW: 'is a comma missing before it, or are quotes missing around a text with ": " in it?',
  BAD_INDENT: "rows begin in the same column; is a `}` or `]` missing in the row above?",
  MISSING_CHAR: "is a quote, comma, `}` or `]` missing before it?",
  TAB_AS_INDENT: "indent with blanks",
  BAD_COLLECTION_TYPE: "is a comma missing before it?",
};

function leadingComment(text: string): string {
  const lines = text.split("\n");
  const end = lines.findIndex((line) => !line.startsWith("#"));
  return lines
    .slice(0, Math.max(end, 0))
    .map((line) => line.slice(1).trim())
    .join(" ");
}

function keyAt(text: string, start: number): string {
  return /^["']?([^"':,{}]*)/.exec(text.slice(start))?.[1]?.trim() ?? "";
}

class TreeReader {
  readonly #source: SourceFile;
  readonly #diagnostics: Diagnostic[];

  constructor(source: SourceFile, diagnostics: Diagnostic[]) {
    this.#source = source;
    this.#diagnostics = diagnostics;
  }

  node(node: Node | null | undefined, after = 0): YamlNode {
    if (node === null || node === undefined)
      return { kind: "scalar", value: null, raw: "", ...this.#place(after, after) };
    const [start, end] = node.range ?? [after, after];
    const place = this.#place(start, end);
    if (isAlias(node)) {
      this.#refuse(place, "an alias");
      return { kind: "scalar", value: null, raw: "", ...place };
    }
    if (node.anchor !== undefined) this.#refuse(place, "an anchor");
    if (node.tag !== undefined && isWritten(this.#source.text, start)) this.#refuse(place, "a tag");
    if (isMap(node)) {
      const entries = node.items.map((pair) => this.#entry(pair.key as Node, pair.value as Node | null));
      return { kind: "map", entries, ...place };
    }
    if (isSeq(node)) return { kind: "list", items: node.items.map((item) => this.node(item as Node, start)), ...place };
    if (isScalar(node)) return this.#scalar(node, place);
    return { kind: "scalar", value: null, raw: "", ...place };
  }

  #entry(key: Node, value: Node | null): YamlEntry {
    const read = this.node(key);
    if (read.kind !== "scalar" || typeof read.value !== "string") this.#refuse(read, "a key that is not text");
    const name = read.kind === "scalar" ? String(read.value) : "";
    return { key: name, keyPlace: read, value: this.node(value, read.end) };
  }

  #scalar(node: Scalar, place: YamlPlace): YamlScalar {
    const raw = node.source ?? "";
    const value = node.value;
    if (node.type === "PLAIN" && /^[-+]?0[0-9]/.test(raw)) {
      this.#number(place, raw, "looks octal to some readers; write it without the leading zero or as hexadecimal");
    } else if (node.type === "PLAIN" && /^0o/.test(raw)) {
      this.#number(place, raw, "is octal; write it as decimal or hexadecimal");
    } else if (typeof value === "number") {
      this.#number(place, raw, "is not an integer; a version is a text and stands in quotes");
    } else if (typeof value === "bigint" && (value > MAXIMUM || value < -MAXIMUM)) {
      this.#number(place, raw, "is beyond 2^53-1 and not exact everywhere");
    }
    const kept =
      typeof value === "string" || typeof value === "bigint" || typeof value === "number" || typeof value === "boolean";
    return { kind: "scalar", value: kept ? value : null, raw, ...place };
  }

  #place(start: number, end: number): YamlPlace {
    // A block collection ends behind its last line break; the marker belongs under its first line only.
    const trimmed = this.#source.text.slice(start, end).trimEnd();
    return { source: this.#source, start, end: start + Math.max(trimmed.length, 0) };
  }

  #refuse(place: YamlPlace, feature: string): void {
    this.#diagnostics.push(createDiagnostic("table/yaml-feature", spanOfPlace(place), { feature }));
  }

  #number(place: YamlPlace, text: string, reason: string): void {
    this.#diagnostics.push(createDiagnostic("table/number-notation", spanOfPlace(place), { text, reason }));
  }
}

const MAXIMUM = BigInt(Number.MAX_SAFE_INTEGER);

/** Whether a tag was written before the node; collections carry a tag of their own that nobody wrote. */
function isWritten(text: string, start: number): boolean {
  const before = text.slice(Math.max(0, start - 80), start);
  return /![^\s]*\s*$/.test(before);
}
