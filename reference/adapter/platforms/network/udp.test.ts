import { createSocket } from "node:dgram";

import { afterEach, describe, expect, it } from "vitest";
import { ioClose } from "../../../../generated/instructions/io.js";
import {
  netNameLookup,
  netUdpListen,
  netUdpOpen,
  netUdpReceive,
  netUdpSend,
  readNetNameLookupResults,
  readNetUdpListenResults,
  readNetUdpOpenResults,
  readNetUdpReceiveResults,
} from "../../../../generated/instructions/net.js";
import { DENIED, failed } from "../testing/program.js";
import {
  heldTimers,
  type NetworkProgram,
  type NetworkProgramOptions,
  openNetworkProgram,
  resolverOf,
  resultsOf,
  until,
} from "./testing/network-program.js";

// UDP and look-ups against real sockets of this process.
// @spec instructions.net.sockets, instructions.net.udp-peers, instructions.net.udp-backlog, instructions.net.one-read
// @spec capabilities.policy.patience, capabilities.policy.rebinding

const LOCAL = ["tcp://127.0.0.1", "udp://127.0.0.1"];
const waiting = { asynchronous: false } as const;
const cleanups: (() => void)[] = [];
afterEach(() => {
  for (const cleanup of cleanups.splice(0)) cleanup();
});

function opened(options: NetworkProgramOptions = {}): NetworkProgram {
  const program = openNetworkProgram({ network: LOCAL, ...options });
  cleanups.push(() => program.channel.close());
  return program;
}

describe("udp", () => {
  const open = async ({ ask }: NetworkProgram): Promise<{ socket: number; port: number }> =>
    readNetUdpOpenResults(resultsOf(await ask(netUdpOpen(4, waiting))));
  const receive = async ({ ask }: NetworkProgram, socket: number) =>
    readNetUdpReceiveResults(resultsOf(await ask(netUdpReceive(socket, waiting))));
  const peer = async (): Promise<{
    port: number;
    heard: string[];
    send: (text: string, to: number) => Promise<void>;
  }> => {
    const socket = createSocket("udp4");
    const heard: string[] = [];
    socket.on("message", (data) => heard.push(data.toString()));
    await new Promise<void>((resolve) => socket.bind(0, "127.0.0.1", resolve));
    cleanups.push(() => socket.close());
    const send = (text: string, to: number): Promise<void> =>
      new Promise((resolve, reject) =>
        socket.send(text, to, "127.0.0.1", (error) => (error === null ? resolve() : reject(error))),
      );
    return { port: socket.address().port, heard, send };
  };

  it("sends and receives whole datagrams, empty ones too, and says where they came from", async () => {
    const program = opened();
    const { socket, port } = await open(program);
    const other = await peer();
    resultsOf(await program.ask(netUdpSend(socket, "127.0.0.1", other.port, Buffer.from("question"), waiting)));
    await until(() => other.heard.length === 1);
    expect(other.heard).toEqual(["question"]);
    for (const text of ["one", "", "three"]) await other.send(text, port);
    for (const text of ["one", "", "three"]) {
      const datagram = await receive(program, socket);
      expect({ ...datagram, data: Buffer.from(datagram.data).toString() }).toEqual({
        address: "127.0.0.1",
        port: other.port,
        data: text,
      });
    }
  });

  it("hears nobody it has not sent to, unless it listens", async () => {
    const program = opened({ listen: ["udp://127.0.0.1"] });
    const { socket, port } = await open(program);
    const [friend, stranger] = [await peer(), await peer()];
    resultsOf(await program.ask(netUdpSend(socket, "127.0.0.1", friend.port, new Uint8Array(1), waiting)));
    await stranger.send("let me in", port);
    await friend.send("answer", port);
    expect(Buffer.from((await receive(program, socket)).data).toString()).toBe("answer");
    const listening = readNetUdpListenResults(resultsOf(await program.ask(netUdpListen("127.0.0.1", 0, waiting))));
    await stranger.send("knock", listening.port);
    expect(await receive(program, listening.socket)).toMatchObject({ port: stranger.port });
  });

  it("drops what nobody receives beyond message_bytes, the newest first", async () => {
    const program = opened({ ceilings: { message_bytes: 400 } });
    const { socket, port } = await open(program);
    const other = await peer();
    resultsOf(await program.ask(netUdpSend(socket, "127.0.0.1", other.port, new Uint8Array(1), waiting)));
    for (let at = 0; at < 100; at += 1) await other.send(`number ${at}`, port);
    const pending = program.ask(netUdpReceive(socket, waiting));
    const kept = [Buffer.from(readNetUdpReceiveResults(resultsOf(await pending)).data).toString()];
    for (let at = 1; at < 5; at += 1) kept.push(Buffer.from((await receive(program, socket)).data).toString());
    expect(kept).toEqual(["number 0", "number 1", "number 2", "number 3", "number 4"]);
  });

  it("looks a name up once for each port, and sends to an address of its family", async () => {
    const network = resolverOf({ "peer.test": [["::1", "127.0.0.1"], ["10.0.0.1"]] });
    const rules = ["udp://peer.test", "udp://localhost"];
    const program = opened({ network: rules, services: { network } });
    const { socket } = await open(program);
    const other = await peer();
    const send = () => program.ask(netUdpSend(socket, "peer.test", other.port, Buffer.from("x"), waiting));
    for (let at = 0; at < 3; at += 1) resultsOf(await send());
    await until(() => other.heard.length === 3);
    expect(network.asked).toEqual(["peer.test"]);
    expect(await program.ask(netUdpSend(socket, "peer.test", other.port + 1, Buffer.from("x"), waiting))).toBe(DENIED);
    expect(await program.ask(netUdpSend(socket, "::1", other.port, Buffer.from("x"), waiting))).toBe(
      failed("invalid_argument"),
    );
  });

  it("counts the first datagram to each host and port as something that begins", async () => {
    const clock = { monotonicNanoseconds: () => 0n, unixNanoseconds: () => 0n };
    const program = opened({ ceilings: { connections_per_second: 2 }, services: { clock } });
    const { socket } = await open(program);
    const [one, other, third] = [await peer(), await peer(), await peer()];
    const send = (to: { port: number }) =>
      program.ask(netUdpSend(socket, "127.0.0.1", to.port, Buffer.from("x"), waiting));
    for (const to of [one, other, one, other]) resultsOf(await send(to));
    expect(await send(third)).toBe("ADP_POLICY_DENIED quota");
    resultsOf(await send(one));
  });

  it("says too_large for what no datagram holds", async () => {
    const program = opened();
    const { socket } = await open(program);
    const answer = await program.ask(netUdpSend(socket, "127.0.0.1", 9, new Uint8Array(65_508), waiting));
    expect([answer, program.nativeCode()]).toEqual([failed("too_large"), "EMSGSIZE"]);
    expect(program.refused(netUdpOpen(5, waiting))).toBe(failed("invalid_argument"));
  });

  it("ends who waits with the handle", async () => {
    const program = opened();
    const { socket } = await open(program);
    const pending = program.ask(netUdpReceive(socket, waiting));
    expect(await program.ask(netUdpReceive(socket, waiting))).toBe(failed("invalid_argument"));
    program.done(ioClose(socket));
    expect(await pending).toBe(failed("interrupted"));
  });
});

describe("name_lookup", () => {
  const lookup = async (program: NetworkProgram, host: string): Promise<unknown> => {
    const answer = await program.ask(netNameLookup(host, waiting));
    if (typeof answer === "string") return answer;
    return readNetNameLookupResults(answer).addresses.map((tlv) => (tlv.type === "text" ? tlv.value : tlv));
  };

  it("gives every address in the order of the host", async () => {
    const network = resolverOf({ "a.test": [["2606:4700:0:0:0:0:0:1", "93.184.216.34"]] });
    const program = opened({ network: ["udp://*.test:53"], services: { network } });
    expect(await lookup(program, "A.test.")).toEqual(["2606:4700::1", "93.184.216.34"]);
    expect(await lookup(program, "b.test")).toBe(failed("not_found"));
    expect(program.nativeCode()).toBe("ENOTFOUND");
    expect(await lookup(program, "93.184.216.34")).toBe(DENIED);
  });

  it("asks for two names at once, and for no more while nobody answers, even after it has given up", async () => {
    const timers = heldTimers();
    const answers: ((addresses: readonly string[]) => void)[] = [];
    const resolve = () => new Promise<readonly string[]>((answer) => answers.push(answer));
    const program = opened({ network: ["udp://*"], services: { network: { resolve }, timers } });
    const first = Array.from({ length: 5 }, () => lookup(program, "a.test"));
    expect(answers).toHaveLength(2);
    timers.fireAll();
    expect(await Promise.all(first)).toEqual(Array.from({ length: 5 }, () => failed("timed_out")));
    const second = [lookup(program, "b.test"), lookup(program, "b.test"), lookup(program, "b.test")];
    expect(answers).toHaveLength(2);
    for (let at = 0; at < 5; at += 1) {
      await until(() => answers.length > at);
      answers[at]?.(["93.184.216.34"]);
    }
    expect(await Promise.all(second)).toEqual(Array.from({ length: 3 }, () => ["93.184.216.34"]));
    expect(answers).toHaveLength(5);
  });

  it("refuses a name that leads into a private network, and asks for none that no rule names", async () => {
    const network = resolverOf({ "a.test": [["93.184.216.34", "192.168.0.1"]], "b.test": [["93.184.216.34"]] });
    const program = opened({
      network: ["tcp://a.test", "tcp://93.184.216.34", "https://b.test"],
      services: { network },
    });
    expect(await lookup(program, "a.test")).toBe(DENIED);
    expect(await lookup(program, "b.test")).toBe(DENIED);
    expect(network.asked).toEqual(["a.test"]);
  });
});
