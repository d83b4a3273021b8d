import { PassingFault, UnfitAnswer } from "./http-failure.js";
import { retryAfter } from "./retry.js";

/** What people read instead of the server's own words, which could hold anything. */
const MEANINGS: ReadonlyMap<number, string> = new Map([
  [304, "not modified, though nobody asked whether it was"],
  [400, "the server does not understand the request"],
  [401, "the server wants other credentials"],
  [403, "the server forbids it"],
  [404, "there is no such object"],
  [405, "the server does not allow the method"],
  [407, "a proxy wants credentials"],
  [408, "the server waited too long for the request"],
  [410, "the object is gone for good"],
  [412, "a precondition failed that nobody set"],
  [416, "the range is outside the object"],
  [425, "too early"],
  [429, "too many requests"],
  [451, "unavailable for legal reasons"],
  [500, "the server failed"],
  [502, "a server behind the server failed"],
  [503, "the server is not available now"],
  [504, "a server behind the server did not answer"],
]);

/**
 * What a status means for which no caller has a use.
 *
 * @returns something to throw: a {@link PassingFault} for 408, 425, 429 and 5xx, else an {@link UnfitAnswer}
 * @spec loader.source.retry
 */
export function statusFault({ status, headers }: Response): PassingFault | UnfitAnswer {
  const meaning = MEANINGS.get(status);
  const reason = meaning === undefined ? `HTTP ${status}` : `HTTP ${status}: ${meaning}`;
  if (!isPassing(status)) return new UnfitAnswer(reason);
  return new PassingFault(reason, { retryAfterMs: retryAfter(headers.get("retry-after"), headers.get("date")) });
}

/** @spec loader.source.http.final */
function isPassing(status: number): boolean {
  return status === 408 || status === 425 || status === 429 || (status >= 500 && status <= 599);
}
