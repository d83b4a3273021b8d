import { PassingFault, UnfitAnswer } from "./http-failure.js";
import { statusFault } from "./http-status.js";

/** What an object store says about a request it refuses. */
export interface S3Error {
  /** The store's word for it, for instance `NoSuchKey`; empty where it says nothing that can be understood. */
  readonly code: string;
  /** Whether a URL signed in advance has expired, for which stores have no code of its own. */
  readonly isExpired: boolean;
  /** What the store's clock shows, in milliseconds since 1970. */
  readonly serverTime?: number;
  /** Size of the object, where a range lay behind its end. */
  readonly size?: number;
}

/** Longest part of an answer that is looked at. */
const LONGEST_ERROR = 16_384;

/** Read the body of a refusal, of which only words of a known form are kept: whatever else it holds may be anything. */
export async function readS3Error(response: Response): Promise<S3Error> {
  const text = await beginning(response);
  const code = element(text, "Code", /^[A-Za-z][A-Za-z0-9.]{0,63}$/) ?? "";
  const stated = Date.parse(element(text, "ServerTime", /^[0-9TZ:.+-]{1,40}$/) ?? "");
  const sent = Date.parse(response.headers.get("date") ?? "");
  const serverTime = Number.isNaN(stated) ? sent : stated;
  const size = element(text, "ActualObjectSize", /^\d{1,15}$/);
  return {
    code,
    isExpired: code === "AccessDenied" && /<Message>Request has expired/i.test(text),
    ...(Number.isNaN(serverTime) ? {} : { serverTime }),
    ...(size === undefined ? {} : { size: Number(size) }),
  };
}

/**
 * What a refusal means: as over HTTP, with the store's own word.
 *
 * @returns something to throw
 * @spec loader.source.object-storage.reason
 */
export function s3Fault(response: Response, { code, isExpired }: S3Error): PassingFault | UnfitAnswer {
  const fault = statusFault(response);
  const says = isExpired ? `${code}, the signed URL has expired` : code;
  const reason = code === "" ? fault.reason : `${fault.reason}; the store says ${says}`;
  if (fault instanceof PassingFault) return new PassingFault(reason, { retryAfterMs: fault.retryAfterMs });
  return PASSING.has(code) ? new PassingFault(reason) : new UnfitAnswer(reason);
}

/** Codes of passing faults, some of which come with a status that does not say so. */
const PASSING: ReadonlySet<string> = new Set(["RequestTimeout", "SlowDown", "InternalError", "ServiceUnavailable"]);

/**
 * An answer to a range behind the end that tells the size of the object, as HTTP has it. Some stores write the size
 * elsewhere, and some nowhere: those are asked for the whole object, of which only the head is looked at.
 *
 * @param whole makes the same request without a range
 */
export async function withSize(response: Response, whole: () => Promise<Response>): Promise<Response> {
  if (response.status !== 416 || response.headers.has("content-range")) return response;
  let { size } = await readS3Error(response);
  if (size === undefined) {
    const { status, headers, body } = await whole();
    body?.cancel().catch(() => undefined);
    const length = headers.get("content-length") ?? "";
    if (status !== 200 || !/^\d{1,15}$/.test(length)) return response;
    size = Number(length);
  }
  return new Response(null, { status: 416, headers: { "content-range": `bytes */${size}` } });
}

function element(text: string, name: string, form: RegExp): string | undefined {
  const from = text.indexOf(`<${name}>`);
  const to = text.indexOf(`</${name}>`, from);
  if (from < 0 || to < 0) return undefined;
  const content = text.slice(from + name.length + 2, to).trim();
  return form.test(content) ? content : undefined;
}

async function beginning(response: Response): Promise<string> {
  const reader = response.body?.getReader();
  if (reader === undefined) return "";
  const decoder = new TextDecoder();
  let text = "";
  let length = 0;
  try {
    while (length < LONGEST_ERROR) {
      const { done, value } = await reader.read();
      if (done) break;
      length += value.length;
      text += decoder.decode(value, { stream: true });
    }
  } catch {
    // A refusal that breaks off is a refusal still; its status says enough.
  } finally {
    // What is left is not waited for.
    reader.cancel().catch(() => undefined);
  }
  return text;
}
