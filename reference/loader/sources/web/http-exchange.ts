import { isFaygerError } from "../../../errors/fayger-error.js";
import { hostError } from "../../../errors/host-error.js";
import { nativeError } from "./http-body.js";
import { PassingFault, UnfitAnswer } from "./http-failure.js";
import type { AuthorizedRequest, HttpRequest, ResolvedHttpOptions } from "./http-options.js";
import { type Stop, Stopped } from "./http-stop.js";

const REDIRECTS: ReadonlySet<number> = new Set([301, 302, 303, 307, 308]);

/**
 * Sends a request and follows redirects by hand, so that credentials stay within one origin.
 *
 * @spec loader.source.redirect
 */
export class HttpExchange {
  readonly #options: ResolvedHttpOptions;
  readonly #hasCredentials: boolean;
  /** The host (a browser) shows no redirect to a program that wants to follow it by hand. */
  #hostHidesRedirects = false;

  constructor(options: ResolvedHttpOptions) {
    this.#options = options;
    this.#hasCredentials = options.authorize !== undefined || Object.keys(options.headers).length > 0;
  }

  /**
   * @returns an answer that is no redirect; its body is untouched
   * @throws PassingFault, UnfitAnswer, Stopped
   */
  async send(request: HttpRequest, stop: Stop): Promise<Response> {
    let url = request.url;
    let isTrusted = true;
    for (let hops = 0; ; hops += 1) {
      const plain: HttpRequest = { method: request.method, url, headers: request.headers };
      const sent = isTrusted ? await this.#authorized(plain, stop) : plain;
      const response = await this.#fetch(request.method, sent, stop);
      if (response.type === "opaqueredirect") {
        discard(response);
        if (this.#hostHidesRedirects || this.#options.maxRedirects === 0) throw tooManyRedirects();
        // @spec loader.source.redirect.hidden: where the redirect leads is known only after the host has followed it, credentials and all.
        if (this.#hasCredentials)
          throw new UnfitAnswer("the host hides where a redirect leads, and it has credentials");
        this.#hostHidesRedirects = true;
        continue;
      }
      if (!REDIRECTS.has(response.status)) {
        this.#checkWhereItCameFrom(response, sent.url);
        return response;
      }
      discard(response);
      if (hops >= this.#options.maxRedirects) throw tooManyRedirects();
      const target = redirectTarget(response, sent.url);
      if (target.origin !== sent.url.origin) isTrusted = false;
      url = target;
    }
  }

  async #authorized({ method, url, headers }: HttpRequest, stop: Stop): Promise<AuthorizedRequest> {
    const { authorize } = this.#options;
    // What the source asks for is not for the user's headers to change.
    const request: HttpRequest = { method, url, headers: { ...this.#options.headers, ...headers } };
    if (authorize === undefined) return request;
    try {
      return await stop.race(authorize(request));
    } catch (error) {
      if (error instanceof Stopped || isJudged(error)) throw error;
      throw new UnfitAnswer("the request could not be authorized", isFaygerError(error) ? error : hostError(error));
    }
  }

  async #fetch(method: string, { url, headers }: AuthorizedRequest, stop: Stop): Promise<Response> {
    const { fetch } = this.#options;
    try {
      const answer = fetch(url.href, {
        method,
        headers: { ...headers },
        redirect: this.#hostHidesRedirects ? "follow" : "manual",
        // A cache may join the head of an old object and the body of a new one.
        cache: "no-store",
        signal: stop.signal,
      });
      return await stop.race(answer, discard);
    } catch (error) {
      if (error instanceof Stopped || isJudged(error)) throw error;
      const native = nativeError(error);
      // The one word that undici has for it: the error has no code, and no further attempt is answered otherwise.
      if (native instanceof Error && native.message === "bad port")
        throw new UnfitAnswer("fetch connects to no server at this port", hostError(native, "fetch"));
      throw new PassingFault("the request failed", { hostError: hostError(native, "fetch") });
    }
  }

  /** Only where something else than this class has followed a redirect. */
  #checkWhereItCameFrom(response: Response, sent: URL): void {
    if (!response.redirected || response.url === "") return;
    const reached = new URL(response.url);
    if (isDowngrade(sent, reached)) {
      discard(response);
      throw new UnfitAnswer("a redirect leads from https to http");
    }
    if (this.#hasCredentials && reached.origin !== sent.origin) {
      discard(response);
      throw new UnfitAnswer("fetch itself followed a redirect to another origin");
    }
  }
}

/** Another source of this folder that stands between here and the host has already said what an answer means. */
function isJudged(error: unknown): boolean {
  return error instanceof PassingFault || error instanceof UnfitAnswer;
}

function redirectTarget(response: Response, from: URL): URL {
  const location = response.headers.get("location");
  let target: URL;
  try {
    target = new URL(location ?? "", location === null ? undefined : from);
  } catch {
    throw new UnfitAnswer(`HTTP ${response.status} leads nowhere`);
  }
  if (target.protocol !== "https:" && target.protocol !== "http:") {
    throw new UnfitAnswer("a redirect leads to something that is not HTTP");
  }
  if (isDowngrade(from, target)) throw new UnfitAnswer("a redirect leads from https to http");
  target.username = "";
  target.password = "";
  target.hash = "";
  return target;
}

/** @spec loader.source.redirect.downgrade */
function isDowngrade(from: URL, to: URL): boolean {
  return from.protocol === "https:" && to.protocol === "http:";
}

function tooManyRedirects(): UnfitAnswer {
  return new UnfitAnswer("too many redirects");
}

/** Let go of an answer that nobody reads. */
function discard(response: Response): void {
  response.body?.cancel().catch(() => undefined);
}
