import { createServer } from "node:http";
import { createServer as createTcpServer, type Socket } from "node:net";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type WebSocket, WebSocketServer } from "ws";
import { ioClose } from "../../../../generated/instructions/io.js";
import {
  netHttpOpen,
  netHttpRead,
  netHttpRequest,
  netTcpAccept,
  netTcpEnd,
  netTcpListen,
  netTcpOpen,
  netTcpRead,
  netTcpWrite,
  netUdpOpen,
  netUdpReceive,
  netUdpSend,
  netWebsocketClose,
  netWebsocketOpen,
  netWebsocketReceive,
  netWebsocketSendText,
} from "../../../../generated/instructions/net.js";
import type { Tlv } from "../../../../generated/instructions/tlv.js";
import { heldTimers, listening, openNetworkProgram, turn, until } from "./testing/network-program.js";

// Whatever a program does with its sockets, in whatever order: every call settles, and nothing stays open.
// @spec instructions.close, instructions.handles, adapters.cancel, capabilities.policy.ceilings

const waiting = { asynchronous: false } as const;
const NOTHING = new Uint8Array(0);

const sockets = new Set<Socket>();
const keep = (socket: Socket): void => {
  sockets.add(socket);
  socket.on("error", () => {}).on("close", () => sockets.delete(socket));
};
const echo = createTcpServer({ allowHalfOpen: true }, (socket) => socket.pipe(socket));
const silent = createTcpServer((socket) => void socket.resume());
const rude = createTcpServer((socket) => void socket.once("data", () => socket.resetAndDestroy()));
const web = createServer((request, response) => {
  response.write("x".repeat(70_000));
  if (request.url === "/ends") response.end();
});
const webSockets = new WebSocketServer({ server: web });
webSockets.on("connection", (socket: WebSocket) => {
  socket.on("error", () => {}).on("message", (data: Buffer) => socket.send(data));
  socket.send("welcome");
});
const servers = [echo, silent, rude, web];
const ports: number[] = [];
beforeAll(async () => {
  for (const server of servers) {
    server.on("connection", keep);
    ports.push(await listening(server));
  }
});
afterAll(() => {
  webSockets.close();
  for (const server of servers) server.close();
  web.closeAllConnections();
});

/** What a program may do: with a number that says to which server, or with which of its handles. */
const actions: Readonly<Record<string, (which: number) => Uint8Array>> = {
  "tcp open": (which) => netTcpOpen("127.0.0.1", [...ports, 1][which % 5] ?? 1, waiting),
  "websocket open": (which) => netWebsocketOpen(`ws://127.0.0.1:${ports[which % 4]}/`, [], waiting),
  "http open": (which) =>
    netHttpOpen("GET", `http://127.0.0.1:${ports[3]}/${which % 2 ? "ends" : ""}`, [], NOTHING, waiting),
  "http request": (which) => netHttpRequest("GET", `http://127.0.0.1:${ports[which % 4]}/ends`, [], NOTHING, waiting),
  "udp open": () => netUdpOpen(4, waiting),
  listen: () => netTcpListen("127.0.0.1", 0, waiting),
  "tcp read": (which) => netTcpRead(which, 100_000, waiting),
  "tcp write": (which) => netTcpWrite(which, new Uint8Array(5000), waiting),
  "tcp end": (which) => netTcpEnd(which),
  "http read": (which) => netHttpRead(which, 100_000, waiting),
  receive: (which) => netWebsocketReceive(which, waiting),
  "send text": (which) => netWebsocketSendText(which, "text", waiting),
  "websocket close": (which) => netWebsocketClose(which, 1000, ""),
  "udp send": (which) => netUdpSend(which, "127.0.0.1", ports[0] ?? 1, new Uint8Array(5), waiting),
  "udp receive": (which) => netUdpReceive(which, waiting),
  accept: (which) => netTcpAccept(which, waiting),
  close: (which) => ioClose(which),
};

const step = fc.record({
  action: fc.constantFrom(...Object.keys(actions)),
  which: fc.integer({ min: 1, max: 10 }),
  /** Turns of the event loop before the next step. */
  turns: fc.nat(3),
});

/** Sockets that this process holds, listening ones not among them. */
function openSockets(): number {
  return process.getActiveResourcesInfo().filter((kind) => kind === "UDPWrap" || kind === "TCPSocketWrap").length;
}

describe("the sockets of a program", () => {
  const local = ["tcp", "udp", "ws", "http"].map((scheme) => `${scheme}://127.0.0.1:*`);

  it("settle every call and are gone with it, whatever it did", async () => {
    // Test files share a process, and another one's connection may be kept for a while.
    const before = openSockets();
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: 40 }), async (steps) => {
        const program = openNetworkProgram({ network: local, listen: local });
        const answers: Promise<readonly Tlv[] | string>[] = [];
        for (const { action, which, turns } of steps) {
          answers.push(program.ask(actions[action]?.(which) ?? NOTHING));
          for (let at = 0; at < turns; at += 1) await turn();
        }
        program.channel.close();
        // A call that nobody settles would hang here.
        for (const answer of await Promise.all(answers)) {
          if (typeof answer === "string") expect(answer).toMatch(/^ADP_(HOST_CALL_FAILED|POLICY_DENIED) (?!unknown)/);
        }
        expect(program.channel.openHandles).toBe(0);
        await until(() => sockets.size === 0);
      }),
      { numRuns: 60 },
    );
    await until(() => openSockets() <= before);
  });

  it("give every place of a connection back, with the handle or the call that took it", async () => {
    const steps = fc.array(step, { minLength: 5, maxLength: 40 });
    await fc.assert(
      fc.asyncProperty(steps, async (some) => {
        const timers = heldTimers();
        const ceilings = { connections: 4, connections_per_second: 1000 };
        const program = openNetworkProgram({ network: local, listen: local, ceilings, services: { timers } });
        let open = 0;
        for (const { action, which, turns } of some) {
          open += 1;
          void program.ask(actions[action]?.(which) ?? NOTHING).then(() => {
            open -= 1;
          });
          for (let at = 0; at < turns; at += 1) await turn();
        }
        while (open > 0 || program.channel.openHandles > 0) {
          timers.fireAll();
          for (let handle = 1; handle <= some.length; handle += 1) void program.channel.emit(ioClose(handle));
          await turn();
        }
        for (let at = 0; at < ceilings.connections; at += 1) {
          expect(typeof (await program.ask(netTcpOpen("127.0.0.1", ports[0] ?? 1, waiting)))).toBe("object");
        }
        expect(await program.ask(netTcpOpen("127.0.0.1", ports[0] ?? 1, waiting))).toBe("ADP_POLICY_DENIED quota");
        program.channel.close();
      }),
      { numRuns: 60 },
    );
    await until(() => sockets.size === 0);
  });
});
