import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import type { BufSource, SourceRetry } from "../../../contracts/buf-source.js";
import type { CancellationSignal } from "../../../contracts/cancellation.js";
import { FaygerError } from "../../../errors/fayger-error.js";
import { type FaultServer, faults, ignoreRange, startFaultServer } from "../testing/http-fault-server.js";
import type { AuthorizedRequest, HttpFetch, HttpSourceOptions } from "./http-options.js";
import { createHttpSource } from "./http-source.js";

const content = Uint8Array.from({ length: 50_000 }, (_, at) => (at * 31 + (at >> 8)) & 0xff);
/** What is waited for ends the wait; the second that is usual is short for a busy machine. */
const PATIENCE = { timeout: 20_000 };
const open: BufSource[] = [];
let server: FaultServer;
let elsewhere: FaultServer;

// New ones for each test: a request that was given up may arrive late.
beforeEach(async () => {
  [server, elsewhere] = await Promise.all([startFaultServer(content), startFaultServer(content)]);
});
afterEach(async () => {
  vi.unstubAllGlobals();
  await Promise.all(open.splice(0).map((source) => source.close()));
  // No answer is left open behind a closed source.
  await Promise.all([server.idle(), elsewhere.idle()]);
  await Promise.all([server.close(), elsewhere.close()]);
});

function make(options: HttpSourceOptions = {}, url: string | URL = server.url): BufSource {
  const source = createHttpSource(url, { backoff: { baseMs: 0 }, ...options });
  open.push(source);
  return source;
}

async function rejection(work: Promise<unknown>): Promise<FaygerError> {
  const error: unknown = await work.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(FaygerError);
  return error as FaygerError;
}

function ranges(of: FaultServer = server): string[] {
  return of.requests.map(({ range }) => range);
}

/** A body that gives these pieces one by one and then breaks, ends or goes on for ever. */
function body(
  pieces: readonly Uint8Array[],
  end: "break" | "end" | "endless",
): [ReadableStream, { pulls: number; cancelled: boolean }] {
  const record = { pulls: 0, cancelled: false };
  const stream = new ReadableStream(
    {
      pull(controller) {
        const piece = pieces[record.pulls] ?? (end === "endless" ? pieces[0] : undefined);
        record.pulls += 1;
        if (piece !== undefined) controller.enqueue(piece);
        else if (end === "break") controller.error(new TypeError("terminated"));
        else controller.close();
      },
      cancel() {
        record.cancelled = true;
      },
    },
    { highWaterMark: 0 },
  );
  return [stream, record];
}

function part(first: number, last: number, of: ReadableStream | Uint8Array = content.slice(first, last + 1)): Response {
  const headers = { "content-range": `bytes ${first}-${last}/${content.length}`, etag: '"one"' };
  return new Response(of as BodyInit, { status: 206, headers });
}

// @spec loader.reads.open, loader.reads.small
describe("opening", () => {
  test("asks for both ends at the same time, in identity encoding", async () => {
    let release: () => void = () => undefined;
    const both = new Promise<void>((resolve) => {
      release = resolve;
    });
    let asked = 0;
    // Neither is answered before both are made.
    const together: HttpFetch = async (url, init) => {
      asked += 1;
      if (asked === 2) release();
      await both;
      return fetch(url, init);
    };
    const ends = await make({ fetch: together }).openEnds?.(16_384, 44);
    expect(ends).toEqual({ size: 50_000, etag: '"one"', head: content.slice(0, 16_384), tail: content.slice(-44) });
    expect(ranges().sort()).toEqual(["bytes=-44", "bytes=0-16383"]);
    for (const { headers, method } of server.requests) {
      expect(method).toBe("GET");
      expect(new Set(headers["accept-encoding"]?.toString().split(/, */))).toEqual(new Set(["identity"]));
      expect(headers["if-match"]).toBeUndefined();
    }
  });

  test("of a short object needs one answer: the other is not waited for", async () => {
    server.object = content.slice(0, 500);
    server.fault = (_, { range }) => (range.startsWith("bytes=-") ? faults.ending("stall-head") : undefined);
    const ends = await make().openEnds?.(16_384, 44);
    expect(ends).toEqual({ size: 500, etag: '"one"', head: server.object, tail: server.object.slice(-44) });
  });

  // @spec loader.source.http.suffix
  test("asks for the end by its place where the server cannot count from the end", async () => {
    server.fault = (_, { range }) => (range.startsWith("bytes=-") ? faults.status(400) : undefined);
    const ends = await make().openEnds?.(16_384, 44);
    expect(ends?.tail).toEqual(content.slice(-44));
    expect(ranges().slice(2)).toEqual(["bytes=49956-49999"]);
  });

  test.each([0, 1, 43, 44])("finds out that the object has %d bytes and no size is told", async (size) => {
    server.object = content.slice(0, size);
    server.fault = () => (reply) => {
      const hidden = (reply.headers["content-range"] ?? "").replace(/\d+$/, "*");
      return reply.status === 206 ? { ...reply, headers: { ...reply.headers, "content-range": hidden } } : reply;
    };
    const ends = await make().openEnds?.(16_384, 44);
    expect(ends).toMatchObject({ size, head: server.object, tail: server.object });
  });
});

describe("size and etag", () => {
  test("cost one request of one byte before anything was read, and none after", async () => {
    const source = make();
    expect(await source.size()).toBe(50_000);
    expect(await source.etag?.()).toBe('"one"');
    expect(ranges()).toEqual(["bytes=0-0"]);
    await source.read(10, 5);
    server.object = undefined;
    expect(await source.size()).toBe(50_000);
    expect(ranges()).toHaveLength(2);
  });

  test("of an empty object are told, and reads of it send nothing further", async () => {
    server.object = new Uint8Array();
    const source = make();
    expect(await source.size()).toBe(0);
    expect(await source.read(0, 100)).toEqual(new Uint8Array());
    expect(ranges()).toHaveLength(1);
  });
});

// @spec loader.source.changed, loader.source.http.compare
describe("If-Match", () => {
  test.each([
    ["auto", undefined, true],
    ["auto", "same", true],
    ["auto", "https://page.example", false],
    ["always", "https://page.example", true],
    ["never", undefined, false],
  ] as const)("%s in a page of %s: %s", async (ifMatch, page, isSent) => {
    const origin = page === "same" ? server.origin : page;
    if (origin !== undefined) vi.stubGlobal("location", { origin, href: `${origin}/` });
    const source = make({ ifMatch });
    await source.size();
    await source.read(0, 10);
    expect(server.requests.map(({ headers }) => headers["if-match"])).toEqual([
      undefined,
      isSent ? '"one"' : undefined,
    ]);
    server.etag = '"two"';
    const error = await rejection(source.read(0, 10));
    expect(error).toMatchObject({
      code: "LDR_SOURCE_CHANGED",
      context: { property: "etag", expected: '"one"', found: '"two"' },
    });
  });

  test("is never sent with a weak tag", async () => {
    server.etag = 'W/"one"';
    const source = make({ ifMatch: "always" });
    await source.size();
    await source.read(0, 10);
    expect(await source.etag?.()).toBeUndefined();
    expect(server.requests.every(({ headers }) => headers["if-match"] === undefined)).toBe(true);
  });
});

describe("a body", () => {
  // @spec loader.source.http.whole
  test("of a long object is let go unread where the server ignores ranges", async () => {
    const [stream, record] = body([content], "endless");
    const headers = { "content-length": "4000000000", etag: '"one"' };
    const source = make({ fetch: async () => new Response(stream, { status: 200, headers }) });
    const error = await rejection(source.read(0, 100));
    expect(error.context).toMatchObject({ reason: expect.stringContaining("ignores ranges") });
    expect(record).toEqual({ pulls: 0, cancelled: true });
  });

  // @spec loader.source.http.whole
  test("of a short object is taken for the object, never for the range", async () => {
    server.fault = () => ignoreRange(server);
    const source = make();
    expect(await source.read(100, 50)).toEqual(content.slice(100, 150));
    expect(await source.openEnds?.(1_000, 44)).toEqual({
      size: 50_000,
      etag: '"one"',
      head: content.slice(0, 1_000),
      tail: content.slice(-44),
    });
  });

  // @spec loader.source.http.bounded, loader.limits.allocation
  test("that never ends is not read beyond one piece too many", async () => {
    const [stream, record] = body([content.slice(0, 10)], "endless");
    const source = make({ fetch: async () => part(0, 99, stream) });
    const error = await rejection(source.read(0, 100));
    expect(error.context).toMatchObject({ reason: "the body is longer than its head says" });
    expect(record).toEqual({ pulls: 11, cancelled: true });
  });

  // @spec loader.source.http.identity
  test("that is encoded is let go unread", async () => {
    const [stream, record] = body([content], "endless");
    const answer = part(0, 99, stream);
    answer.headers.set("content-encoding", "br");
    await rejection(make({ fetch: async () => answer }).read(0, 100));
    expect(record).toEqual({ pulls: 0, cancelled: true });
  });

  // @spec loader.source.http.resume
  test.each([
    ['"one"', ["bytes=0-99", "bytes=30-99", "bytes=45-99"]],
    ["", ["bytes=0-99", "bytes=0-99", "bytes=0-99"]],
  ])("that breaks is asked for from where it broke, only under a strong tag (%s)", async (etag, expected) => {
    const asked: string[] = [];
    const source = make({
      fetch: async (_url, init) => {
        const range = new Headers(init.headers).get("range") ?? "";
        asked.push(range);
        const first = Number(/=(\d+)/.exec(range)?.[1]);
        const broken = [content.slice(0, 30), content.slice(first, first + 15)][asked.length - 1];
        const [stream] = body([broken ?? content.slice(first, 100)], broken === undefined ? "end" : "break");
        const answer = part(first, 99, stream);
        if (etag === "") answer.headers.delete("etag");
        return answer;
      },
    });
    expect(await source.read(0, 100)).toEqual(content.slice(0, 100));
    expect(asked).toEqual(expected);
  });
});

// @spec loader.source.redirect, loader.source.description, security.no-secrets
describe("credentials", () => {
  const SECRETS = ["k3y", "t0ken", "s3cret", "signed-"];

  function signing(calls: string[]): HttpSourceOptions {
    return {
      headers: { "x-key": "k3y" },
      async authorize({ method, url, headers }): Promise<AuthorizedRequest> {
        calls.push(`${method} ${url.pathname}`);
        return { url, headers: { ...headers, authorization: `signed-${calls.length}` } };
      },
    };
  }

  test("are made for every attempt", async () => {
    const calls: string[] = [];
    server.fault = (number) => (number < 2 ? faults.status(503) : undefined);
    await make(signing(calls)).read(0, 10);
    expect(server.requests.map(({ headers }) => headers.authorization)).toEqual(["signed-1", "signed-2", "signed-3"]);
    expect(server.requests.map(({ headers }) => headers["x-key"])).toEqual(["k3y", "k3y", "k3y"]);
  });

  test("follow a redirect within the origin, and none to another, not even on the way back", async () => {
    const calls: string[] = [];
    server.fault = (_, { path }) =>
      path === "/artifact.buf"
        ? faults.redirect("/here")
        : path === "/here"
          ? faults.redirect(elsewhere.url)
          : undefined;
    elsewhere.fault = () => faults.redirect(`${server.origin}/home`);
    expect(await make(signing(calls)).read(0, 10)).toEqual(content.slice(0, 10));
    expect(calls).toEqual(["GET /artifact.buf", "GET /here"]);
    expect(server.requests.map(({ path, headers }) => [path, headers.authorization, headers["x-key"]])).toEqual([
      ["/artifact.buf", "signed-1", "k3y"],
      ["/here", "signed-2", "k3y"],
      ["/home", undefined, undefined],
    ]);
    expect(elsewhere.requests.map(({ headers }) => [headers.authorization, headers["x-key"], headers.range])).toEqual([
      [undefined, undefined, "bytes=0-9"],
    ]);
  });

  test("of a URL become a header", async () => {
    await make({}, server.url.replace("//", "//n%C3%A4me:p%40ss@")).size();
    expect(server.requests[0]?.headers.authorization).toBe(`Basic ${Buffer.from("näme:p@ss").toString("base64")}`);
    await make({ headers: { Authorization: "Bearer mine" } }, server.url.replace("//", "//a:b@")).size();
    expect(server.requests[1]?.headers.authorization).toBe("Bearer mine");
  });

  test("stand in no description, error or observation", async () => {
    const told: SourceRetry[] = [];
    const source = make(signing([]), `${server.url.replace("//", "//me:s3cret@")}?t0ken#t0ken`);
    source.observe?.({ retrying: (retry) => told.push(retry) });
    const found: unknown[] = [source.description];
    const echo = faults.status(503, { "x-echo": "k3y t0ken s3cret" });
    for (const fault of [echo, faults.ending("reset-head"), faults.status(403), faults.redirect("http://k3y@[bad")]) {
      server.fault = () => fault;
      const error = await rejection(source.read(0, 10));
      for (let one: FaygerError | undefined = error; one !== undefined; one = one.cause)
        found.push(one.message, one.context);
    }
    const text = JSON.stringify([found, told]);
    for (const secret of SECRETS) expect(text).not.toContain(secret);
    expect(source.description).toBe(server.url);
    expect(told.length).toBeGreaterThan(0);
  });

  test("that cannot be made fail the call at once, with the reason as cause", async () => {
    const source = make({ authorize: () => Promise.reject(new RangeError("k3y")) });
    const error = await rejection(source.read(0, 10));
    expect(error).toMatchObject({
      code: "LDR_SOURCE_UNAVAILABLE",
      context: { reason: "the request could not be authorized", offset: 0, length: 10 },
      cause: { code: "HOST_ERROR", context: { name: "RangeError" } },
    });
    expect(server.requests).toEqual([]);
  });
});

/** What a browser gives instead of a redirect that is to be followed by hand. */
function opaqueRedirect(): Response {
  return Object.defineProperty(new Response(null), "type", { value: "opaqueredirect" });
}

// @spec loader.source.redirect.hidden, loader.source.redirect.downgrade
describe("where the host hides redirects", () => {
  function hiding(asked: (string | undefined)[], target = server.url): HttpFetch {
    return async (_url, init) => {
      asked.push(init.redirect);
      if (init.redirect === "manual") return opaqueRedirect();
      const answer = await fetch(target, init);
      Object.defineProperties(answer, { redirected: { value: true }, url: { value: target } });
      return answer;
    };
  }

  test("they are left to the host, and found out once", async () => {
    const asked: (string | undefined)[] = [];
    const source = make({ fetch: hiding(asked) });
    expect(await source.read(0, 10)).toEqual(content.slice(0, 10));
    expect(await source.read(5, 10)).toEqual(content.slice(5, 15));
    expect(asked).toEqual(["manual", "follow", "follow"]);
  });

  test.each<[string, HttpSourceOptions]>([
    ["the host hides where a redirect leads, and it has credentials", { headers: { "x-key": "k3y" } }],
    ["too many redirects", { maxRedirects: 0 }],
  ])("they are refused: %s", async (reason, options) => {
    const asked: (string | undefined)[] = [];
    const error = await rejection(make({ ...options, fetch: hiding(asked) }).read(0, 10));
    expect(error.context).toMatchObject({ reason });
    expect(asked).toEqual(["manual"]);
    expect(server.requests).toEqual([]);
  });

  test("one to http is refused all the same", async () => {
    const source = make({ fetch: hiding([]) }, "https://artifacts.example/a.buf");
    const error = await rejection(source.read(0, 10));
    expect(error.context).toMatchObject({ reason: "a redirect leads from https to http" });
  });

  test("a fetch that follows on its own is not trusted with credentials a second time", async () => {
    const source = make({
      headers: { "x-key": "k3y" },
      fetch: async (_url, init) =>
        Object.defineProperties(await fetch(server.url, init), {
          redirected: { value: true },
          url: { value: elsewhere.url },
        }),
    });
    const error = await rejection(source.read(0, 10));
    expect(error.context).toMatchObject({ reason: "fetch itself followed a redirect to another origin" });
  });
});

test("no more requests are under way than were allowed", async () => {
  let underWay = 0;
  let most = 0;
  const source = make({
    concurrency: 3,
    fetch: async (url, init) => {
      underWay += 1;
      most = Math.max(most, underWay);
      const answer = await fetch(url, init);
      underWay -= 1;
      return answer;
    },
  });
  const reads = Array.from({ length: 20 }, (_, at) => source.read(at * 100, 100));
  const results = await Promise.all(reads);
  results.forEach((bytes, at) => {
    expect(bytes).toEqual(content.slice(at * 100, at * 100 + 100));
  });
  expect(most).toBe(3);
});

test("one request at a time is enough to open, and the end of a short object is then not asked for", async () => {
  expect((await make({ concurrency: 1 }).openEnds?.(16_384, 44))?.tail).toEqual(content.slice(-44));
  expect(ranges()).toEqual(["bytes=0-16383", "bytes=-44"]);
  server.requests.length = 0;
  expect((await make({ concurrency: 1 }).openEnds?.(50_000, 44))?.tail).toEqual(content.slice(-44));
  expect(ranges()).toEqual(["bytes=0-49999"]);
});

// Ports of other protocols, which the web platform keeps requests away from.
test("a port that fetch refuses is named as the reason, and not tried again", async () => {
  const source = createHttpSource("http://127.0.0.1:6000/tool.buf");
  const retries: SourceRetry[] = [];
  source.observe?.({ retrying: (retry) => retries.push(retry) });
  const error: unknown = await source.read(0, 1).catch((reason: unknown) => reason);
  expect(error).toMatchObject({ code: "LDR_SOURCE_UNAVAILABLE", cause: { code: "HOST_ERROR" } });
  expect(error).toMatchObject({ context: { reason: "fetch connects to no server at this port" } });
  expect(retries).toEqual([]);
  await source.close();
});

test("an entity tag of any length makes an error of bounded length", async () => {
  const source = make({ ifMatch: "never" });
  await source.size();
  server.etag = `"${"x".repeat(8_000)}"`;
  const error = await rejection(source.read(0, 10));
  expect(error.code).toBe("LDR_SOURCE_CHANGED");
  expect(JSON.stringify([error.message, error.context]).length).toBeLessThan(1_000);
});

// @spec loader.source.retry.after, loader.source.http.final
test("repetitions are told, and wait as long as the server wants", async () => {
  const told: SourceRetry[] = [];
  const waits: number[] = [];
  server.fault = (number) =>
    [faults.status(503, { "retry-after": "7" }), faults.status(429), faults.status(404)][number];
  const source = make({
    backoff: { baseMs: 100, maxMs: 150 },
    random: () => 1,
    sleep: async (milliseconds) => void waits.push(milliseconds),
  });
  source.observe?.({ retrying: (retry) => told.push(retry) });
  const error = await rejection(source.read(500, 10));
  expect(error.context).toMatchObject({ reason: "HTTP 404: there is no such object", offset: 500, length: 10 });
  expect(waits).toEqual([7_000, 150]);
  expect(told).toEqual([
    { offset: 500, attempt: 2, delayMs: 7_000, reason: "HTTP 503: the server is not available now" },
    { offset: 500, attempt: 3, delayMs: 150, reason: "HTTP 429: too many requests" },
  ]);
});

// @spec loader.source.stop, loader.cancellation, loader.source.closed
describe("a call ends early", () => {
  /** Not the host's own kind of signal. */
  function plainSignal(): CancellationSignal & { raise(): void; listeners: Set<() => void> } {
    const listeners = new Set<() => void>();
    return {
      aborted: false,
      listeners,
      addEventListener: (_type, listener) => void listeners.add(listener),
      removeEventListener: (_type, listener) => void listeners.delete(listener),
      raise() {
        Object.assign(this, { aborted: true });
        for (const listener of listeners) listener();
      },
    };
  }

  test.each(["stall-head", "stall-body"] as const)("by any signal, and frees the server (%s)", async (ending) => {
    server.fault = () => faults.ending(ending);
    const signal = plainSignal();
    server.arrived = () => setImmediate(() => signal.raise());
    const error = await rejection(make().read(0, 10_000, signal));
    expect(error.code).toBe("LDR_ABORTED");
    expect(signal.listeners.size).toBe(0);
    await server.idle();
  });

  test("also where fetch does not watch its signal; an answer that comes late is let go", async () => {
    const [stream, record] = body([content], "endless");
    let answer: (response: Response) => void = () => undefined;
    const controller = new AbortController();
    const source = make({
      fetch: () => {
        controller.abort();
        return new Promise((resolve) => {
          answer = resolve;
        });
      },
    });
    expect((await rejection(source.read(0, 10, controller.signal))).code).toBe("LDR_ABORTED");
    answer(part(0, 9, stream));
    await vi.waitFor(() => expect(record.cancelled).toBe(true), PATIENCE);
    expect(record.pulls).toBe(0);
  });

  test("while it waits for its turn, which then goes to the next", async () => {
    const controller = new AbortController();
    const source = make({ concurrency: 1 });
    server.fault = (number) => (number === 0 ? faults.ending("stall-head") : undefined);
    const first = new AbortController();
    const stalled = rejection(source.read(0, 10, first.signal));
    const waiting = rejection(source.read(10, 10, controller.signal));
    const next = source.read(20, 10);
    controller.abort();
    expect((await waiting).code).toBe("LDR_ABORTED");
    server.arrived = undefined;
    first.abort();
    expect((await stalled).code).toBe("LDR_ABORTED");
    // The stalled request may not have been sent yet.
    server.fault = undefined;
    expect(await next).toEqual(content.slice(20, 30));
  });

  test("when the source is closed, which waits for the end of all", async () => {
    const source = make({ concurrency: 2 });
    server.fault = () => faults.ending("stall-head");
    const order: string[] = [];
    const reads = [0, 1, 2, 3].map(async (at) => {
      const error = await rejection(source.read(at * 10, 10));
      order.push(`${error.code} ${String(error.context["reason" as never])}`);
    });
    await vi.waitFor(() => expect(server.requests).toHaveLength(2), PATIENCE);
    await Promise.all([source.close().then(() => order.push("closed")), source.close()]);
    await Promise.all(reads);
    expect(order.filter((line) => line === "LDR_SOURCE_UNAVAILABLE closed")).toHaveLength(4);
    expect((await rejection(source.size())).context).toMatchObject({ reason: "closed" });
    expect((await rejection(source.etag?.() ?? Promise.resolve())).context).toMatchObject({ reason: "closed" });
    expect(server.requests).toHaveLength(2);
  });

  test("and leaves no timer behind", async () => {
    const timers = (): number => process.getActiveResourcesInfo().filter((kind) => kind === "Timeout").length;
    const source = make({ timeoutMs: 3_600_000, deadlineMs: 3_600_000 });
    await source.read(0, 10);
    const before = timers();
    const controller = new AbortController();
    server.fault = () => faults.ending("stall-head");
    server.arrived = () => controller.abort();
    await rejection(source.read(0, 10, controller.signal));
    server.fault = () => faults.status(404);
    await rejection(source.read(0, 10));
    server.forget();
    await Promise.all([source.read(0, 10), source.read(10, 10)]);
    // The connection pool of the host may have timers of its own, one for all.
    expect(timers()).toBeLessThanOrEqual(before + 1);
  });
});

// @spec errors.api-misuse
describe("what makes no sense is a TypeError that repeats nothing of it", () => {
  test.each<[string, string, HttpSourceOptions]>([
    ["a relative URL", "s3cret.buf", {}],
    ["another scheme", "ftp://s3cret@host/a", {}],
    ["a file", "file:///s3cret", {}],
    ["no URL", "http://s3cret@[", {}],
    ["a header of two lines", "http://host/", { headers: { authorization: "s3cret\ninjected: 1" } }],
    ["a header of the source", "http://host/", { headers: { Range: "s3cret" } }],
    ["no attempt", "http://host/", { attempts: 0 }],
    ["half a millisecond", "http://host/", { timeoutMs: 0.5 }],
    ["no deadline", "http://host/", { deadlineMs: 0 }],
    ["no request at a time", "http://host/", { concurrency: 0 }],
    ["redirects below none", "http://host/", { maxRedirects: -1 }],
    ["a wait of no number", "http://host/", { backoff: { baseMs: Number.NaN } }],
  ])("%s", (_what, url, options) => {
    let error: unknown;
    try {
      createHttpSource(url, options);
    } catch (thrown) {
      error = thrown;
    }
    expect(error).toBeInstanceOf(TypeError);
    expect(JSON.stringify({ ...(error as TypeError), message: (error as TypeError).message })).not.toContain("s3cret");
  });

  test.each([
    [-1, 1],
    [0, -1],
    [0.5, 1],
    [Number.MAX_SAFE_INTEGER, 1],
    [Number.NaN, 1],
  ])("read(%d, %d)", async (offset, length) => {
    await expect(make().read(offset, length)).rejects.toThrow(TypeError);
    expect(server.requests).toEqual([]);
  });
});

test("a URL in a web page may be relative", async () => {
  vi.stubGlobal("location", { origin: server.origin, href: `${server.origin}/folder/page.html` });
  const source = make({}, "../artifact.buf");
  expect(source.description).toBe(server.url);
  expect(await source.size()).toBe(50_000);
});
