import { createServer } from "node:http";
import type { Socket } from "node:net";
import fc from "fast-check";
import { afterEach, describe, expect, it } from "vitest";
import { type WebSocket, WebSocketServer } from "ws";
import { ioClose } from "../../../../generated/instructions/io.js";
import {
  netWebsocketClose,
  netWebsocketOpen,
  netWebsocketReceive,
  netWebsocketSendBytes,
  netWebsocketSendText,
  readNetWebsocketOpenResults,
  readNetWebsocketReceiveResults,
} from "../../../../generated/instructions/net.js";
import type { Tlv } from "../../../../generated/instructions/tlv.js";
import { failed } from "../testing/program.js";
import {
  heldTimers,
  listening,
  type NetworkProgram,
  type NetworkProgramOptions,
  openNetworkProgram,
  pattern,
  resultsOf,
  settled,
  until,
} from "./testing/network-program.js";

// WebSockets against real servers of this process.
// @spec instructions.net.websocket-messages, instructions.net.websocket-backlog, instructions.net.websocket-close
// @spec instructions.net.websocket-address, instructions.net.websocket-close-code, instructions.net.one-read
// @spec instructions.net.held-writes, capabilities.policy.patience

const waiting = { asynchronous: false } as const;
const cleanups: (() => void)[] = [];
afterEach(() => {
  for (const cleanup of cleanups.splice(0)) cleanup();
});

interface Server {
  readonly url: string;
  readonly peers: Set<WebSocket>;
}

/** A WebSocket server; `action` sees each socket that opened. */
async function serve(action: (socket: WebSocket) => void = () => {}): Promise<Server> {
  const http = createServer();
  const peers = new Set<WebSocket>();
  const server = new WebSocketServer({ server: http, handleProtocols: (offered) => [...offered].at(-1) ?? false });
  server.on("connection", (socket) => {
    peers.add(socket);
    socket.on("error", () => {});
    socket.on("close", () => peers.delete(socket));
    action(socket);
  });
  const port = await listening(http);
  cleanups.push(() => {
    for (const peer of peers) peer.terminate();
    server.close();
    http.close();
    http.closeAllConnections();
  });
  return { url: `ws://127.0.0.1:${port}/`, peers };
}

function opened(options: NetworkProgramOptions = {}): NetworkProgram {
  const program = openNetworkProgram({ network: ["ws://127.0.0.1:*"], ...options });
  cleanups.push(() => program.channel.close());
  return program;
}

const texts = (list: readonly string[]): Tlv[] => list.map((value) => ({ type: "text", value }));
const encoded = (url: string, protocols: readonly string[] = []): Uint8Array =>
  netWebsocketOpen(url, texts(protocols), waiting);

async function connect({ ask }: NetworkProgram, { url }: Server): Promise<number> {
  return readNetWebsocketOpenResults(resultsOf(await ask(encoded(url)))).socket;
}

/** What is received: kind, the data as text, code. */
async function receive({ ask }: NetworkProgram, socket: number): Promise<[number, string, number]> {
  const { kind, data, code } = readNetWebsocketReceiveResults(
    resultsOf(await ask(netWebsocketReceive(socket, waiting))),
  );
  return [kind, Buffer.from(data).toString("latin1"), code];
}

/** Texts with control characters, Latin-1, and what lies beyond. */
const anyText = fc.string({
  unit: fc
    .oneof(fc.nat(0x17f), fc.constantFrom(0x010a, 0x010d, 0x2028, 0xfeff, 0x1f600, 0x10ffff))
    .map((point) => String.fromCodePoint(point)),
  maxLength: 40,
});

describe("websockets", () => {
  it("carry texts and bytes both ways, in order and whole", async () => {
    const server = await serve((socket) => {
      socket.on("message", (data: Buffer, isBinary) => socket.send(data, { binary: isBinary }));
    });
    const message = fc.oneof(
      anyText,
      fc.tuple(fc.nat(70_000), fc.nat(255)).map(([length, seed]) => pattern(length, seed)),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(message, { maxLength: 6 }), async (messages) => {
        const program = opened();
        const socket = await connect(program, server);
        for (const one of messages) {
          const send =
            typeof one === "string"
              ? netWebsocketSendText(socket, one, waiting)
              : netWebsocketSendBytes(socket, one, waiting);
          resultsOf(await program.ask(send));
        }
        for (const one of messages) {
          const expected = [typeof one === "string" ? 1 : 2, Buffer.from(one as string).toString("latin1"), 0];
          expect(await receive(program, socket)).toEqual(expected);
        }
        program.channel.close();
      }),
      { numRuns: 8 },
    );
    await until(() => server.peers.size === 0);
  });

  it("tell the protocol that the server chose, or none", async () => {
    const server = await serve();
    const program = opened();
    const protocol = async (offered: readonly string[]): Promise<string> =>
      readNetWebsocketOpenResults(resultsOf(await program.ask(encoded(server.url, offered)))).protocol;
    expect(await protocol([])).toBe("");
    expect(await protocol(["chat.1", "chat.2"])).toBe("chat.2");
  });

  it("refuse what is no address and what are no protocols", async () => {
    const program = opened({ network: ["ws://*:*", "wss://*:*", "http://*:*"] });
    const wrong: [string, string[]][] = [
      ["", []],
      ["http://example.org/", []],
      ["ws://example.org/#", []],
      ["ws://name@example.org/", []],
      ["ws://example.org/\r\nX: y", []],
      ["ws://exa mple.org/", []],
      ["ws://example.org/", [""]],
      ["ws://example.org/", ["a b"]],
      ["ws://example.org/", ["a\r\nX: y"]],
      ["ws://example.org/", ["twice", "twice"]],
    ];
    for (const [url, protocols] of wrong) {
      expect([url, protocols, program.refused(encoded(url, protocols))]).toEqual([
        url,
        protocols,
        failed("invalid_argument"),
      ]);
    }
    const notTexts = netWebsocketOpen("ws://example.org/", [{ type: "u32", value: 1 }], waiting);
    expect(program.refused(notTexts)).toBe(failed("invalid_argument"));
  });

  it("give what came before the end, then the end with its code and reason, again and again", async () => {
    const server = await serve((socket) => {
      socket.send("first");
      socket.send("second");
      socket.close(4001, "enough");
    });
    const program = opened();
    const socket = await connect(program, server);
    await until(() => server.peers.size === 0);
    expect(await receive(program, socket)).toEqual([1, "first", 0]);
    expect(await receive(program, socket)).toEqual([1, "second", 0]);
    for (let at = 0; at < 3; at += 1) expect(await receive(program, socket)).toEqual([0, "enough", 4001]);
    expect(await program.ask(netWebsocketSendText(socket, "x", waiting))).toBe(failed("unavailable"));
  });

  it("say 1006 where a peer is gone without a word", async () => {
    const server = await serve((socket) => socket.terminate());
    const program = opened();
    expect(await receive(program, await connect(program, server))).toEqual([0, "", 1006]);
  });

  it("close with a code and a reason, once, while messages under way still arrive", async () => {
    const seen: unknown[] = [];
    const server = await serve((socket) => {
      socket.send("under way");
      socket.on("close", (code, reason) => seen.push([code, reason.toString()]));
    });
    const program = opened();
    const socket = await connect(program, server);
    const close = (code: number, reason = ""): Uint8Array => netWebsocketClose(socket, code, reason);
    for (const code of [0, 999, 1001, 1005, 1006, 1009, 2999, 5000]) {
      expect(program.refused(close(code))).toBe(failed("invalid_argument"));
    }
    expect(program.refused(close(1000, "\u00e9".repeat(62)))).toBe(failed("invalid_argument"));
    program.done(close(3000, "\u00e9".repeat(61)));
    program.done(close(1000, "too late"));
    expect(await receive(program, socket)).toEqual([1, "under way", 0]);
    expect(await receive(program, socket)).toEqual([0, Buffer.from("\u00e9".repeat(61)).toString("latin1"), 3000]);
    // Which end hears of it first is chance.
    await until(() => seen.length > 0);
    expect(seen).toEqual([[3000, "\u00e9".repeat(61)]]);
  });

  it("close with 1009 for a message that is too long, in one frame or in many", async () => {
    const codes: number[] = [];
    const server = await serve((socket) => {
      socket.on("close", (code) => codes.push(code));
      socket.send("short");
      if (codes.length === 0) socket.send("x".repeat(1001));
      else for (let at = 0; at < 11; at += 1) socket.send("x".repeat(100), { fin: at === 10 });
    });
    const program = opened({ ceilings: { message_bytes: 1000 } });
    for (const times of [1, 2]) {
      const socket = await connect(program, server);
      expect(await receive(program, socket)).toEqual([1, "short", 0]);
      expect(await receive(program, socket)).toEqual([0, "", 1009]);
      await until(() => codes.length === times);
    }
    expect(codes).toEqual([1009, 1009]);
    const socket = await connect(program, server);
    expect(await program.ask(netWebsocketSendBytes(socket, new Uint8Array(1001), waiting))).toBe(failed("too_large"));
  });

  it("slow down a sender that nobody hears, and lose nothing", async () => {
    const part = Buffer.alloc(65_536, 7);
    const count = 512;
    const server = await serve((socket) => {
      for (let at = 0; at < count; at += 1) socket.send(part);
      socket.send("");
    });
    const program = opened({ ceilings: { message_bytes: 65_536 } });
    const socket = await connect(program, server);
    const [peer] = server.peers;
    // What the kernel holds for both ends is some mebibytes; the rest stays with the sender.
    const held = await settled(() => peer?.bufferedAmount ?? 0);
    expect(held).toBeGreaterThan((count * part.length) / 2);
    for (let at = 0; at < count; at += 1) {
      const [kind, data] = await receive(program, socket);
      expect([kind, data.length]).toEqual([2, part.length]);
    }
    expect(await receive(program, socket)).toEqual([1, "", 0]);
  });

  it("refuse messages behind four times message_bytes that wait", async () => {
    const server = await serve((socket) => socket.pause());
    const program = opened({ ceilings: { message_bytes: 1_000_000 } });
    const socket = await connect(program, server);
    const data = new Uint8Array(1_000_000);
    const answers: unknown[] = [];
    const sends = Array.from({ length: 40 }, () =>
      program.ask(netWebsocketSendBytes(socket, data, waiting)).then((answer) => answers.push(answer)),
    );
    await until(() => answers.includes("ADP_POLICY_DENIED quota"));
    program.done(ioClose(socket));
    await Promise.all(sends);
    expect(answers).toContain(failed("interrupted"));
  });

  it("refuse a second receive while one waits, and end the first with the handle and the connection", async () => {
    const server = await serve();
    const program = opened();
    const socket = await connect(program, server);
    const first = program.ask(netWebsocketReceive(socket, waiting));
    expect(await program.ask(netWebsocketReceive(socket, waiting))).toBe(failed("invalid_argument"));
    program.done(ioClose(socket));
    expect(await first).toBe(failed("interrupted"));
    expect(program.refused(netWebsocketClose(socket, 1000, ""))).toBe(failed("bad_handle"));
    await until(() => server.peers.size === 0);
  });

  it("give up a server that never accepts, and leave nothing behind", async () => {
    const timers = heldTimers();
    const sockets = new Set<Socket>();
    const http = createServer();
    http.on("upgrade", (_request, socket: Socket) => {
      sockets.add(socket);
      socket
        .on("close", () => sockets.delete(socket))
        .on("error", () => {})
        .resume()
        .on("end", () => socket.end());
    });
    const port = await listening(http);
    cleanups.push(() => http.close());
    const program = opened({ services: { timers } });
    const pending = program.ask(encoded(`ws://127.0.0.1:${port}/`));
    await until(() => sockets.size === 1);
    timers.fireAll();
    expect(await pending).toBe(failed("timed_out"));
    await until(() => sockets.size === 0);
    const second = program.ask(encoded(`ws://127.0.0.1:${port}/`));
    await until(() => sockets.size === 1);
    program.channel.close();
    expect(await second).toBe(failed("interrupted"));
    await until(() => sockets.size === 0);
    expect(timers.waiting.size).toBe(0);
  });

  it("say unavailable for a server that speaks no WebSocket", async () => {
    const http = createServer((_request, response) => response.writeHead(200).end("hello"));
    const port = await listening(http);
    cleanups.push(() => http.close());
    expect(await opened().ask(encoded(`ws://127.0.0.1:${port}/`))).toBe(failed("unavailable"));
  });
});
