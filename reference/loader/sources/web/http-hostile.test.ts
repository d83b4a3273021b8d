import fc from "fast-check";
import { expect, test } from "vitest";
import { FaygerError } from "../../../errors/fayger-error.js";
import { createHttpSource } from "./http-source.js";

const SIZE = 300;

/** An answer of a server that may say anything. */
interface HostileAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly pieces: readonly number[];
  readonly ending: "end" | "break" | "endless" | "throw";
  /** What was asked for is answered as it should be, instead of all this. */
  readonly isHonest: boolean;
}

const number = fc.oneof(fc.constantFrom(0, 1, 43, 44, 99, 100, SIZE - 1, SIZE), fc.nat(2 ** 45)).map(String);
const contentRange = fc.oneof(
  fc
    .tuple(number, number, fc.oneof(number, fc.constant("*")))
    .map(([first, last, size]) => `bytes ${first}-${last}/${size}`),
  number.map((size) => `bytes */${size}`),
  fc.string({ unit: fc.constantFrom(..."bytes 0123456789-/*") }),
  // Right ones, so that what comes behind them is reached.
  fc.constantFrom("bytes 0-99/300", "bytes 256-299/300", "bytes 100-199/300", "bytes 0-0/300"),
);
const maybe = <T>(value: fc.Arbitrary<T>): fc.Arbitrary<T | undefined> => fc.option(value, { nil: undefined });

const answer: fc.Arbitrary<HostileAnswer> = fc.record({
  status: fc.oneof(
    { weight: 5, arbitrary: fc.constant(206) },
    {
      weight: 5,
      arbitrary: fc.constantFrom(200, 204, 301, 302, 304, 308, 400, 403, 404, 412, 416, 429, 500, 503, 599),
    },
  ),
  headers: fc.record({
    "content-range": maybe(contentRange),
    "content-length": maybe(number),
    "content-type": maybe(fc.constantFrom("multipart/byteranges; boundary=x", "text/html")),
    "content-encoding": fc.option(fc.constantFrom("gzip", "identity", ""), { nil: undefined, freq: 8 }),
    etag: maybe(fc.constantFrom('"a"', '"a"', '"b"', 'W/"a"', '""', "a")),
    location: maybe(fc.constantFrom("/", "//other.example/", "ftp://x/", "http://[", "https://other.example/x")),
    "retry-after": maybe(fc.constantFrom("0", "1", "99999999999", "soon")),
  }),
  pieces: fc.array(fc.constantFrom(0, 1, 44, 50, 100, 300), { maxLength: 4 }),
  ending: fc.constantFrom("end", "end", "end", "break", "endless", "throw"),
  isHonest: fc.boolean(),
});

function honest(range: string): Response {
  const [, first = "", last = ""] = /^bytes=(\d*)-(\d*)$/.exec(range) ?? [];
  const from = first === "" ? Math.max(0, SIZE - Number(last)) : Number(first);
  const to = first === "" ? SIZE - 1 : Math.min(Number(last), SIZE - 1);
  const headers = { "content-range": `bytes ${from}-${to}/${SIZE}`, etag: '"a"' };
  return new Response(new Uint8Array(to - from + 1).fill(1), { status: 206, headers });
}

/** @param count hears of each byte that is taken */
function respond({ status, headers, pieces, ending }: HostileAnswer, count: (bytes: number) => void): Response {
  if (ending === "throw") throw new TypeError("fetch failed");
  let at = 0;
  const body = new ReadableStream(
    {
      pull(controller) {
        const piece = pieces[at] ?? (ending === "endless" ? 64 : undefined);
        at += 1;
        if (piece !== undefined) {
          count(piece);
          controller.enqueue(new Uint8Array(piece));
        } else if (ending === "break") controller.error(new TypeError("terminated"));
        else controller.close();
      },
    },
    { highWaterMark: 0 },
  );
  const sent = Object.entries(headers).filter((entry): entry is [string, string] => entry[1] !== undefined);
  return new Response(status === 204 || status === 304 ? null : body, { status, headers: sent });
}

// @spec loader.source.untrusted, loader.source.unavailable, loader.source.http.bounded
test("whatever a server says, a call ends with as many bytes as it may or with an error that has a code", async () => {
  let successes = 0;
  await fc.assert(
    fc.asyncProperty(fc.array(answer, { minLength: 1, maxLength: 8 }), async (answers) => {
      let asked = 0;
      let taken = 0;
      const source = createHttpSource("http://server.example/a", {
        fetch: async (_url, init) => {
          const next = answers[asked % answers.length] as HostileAnswer;
          asked += 1;
          if (next.isHonest) return honest(new Headers(init.headers).get("range") ?? "");
          return respond(next, (bytes) => {
            taken += bytes;
          });
        },
        attempts: 3,
        sleep: async () => undefined,
      });
      const calls = [
        async () => (await source.openEnds?.(100, 44))?.head,
        () => source.read(100, 100),
        () => source.read(0, 1_000_000),
      ];
      for (const call of calls) {
        try {
          expect((await call())?.length).toBeLessThanOrEqual(1_000_000);
          successes += 1;
        } catch (error) {
          expect(error).toBeInstanceOf(FaygerError);
          expect((error as FaygerError).code).toMatch(/^LDR_SOURCE_(UNAVAILABLE|CHANGED)$/);
        }
      }
      // Three calls, at most two ends and one more each, three attempts of six hops.
      expect(asked).toBeLessThanOrEqual(5 * 3 * 6);
      // Never more than what was asked for, a whole object of at most 1 MiB, and one piece too many.
      expect(taken).toBeLessThanOrEqual(asked * (1_048_576 + 300));
      await source.close();
    }),
    { numRuns: 1_000 },
  );
  // The property is not about refusals alone.
  expect(successes).toBeGreaterThan(200);
});
