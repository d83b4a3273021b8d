import type { CancellationSignal } from "../../../contracts/cancellation.js";
import { HostFailure } from "../../host-failure.js";
import type { HttpRequest } from "../../network/http-request.js";
import { failureOf } from "./native-web.js";
import { Patience } from "./patience.js";

/**
 * One request over `fetch`, and its answer, of which the body is read as somebody asks for it.
 *
 * Nothing of the person who uses the browser goes along: no cookies, no referrer, nothing out of the cache.
 *
 * @spec adapters.built-in.browser
 */
export class HttpExchange {
  /** As the server said. */
  readonly status: number;
  /** Name and value in turn, names in lower case. */
  readonly headers: readonly string[];
  readonly #reader: ReadableStreamDefaultReader<Uint8Array> | undefined;
  readonly #patience: Patience;
  #rest: Uint8Array = NOTHING;
  #isReading = false;

  private constructor(response: Response, patience: Patience) {
    this.status = response.status;
    this.headers = [...response.headers].flat();
    this.#reader = response.body?.getReader();
    this.#patience = patience;
  }

  /**
   * Send the request and wait for the head of the answer.
   *
   * @param patience milliseconds that the server may stay silent
   * @throws HostFailure
   */
  static async open(
    given: HttpRequest<URL>,
    patience: number,
    caller: CancellationSignal | undefined,
  ): Promise<HttpExchange> {
    const waiting = new Patience("fetch", patience);
    const request = requestOf(given, waiting.signal);
    try {
      const response = await waiting.wait(caller, () => fetch(request));
      // @spec instructions.net.http-redirects: a page is told that there is a redirect, and nothing else of it.
      if (response.type === "opaqueredirect") throw new HostFailure("access_denied", "fetch");
      return new HttpExchange(response, waiting);
    } catch (error) {
      // All that a page learns of a server it cannot reach or may not hear is a TypeError.
      throw failureOf("fetch", error, "unavailable");
    }
  }

  /**
   * The next bytes of the body, at least one and up to `maximum`; none at its end.
   *
   * @throws HostFailure `invalid_argument` where somebody reads already
   */
  async read(maximum: number, caller: CancellationSignal | undefined): Promise<Uint8Array> {
    // @spec instructions.net.one-read
    if (this.#isReading) throw new HostFailure("invalid_argument", "fetch");
    if (maximum === 0) return NOTHING;
    this.#isReading = true;
    try {
      const part = this.#rest.length > 0 ? this.#rest : await this.#next(caller);
      this.#rest = part.subarray(maximum);
      return part.subarray(0, maximum);
    } finally {
      this.#isReading = false;
    }
  }

  /**
   * The whole body.
   *
   * @param most bytes it may have
   * @throws HostFailure `too_large` as soon as more have come
   * @spec instructions.net.http-bounds
   */
  async readAll(most: number, caller: CancellationSignal | undefined): Promise<Uint8Array> {
    const parts: Uint8Array[] = [];
    let length = 0;
    for (;;) {
      const part = await this.#next(caller);
      if (part.length === 0) break;
      length += part.length;
      if (length > most) {
        this.close();
        throw new HostFailure("too_large", "fetch");
      }
      parts.push(part);
    }
    const body = new Uint8Array(length);
    let at = 0;
    for (const part of parts) {
      body.set(part, at);
      at += part.length;
    }
    return body;
  }

  /** Let the connection go. What is read afterwards is `interrupted`. */
  close(): void {
    this.#patience.stop();
    this.#reader?.cancel().catch(() => undefined);
  }

  async #next(caller: CancellationSignal | undefined): Promise<Uint8Array> {
    const reader = this.#reader;
    if (reader === undefined) return NOTHING;
    try {
      for (;;) {
        const { value, done } = await this.#patience.wait(caller, () => reader.read());
        if (done) return NOTHING;
        if (value.length > 0) return value;
      }
    } catch (error) {
      throw failureOf("fetch", error, "unavailable");
    }
  }
}

const NOTHING = new Uint8Array(0);

/** @throws HostFailure `invalid_argument` for what is no request, `access_denied` for one with a header a page may not set */
function requestOf({ method, address, headers, body }: HttpRequest<URL>, signal: AbortSignal): Request {
  let request: Request;
  try {
    const fields = new Headers();
    for (let at = 0; at < headers.length; at += 2) fields.append(headers[at] as string, headers[at + 1] as string);
    request = new Request(address.href, {
      method,
      headers: fields,
      ...(body.length > 0 && { body: body as BufferSource }),
      signal,
      mode: "cors",
      credentials: "omit",
      cache: "no-store",
      redirect: "manual",
      referrerPolicy: "no-referrer",
    });
  } catch (error) {
    throw new HostFailure("invalid_argument", "Request", error);
  }
  // @spec instructions.net.http-kept-headers: a browser would leave them out without a word.
  const kept = headers.some((name, at) => at % 2 === 0 && !request.headers.has(name));
  if (kept) throw new HostFailure("access_denied", "Request");
  return request;
}
