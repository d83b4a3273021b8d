import { UnfitAnswer } from "./http-failure.js";

/**
 * Longest object, in bytes, that is taken whole from a server that does not do ranges. A longer one is never read.
 *
 * @spec loader.source.http.whole
 */
const LONGEST_WHOLE_BYTES = 1_048_576;

/** The bytes a request asks for. */
export type WantedRange =
  | { readonly first: number; readonly last: number }
  /** The last so many. */
  | { readonly suffix: number };

/** What an answer brings. */
export interface RangeAnswer {
  /** `part`: some bytes; `whole`: the object; `beyond`: the range lies behind the end. */
  readonly kind: "part" | "whole" | "beyond";
  /** Place of the first byte of the body in the object. */
  readonly first: number;
  /** Length of the body; 0 for `beyond`. */
  readonly length: number;
  /** Size of the object, where the answer tells it. */
  readonly total: number | undefined;
}

/** What a `Content-Range` says. */
export interface ContentRange {
  /** First byte; absent where the range was beyond the end. */
  readonly first?: number;
  /** Last byte; absent where the range was beyond the end. */
  readonly last?: number;
  /** Size of the object; absent where the server writes `*`. */
  readonly total?: number;
}

/** The value of the header `Range`. */
export function rangeHeader(wanted: WantedRange): string {
  return "suffix" in wanted ? `bytes=-${wanted.suffix}` : `bytes=${wanted.first}-${wanted.last}`;
}

/** Read a `Content-Range`. @returns `undefined` where it is not one, or contradicts itself */
export function parseContentRange(text: string): ContentRange | undefined {
  const [, first, last, total] = /^bytes +(?:(\d{1,16})-(\d{1,16})|\*)\/(\d{1,16}|\*)$/i.exec(text.trim()) ?? [];
  if (total === undefined) return undefined;
  const size = total === "*" ? {} : { total: Number(total) };
  if (first === undefined || last === undefined) return total === "*" ? undefined : (safe(size) ?? undefined);
  const range = { first: Number(first), last: Number(last), ...size };
  const isInside = range.first <= range.last && (size.total === undefined || range.last < size.total);
  return isInside ? safe(range) : undefined;
}

function safe(range: ContentRange): ContentRange | undefined {
  return Object.values(range).every(Number.isSafeInteger) ? range : undefined;
}

/**
 * Refuse a body that is not the object's own bytes.
 *
 * @throws UnfitAnswer
 * @spec loader.source.http.identity
 */
export function checkEncoding({ headers }: Response): void {
  const encoding = headers.get("content-encoding")?.trim().toLowerCase() ?? "";
  if (encoding !== "" && encoding !== "identity") throw new UnfitAnswer("the body is encoded");
}

/**
 * Judge an answer by its head alone, before a byte of its body is read.
 *
 * @param response status 200, 206 or 416
 * @throws UnfitAnswer where the body is not what was asked for
 * @spec loader.source.http
 */
export function judgeAnswer(response: Response, wanted: WantedRange): RangeAnswer {
  const { headers, status } = response;
  if (status === 200) return judgeWhole(headers);
  const found = parseContentRange(headers.get("content-range") ?? "");
  if (status === 416) {
    if (found?.total === undefined || found.first !== undefined) throw new UnfitAnswer("HTTP 416 without a size");
    const isBeyond = "suffix" in wanted ? found.total === 0 : wanted.first >= found.total;
    return { kind: isBeyond ? "beyond" : "part", first: 0, length: 0, total: found.total };
  }
  if (headers.get("content-type")?.trim().toLowerCase().startsWith("multipart/") === true) {
    throw new UnfitAnswer("HTTP 206 in several parts");
  }
  if (!headers.has("content-range")) {
    throw new UnfitAnswer("HTTP 206 without Content-Range, or the server does not let a web page see it");
  }
  if (found?.first === undefined || found.last === undefined) throw new UnfitAnswer("Content-Range cannot be read");
  const { first, last, total } = found;
  const length = last - first + 1;
  const declared = contentLength(headers);
  if (declared !== undefined && declared !== length)
    throw new UnfitAnswer("Content-Length is not that of Content-Range");
  return { kind: "part", first, length, total };
}

/**
 * Refuse a part that is not the one asked for. Apart from {@link judgeAnswer}, because a size that changed is the
 * better reason where both hold.
 *
 * @returns the size of the object, where the answer shows it
 * @throws UnfitAnswer
 * @spec loader.source.http
 */
export function checkPart({ kind, first, length, total }: RangeAnswer, wanted: WantedRange): number | undefined {
  if (kind !== "part") return total;
  if (length === 0) throw new UnfitAnswer("HTTP 416 for bytes that are there");
  if (total !== undefined) {
    const from = "suffix" in wanted ? Math.max(0, total - wanted.suffix) : wanted.first;
    const to = "suffix" in wanted ? total - 1 : Math.min(wanted.last, total - 1);
    if (first !== from || first + length - 1 !== to) throw otherRange();
    return total;
  }
  if ("suffix" in wanted) {
    if (first === 0 ? length > wanted.suffix : length !== wanted.suffix) throw otherRange();
    // The last byte of a suffix is the last of the object.
    return first + length;
  }
  // A shorter part may be all that is left; who knows the size sees whether it is.
  if (first !== wanted.first || length > wanted.last - wanted.first + 1) throw otherRange();
  return undefined;
}

/** The part is not the one asked for. */
export function otherRange(): UnfitAnswer {
  return new UnfitAnswer("Content-Range is another range");
}

function judgeWhole(headers: Headers): RangeAnswer {
  const length = contentLength(headers);
  if (length === undefined) throw new UnfitAnswer("the server ignores ranges and does not tell the size");
  if (length > LONGEST_WHOLE_BYTES) {
    throw new UnfitAnswer(`the server ignores ranges, and the object is longer than ${LONGEST_WHOLE_BYTES} bytes`);
  }
  return { kind: "whole", first: 0, length, total: length };
}

function contentLength(headers: Headers): number | undefined {
  const text = headers.get("content-length")?.trim() ?? "";
  const length = /^\d{1,16}$/.test(text) ? Number(text) : Number.NaN;
  return Number.isSafeInteger(length) ? length : undefined;
}

/** @spec loader.source.strong-etag */
export function strongTag(headers: Headers): string | undefined {
  const tag = headers.get("etag")?.trim() ?? "";
  return /^"[^"]*"$/.test(tag) ? tag : undefined;
}
