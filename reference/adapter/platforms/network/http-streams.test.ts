import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { createServer as createSecureServer } from "node:https";
import { createServer as createTcpServer, type Socket } from "node:net";
import { Readable } from "node:stream";
import type { TLSSocket } from "node:tls";
import { gzipSync } from "node:zlib";
import fc from "fast-check";
import { afterEach, describe, expect, it } from "vitest";
import { ioClose } from "../../../../generated/instructions/io.js";
import {
  netHttpOpen,
  netHttpRead,
  netHttpRequest,
  readNetHttpOpenResults,
  readNetHttpReadResults,
  readNetHttpRequestResults,
} from "../../../../generated/instructions/net.js";
import { failed } from "../testing/program.js";
import { certificateFor } from "./testing/certificate.js";
import {
  heldTimers,
  listening,
  type NetworkProgram,
  type NetworkProgramOptions,
  openNetworkProgram,
  pattern,
  resolverOf,
  resultsOf,
  settled,
  until,
} from "./testing/network-program.js";

// Bodies part by part, TLS, and peers that do not answer, against real servers of this process.
// @spec instructions.net.http-streams, instructions.net.http-bounds, instructions.net.http-body
// @spec instructions.net.one-read, capabilities.policy.patience, adapters.host-errors

const waiting = { asynchronous: false } as const;
const NOTHING = new Uint8Array(0);
const cleanups: (() => void)[] = [];
afterEach(() => {
  for (const cleanup of cleanups.splice(0)) cleanup();
});

async function serve(action: (request: IncomingMessage, response: ServerResponse) => void): Promise<{
  readonly url: string;
  readonly connections: () => Promise<number>;
}> {
  const server = createServer(action);
  const port = await listening(server);
  cleanups.push(() => {
    server.close();
    server.closeAllConnections();
  });
  return {
    url: `http://127.0.0.1:${port}/`,
    connections: () =>
      new Promise((resolve, reject) =>
        server.getConnections((error, count) => (error ? reject(error) : resolve(count))),
      ),
  };
}

function opened(options: NetworkProgramOptions = {}): NetworkProgram {
  const program = openNetworkProgram({ network: ["http://127.0.0.1:*"], ...options });
  cleanups.push(() => program.channel.close());
  return program;
}

const encodedOpen = (url: string): Uint8Array => netHttpOpen("GET", url, [], NOTHING, waiting);
const encodedRequest = (url: string): Uint8Array => netHttpRequest("GET", url, [], NOTHING, waiting);

async function open({ ask }: NetworkProgram, url: string): Promise<number> {
  return readNetHttpOpenResults(resultsOf(await ask(encodedOpen(url)))).response;
}

async function read({ ask }: NetworkProgram, response: number, maximum = 65_536): Promise<Uint8Array> {
  return readNetHttpReadResults(resultsOf(await ask(netHttpRead(response, maximum, waiting)))).data;
}

describe("http_open and http_read", () => {
  it("give the head, then the whole body in parts of any size, then its end again and again", async () => {
    let body: Uint8Array = NOTHING;
    const { url, connections } = await serve((_request, response) =>
      response.writeHead(201, { "X-Name": "x" }).end(body),
    );
    await fc.assert(
      fc.asyncProperty(fc.nat(200_000), fc.integer({ min: 1, max: 100_000 }), async (length, size) => {
        const sent = pattern(Math.min(length, size * 50), size);
        body = sent;
        const program = opened();
        const head = readNetHttpOpenResults(resultsOf(await program.ask(encodedOpen(url))));
        expect([head.httpStatus, head.headers[0]]).toEqual([201, { type: "text", value: "X-Name" }]);
        const parts: Uint8Array[] = [];
        for (let part = await read(program, head.response, size); part.length > 0; ) {
          expect(part.length).toBeLessThanOrEqual(size);
          parts.push(part);
          part = await read(program, head.response, size);
        }
        expect(Buffer.concat(parts).equals(sent)).toBe(true);
        expect(await read(program, head.response)).toHaveLength(0);
        program.channel.close();
      }),
      { numRuns: 15 },
    );
    await until(async () => (await connections()) === 0);
  });

  it("take from the host only what the program reads", async () => {
    const part = Buffer.alloc(65_536);
    let made = 0;
    const { url, connections } = await serve((_request, response) => {
      const endless = new Readable({
        read(): void {
          made += part.length;
          this.push(part);
        },
      });
      endless.pipe(response);
      response.on("close", () => endless.destroy());
    });
    const program = opened();
    const response = await open(program, url);
    // What the kernel holds for both ends is some mebibytes; the body has no end.
    const before = await settled(() => made);
    expect(before).toBeLessThan(24 * 1_048_576);
    for (let length = 0; length < before; ) length += (await read(program, response, 1_048_576)).length;
    await until(() => made > before);
    program.done(ioClose(response));
    await until(async () => (await connections()) === 0);
  });

  it("have no bound on the whole of a body, which http_request has", async () => {
    const body = Buffer.alloc(300_000, 1);
    const { url, connections } = await serve((_request, response) => response.end(body));
    const program = opened({ ceilings: { message_bytes: 299_999 } });
    expect(await program.ask(encodedRequest(url))).toBe(failed("too_large"));
    const response = await open(program, url);
    let length = 0;
    for (let part = await read(program, response); part.length > 0; part = await read(program, response)) {
      length += part.length;
    }
    expect(length).toBe(300_000);
    const generous = opened({ ceilings: { message_bytes: 300_000 } });
    expect(readNetHttpRequestResults(resultsOf(await generous.ask(encodedRequest(url)))).body).toHaveLength(300_000);
    await until(async () => (await connections()) === 0);
  });

  it("give a body as it came: nothing is unpacked", async () => {
    const packed = gzipSync(Buffer.alloc(50_000_000));
    const { url } = await serve((_request, response) =>
      response.writeHead(200, { "Content-Encoding": "gzip" }).end(packed),
    );
    const program = opened();
    expect(Buffer.from(await read(program, await open(program, url), 1_048_576)).subarray(0, 2)).toEqual(
      packed.subarray(0, 2),
    );
    const whole = readNetHttpRequestResults(resultsOf(await program.ask(encodedRequest(url))));
    expect(packed.equals(whole.body)).toBe(true);
  });

  it("refuse a second read while one waits, and end the first with the handle", async () => {
    const { url, connections } = await serve((_request, response) => response.writeHead(200).flushHeaders());
    const program = opened();
    const response = await open(program, url);
    const first = program.ask(netHttpRead(response, 1, waiting));
    expect(await program.ask(netHttpRead(response, 1, waiting))).toBe(failed("invalid_argument"));
    expect(await program.ask(netHttpRead(response, 1_048_577, waiting))).toBe(failed("too_large"));
    program.done(ioClose(response));
    expect(await first).toBe(failed("interrupted"));
    expect(await program.ask(netHttpRead(response, 1, waiting))).toBe(failed("bad_handle"));
    await until(async () => (await connections()) === 0);
  });

  it("say unavailable where a body breaks off", async () => {
    const { url } = await serve((_request, response) => {
      response.writeHead(200, { "Content-Length": "100" }).write("half");
      setImmediate(() => response.destroy());
    });
    const program = opened();
    const answer = await program.ask(encodedOpen(url));
    if (typeof answer === "string") {
      expect(answer).toBe(failed("unavailable"));
      return;
    }
    const { response } = readNetHttpOpenResults(answer);
    const answers: unknown[] = [];
    while (!answers.includes(failed("unavailable"))) {
      const next = await program.ask(netHttpRead(response, 4, waiting));
      answers.push(typeof next === "string" ? next : Buffer.from(readNetHttpReadResults(next).data).toString());
    }
    expect(answers.filter((one) => one !== "half")).toEqual([failed("unavailable")]);
    expect(program.nativeCode()).toBe("ECONNRESET");
  });

  it("give the place of a connection back at the end of its body, and with its handle", async () => {
    const { url } = await serve((_request, response) => response.end("x"));
    const program = opened({ ceilings: { connections: 1 } });
    const first = await open(program, url);
    expect(await program.ask(encodedOpen(url))).toBe("ADP_POLICY_DENIED quota");
    program.done(ioClose(first));
    const second = await open(program, url);
    while ((await read(program, second)).length > 0);
    await until(async () => typeof (await program.ask(encodedOpen(url))) !== "string");
  });
});

describe("peers that are silent", () => {
  const slowTo = async (lines: readonly string[], seen: Socket[] = []): Promise<number> => {
    const server = createTcpServer((socket) => {
      seen.push(socket);
      socket.on("error", () => {});
      socket.once("data", () => {
        for (const line of lines) socket.write(line);
      });
      cleanups.push(() => socket.destroy());
    });
    cleanups.push(() => server.close());
    return listening(server);
  };

  it.each([[[]], [["HTTP/1.1 200 OK\r\n", "X-Drip: 1\r\n"]]])(
    "are given up before the head has come: %j",
    async (lines) => {
      const timers = heldTimers();
      const port = await slowTo(lines);
      const program = opened({ services: { timers } });
      for (const encoded of [encodedRequest, encodedOpen]) {
        const pending = program.ask(encoded(`http://127.0.0.1:${port}/`));
        await until(() => timers.waiting.size === 1);
        timers.fireAll();
        expect(await pending).toBe(failed("timed_out"));
        // @spec adapters.host-errors: what no host has thrown says what was called all the same.
        expect(program.channel.lastError?.cause?.context).toEqual({ name: "timed_out", call: "http request" });
      }
      expect(timers.waiting.size).toBe(0);
    },
  );

  it("are given up within a body, and each byte begins a new wait", async () => {
    const timers = heldTimers();
    const sockets: Socket[] = [];
    const port = await slowTo(["HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n", "drip"], sockets);
    const program = opened({ services: { timers } });
    const response = await open(program, `http://127.0.0.1:${port}/`);
    let text = "";
    while (text !== "drip") text += Buffer.from(await read(program, response)).toString();
    const pending = program.ask(netHttpRead(response, 1, waiting));
    expect(timers.waiting.size).toBe(1);
    timers.fireAll();
    expect(await pending).toBe(failed("timed_out"));
    // What comes after one has given up is for the next.
    sockets[0]?.write("drops");
    await settled(() => sockets[0]?.writableLength ?? 0);
    while (text !== "dripdrops") text += Buffer.from(await read(program, response)).toString();
    expect(timers.waiting.size).toBe(0);
  });
});

describe("https", () => {
  const { key, certificate } = certificateFor(["right.test"]);
  const serveSecurely = async (): Promise<{ port: number; seen: (string | undefined | false)[][] }> => {
    const seen: (string | undefined | false)[][] = [];
    const server = createSecureServer({ key, cert: certificate }, (request, response) => {
      const { servername } = request.socket as TLSSocket & { readonly servername?: string | false };
      seen.push([servername, request.headers.host, request.socket.localAddress]);
      response.end("secret");
    });
    server.on("tlsClientError", () => {});
    const port = await listening(server);
    cleanups.push(() => {
      server.close();
      server.closeAllConnections();
    });
    return { port, seen };
  };
  const programFor = (authorities: readonly string[] | undefined): NetworkProgram => {
    const names = resolverOf({ "right.test": [["127.0.0.1"]], "wrong.test": [["127.0.0.1"]] });
    const network = { ...names, ...(authorities !== undefined && { authorities }) };
    return opened({ network: ["https://*:*", "https://127.0.0.1:*"], services: { network } });
  };

  it("asks for the name and checks it, though it connects to the address that was judged", async () => {
    const { port, seen } = await serveSecurely();
    const program = programFor([certificate]);
    const { body } = readNetHttpRequestResults(
      resultsOf(await program.ask(encodedRequest(`https://right.test:${port}/`))),
    );
    expect(Buffer.from(body).toString()).toBe("secret");
    expect(seen).toEqual([["right.test", `right.test:${port}`, "127.0.0.1"]]);
  });

  it("refuses a certificate for another name, and one that nobody trusts, whatever the environment says", async () => {
    const { port, seen } = await serveSecurely();
    const trusting = programFor([certificate]);
    expect(await trusting.ask(encodedRequest(`https://wrong.test:${port}/`))).toBe(failed("unavailable"));
    expect(trusting.nativeCode()).toBe("ERR_TLS_CERT_ALTNAME_INVALID");
    expect(await trusting.ask(encodedRequest(`https://127.0.0.1:${port}/`))).toBe(failed("unavailable"));
    const careful = programFor(undefined);
    const before = process.env["NODE_TLS_REJECT_UNAUTHORIZED"];
    process.env["NODE_TLS_REJECT_UNAUTHORIZED"] = "0";
    try {
      expect(await careful.ask(encodedRequest(`https://right.test:${port}/`))).toBe(failed("unavailable"));
    } finally {
      if (before === undefined) delete process.env["NODE_TLS_REJECT_UNAUTHORIZED"];
      else process.env["NODE_TLS_REJECT_UNAUTHORIZED"] = before;
    }
    expect(careful.nativeCode()).toBe("DEPTH_ZERO_SELF_SIGNED_CERT");
    expect(seen).toEqual([]);
  });

  it("says unavailable where the peer speaks no TLS", async () => {
    const server = createTcpServer((socket) => socket.on("error", () => {}).end("hello"));
    const port = await listening(server);
    cleanups.push(() => server.close());
    expect(await programFor(undefined).ask(encodedRequest(`https://right.test:${port}/`))).toBe(failed("unavailable"));
  });
});
