import { hostSleep } from "./http-stop.js";

/**
 * What {@link HttpSourceOptions.fetch} must be: the web platform's `fetch`, or anything that behaves like it.
 *
 * @param url absolute, `http:` or `https:`, without user name and password
 * @param init method, headers, `redirect`, `cache` and a signal
 */
export type HttpFetch = (url: string, init: RequestInit) => Promise<Response>;

/** A request before it is sent. */
export interface HttpRequest {
  /** `GET`, in capital letters. */
  readonly method: string;
  /** Where it goes, without fragment, user name and password. */
  readonly url: URL;
  /** All headers so far, names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
}

/** A request that may be sent: the same, signed or with a token. */
export interface AuthorizedRequest {
  /** Where it goes. */
  readonly url: URL;
  /** Every header to send, those of the request included. */
  readonly headers: Readonly<Record<string, string>>;
}

/**
 * Adds credentials to a request. Called for every attempt and for every redirect within one origin, so that what it
 * adds can carry the time; never called for another origin.
 */
export type HttpAuthorize = (request: HttpRequest) => Promise<AuthorizedRequest>;

/** How long to wait before an attempt is repeated: a random time up to `baseMs`, twice that, four times that ... */
export interface HttpBackoff {
  /**
   * Longest wait before the second attempt, in milliseconds.
   *
   * @defaultValue 200
   */
  readonly baseMs?: number;
  /**
   * Longest wait before any attempt, in milliseconds; a server that asks for more with `Retry-After` gets more.
   *
   * @defaultValue 5000
   */
  readonly maxMs?: number;
}

/** How a source over HTTP works. */
export interface HttpSourceOptions {
  /**
   * Headers of every request, for instance `authorization`. All of them count as credentials: they are never sent to
   * another origin and never stand in a description, an error or an event. `range`, `if-match` and `accept-encoding`
   * are the source's own.
   *
   * @defaultValue none
   * @spec loader.source.redirect
   */
  readonly headers?: Readonly<Record<string, string>>;
  /**
   * Adds credentials that depend on the request or the time, such as a signature.
   *
   * @defaultValue none
   */
  readonly authorize?: HttpAuthorize;
  /**
   * Makes the requests.
   *
   * @defaultValue `globalThis.fetch`
   */
  readonly fetch?: HttpFetch;
  /**
   * Longest time an attempt may go without anything arriving, in milliseconds: until the answer begins, and then
   * between two pieces of its body.
   *
   * @defaultValue 15000
   */
  readonly timeoutMs?: number;
  /**
   * Longest time of one call with all its attempts and waits, in milliseconds.
   *
   * @defaultValue 120000
   */
  readonly deadlineMs?: number;
  /**
   * Attempts of one call, the first included.
   *
   * @defaultValue 4
   */
  readonly attempts?: number;
  /** Waits between attempts. @defaultValue `{ baseMs: 200, maxMs: 5000 }` */
  readonly backoff?: HttpBackoff;
  /**
   * Requests that may be under way at one time.
   *
   * @defaultValue 6
   */
  readonly concurrency?: number;
  /**
   * How errors and events name the source. Must hold no credentials.
   *
   * @defaultValue the URL without user name, password, query and fragment
   */
  readonly description?: string;
  /**
   * Redirects that one request may follow. Where the host hides redirects (browsers), its own number holds, but 0 still
   * means none.
   *
   * @defaultValue 5
   */
  readonly maxRedirects?: number;
  /**
   * Whether requests after the first carry `If-Match` with the strong entity tag. `auto`: except from a web page to
   * another origin, where the header would cost a preflight that many servers refuse. The tag of every answer is
   * compared either way.
   *
   * @defaultValue "auto"
   */
  readonly ifMatch?: "auto" | "always" | "never";
  /** Gives numbers from 0 to below 1, for the length of waits. @defaultValue `Math.random` */
  readonly random?: () => number;
  /**
   * Waits; rejects as soon as the signal is raised.
   *
   * @param milliseconds how long
   * @defaultValue a timer of the host
   */
  readonly sleep?: (milliseconds: number, signal: AbortSignal) => Promise<void>;
}

/** The options with every default filled in. */
export interface ResolvedHttpOptions {
  readonly headers: Readonly<Record<string, string>>;
  readonly authorize: HttpAuthorize | undefined;
  readonly fetch: HttpFetch;
  readonly timeoutMs: number;
  readonly deadlineMs: number;
  readonly attempts: number;
  readonly backoff: Required<HttpBackoff>;
  readonly concurrency: number;
  readonly maxRedirects: number;
  readonly ifMatch: "auto" | "always" | "never";
  readonly random: () => number;
  readonly sleep: (milliseconds: number, signal: AbortSignal) => Promise<void>;
}

/** Headers that the source sets itself. */
const OWN_HEADERS: ReadonlySet<string> = new Set(["range", "if-match", "accept-encoding"]);

/**
 * Fill in the defaults.
 *
 * @param authorization the credentials of the URL; a header of that name wins
 * @throws TypeError where an option makes no sense: a fault of the calling program; the message holds no value
 * @spec errors.api-misuse
 */
export function resolveHttpOptions(options: HttpSourceOptions, authorization: string | undefined): ResolvedHttpOptions {
  const resolved: ResolvedHttpOptions = {
    headers: checkedHeaders(options.headers ?? {}, authorization),
    authorize: options.authorize,
    fetch: options.fetch ?? ((url, init) => globalThis.fetch(url, init)),
    timeoutMs: options.timeoutMs ?? 15_000,
    deadlineMs: options.deadlineMs ?? 120_000,
    attempts: options.attempts ?? 4,
    backoff: { baseMs: options.backoff?.baseMs ?? 200, maxMs: options.backoff?.maxMs ?? 5_000 },
    concurrency: options.concurrency ?? 6,
    maxRedirects: options.maxRedirects ?? 5,
    ifMatch: options.ifMatch ?? "auto",
    random: options.random ?? Math.random,
    sleep: options.sleep ?? hostSleep,
  };
  requireInteger("timeoutMs", resolved.timeoutMs, 1);
  requireInteger("deadlineMs", resolved.deadlineMs, 1);
  requireInteger("attempts", resolved.attempts, 1);
  requireInteger("backoff.baseMs", resolved.backoff.baseMs, 0);
  requireInteger("backoff.maxMs", resolved.backoff.maxMs, 0);
  requireInteger("concurrency", resolved.concurrency, 1);
  requireInteger("maxRedirects", resolved.maxRedirects, 0);
  return resolved;
}

function checkedHeaders(
  given: Readonly<Record<string, string>>,
  authorization: string | undefined,
): Readonly<Record<string, string>> {
  let headers: Headers;
  try {
    headers = new Headers(given);
  } catch {
    throw new TypeError("a header has a name or a value that HTTP does not allow");
  }
  if (authorization !== undefined && !headers.has("authorization")) headers.set("authorization", authorization);
  const checked: Record<string, string> = {};
  headers.forEach((value, name) => {
    if (OWN_HEADERS.has(name)) throw new TypeError(`the header ${name} is the source's own`);
    checked[name] = value;
  });
  return checked;
}

function requireInteger(name: string, value: number, minimum: number): void {
  if (!Number.isSafeInteger(value) || value < minimum)
    throw new TypeError(`${name} must be an integer of at least ${minimum}`);
}
