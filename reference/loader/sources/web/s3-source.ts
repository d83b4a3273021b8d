import type { BufSource } from "../../../contracts/buf-source.js";
import { hostError } from "../../../errors/host-error.js";
import { UnfitAnswer } from "./http-failure.js";
import type { HttpFetch, HttpSourceOptions } from "./http-options.js";
import { createHttpSource } from "./http-source.js";
import { type S3Address, s3Description, s3Url } from "./s3-address.js";
import { readS3Error, type S3Error, s3Fault, withSize } from "./s3-error.js";
import { type S3Credentials, signHeaders, signQuery } from "./sigv4.js";

/** Gives credentials; asked again where a store says that those it gave have expired. */
export type S3CredentialProvider = () => Promise<S3Credentials>;

/** How a source over object storage works: where the object lies, who asks, and everything of a source over HTTP. */
export interface S3SourceOptions extends S3Address, Omit<HttpSourceOptions, "authorize"> {
  /**
   * Who asks.
   *
   * @defaultValue nobody: only what is public can be read
   */
  readonly credentials?: S3Credentials | S3CredentialProvider;
  /**
   * Milliseconds since 1970, for signatures. A clock that is wrong is corrected by the store's.
   *
   * @defaultValue `Date.now`
   */
  readonly now?: () => number;
}

/**
 * A source over S3-compatible object storage, with requests signed by Signature Version 4 where there are credentials.
 *
 * @throws TypeError where the address or an option makes no sense
 * @spec loader.source.object-storage
 */
export function createS3Source(options: S3SourceOptions): BufSource {
  const { endpoint, bucket, key, pathStyle, versionId, region, credentials, now = Date.now, ...http } = options;
  const { fetch = defaultFetch, description = s3Description(options) } = http;
  const url = s3Url(options);
  if (credentials === undefined) return createHttpSource(url, { ...http, description, fetch: explaining(fetch) });
  const signer = new Signer(region, credentials, now);
  return createHttpSource(url, {
    ...http,
    description,
    authorize: async (request) => ({
      url: request.url,
      headers: await signer.sign(request.method, request.url, request.headers),
    }),
    fetch: correcting(fetch, signer),
  });
}

/**
 * A source over an object behind a URL that was signed in advance. The same as a source over HTTP, whose description
 * leaves the query out too, with the store's own word for why it refuses.
 *
 * @spec loader.source.object-storage
 */
export function createPresignedS3Source(url: string | URL, options: HttpSourceOptions = {}): BufSource {
  return createHttpSource(url, { ...options, fetch: explaining(options.fetch ?? defaultFetch) });
}

/** An object, who signs, and for how long the URL shall be good. */
export interface PresignOptions extends S3Address {
  readonly credentials: S3Credentials;
  /** 1 to 604800 seconds. */
  readonly expiresSeconds: number;
  /** Milliseconds since 1970. @defaultValue `Date.now` */
  readonly now?: () => number;
}

/**
 * Make a URL by which anybody can read an object until it expires.
 *
 * @throws TypeError where the address makes no sense; RangeError for a life out of range
 */
export async function presignS3Url(options: PresignOptions): Promise<string> {
  const { credentials, region, expiresSeconds, now = Date.now } = options;
  const url = await signQuery({ method: "GET", url: s3Url(options), credentials, region, time: now() }, expiresSeconds);
  return url.href;
}

function defaultFetch(url: string, init: RequestInit): Promise<Response> {
  return globalThis.fetch(url, init);
}

/** What the source over HTTP has a use for: changed objects and ranges behind the end. */
const FOR_HTTP: ReadonlySet<number> = new Set([412, 416]);

function isRefusal({ status }: Response): boolean {
  return status >= 400 && !FOR_HTTP.has(status);
}

function explaining(fetch: HttpFetch): HttpFetch {
  return async (url, init) => {
    const response = await fetch(url, init);
    if (isRefusal(response)) throw s3Fault(response, await readS3Error(response));
    return withSize(response, () => fetch(url, withoutRange(init)));
  };
}

function withoutRange(init: RequestInit): RequestInit {
  const headers = new Headers(init.headers);
  headers.delete("range");
  return { ...init, headers: Object.fromEntries(headers) };
}

/** Repeats a request at once where its signature can be put right: the clock or the credentials were stale. */
function correcting(fetch: HttpFetch, signer: Signer): HttpFetch {
  return async (url, init) => {
    let sent = init;
    let response = await fetch(url, sent);
    // Each fault is corrected once a request, so that a store which repeats itself is not asked without end.
    const corrected = new Set<string>();
    while (isRefusal(response)) {
      const error = await readS3Error(response);
      const headers = new Headers(init.headers);
      // Signed is what goes to the store itself; where a redirect has led elsewhere, nothing is. @spec loader.source.redirect
      const isSigned = headers.has("authorization");
      if (!isSigned || corrected.has(error.code) || !(await signer.correct(error, headers)))
        throw s3Fault(response, error);
      corrected.add(error.code);
      const signed = await signer.sign(init.method ?? "GET", new URL(url), Object.fromEntries(headers));
      sent = { ...init, headers: signed };
      response = await fetch(url, sent);
    }
    // The range is not signed, so the signature holds without it.
    return withSize(response, () => fetch(url, withoutRange(sent)));
  };
}

class Signer {
  readonly #region: string;
  readonly #provider: S3Credentials | S3CredentialProvider;
  readonly #now: () => number;
  /** What the store's clock shows beyond this one, in milliseconds. */
  #skew = 0;
  #credentials: Promise<S3Credentials> | undefined;

  constructor(region: string, provider: S3Credentials | S3CredentialProvider, now: () => number) {
    this.#region = region;
    this.#provider = provider;
    this.#now = now;
  }

  /** @returns every header to send */
  async sign(method: string, url: URL, headers: Readonly<Record<string, string>>): Promise<Record<string, string>> {
    const others = Object.entries(headers).filter(([name]) => !SIGNING_HEADERS.has(name.toLowerCase()));
    // Only what proxies leave alone is signed; the loader's digests protect what the rest could change.
    const amazon = Object.fromEntries(others.filter(([name]) => name.toLowerCase().startsWith("x-amz-")));
    const credentials = await this.#current();
    const time = this.#now() + this.#skew;
    const signed = await signHeaders({ method, url, headers: amazon, credentials, region: this.#region, time });
    return { ...Object.fromEntries(others), ...signed };
  }

  /** @returns whether a request with these headers would fare better if it were signed again */
  async correct(error: S3Error, headers: Headers): Promise<boolean> {
    if (error.code === "RequestTimeTooSkewed" && error.serverTime !== undefined) {
      // @spec loader.source.object-storage.clock
      this.#skew = error.serverTime - this.#now();
      return true;
    }
    if (EXPIRED.has(error.code) && typeof this.#provider === "function") {
      // @spec loader.source.object-storage.refresh
      const current = await this.#current();
      // Another request may have fetched new ones meanwhile.
      if (current.sessionToken === (headers.get("x-amz-security-token") ?? undefined)) this.#credentials = undefined;
      return true;
    }
    return false;
  }

  #current(): Promise<S3Credentials> {
    this.#credentials ??= this.#obtain();
    return this.#credentials;
  }

  async #obtain(): Promise<S3Credentials> {
    if (typeof this.#provider !== "function") return this.#provider;
    try {
      return await this.#provider();
    } catch (error) {
      this.#credentials = undefined;
      throw new UnfitAnswer("there are no credentials to sign with", hostError(error));
    }
  }
}

const SIGNING_HEADERS = new Set(["authorization", "x-amz-date", "x-amz-content-sha256", "x-amz-security-token"]);
const EXPIRED = new Set(["ExpiredToken", "ExpiredTokenException", "TokenRefreshRequired"]);
