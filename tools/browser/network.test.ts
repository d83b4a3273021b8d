import { createServer } from "node:http";
import type { Duplex } from "node:stream";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { ioClose } from "../../generated/instructions/io.js";
import * as net from "../../generated/instructions/net.js";
import type { Tlv } from "../../generated/instructions/tlv.js";
import type { HostPolicy } from "../../generated/json/host-policy.js";
import { closeServer, listen } from "./artifact-server.js";
import { findChromium, NO_CHROMIUM } from "./chromium.js";
import { compilePages, type Harness, type OpenedProbe, startHarness } from "./harness.js";
import { type NetworkServer, startNetworkServer } from "./network-server.js";
import { openRemoteProgram, outcomeOfReply, type RemoteProgram } from "./remote-program.js";

// The network of programs in a real browser, against real servers.

const chromium = findChromium();
const skipped = chromium === undefined ? `, all skipped: ${NO_CHROMIUM}` : "";

const NOTHING = new Uint8Array(0);
const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text);
const textOf = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);
const texts = (...values: string[]): Tlv[] => values.map((value) => ({ type: "text", value }));
const failed = (hostError: string): string => `ADP_HOST_CALL_FAILED ${hostError}`;
const DENIED = "ADP_POLICY_DENIED access_denied";
const QUOTA = "ADP_POLICY_DENIED quota";

describe.skipIf(chromium === undefined)(`the network in Chromium${skipped}`, { timeout: 120_000 }, () => {
  let harness: Harness;
  let probe: OpenedProbe;
  let server: NetworkServer;
  let program: RemoteProgram;

  beforeAll(async () => {
    compilePages();
    [harness, server] = await Promise.all([startHarness(chromium ?? ""), startNetworkServer()]);
    probe = await harness.openProbe();
    program = await opened();
  }, 180_000);
  afterAll(async () => {
    await harness?.close();
    await server?.close();
  });
  beforeEach(() => {
    server.arrived.length = 0;
  });

  /** A program that may reach the server, and nothing else. */
  async function opened(ceilings: HostPolicy["ceilings"] = {}): Promise<RemoteProgram> {
    const network = [server.http, server.ws];
    return openRemoteProgram(probe, { policy: { network, ceilings: { message_bytes: 1_000, ...ceilings } } });
  }

  const get = (path: string, ...headers: string[]): Uint8Array =>
    net.netHttpRequest("GET", `${server.http}${path}`, texts(...headers), NOTHING);

  // @spec adapters.conformance, adapters.handlers, adapters.normalize, adapters.binding, adapters.built-in.browser
  test("the adapter passes the check for anybody's adapters, with everything it does", async () => {
    const { passed, checks } = await probe.call("checkAdapter", server.http, server.ws);
    expect(checks.filter((check) => check.passed !== true)).toEqual([]);
    expect(passed).toBe(true);
  });

  describe("http_request", () => {
    test("sends method, headers and body, and gives status, headers and body", async () => {
      const answer = net.readNetHttpRequestResults(
        await program.done(
          net.netHttpRequest(
            "PUT",
            `${server.http}/echo?a=b`,
            texts("X-One", "1", "x-two", "caf\xe9"),
            bytesOf("hello"),
          ),
        ),
      );
      expect(answer.httpStatus).toBe(201);
      expect(textOf(answer.body)).toBe("PUT hello");
      const values = answer.headers.map((text) => (text.type === "text" ? text.value : ""));
      expect(values[values.indexOf("x-said") + 1]).toBe("caf\xe9");
      // @spec adapters.built-in.browser: what a browser keeps for itself never comes.
      expect(values).not.toContain("set-cookie");
      const arrived = server.arrived.filter(({ method }) => method === "PUT");
      expect(arrived).toMatchObject([
        { path: "/echo?a=b", body: "hello", headers: { "x-one": "1", "x-two": "caf\xe9" } },
      ]);
      expect(arrived[0]?.headers).not.toHaveProperty("cookie");
      expect(arrived[0]?.headers).not.toHaveProperty("referer");
    });

    test("brings no cookie along, and keeps none", async () => {
      await program.done(get("/echo"));
      await program.done(get("/echo"));
      expect(server.arrived.map(({ headers }) => headers.cookie)).toEqual([undefined, undefined]);
      expect(await probe.page.context().cookies()).toEqual([]);
    });

    test("answers an error of the server like any other answer", async () => {
      const { httpStatus, body } = net.readNetHttpRequestResults(await program.done(get("/nowhere")));
      expect([httpStatus, textOf(body)]).toEqual([404, "nothing here"]);
    });

    // @spec instructions.net.http-bounds
    test("gives a body of the longest length, and refuses one of a byte more without reading on", async () => {
      const { body } = net.readNetHttpRequestResults(await program.done(get("/bytes?length=1000")));
      expect(body).toEqual(bytesOf("abcdefgh".repeat(125)));
      expect(await program.refused(get("/bytes?length=1001"))).toBe(failed("too_large"));
      expect(await program.refused(get("/endless"))).toBe(failed("too_large"));
      await expect.poll(() => server.endless.ended).toBe(true);
    });

    // @spec instructions.net.http-body
    test("bounds what was unpacked, and not what came", async () => {
      const { body } = net.readNetHttpRequestResults(await program.done(get("/zipped?length=1000")));
      expect(textOf(body)).toBe("z".repeat(1_000));
      expect(await program.refused(get("/zipped?length=30000000"))).toBe(failed("too_large"));
    });

    // @spec instructions.net.http-redirects
    test("follows no redirect, and says that it may not show it", async () => {
      expect(await program.refused(get("/redirect"))).toBe(failed("access_denied"));
      expect(server.arrived.map(({ path }) => path)).toEqual(["/redirect"]);
    });

    // @spec instructions.net.http-request
    test.each([
      ["a method in lower case", "get", "/echo", []],
      ["CONNECT", "CONNECT", "/echo", []],
      ["a header that is none", "GET", "/echo", ["a b", "c"]],
      ["a header that ends the line", "GET", "/echo", ["a", "b\r\nc: d"]],
      ["a header of the connection", "GET", "/echo", ["Host", "elsewhere"]],
      ["a name without a value", "GET", "/echo", ["a"]],
      ["a fragment", "GET", "/echo#part", []],
    ])("refuses %s before anything is sent", async (_name, method, path, headers) => {
      const before = server.connections.count;
      const request = net.netHttpRequest(method, `${server.http}${path}`, texts(...headers), NOTHING);
      expect(await program.refused(request)).toBe(failed("invalid_argument"));
      expect([server.arrived, server.connections.count]).toEqual([[], before]);
    });

    test("refuses a body where a browser sends none", async () => {
      const request = net.netHttpRequest("GET", `${server.http}/echo`, [], bytesOf("body"));
      expect(await program.refused(request)).toBe(failed("invalid_argument"));
    });

    // @spec instructions.net.http-kept-headers
    test.each(["Cookie", "Origin", "Sec-Fetch-Mode", "Accept-Encoding"])(
      "refuses %s, which a browser would leave out without a word",
      async (name) => {
        expect(await program.refused(get("/echo", name, "value"))).toBe(failed("access_denied"));
        expect(server.arrived).toEqual([]);
      },
    );

    // @spec adapters.host-errors
    test("tells a server that is silent, gone, breaks off or does not let pages hear it", async () => {
      const hasty = await opened({ patience_ms: 300 });
      expect(await hasty.refused(get("/silent"))).toBe(failed("timed_out"));
      expect(await hasty.refused(get("/stalled"))).toBe(failed("timed_out"));
      expect(await program.refused(get("/half"))).toBe(failed("unavailable"));
      expect(await program.refused(get("/no-cors"))).toBe(failed("unavailable"));
      const gone = createServer();
      const origin = await listen(gone);
      await closeServer(gone);
      const lost = await openRemoteProgram(probe, { policy: { network: [origin] } });
      const request = net.netHttpRequest("GET", `${origin}/`, [], NOTHING);
      expect(await lost.refused(request)).toBe(failed("unavailable"));
    });

    test("ends with its instance", async () => {
      const other = await opened();
      const waiting = other.refused(get("/silent"));
      await expect.poll(() => server.arrived.length).toBe(1);
      await other.close();
      expect(await waiting).toBe(failed("interrupted"));
    });
  });

  // @spec instructions.net.policy, capabilities.policy.network, capabilities.policy.private-addresses
  test("an address that no rule allows is never contacted", async () => {
    const other = await startNetworkServer();
    const { port } = new URL(other.http);
    const rules = [
      "http://*",
      "ws://*",
      `http://example.org:${port}`,
      `https://127.0.0.1:${port}`,
      server.http,
      server.ws,
    ];
    const narrow = await openRemoteProgram(probe, { policy: { network: rules } });
    for (const url of [other.http, `http://localhost:${port}`, `http://[::1]:${port}`, `http://0x7f000001:${port}`]) {
      const request = net.netHttpRequest("POST", url, [], bytesOf("secret"));
      expect([url, await narrow.refused(request)]).toEqual([url, DENIED]);
      expect(await narrow.refused(net.netHttpOpen("GET", url, [], NOTHING))).toBe(DENIED);
      expect(await narrow.refused(net.netWebsocketOpen(url.replace("http", "ws"), []))).toBe(DENIED);
    }
    expect([other.connections.count, other.arrived]).toEqual([0, []]);
    const none = await openRemoteProgram(probe);
    expect(await none.refused(get("/echo"))).toBe(DENIED);
    await other.close();
  });

  describe("http_open", () => {
    const open = async (path: string, of = program): Promise<net.NetHttpOpenResults> =>
      net.readNetHttpOpenResults(await of.done(net.netHttpOpen("GET", `${server.http}${path}`, [], NOTHING)));
    const read = async (response: number, maximum: number, of = program): Promise<Uint8Array> =>
      net.readNetHttpReadResults(await of.done(net.netHttpRead(response, maximum))).data;

    // @spec instructions.net.http-streams
    test("gives a body of any length part by part", async () => {
      const { response, httpStatus } = await open("/bytes?length=100003");
      expect(httpStatus).toBe(200);
      const parts: Uint8Array[] = [];
      for (;;) {
        const part = await read(response, 30_000);
        expect(part.length).toBeLessThanOrEqual(30_000);
        if (part.length === 0) break;
        parts.push(part);
      }
      expect(textOf(Buffer.concat(parts))).toBe("abcdefgh".repeat(12_501).slice(0, 100_003));
      expect(await read(response, 1)).toEqual(NOTHING);
      await program.done(ioClose(response));
      expect(await program.refused(net.netHttpRead(response, 1))).toBe(failed("bad_handle"));
    });

    // @spec instructions.net.http-streams
    test("lets a server stand still where nobody reads on, and lets it go when it is closed", async () => {
      Object.assign(server.endless, { given: 0, ended: false });
      const { response } = await open("/endless");
      expect((await read(response, 10)).length).toBe(10);
      let before = -1;
      await expect
        .poll(
          () => {
            const still = server.endless.given === before;
            before = server.endless.given;
            return still;
          },
          { interval: 100 },
        )
        .toBe(true);
      expect(server.endless.ended).toBe(false);
      await program.done(ioClose(response));
      await expect.poll(() => server.endless.ended).toBe(true);
    });

    // @spec instructions.net.one-read, instructions.net.read-maximum
    test("lets one read at a time, until its handle is closed", async () => {
      const { response } = await open("/stalled");
      expect(textOf(await read(response, 4))).toBe("some");
      const waiting = program.refused(net.netHttpRead(response, 1));
      expect(await program.refused(net.netHttpRead(response, 1))).toBe(failed("invalid_argument"));
      expect(await program.refused(net.netHttpRead(response, 1_048_577))).toBe(failed("too_large"));
      await program.done(ioClose(response));
      expect(await waiting).toBe(failed("interrupted"));
      const whole = await open("/bytes?length=8");
      expect(await read(whole.response, 0)).toEqual(NOTHING);
      expect(textOf(await read(whole.response, 5))).toBe("abcde");
      expect(textOf(await read(whole.response, 5))).toBe("fgh");
      await program.done(ioClose(whole.response));
    });
  });

  // @spec capabilities.policy.ceilings
  test("connections and their beginnings are counted", async () => {
    const few = await opened({ connections: 2 });
    const open = net.netHttpOpen("GET", `${server.http}/echo`, [], NOTHING);
    const { response } = net.readNetHttpOpenResults(await few.done(open));
    await few.done(net.netWebsocketOpen(`${server.ws}/`, []));
    expect(await few.refused(open)).toBe(QUOTA);
    expect(await few.refused(get("/echo"))).toBe(QUOTA);
    await few.done(ioClose(response));
    await few.done(open);
    const slow = await opened({ connections_per_second: 2 });
    const replies = await slow.replies([get("/echo"), get("/echo"), get("/echo")]);
    expect(replies.map((reply) => reply[0] === 0 && reply[1] === 0)).toContain(false);
    await few.close();
  });

  describe("WebSockets", () => {
    const open = async (path: string, of = program, ...protocols: string[]): Promise<net.NetWebsocketOpenResults> =>
      net.readNetWebsocketOpenResults(await of.done(net.netWebsocketOpen(`${server.ws}${path}`, texts(...protocols))));
    const receive = async (socket: number, of = program): Promise<string> => {
      const { kind, data, code } = net.readNetWebsocketReceiveResults(await of.done(net.netWebsocketReceive(socket)));
      return `${kind} ${code} ${textOf(data)}`;
    };

    // @spec instructions.net.websocket-messages
    test("carry texts and bytes both ways, whole and in order", async () => {
      const { socket, protocol } = await open("/", program, "first", "second");
      expect(protocol).toBe("second");
      for (let at = 0; at < 20; at += 1) {
        const message = `message ${at} é\u{1f600}`;
        await program.done(
          at % 2 === 0
            ? net.netWebsocketSendText(socket, message)
            : net.netWebsocketSendBytes(socket, bytesOf(message)),
        );
      }
      const received: string[] = [];
      for (let at = 0; at < 20; at += 1) received.push(await receive(socket));
      expect(received).toEqual(Array.from({ length: 20 }, (_, at) => `${1 + (at % 2)} 0 message ${at} é\u{1f600}`));
      expect((await open("/")).protocol).toBe("");
      const longest = "x".repeat(1_000);
      await program.done(net.netWebsocketSendText(socket, longest));
      expect(await receive(socket)).toBe(`1 0 ${longest}`);
      expect(await program.refused(net.netWebsocketSendText(socket, `${longest}y`))).toBe(failed("too_large"));
      await program.done(ioClose(socket));
    });

    // @spec instructions.net.websocket-close
    test("give what came before the end, then the end with its code and reason, as often as it is asked", async () => {
      const { socket } = await open("/leave");
      expect([await receive(socket), await receive(socket), await receive(socket)]).toEqual([
        "1 0 the last word",
        "0 4321 gone",
        "0 4321 gone",
      ]);
      expect(await program.refused(net.netWebsocketSendText(socket, "late"))).toBe(failed("unavailable"));
    });

    // @spec instructions.net.websocket-close-code
    test("close with a code and a reason of the program, and only with one that it may give", async () => {
      const { socket } = await open("/");
      await program.done(net.netWebsocketSendText(socket, "before"));
      for (const [code, reason] of [
        [1_001, ""],
        [2_999, ""],
        [5_000, ""],
        [1_000, "é".repeat(62)],
      ] as const) {
        expect(await program.refused(net.netWebsocketClose(socket, code, reason))).toBe(failed("invalid_argument"));
      }
      await program.done(net.netWebsocketClose(socket, 3_456, "enough"));
      await program.done(net.netWebsocketClose(socket, 1_000, "a second one changes nothing"));
      expect([await receive(socket), await receive(socket)]).toEqual(["1 0 before", "0 3456 enough"]);
      expect(server.closes).toContain("3456 enough");
    });

    // @spec instructions.net.websocket-messages, instructions.net.websocket-own-codes
    test("end where a message is longer than it may be", async () => {
      const { socket } = await open("/flood?count=1&length=1001");
      expect([await receive(socket), await receive(socket)]).toEqual(["0 1009 ", "0 1009 "]);
      await expect.poll(() => server.closes).toContain("4009 ");
    });

    // @spec instructions.net.websocket-backlog
    test("hold a bounded number of messages that nobody receives, then end", async () => {
      const { socket } = await open("/flood?count=300&length=500");
      await expect.poll(() => server.closes).toContain("4008 ");
      const received: string[] = [];
      while (!received.at(-1)?.startsWith("0 ")) received.push(await receive(socket));
      expect(received.at(-1)).toBe("0 1008 ");
      expect(received.length - 1).toBeGreaterThan(3);
      expect((received.length - 1) * 500).toBeLessThanOrEqual(4_000);
    });

    // @spec instructions.net.one-read, instructions.close
    test("let one wait at a time, and end with their instance", async () => {
      const other = await opened();
      const { socket } = await open("/", other);
      const waiting = other.refused(net.netWebsocketReceive(socket));
      expect(await other.refused(net.netWebsocketReceive(socket))).toBe(failed("invalid_argument"));
      const { size } = server.sockets;
      await other.done(ioClose(socket));
      expect(await waiting).toBe(failed("interrupted"));
      const { socket: second } = await open("/", other);
      const another = other.refused(net.netWebsocketReceive(second));
      await other.close();
      expect(await another).toBe(failed("interrupted"));
      await expect.poll(() => server.sockets.size).toBeLessThan(size);
      expect(await other.openHandles()).toBe(0);
    });

    // @spec instructions.net.held-writes
    test("take no more than a bounded number of bytes at once", async () => {
      const other = await opened({ message_bytes: 100_000 });
      const { socket } = await open("/", other);
      const message = net.netWebsocketSendBytes(socket, new Uint8Array(90_000));
      const outcomes = (await other.repliesAtOnce(message, 6)).map(outcomeOfReply);
      expect(outcomes.sort()).toEqual([QUOTA, QUOTA, "done", "done", "done", "done"]);
      for (let at = 0; at < 4; at += 1) expect((await receive(socket, other)).length).toBe("2 0 ".length + 90_000);
      await other.close();
    });

    // @spec instructions.net.websocket-address
    test("are opened only at an address and with protocols that are some", async () => {
      const { host } = new URL(server.http);
      for (const [url, ...protocols] of [
        [`http://${host}/`],
        [`ws://${host}/#part`],
        [`ws://user@${host}/`],
        [`ws://${host}/`, "a b"],
        [`ws://${host}/`, "twice", "twice"],
      ] as const) {
        const instruction = net.netWebsocketOpen(url, texts(...protocols));
        expect([url, await program.refused(instruction)]).toEqual([url, failed("invalid_argument")]);
      }
      expect(server.arrived).toEqual([]);
    });

    test("tell a server that is none, or is silent", async () => {
      const gone = createServer();
      const origin = (await listen(gone)).replace("http", "ws");
      await closeServer(gone);
      const lost = await openRemoteProgram(probe, { policy: { network: [origin] } });
      expect(await lost.refused(net.netWebsocketOpen(origin, []))).toBe(failed("unavailable"));
      const silent = createServer();
      const waiting: Duplex[] = [];
      silent.on("upgrade", (_request, socket) => waiting.push(socket));
      const there = (await listen(silent)).replace("http", "ws");
      const hasty = await openRemoteProgram(probe, { policy: { network: [there], ceilings: { patience_ms: 200 } } });
      expect(await hasty.refused(net.netWebsocketOpen(there, []))).toBe(failed("timed_out"));
      for (const socket of waiting) socket.destroy();
      await closeServer(silent);
    });
  });
});
