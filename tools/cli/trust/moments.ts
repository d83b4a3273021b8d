import { UsageError } from "../command.js";

/** The last second that a date of the language can say. */
const LAST_DATE = 8_640_000_000_000;

const DAY = /^\d{4}-\d\d-\d\d$/;
const MOMENT = /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d)$/;

/** Unix seconds, now. */
export function presentTime(): number {
  return Math.floor(Date.now() / 1000);
}

/**
 * Unix seconds of a date a user gave: a day, which begins at midnight UTC, or a time with its offset from UTC.
 *
 * @param option how the message calls it
 * @throws UsageError for anything else, and for days that no calendar has
 */
export function momentIn(text: string, option: string): number {
  const milliseconds = DAY.test(text) || MOMENT.test(text) ? Date.parse(text) : Number.NaN;
  // The language takes the 30th of February for the 2nd of March.
  const isOnCalendar = new Date(`${text.slice(0, 10)}T00:00:00Z`).toJSON()?.slice(0, 10) === text.slice(0, 10);
  if (Number.isNaN(milliseconds) || milliseconds < 0 || !isOnCalendar) {
    throw new UsageError(
      `${option}: expected a date since 1970 such as 2026-01-31 or 2026-01-31T12:00:00Z, found \`${text}\``,
    );
  }
  return Math.floor(milliseconds / 1000);
}

/** A day, for tables; empty where there is none. */
export function dayOf(seconds: number | undefined): string {
  if (seconds === undefined) return "";
  return seconds > LAST_DATE ? "never" : new Date(seconds * 1000).toISOString().slice(0, 10);
}

/** A time to the second. */
export function momentOf(seconds: number): string {
  return seconds > LAST_DATE ? "never" : new Date(seconds * 1000).toISOString().replace(".000Z", "Z");
}
