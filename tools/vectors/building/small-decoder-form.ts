// The form pass of the chapter encoding, written for the few small documents of exhaustive vectors: readable rather than
// quick, and with nothing in common with any decoder of the project.

/** A fault of a document, its offset counted from the document's first byte. */
export interface DocumentFault {
  readonly reason: string;
  readonly offset: number;
  readonly path: string;
}

/** An item that was read, as far as the form pass came. */
export interface FormItem {
  readonly kind: "integer" | "bytes" | "text" | "array" | "map" | "boolean";
  readonly start: number;
  readonly path: string;
  /** Value of an integer; length or count of everything else. */
  readonly value: bigint;
  /** Content of bytes and text. */
  readonly content: Uint8Array;
  /** Elements, or keys and values in turns, as far as they have begun. */
  readonly children: FormItem[];
  /** Byte behind the item; absent where a fault came before it. */
  end?: number;
}

/** What the form pass saw: the outermost item as far as it has begun, and the fault where it stopped. */
export interface FormPass {
  readonly root: FormItem | undefined;
  readonly fault: DocumentFault | undefined;
}

class Stopped extends Error {
  readonly fault: DocumentFault;

  constructor(reason: string, offset: number, path: string) {
    super(reason);
    this.fault = { reason, offset, path };
  }
}

/** The form pass. @spec encoding.pass.form */
export function formPass(bytes: Uint8Array): FormPass {
  const holder: FormItem[] = [];
  try {
    const end = readItem(bytes, 0, "$", 1, holder);
    if (end < bytes.length) return { root: holder[0], fault: { reason: "trailing_bytes", offset: end, path: "$" } };
    return { root: holder[0], fault: undefined };
  } catch (error) {
    if (error instanceof Stopped) return { root: holder[0], fault: error.fault };
    throw error;
  }
}

const kinds = ["integer", "integer", "bytes", "text", "array", "map"] as const;

/** Reads one item into `into` and gives the byte behind it. The five conditions stand in the chapter's order. */
function readItem(bytes: Uint8Array, start: number, path: string, depth: number, into: FormItem[]): number {
  const stop = (reason: string): never => {
    throw new Stopped(reason, start, path);
  };
  const first = bytes[start];
  if (first === undefined) return stop("truncated");
  const major = first >> 5;
  const information = first & 31;
  const width = information >= 24 && information <= 27 ? 2 ** (information - 24) : 0;
  const content = start + 1 + width;
  if (content > bytes.length) return stop("truncated");
  const argument = width === 0 ? BigInt(information) : bigEndian(bytes.subarray(start + 1, content));
  const kind = major === 7 && (first === 0xf4 || first === 0xf5) ? "boolean" : kinds[major];
  const isForbidden = kind === undefined || information > 27;
  const isString = !isForbidden && (kind === "bytes" || kind === "text");
  if (isString && argument > BigInt(bytes.length - content)) return stop("truncated");
  if (isForbidden) return stop("forbidden_item");
  if (width > 0 && argument < (width === 1 ? 24n : 1n << BigInt(4 * width))) return stop("not_shortest_form");
  const behind = isString ? content + Number(argument) : content;
  const held = isString ? bytes.subarray(content, behind) : new Uint8Array();
  if (kind === "text" && !isUtf8(held)) return stop("invalid_utf8");
  if ((kind === "array" || kind === "map") && depth > 16) return stop("depth");
  const value = major === 1 ? -1n - argument : argument;
  const item: FormItem = { kind, start, path, value, content: held, children: [] };
  into.push(item);
  let end = behind;
  if (kind === "array") {
    for (let n = 0n; n < argument; n++) end = readItem(bytes, end, `${path}[${n}]`, depth + 1, item.children);
  } else if (kind === "map") {
    let before: Uint8Array | undefined;
    for (let n = 0n; n < argument; n++) {
      const keyStart = end;
      end = readKey(bytes, keyStart, path, depth + 1, item.children);
      const key = bytes.subarray(keyStart, end);
      const order = before === undefined ? 1 : Buffer.compare(key, before);
      if (order === 0) throw new Stopped("duplicate_key", keyStart, path);
      if (order < 0) throw new Stopped("key_order", keyStart, path);
      before = key;
      const inKey = item.children.at(-1) as FormItem;
      end = readItem(bytes, end, `${path}${keyPath(inKey)}`, depth + 1, item.children);
    }
  }
  item.end = end;
  return end;
}

/** A fault of a key, or inside one, names the map. @spec encoding.path.keys */
function readKey(bytes: Uint8Array, start: number, path: string, depth: number, into: FormItem[]): number {
  try {
    return readItem(bytes, start, path, depth, into);
  } catch (error) {
    if (error instanceof Stopped) throw new Stopped(error.fault.reason, error.fault.offset, path);
    throw error;
  }
}

/** How a key stands in a path. @spec encoding.path */
function keyPath({ kind, value, content }: FormItem): string {
  if (kind === "text") return textKey(new TextDecoder("utf-8", { ignoreBOM: true }).decode(content));
  if (kind === "integer") return `['${value}']`;
  if (kind === "bytes") return `['h\\'${Buffer.from(content).toString("hex")}\\'']`;
  if (kind === "boolean") return `['${value === 21n}']`;
  return "['…']";
}

const shortEscapes: Readonly<Record<string, string>> = {
  "'": "\\'",
  "\\": "\\\\",
  "\b": "\\b",
  "\f": "\\f",
  "\n": "\\n",
  "\r": "\\r",
  "\t": "\\t",
};

function textKey(text: string): string {
  if (/^[A-Za-z_][A-Za-z0-9_]*$/.test(text)) return `.${text}`;
  const escaped = Array.from(text, (unit) => {
    const code = unit.codePointAt(0) ?? 0;
    return shortEscapes[unit] ?? (code < 0x20 ? `\\u00${code.toString(16).padStart(2, "0")}` : unit);
  });
  return `['${escaped.join("")}']`;
}

function isUtf8(content: Uint8Array): boolean {
  return Buffer.compare(Buffer.from(Buffer.from(content).toString("utf8"), "utf8"), content) === 0;
}

function bigEndian(bytes: Uint8Array): bigint {
  return bytes.reduce((value, byte) => (value << 8n) | BigInt(byte), 0n);
}
