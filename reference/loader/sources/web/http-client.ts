import type { SourceObserver } from "../../../contracts/buf-source.js";
import type { CancellationSignal } from "../../../contracts/cancellation.js";
import { type FaygerError, isFaygerError } from "../../../errors/fayger-error.js";
import { hostError } from "../../../errors/host-error.js";
import { HttpBody } from "./http-body.js";
import { HttpExchange } from "./http-exchange.js";
import { type FailedRange, PassingFault, stoppedByCaller, UnfitAnswer, unavailable } from "./http-failure.js";
import { Gate } from "./http-gate.js";
import { type HttpSourceOptions, type ResolvedHttpOptions, resolveHttpOptions } from "./http-options.js";
import { Stop, Stopped } from "./http-stop.js";
import { describeUrl, parseHttpUrl } from "./http-url.js";
import { withRetries } from "./retry.js";

/** One call: a request that is repeated until it is answered. */
export interface HttpCall<T> {
  /** Where to, instead of the client's own URL; must be of the same origin. */
  readonly url?: URL;
  /** Headers of the next attempt. Asked again for each, so that an attempt can go on where the last one broke off. */
  readonly headers?: () => Readonly<Record<string, string>>;
  /** The bytes in question, for errors and observers. */
  readonly range?: FailedRange;
  /**
   * Judge the answer by its head, then take what is needed of its body. Throws {@link PassingFault} where another
   * attempt may help, {@link UnfitAnswer} where none can, and any FaygerError, which the caller then gets.
   */
  readonly take: (response: Response, body: HttpBody) => Promise<T>;
}

/**
 * Makes requests: with retries, redirects, time limits, a bound on how many are under way, and an end to all of them
 * when it is closed. Sources over HTTP are built on this.
 *
 * @spec loader.source.retry
 */
export class HttpClient {
  /** How errors and events name it. */
  readonly description: string;
  /** Where requests go. */
  readonly url: URL;
  readonly #options: ResolvedHttpOptions;
  readonly #exchange: HttpExchange;
  readonly #gate: Gate;
  readonly #calls = new Map<Stop, Promise<unknown>>();
  #observer: SourceObserver | undefined;
  #isClosed = false;

  /** @throws TypeError where the URL or an option makes no sense; its message holds neither */
  constructor(url: string | URL, options: HttpSourceOptions = {}) {
    const { plain, authorization } = parseHttpUrl(url);
    this.url = plain;
    this.description = options.description ?? describeUrl(plain);
    this.#options = resolveHttpOptions(options, authorization);
    this.#exchange = new HttpExchange(this.#options);
    this.#gate = new Gate(this.#options.concurrency);
  }

  /** Whether a request may carry `If-Match`. */
  get sendsIfMatch(): boolean {
    const { ifMatch } = this.#options;
    if (ifMatch !== "auto") return ifMatch === "always";
    // Only web pages and their workers have a location.
    return typeof location === "undefined" || location.origin === this.url.origin;
  }

  /** Tell `observer` about repeated attempts. */
  observe(observer: SourceObserver): void {
    this.#observer = observer;
  }

  /**
   * Make a GET request.
   *
   * @param signals any of them stops the call
   * @throws FaygerError `LDR_SOURCE_UNAVAILABLE`; `LDR_ABORTED` where a signal was raised; what `take` throws
   */
  async call<T>(call: HttpCall<T>, ...signals: readonly (CancellationSignal | undefined)[]): Promise<T> {
    // @spec loader.source.closed
    if (this.#isClosed) throw unavailable(this.description, "closed", call.range);
    if (call.url !== undefined && call.url.origin !== this.url.origin) {
      throw new TypeError("a call must stay within the origin that the credentials are for");
    }
    const stop = new Stop();
    for (const signal of signals) stop.follow(signal, "caller");
    stop.within(this.#options.deadlineMs, "deadline");
    const work = this.#answered(call, stop);
    this.#calls.set(stop, work);
    try {
      return await work;
    } finally {
      stop.release();
      this.#calls.delete(stop);
    }
  }

  /** Stop every call and wait until none is left. Idempotent. */
  async close(): Promise<void> {
    this.#isClosed = true;
    for (const stop of this.#calls.keys()) stop.stop("closed");
    await Promise.allSettled(this.#calls.values());
  }

  async #answered<T>(call: HttpCall<T>, stop: Stop): Promise<T> {
    let last: PassingFault | undefined;
    try {
      return await withRetries(
        this.#options,
        stop,
        () => this.#attempt(call, stop),
        (retry) => {
          last = new PassingFault(retry.reason);
          this.#observer?.retrying({ ...(call.range === undefined ? {} : { offset: call.range.offset }), ...retry });
        },
      );
    } catch (error) {
      throw this.#failure(error, call.range, stop, last);
    }
  }

  async #attempt<T>(call: HttpCall<T>, whole: Stop): Promise<T> {
    await this.#gate.enter(whole);
    const stop = new Stop();
    stop.follow(whole.signal, "container");
    const alive = stop.within(this.#options.timeoutMs, "timeout");
    let body: HttpBody | undefined;
    try {
      const url = call.url ?? this.url;
      const headers = { "accept-encoding": "identity", ...call.headers?.() };
      const response = await this.#exchange.send({ method: "GET", url, headers }, stop);
      alive();
      body = new HttpBody(response, stop, alive);
      return await call.take(response, body);
    } catch (error) {
      if (stop.cause === "timeout" && error instanceof Stopped) {
        throw new PassingFault(`nothing arrived for ${this.#options.timeoutMs} ms`);
      }
      throw error;
    } finally {
      body?.discard();
      stop.release();
      this.#gate.leave();
    }
  }

  /** What the caller of a failed call sees. */
  #failure(error: unknown, range: FailedRange | undefined, stop: Stop, last: PassingFault | undefined): FaygerError {
    if (isFaygerError(error)) return error;
    const fail = (reason: string, cause?: FaygerError): FaygerError =>
      unavailable(this.description, reason, range, cause);
    if (stop.cause === "caller") return stoppedByCaller(this.description);
    if (stop.cause === "closed") return fail("closed");
    if (error instanceof PassingFault || error instanceof UnfitAnswer) return fail(error.reason, error.hostError);
    if (stop.cause === "deadline") {
      const before = last === undefined ? "" : `; before: ${last.reason}`;
      return fail(`no answer within ${this.#options.deadlineMs} ms${before}`);
    }
    return fail("the host failed", hostError(error));
  }
}
