import type { SourceRetry } from "../../../contracts/buf-source.js";
import { PassingFault } from "./http-failure.js";
import type { ResolvedHttpOptions } from "./http-options.js";
import type { Stop } from "./http-stop.js";

/** How often and how fast to try again. */
export type RetryPolicy = Pick<ResolvedHttpOptions, "attempts" | "backoff" | "random" | "sleep">;

/**
 * How long to wait before the attempt after `attempt`: any time up to a bound that doubles, so that many clients that
 * failed together do not come back together.
 *
 * @param attempt the one that failed, from 1
 * @returns whole milliseconds
 * @spec loader.source.retry
 */
export function backoffDelay(attempt: number, { backoff, random }: RetryPolicy): number {
  const bound = Math.min(backoff.maxMs, backoff.baseMs * 2 ** (attempt - 1));
  const part = random();
  return Math.floor(bound * (part >= 0 && part <= 1 ? part : 1));
}

/**
 * What a server says with `Retry-After`, in milliseconds from now.
 *
 * @param value whole seconds, or a date
 * @param date the answer's own `Date`: the server's clock need not be ours
 * @returns 0 where it says nothing that can be understood
 * @spec loader.source.retry.after
 */
export function retryAfter(value: string | null, date: string | null): number {
  if (value === null) return 0;
  const text = value.trim();
  if (/^\d{1,10}$/.test(text)) return Number(text) * 1_000;
  const until = httpDate(text);
  return until === undefined ? 0 : Math.max(0, until - (httpDate(date ?? "") ?? Date.now()));
}

/** Only the one form that is sent today: hosts differ in what else they take for a date. */
function httpDate(text: string): number | undefined {
  if (!/^[A-Z][a-z]{2}, \d{2} [A-Z][a-z]{2} \d{4} \d{2}:\d{2}:\d{2} GMT$/.test(text)) return undefined;
  const time = Date.parse(text);
  return Number.isNaN(time) ? undefined : time;
}

/**
 * Try until it succeeds, fails for good, was tried often enough, or the time is up.
 *
 * @param attempt throws {@link PassingFault} where another attempt may help
 * @param stop the time that is left, and the end of it
 * @param tell hears of each repetition before the wait
 * @throws PassingFault the last one, with the number of attempts in its reason
 * @spec loader.source.retry
 */
export async function withRetries<T>(
  policy: RetryPolicy,
  stop: Stop,
  attempt: () => Promise<T>,
  tell: (retry: Omit<SourceRetry, "offset">) => void,
): Promise<T> {
  for (let made = 1; ; made += 1) {
    let fault: PassingFault;
    try {
      return await attempt();
    } catch (error) {
      if (!(error instanceof PassingFault)) throw error;
      fault = error;
    }
    if (made >= policy.attempts) throw givingUp(fault, `gave up after ${made} ${made === 1 ? "attempt" : "attempts"}`);
    const delayMs = Math.max(backoffDelay(made, policy), fault.retryAfterMs);
    if (delayMs >= stop.remainingMs) throw givingUp(fault, "the next attempt would come after the deadline");
    tell({ attempt: made + 1, delayMs, reason: fault.reason });
    try {
      await stop.race(policy.sleep(delayMs, stop.signal));
    } catch (error) {
      if (stop.cause === "deadline") throw givingUp(fault, "the deadline passed");
      throw error;
    }
  }
}

function givingUp({ reason, hostError, retryAfterMs }: PassingFault, why: string): PassingFault {
  return new PassingFault(`${reason}; ${why}`, { ...(hostError === undefined ? {} : { hostError }), retryAfterMs });
}
