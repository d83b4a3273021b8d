import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { gzipSync } from "node:zlib";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { HOST_ERRORS } from "../../../../generated/enums/host-error.js";
import { errorCodeOfNumber } from "../../../../generated/errors/error-code.js";
import { decodeReply } from "../../../../generated/instructions/message.js";
import {
  type NetHttpRequestResults,
  netHttpRequest,
  readNetHttpRequestResults,
} from "../../../../generated/instructions/net.js";
import type { Tlv } from "../../../../generated/instructions/tlv.js";
import { DENIED, failed, openTestProgram } from "../testing/program.js";

// The HTTP instruction against a real server in this process.
// @spec instructions.net.policy, instructions.net.http-redirects, instructions.net.http-request
// @spec instructions.net.http-bounds, instructions.net.http-body

/** A request as the server saw it. */
interface Seen {
  readonly method: string | undefined;
  readonly url: string | undefined;
  readonly rawHeaders: readonly string[];
  readonly body: string;
}

const seen: Seen[] = [];
const packed = gzipSync("a".repeat(5000));

function answer(request: IncomingMessage, response: ServerResponse, body: string): void {
  seen.push({ method: request.method, url: request.url, rawHeaders: request.rawHeaders, body });
  switch (request.url) {
    case "/redirect":
      response.writeHead(302, { Location: "/secret" }).end();
      return;
    case "/packed":
      response.writeHead(200, { "Content-Encoding": "gzip" }).end(packed);
      return;
    case "/largest":
      response.end(Buffer.alloc(1_048_576));
      return;
    case "/many-headers":
      response
        .writeHead(
          200,
          Array.from({ length: 3000 }, (_, at) => (at % 2 === 0 ? "a" : String(at))),
        )
        .end();
      return;
    case "/too-large":
      response.write(Buffer.alloc(1_048_577));
      // Never ends: whoever reads on would wait for ever.
      return;
    case "/cut":
      response.writeHead(200, { "Content-Length": "100" });
      response.write("half");
      setImmediate(() => response.destroy());
      return;
    case "/silent":
      return;
    default:
      response.writeHead(200, ["X-Name", "first", "x-name", "second", "Content-Type", "text/plain"]).end(`got ${body}`);
  }
}

const server = createServer((request, response) => {
  let body = "";
  request.setEncoding("utf8");
  request.on("data", (part: string) => {
    body += part;
  });
  request.on("end", () => answer(request, response, body));
});
let origin = "";
beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});

interface Request {
  readonly method?: string;
  readonly url?: string;
  readonly headers?: readonly string[];
  readonly body?: Uint8Array;
}

function encoded({ method = "GET", url = `${origin}/`, headers = [], body = new Uint8Array(0) }: Request): Uint8Array {
  const list = headers.map((value): Tlv => ({ type: "text", value }));
  return netHttpRequest(method, url, list, body, { asynchronous: false });
}

/** The results of a request, or the code and the host error. */
async function ask(request: Request, origins: readonly string[] = [origin]): Promise<NetHttpRequestResults | string> {
  const { channel } = openTestProgram({ policy: { network: origins } });
  const { status, results } = decodeReply(await channel.emit(encoded(request)));
  channel.close();
  if (status === 0) return readNetHttpRequestResults(results);
  const [error] = results;
  return `${errorCodeOfNumber(status)} ${error?.type === "u32" ? HOST_ERRORS[error.value - 1] : "?"}`;
}

async function answered(request: Request): Promise<NetHttpRequestResults> {
  const results = await ask(request);
  if (typeof results === "string") throw new Error(results);
  return results;
}

const texts = ({ headers }: NetHttpRequestResults): unknown[] =>
  headers.map((tlv) => (tlv.type === "text" ? tlv.value : tlv));
const bodyOf = ({ body }: NetHttpRequestResults): string => Buffer.from(body).toString();

/** Texts with control characters, Latin-1, and what lies beyond. */
const anyText = fc.string({
  unit: fc
    .oneof(fc.nat(0x17f), fc.constantFrom(0x010a, 0x010d, 0x2028, 0xfeff, 0x1f600, 0x10ffff))
    .map((point) => String.fromCodePoint(point)),
  maxLength: 40,
});

describe("net.http_request", () => {
  it("sends method, headers and body, and gives status, headers and body", async () => {
    const results = await answered({
      method: "POST",
      url: `${origin}/a?b=c`,
      headers: ["Accept", "text/plain", "X-Twice", "1", "x-twice", "2"],
      body: Buffer.from("hello"),
    });
    expect(results.httpStatus).toBe(200);
    expect(bodyOf(results)).toBe("got hello");
    expect(texts(results).slice(0, 6)).toEqual(["X-Name", "first", "x-name", "second", "Content-Type", "text/plain"]);
    expect(seen.at(-1)).toMatchObject({ method: "POST", url: "/a?b=c", body: "hello" });
    const sent = seen.at(-1)?.rawHeaders.join("|");
    expect(sent).toContain("Accept|text/plain|X-Twice|1|x-twice|2");
    expect(sent).toContain(`Host|${origin.slice(7)}|Content-Length|5`);
  });

  it("gives a redirect as an answer and does not follow it", async () => {
    const before = seen.length;
    const results = await answered({ url: `${origin}/redirect` });
    expect(results.httpStatus).toBe(302);
    expect(texts(results)).toContain("/secret");
    expect(seen.slice(before).map(({ url }) => url)).toEqual(["/redirect"]);
  });

  it("gives every header of a long head", async () => {
    const given = texts(await answered({ url: `${origin}/many-headers` }));
    expect(given.slice(0, 3000)).toEqual(Array.from({ length: 3000 }, (_, at) => (at % 2 === 0 ? "a" : String(at))));
  });

  it("gives a body as it came, however it is packed", async () => {
    expect(Buffer.from((await answered({ url: `${origin}/packed` })).body)).toEqual(packed);
  });

  it("takes a mebibyte and not a byte more", async () => {
    expect((await answered({ url: `${origin}/largest` })).body).toHaveLength(1_048_576);
    expect(await ask({ url: `${origin}/too-large` })).toBe(failed("too_large"));
  });

  it("says unavailable where nobody answers and where the answer breaks off", async () => {
    const closed = "http://127.0.0.1:1";
    expect(await ask({ url: closed }, [closed])).toBe(failed("unavailable"));
    expect(await ask({ url: `${origin}/cut` })).toBe(failed("unavailable"));
  });

  it("ends with the instance that asked", async () => {
    const { channel } = openTestProgram({ policy: { network: [origin] } });
    const before = seen.length;
    const reply = channel.emit(encoded({ url: `${origin}/silent` }));
    while (seen.length === before) await new Promise((resolve) => setImmediate(resolve));
    const sockets = () =>
      new Promise<number>((resolve, reject) =>
        server.getConnections((error, count) => (error ? reject(error) : resolve(count))),
      );
    expect(await sockets()).toBeGreaterThan(0);
    channel.close();
    while ((await sockets()) > 0) await new Promise((resolve) => setImmediate(resolve));
    void reply;
  });

  const refused = (
    what: string,
    expected: string,
    requests: () => readonly Request[],
    origins = () => [origin],
  ): void => {
    it(`refuses ${what} and sends nothing`, async () => {
      const before = seen.length;
      for (const request of requests()) expect([request, await ask(request, origins())]).toEqual([request, expected]);
      expect(seen.length).toBe(before);
    });
  };

  refused("an origin that the policy does not name", DENIED, () => [
    { url: origin.replace("127.0.0.1", "localhost") },
    { url: origin.replace("http:", "https:") },
    { url: "http://127.0.0.1/" },
    { url: "http://127.0.0.1:9/" },
  ]);
  refused(
    "everything where the policy names no origin",
    DENIED,
    () => [{}],
    () => [],
  );
  refused("what is no method", failed("invalid_argument"), () =>
    ["", "get", "GET /", "CONNECT", "TRACE", "A".repeat(17), "GET\r\nX: y"].map((method) => ({ method })),
  );
  refused("what is no address of a page", failed("invalid_argument"), () => [
    { url: "" },
    { url: "/relative" },
    { url: "file:///etc/passwd" },
    { url: origin.replace("//", "//name@") },
    { url: origin.replace("//", "//name:word@") },
    { url: `${origin}/#part` },
  ]);
  refused("headers that are none or belong to the connection", failed("invalid_argument"), () =>
    [
      ["Odd"],
      ["", "empty"],
      ["Na me", "x"],
      ["Name", "a\r\nHost: other"],
      ["Name\r\nHost: other", "x"],
      ["Name", "\u0100"],
      ...[
        "Host",
        "content-length",
        "Transfer-Encoding",
        "Connection",
        "Expect",
        "Upgrade",
        "TE",
        "Trailer",
        "Keep-Alive",
        "Proxy-Authorization",
      ].map((name) => [name, "1"]),
    ].map((headers) => ({ headers })),
  );

  it("never sends a header line that the program did not name, whatever text it gives", async () => {
    await fc.assert(
      fc.asyncProperty(anyText, anyText, async (name, value) => {
        const before = seen.length;
        const results = await ask({ headers: [name, value] });
        if (typeof results === "string") {
          expect(seen.length).toBe(before);
          return;
        }
        const names = seen.at(-1)?.rawHeaders.filter((_text, at) => at % 2 === 0) ?? [];
        expect(names.filter((one) => !["Host", "Connection"].includes(one))).toEqual([name]);
      }),
      { numRuns: 60 },
    );
  });
});
