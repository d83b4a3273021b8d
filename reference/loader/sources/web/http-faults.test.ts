import { readFileSync, writeFileSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { BufObject } from "../../../contracts/buf-object.js";
import type { BufSource } from "../../../contracts/buf-source.js";
import { FaygerError } from "../../../errors/fayger-error.js";
import { nodeSha256 } from "../../../security/backends/node.js";
import { createLoader } from "../../loader.js";
import { createSerializer } from "../../serializer.js";
import { recordedServices } from "../../testing/recorded-services.js";
import { SAMPLE_PROFILE, sampleManifest, sampleSection, sampleSections } from "../../testing/sample-artifact.js";
import {
  type Fault,
  type FaultServer,
  faults,
  ignoreRange,
  type Reply,
  startFaultServer,
} from "../testing/http-fault-server.js";
import type { HttpSourceOptions } from "./http-options.js";
import { createHttpSource } from "./http-source.js";

// The table of faults in FAULTS.md is what this test has seen, line by line.

const HEADING =
  "| fault | step | the program gets | reason, property or part | requests | lost |\n|---|---|---|---|---|---|";

/** One line of the table. */
interface FaultCase {
  readonly fault: string;
  /** During the load, or at the first access to a body. */
  readonly step: "open" | "access";
  /** What the server does to the answers of that step. Lifted before the program tries again. */
  readonly answers?: (number: number, server: FaultServer) => Fault | undefined;
  /** What happens to the object or the server before that step. Not lifted. */
  readonly before?: (server: FaultServer) => void | Promise<void>;
  /** What the server holds from the start, instead of the sample. */
  readonly holds?: Uint8Array;
  /** Whether the server sends no entity tags. */
  readonly isUntagged?: boolean;
  /** The URL says https; requests go over plain HTTP all the same, so that no certificate is needed. */
  readonly isSecure?: boolean;
  /** What the program does meanwhile. */
  readonly meanwhile?: (program: { stop: () => void; source: BufSource }, server: FaultServer) => void;
  readonly options?: HttpSourceOptions;
  /** Requests may be fewer: the front decides before the other end was asked for. */
  readonly isAtMost?: boolean;
}

const serializer = createSerializer(nodeSha256);
const big = sampleSection(
  "big",
  Uint8Array.from({ length: 50_000 }, (_, at) => at * 7),
);
const artifact = serializer.serialize({ manifest: sampleManifest(), sections: [big, ...sampleSections()] });
const other = serializer.serialize({
  manifest: sampleManifest({ version: "1.2.4" }),
  sections: [sampleSection("big", new Uint8Array(50_000)), ...sampleSections()],
});
/** Longer than what is taken whole from a server without ranges. */
const long = serializer.serialize({
  manifest: sampleManifest(),
  sections: [sampleSection("big", new Uint8Array(1_100_000)), ...sampleSections()],
});

const once = (fault: Fault) => (number: number) => (number === 0 ? fault : undefined);
const always = (fault: Fault) => () => fault;
const { status, headers, ending, redirect } = faults;

const SECRET = "Bearer secret";
/** Another origin. */
let elsewhere: FaultServer;

const NETWORK: readonly FaultCase[] = [
  { fault: "nobody listens", step: "open", before: (server) => server.close() },
  { fault: "connection reset before the answer, once", step: "access", answers: once(ending("reset-head")) },
  { fault: "connection reset before the answer, always", step: "access", answers: always(ending("reset-head")) },
  { fault: "connection reset in the body, once", step: "access", answers: once(ending("reset-body")) },
  {
    fault: "connection reset in the body, once, object without a strong entity tag",
    step: "access",
    isUntagged: true,
    answers: once(ending("reset-body")),
  },
  { fault: "connection reset in the body, always", step: "access", answers: always(ending("reset-body")) },
  { fault: "no answer, once", step: "access", options: { timeoutMs: 1_000 }, answers: once(ending("stall-head")) },
  { fault: "no answer, always", step: "access", options: { timeoutMs: 500 }, answers: always(ending("stall-head")) },
  { fault: "body stalls, once", step: "access", options: { timeoutMs: 1_000 }, answers: once(ending("stall-body")) },
  {
    fault: "no answer until the deadline",
    step: "access",
    options: { deadlineMs: 1_000 },
    answers: always(ending("stall-head")),
  },
  { fault: "body ends too early, once", step: "access", answers: once(faults.short) },
  {
    fault: "body ends too early, always",
    step: "access",
    isUntagged: true,
    answers: always(faults.short),
  },
  {
    fault: "connection reset while opening, both ends once",
    step: "open",
    answers: (n) => (n < 2 ? ending("reset-head") : undefined),
  },
];

const STATUS: readonly FaultCase[] = [
  ...[408, 425, 429, 500, 502, 503, 504].map(
    (code): FaultCase => ({ fault: `status ${code}, once`, step: "access", answers: once(status(code)) }),
  ),
  { fault: "status 503, always", step: "access", answers: always(status(503)) },
  {
    fault: "status 429 that asks for a pause longer than the deadline",
    step: "access",
    answers: always(status(429, { "retry-after": "3600" })),
  },
  ...[400, 401, 403, 404, 410, 418].map(
    (code): FaultCase => ({ fault: `status ${code}`, step: "access", answers: always(status(code)) }),
  ),
  { fault: "status 304", step: "access", answers: always(status(304)) },
  { fault: "status 404", step: "open", answers: always(status(404)), isAtMost: true },
];

const ANSWERS: readonly FaultCase[] = [
  {
    fault: "range ignored, object up to 1 MiB",
    step: "open",
    answers: (_, server) => ignoreRange(server),
    isAtMost: true,
  },
  { fault: "range ignored, object up to 1 MiB", step: "access", answers: (_, server) => ignoreRange(server) },
  {
    fault: "range ignored, object longer than 1 MiB",
    step: "open",
    holds: long,
    answers: (_, server) => ignoreRange(server),
    isAtMost: true,
  },
  {
    fault: "range ignored, size not told",
    step: "access",
    answers: (_, server) => ignoreRange(server, { isChunked: true }),
  },
  { fault: "206 without `Content-Range`", step: "access", answers: always(headers({ "content-range": "" })) },
  {
    fault: "206 with an unreadable `Content-Range`",
    step: "access",
    answers: always(headers({ "content-range": "bytes 1-x/9" })),
  },
  {
    fault: "206 of another range",
    step: "access",
    answers: always((reply) => ({
      ...reply,
      headers: { ...reply.headers, "content-range": (reply.headers["content-range"] ?? "").replace(/ \d+-/, " 1-") },
      isChunked: true,
    })),
  },
  {
    fault: "206 of fewer bytes than were asked for",
    step: "access",
    answers: always((reply) => ({
      ...reply,
      headers: {
        ...reply.headers,
        "content-range": (reply.headers["content-range"] ?? "").replace(/-(\d+)/, (_, last) => `-${Number(last) - 1}`),
      },
      body: reply.body.subarray(0, -1),
    })),
  },
  {
    fault: "206 in several parts",
    step: "access",
    answers: always(headers({ "content-type": "multipart/byteranges; boundary=x" })),
  },
  {
    fault: "206 whose `Content-Length` is not that of its range",
    step: "access",
    answers: always((reply) => ({
      ...reply,
      headers: { ...reply.headers, "content-length": "9" },
      body: reply.body.subarray(0, 9),
    })),
  },
  { fault: "body one byte too long", step: "access", answers: always(faults.long) },
  { fault: "body that never ends", step: "access", answers: always(ending("endless")) },
  { fault: "body encoded with gzip", step: "access", answers: always(headers({ "content-encoding": "gzip" })) },
  { fault: "size hidden (`/*`)", step: "open", answers: always(hideSize) },
  { fault: "size hidden (`/*`)", step: "access", answers: always(hideSize) },
  {
    fault: "size hidden, and no ranges from the end",
    step: "open",
    answers: always((reply, request) => (request.range.startsWith("bytes=-") ? undefinedReply(400) : hideSize(reply))),
  },
  ...(
    [
      ["ignored", (_: number, server: FaultServer) => ignoreRange(server)],
      [
        "answered with a 200 of unknown length",
        (_: number, server: FaultServer) => ignoreRange(server, { isChunked: true }),
      ],
      ["refused with 416", () => status(416)],
      ["refused with 400", () => status(400)],
      ["taken for the first bytes", () => headers({ "content-range": "bytes 0-44/*" })],
    ] as const
  ).map(
    ([how, fault]): FaultCase => ({
      fault: `range from the end ${how}`,
      step: "open",
      answers: (number, server) => (reply, request) =>
        request.range.startsWith("bytes=-") ? fault(number, server)(reply, request) : undefined,
    }),
  ),
  { fault: "416 without a size", step: "access", answers: always(status(416)) },
  {
    fault: "416 for bytes that are there",
    step: "access",
    answers: always(status(416, { "content-range": `bytes */${artifact.length}` })),
  },
];

const REDIRECTS: readonly FaultCase[] = [
  { fault: "redirect within the origin", step: "access", answers: once(redirect("/moved.buf?x=1", 301)) },
  { fault: "redirect without a target", step: "access", answers: always(status(302)) },
  { fault: "redirect to `file:`", step: "access", answers: always(redirect("file:///etc/hosts")) },
  {
    fault: "redirect to another origin: it gets no credentials",
    step: "access",
    options: { headers: { authorization: SECRET } },
    answers: () => redirect(elsewhere.url),
  },
  {
    fault: "redirect from https to http",
    step: "access",
    isSecure: true,
    answers: (_, server) => redirect(`${server.url}?plain`),
  },
  { fault: "redirects without end", step: "access", answers: always(redirect("/again")) },
];

const CHANGES: readonly FaultCase[] = [
  { fault: "object replaced, server honours `If-Match`", step: "access", before: replaced },
  {
    fault: "object replaced, server ignores `If-Match`",
    step: "access",
    before: replaced,
    options: { ifMatch: "never" },
  },
  {
    fault: "object replaced by a longer one, no entity tags",
    step: "access",
    isUntagged: true,
    before: (server) => {
      server.object = long;
    },
  },
  {
    fault: "object cut short, no entity tags",
    step: "access",
    isUntagged: true,
    before: (server) => {
      server.object = artifact.subarray(0, 100);
    },
  },
  {
    fault: "object replaced by one of the same size, no entity tags",
    step: "access",
    isUntagged: true,
    before: (server) => {
      server.object = other;
    },
  },
  {
    fault: "object deleted",
    step: "access",
    before: (server) => {
      server.object = undefined;
    },
  },
  { fault: "entity tag no longer sent", step: "access", answers: always(headers({ etag: "" })) },
  { fault: "entity tag becomes weak", step: "access", answers: always(headers({ etag: 'W/"one"' })) },
  {
    fault: "weak entity tags only, another in each answer",
    step: "access",
    isUntagged: true,
    answers: always(headers({ etag: 'W/"two"' })),
  },
  {
    fault: "object replaced between the two ends",
    step: "open",
    answers: (number) => (number === 0 ? undefined : headers({ etag: '"two"' })),
  },
  {
    fault: "object grown between the two ends",
    step: "open",
    answers: () => (reply, request) =>
      request.range.startsWith("bytes=-")
        ? headers({ "content-range": "bytes 60000-60043/60044" })(reply, request)
        : undefined,
  },
];

const ARTIFACTS: readonly FaultCase[] = [
  { fault: "empty object", step: "open", holds: new Uint8Array(), isAtMost: true },
  { fault: "upload broken off", step: "open", holds: artifact.subarray(0, 30_000) },
  { fault: "upload half written, rest zero", step: "open", holds: spoiled((bytes) => bytes.fill(0, 30_000)) },
  { fault: "a byte behind the end", step: "open", holds: Uint8Array.of(...artifact, 0) },
  {
    fault: "a page of HTML instead",
    step: "open",
    holds: Buffer.from("<!doctype html><title>Sign in</title>"),
    isAtMost: true,
  },
  { fault: "a bit of the manifest flipped", step: "open", holds: spoiled((bytes) => flip(bytes, 60)) },
  { fault: "a bit of the trailer flipped", step: "open", holds: spoiled((bytes) => flip(bytes, bytes.length - 10)) },
  { fault: "a bit of the body flipped", step: "access", holds: spoiled((bytes) => flip(bytes, 30_000)) },
  {
    fault: "a bit of the body flipped on the way, once",
    step: "access",
    answers: once((reply) => ({ ...reply, body: spoiled((bytes) => flip(bytes, 5), reply.body) })),
  },
];

const PROGRAM: readonly FaultCase[] = [
  {
    fault: "the program stops waiting, no answer yet",
    step: "access",
    answers: always(ending("stall-head")),
    meanwhile: ({ stop }, server) => {
      server.arrived = stop;
    },
  },
  {
    fault: "the program stops waiting, in the body",
    step: "access",
    answers: always(ending("stall-body")),
    meanwhile: ({ stop }, server) => {
      // The answer is on its way when the next turn comes.
      server.arrived = () => setImmediate(() => setImmediate(stop));
    },
  },
  {
    fault: "the program stops waiting, between attempts",
    step: "access",
    options: { backoff: { baseMs: 60_000, maxMs: 60_000 }, random: () => 0.999, deadlineMs: 100_000 },
    answers: always(status(503)),
    meanwhile: ({ stop, source }) => {
      source.observe?.({ retrying: stop });
    },
  },
  {
    fault: "the program closes the source",
    step: "access",
    answers: always(ending("stall-head")),
    meanwhile: ({ source }, server) => {
      server.arrived = () => void source.close();
    },
  },
];

const GROUPS: readonly (readonly [string, readonly FaultCase[]])[] = [
  ["The network", NETWORK],
  ["Statuses", STATUS],
  ["Answers that are not what was asked for", ANSWERS],
  ["Redirects", REDIRECTS],
  ["An object that changes", CHANGES],
  ["An artifact that is damaged", ARTIFACTS],
  ["The program itself", PROGRAM],
];

function replaced(server: FaultServer): void {
  server.object = other;
  server.etag = '"two"';
}

function spoiled(change: (bytes: Uint8Array) => void, of: Uint8Array = artifact): Uint8Array {
  const copy = of.slice();
  change(copy);
  return copy;
}

function flip(bytes: Uint8Array, at: number): void {
  bytes[at] = (bytes[at] ?? 0) ^ 1;
}

function hideSize(reply: Reply): Reply {
  const range = (reply.headers["content-range"] ?? "").replace(/\d+$/, "*");
  return { ...reply, headers: { ...reply.headers, "content-range": range } };
}

function undefinedReply(code: number): ReturnType<Fault> {
  return { status: code, headers: {}, body: new Uint8Array() };
}

async function settled<T>(work: Promise<T>): Promise<T | FaygerError> {
  return work.catch((error: unknown) => {
    if (error instanceof FaygerError) return error;
    throw error;
  });
}

/** What the caller sees, in the words of the table. */
function seen(result: Uint8Array | BufObject | FaygerError): [string, string] {
  if (!(result instanceof FaygerError)) return [result instanceof Uint8Array ? "the bytes" : "the object", ""];
  const context: object = result.context;
  const { reason, property, part } = context as Record<string, unknown>;
  const detail = String(reason ?? property ?? part ?? "");
  // How much has come before a connection broke is chance.
  return [`\`${result.code}\``, detail.replace(/after \d+ of \d+ bytes/, "after N of M bytes")];
}

async function row(one: FaultCase): Promise<string> {
  const { fault, step, answers, before, meanwhile, options, isAtMost } = one;
  const server = await startFaultServer(one.holds ?? artifact);
  if (one.isUntagged === true) server.etag = undefined;
  elsewhere.forget();
  const cancellation = new AbortController();
  const make = (): BufSource =>
    createHttpSource(one.isSecure === true ? server.url.replace("http:", "https:") : server.url, {
      backoff: { baseMs: 0 },
      ...options,
      ...(one.isSecure === true ? { fetch: (url, init) => fetch(url.replace("https:", "http:"), init) } : {}),
    });
  const load = (from: BufSource): Promise<BufObject> =>
    createLoader(recordedServices(nodeSha256)).load(from, { profile: SAMPLE_PROFILE });
  const source = make();
  let object: BufObject | undefined;
  try {
    if (step === "access") object = await load(source);
    await before?.(server);
    server.forget();
    if (answers !== undefined) server.fault = (number) => answers(number, server);
    meanwhile?.({ stop: () => cancellation.abort(), source }, server);

    let result: Uint8Array | BufObject | FaygerError;
    if (object === undefined) {
      result = await settled(load(source));
      if (!(result instanceof FaygerError)) object = result;
    } else {
      result = await settled(object.sections.read("big", cancellation.signal));
    }
    const requests = server.requests.length + elsewhere.requests.length;
    server.fault = undefined;

    let after = "";
    if (result instanceof FaygerError) {
      if (step === "access") expect(result.context).toHaveProperty("phase", "read_sections");
      const again = object === undefined ? undefined : await settled(object.sections.read("big"));
      const anew = async (): Promise<Uint8Array> => {
        const fresh = await load(make());
        return fresh.sections.read("big").finally(() => fresh.close());
      };
      if (again instanceof Uint8Array) after = "; the next access succeeds";
      else if ((await settled(anew())) instanceof Uint8Array) after = "; a new load succeeds";
      else after = "; no byte was handed over";
    } else if (result instanceof Uint8Array) {
      expect(Buffer.compare(result, big.body)).toBe(0);
    }
    // @spec loader.source.redirect
    for (const request of elsewhere.requests) expect(request.headers).not.toHaveProperty("authorization");
    const [sees, detail] = seen(result);
    if (isAtMost === true) expect(requests).toBeLessThanOrEqual(2);
    const count = isAtMost === true ? "at most 2" : String(requests);
    return `| ${[fault, step, sees, detail, count, `nothing${after}`].join(" | ")} |`.replaceAll("|  |", "| |");
  } finally {
    await object?.close();
    await source.close();
    // Nothing is left open: every answer came to its end, or its client has let go of it.
    await server.idle();
    await server.close();
  }
}

describe("FAULTS.md", () => {
  const path = new URL("../../FAULTS.md", import.meta.url);
  const document = readFileSync(path, "utf8");
  const introduction = document.slice(0, document.indexOf("\n## "));
  const lines = new Map<FaultCase, string>();

  beforeAll(async () => {
    elsewhere = await startFaultServer(artifact);
  });

  afterAll(async () => {
    await elsewhere.close();
    // For a change on purpose; the difference is for people to judge.
    if (process.env["UPDATE_FAULTS"] === "1") writeFileSync(path, rendered());
  });

  function rendered(): string {
    const groups = GROUPS.map(([group, cases]) => {
      const table = cases.map((one) => lines.get(one) ?? `(not run: ${one.fault})`).join("\n");
      return `\n## ${group}\n\n${HEADING}\n${table}\n`;
    });
    return introduction + groups.join("");
  }

  for (const [group, cases] of GROUPS) {
    describe(group, () => {
      // @spec loader.source.http, loader.source.retry, loader.source.redirect, loader.source.changed
      test.each(cases.map((one) => [one.fault, one.step, one] as const))("%s, %s", async (_fault, _step, one) => {
        const line = await row(one);
        lines.set(one, line);
        expect(document.split("\n")).toContain(line);
      });
    });
  }

  test("holds these lines and no others", () => {
    expect(document).toBe(rendered());
  });
});
