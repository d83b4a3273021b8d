import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { CRYPTO_ALGORITHM_NUMBERS as ALGORITHM } from "../../generated/enums/crypto-algorithm.js";
import { cryptoDigest, cryptoHmac, cryptoPbkdf2, cryptoSeal } from "../../generated/instructions/crypto.js";
import { netHttpRequest } from "../../generated/instructions/net.js";
import { randomRandomBytes } from "../../generated/instructions/random.js";
import { timeClockMonotonic, timeClockWall, timeSleep } from "../../generated/instructions/time.js";
import type { HostPolicy } from "../../generated/json/host-policy.js";
import { readInputLog } from "../../reference/adapter/input-log/index.js";
import { createFayger, createMemorySource, nodeSha256 } from "../../reference/node.js";
import { emitAt, guestModule, op } from "../../reference/runtime/testing/guest-module.js";
import { findChromium, NO_CHROMIUM } from "./chromium.js";
import { exampleIn, isCompiled } from "./demo.js";
import { compilePages, type Harness, type OpenedProbe, startHarness } from "./harness.js";
import { type NetworkServer, startNetworkServer } from "./network-server.js";
import { fromHex, toHex } from "./page/outcome.js";
import { type RemoteRun, RunNotes, type RunOutcome, STILL_SERVICES } from "./page/runs.js";
import { openRemoteProgram } from "./remote-program.js";
import { sampleArtifact, section, signedSample } from "./samples.js";

// Whole programs out of signed artifacts, run by Fayger in a real page, and the same ones on Node.

const chromium = findChromium();
const skipped = chromium === undefined ? `, all skipped: ${NO_CHROMIUM}` : "";
const NOTHING = new Uint8Array(0);

/** A program that waits for each answer in turn, whatever it is, and then exits with 0. */
function askingProgram(instructions: readonly Uint8Array[]): Uint8Array {
  const places = instructions.map((bytes, at) => [4_096 + 1_024 * at, bytes] as const);
  return guestModule({
    data: places,
    functions: {
      main: {
        code: (call) => [
          ...places.map(([address, bytes]) => [emitAt(call, address, bytes.length, 512, 1_024), op.drop]),
          [0x41, 0],
          call("exit"),
        ],
      },
    },
  });
}

describe.skipIf(chromium === undefined)(`programs in Chromium${skipped}`, { timeout: 120_000 }, () => {
  let harness: Harness;
  let probe: OpenedProbe;
  let server: NetworkServer;
  let count = 0;

  beforeAll(async () => {
    compilePages();
    [harness, server] = await Promise.all([startHarness(chromium ?? ""), startNetworkServer()]);
    probe = await harness.openProbe();
  }, 180_000);
  afterAll(async () => {
    await harness?.close();
    await server?.close();
  });
  afterEach(() => {
    expect(probe.complaints).toEqual([]);
  });

  /** Sign and serve an artifact. */
  async function served(
    artifact: ReturnType<typeof sampleArtifact>,
  ): Promise<Pick<RemoteRun, "url" | "trustStore"> & { readonly bytes: Uint8Array }> {
    const { bytes, trustStore } = await signedSample("ed25519", artifact);
    count += 1;
    return { url: harness.artifacts.put(`run-${count}.buf`, bytes), trustStore: toHex(trustStore), bytes };
  }

  async function inPage(given: RemoteRun, page = probe): Promise<RunOutcome> {
    return page.call("endOfRun", await page.call("startRun", given));
  }

  async function onNode(bytes: Uint8Array, given: RemoteRun): Promise<RunOutcome> {
    const { policy, trustStore, record = false, replay, isStill } = given;
    const notes = new RunNotes();
    const fayger = await createFayger({
      trustStore: fromHex(trustStore),
      policy,
      services: {
        streams: { readInput: () => NOTHING, writeOutput: () => undefined, writeError: () => undefined },
        ...(isStill === true && STILL_SERVICES),
      },
    });
    notes.observe(fayger);
    // As the page selects its sections.
    const profile = { ...fayger.profile(), terminal: "browser" as const };
    const object = await fayger.load(createMemorySource(bytes), { profile });
    const options = { record, ...(replay !== undefined && { replay: fromHex(replay) }) };
    return notes.outcome(await fayger.run(object, options));
  }

  const capabilities = ["crypto.primitive", "net.http", "random.get", "time.clock", "time.timer"] as const;
  const asking = (): ReturnType<typeof served> =>
    served(
      sampleArtifact(
        [
          section(
            "code/main",
            askingProgram([
              randomRandomBytes(16),
              timeClockWall(),
              timeClockMonotonic(),
              cryptoDigest(ALGORITHM.sha_256, Uint8Array.of(1, 2, 3)),
              cryptoHmac(ALGORITHM.sha_512, Uint8Array.of(1), Uint8Array.of(2)),
              cryptoPbkdf2(ALGORITHM.sha_384, Uint8Array.of(1), NOTHING, 5, 40),
              cryptoSeal(ALGORITHM.aes_128_gcm, new Uint8Array(16), new Uint8Array(12), NOTHING, Uint8Array.of(1)),
              cryptoSeal(ALGORITHM.aes_128_gcm, new Uint8Array(15), new Uint8Array(12), NOTHING, Uint8Array.of(1)),
              timeSleep(1_000_000n),
              netHttpRequest("GET", "https://example.org/", [], NOTHING),
            ]),
            { kind: 1, visibility: 0 },
          ),
        ],
        { requiredCapabilities: [...capabilities] },
      ),
    );

  // @spec instructions.equal-sequences, instructions.input-log
  test.each(["interpreter", "worker"] as const)(
    "equal input gives equal sequences in a page (%s) and on Node, and each repeats the other",
    async (engine) => {
      const { bytes, ...from } = await asking();
      const given = { ...from, policy: { capabilities }, isStill: true, record: true, engines: [engine] };
      const [page, node] = [await inPage(given), await onNode(bytes, given)];
      expect(page).toMatchObject({ state: "Terminated", exitCode: 0, failure: undefined });
      expect(page.instructions).toEqual(node.instructions);
      expect(page.instructions.length).toBe(10);
      expect(page.states).toEqual(node.states);
      const entries = (outcome: RunOutcome): unknown =>
        readInputLog(fromHex(outcome.inputLog ?? ""), nodeSha256).record.entries;
      expect(entries(page)).toEqual(entries(node));
      for (const [log, repeat] of [
        [node.inputLog, (again: RemoteRun) => inPage(again)],
        [page.inputLog, (again: RemoteRun) => onNode(bytes, again)],
      ] as const) {
        const repeated = await repeat({ ...given, isStill: false, replay: log ?? "" });
        expect(repeated).toMatchObject({ state: "Terminated", exitCode: 0, diverged: undefined, states: page.states });
        expect(repeated.inputLog).toBe(log);
      }
    },
  );

  // @spec instructions.equal-sequences, instructions.replay
  for (const name of ["timers", "sha256"]) {
    const absent = isCompiled(name) ? "" : ", skipped: it needs clang to be compiled";
    test.skipIf(absent !== "")(
      `what was recorded of the example ${name} on Node is repeated in a page${absent}`,
      async () => {
        const artifact = exampleIn(name);
        const { bytes, ...from } = await served(artifact);
        const { requiredCapabilities = [], optionalCapabilities = [] } = artifact.manifest;
        const allowed = [...requiredCapabilities, ...optionalCapabilities] as HostPolicy["capabilities"];
        const given = { ...from, policy: { capabilities: allowed } };
        const node = await onNode(bytes, { ...given, record: true });
        expect(node).toMatchObject({ state: "Terminated" });
        for (const engine of ["interpreter", "worker"] as const) {
          const page = await inPage({ ...given, engines: [engine], replay: node.inputLog ?? "" });
          expect(page).toMatchObject({ diverged: undefined, states: node.states, instructions: node.instructions });
        }
      },
    );
  }

  // @spec adapters.built-in.browser, capabilities.negotiation.warnings
  test("what a page lacks is refused before the start, and what it restricts is told", async () => {
    const needs = (requiredCapabilities: readonly string[], optionalCapabilities: readonly string[]) =>
      served(
        sampleArtifact([section("code/main", askingProgram([]), { kind: 1, visibility: 0 })], {
          requiredCapabilities: [...requiredCapabilities],
          ...(optionalCapabilities.length > 0 && { optionalCapabilities: [...optionalCapabilities] }),
        }),
      );
    const policy = { capabilities: ["fs.read", "proc.spawn", "time.clock"] } as const satisfies HostPolicy;
    const { bytes: _one, ...files } = await needs(["fs.read"], []);
    expect(await inPage({ ...files, policy })).toMatchObject({
      state: undefined,
      failure: { code: "RT_CAPABILITY_INSUFFICIENT", context: { missing: ["fs.read"] } },
      instructions: [],
    });
    const { bytes: _two, ...clocks } = await needs(["time.clock"], ["fs.read", "proc.spawn"]);
    expect((await inPage({ ...clocks, policy })).negotiated).toEqual([
      ["time.clock"],
      ["fs.read", "proc.spawn"],
      ["time.clock"],
    ]);
  });

  // @spec runtime.host-engine
  test("a page that is not isolated runs programs without workers, and says so where somebody asks for them", async () => {
    const { bytes: _bytes, ...from } = await asking();
    const other = await harness.openProbe("/probe.html", harness.pages.origin.replace("127.0.0.1", "insecure.test"));
    expect(await other.call("isIsolated")).toBe(false);
    const given = { ...from, policy: { capabilities } };
    expect(await inPage({ ...given, engines: ["worker"] }, other)).toMatchObject({
      failure: { code: "RT_NO_MATCHING_IMPLEMENTATION" },
    });
    const found = await inPage(given, other);
    expect(found).toMatchObject({ state: "Terminated", exitCode: 0 });
    // @spec instructions.crypto.platform: the browser lends this page none of its cryptography.
    const program = await openRemoteProgram(other);
    const digest = cryptoDigest(ALGORITHM.sha_256, NOTHING);
    expect(await program.refused(digest)).toBe("ADP_HOST_CALL_FAILED unavailable");
    await other.page.close();
  });

  describe("with a surface", () => {
    const policy = (): HostPolicy => ({
      capabilities: ["ui.dom", "ui.input", "time.timer", "net.http", "net.websocket", "crypto.primitive"],
      network: [server.http, server.ws],
    });
    const program = (): ReturnType<typeof served> => {
      const example = exampleIn("browser");
      const address = new TextEncoder().encode(`${server.http}\n${server.ws}/`);
      return served({
        ...example,
        sections: example.sections.map((one) => (one.sectionId === "data/server" ? { ...one, body: address } : one)),
      });
    };

    // @spec instructions.replay, instructions.ui.input
    test("answers clicks over fetch, WebSocket, timer and cryptography, and is repeated on Node from its log", async () => {
      const { page } = probe;
      const { bytes, ...from } = await program();
      const id = await probe.call("startRun", { ...from, policy: policy(), record: true });
      await page.getByText("WebSocket open").waitFor();
      await page.getByLabel("Message", { exact: true }).fill("Good morning");
      await page.keyboard.press("Enter");
      const list = page.getByRole("list", { name: "What came back" });
      await list.getByText("Good morning").waitFor();
      await page.getByLabel("Show the SHA-256").check();
      const digest = Buffer.from(nodeSha256.digest(new TextEncoder().encode("Good morning"))).toString("hex");
      await list.getByText(digest).waitFor();
      await page.getByRole("button", { name: "From the server" }).click();
      await page.getByText("Hello from a server on another origin.").waitFor();
      await page.getByRole("button", { name: "From somewhere else" }).click();
      await page.getByText("Refused: ADP_POLICY_DENIED, access_denied.").waitFor();
      await page.getByText("Running for 1 s").waitFor();
      await page.getByRole("button", { name: "Close Within bounds" }).click();
      const outcome = await probe.call("endOfRun", id);
      expect(outcome).toMatchObject({ state: "Terminated", failure: undefined });
      expect(await page.locator(".fayger-surface").count()).toBe(0);

      const repeated = await onNode(bytes, { ...from, policy: policy(), replay: outcome.inputLog ?? "" });
      expect(repeated).toMatchObject({ state: "Terminated", diverged: undefined });
      expect([repeated.states, repeated.instructions]).toEqual([outcome.states, outcome.instructions]);
      expect(outcome.instructions.length).toBeGreaterThan(60);
    });

    // @spec instructions.equal-sequences, instructions.ui.same-tree
    test("is the same program that draws in a terminal, and is repeated on Node from what a person did", async () => {
      const { page } = probe;
      const { bytes, ...from } = await served(exampleIn("tasks"));
      const given = { ...from, policy: { capabilities: ["ui.dom", "ui.input"] } } as const satisfies RemoteRun;
      const id = await probe.call("startRun", { ...given, record: true });
      await page.getByRole("textbox", { name: "New task" }).fill("Water the plants");
      await page.keyboard.press("Enter");
      await page.getByRole("checkbox", { name: "Water the plants" }).check();
      await page.getByRole("button", { name: "Clear done" }).click();
      await page.getByRole("checkbox", { name: "Water the plants" }).waitFor({ state: "detached" });
      await page.getByRole("button", { name: "Close Tasks" }).click();
      const outcome = await probe.call("endOfRun", id);
      expect(outcome).toMatchObject({ state: "Terminated", failure: undefined });
      const repeated = await onNode(bytes, { ...given, replay: outcome.inputLog ?? "" });
      expect(repeated).toMatchObject({ diverged: undefined, states: outcome.states });
      expect(repeated.instructions).toEqual(outcome.instructions);
    });

    // @spec instructions.close
    test.each(["interpreter", "worker", "thread"] as const)(
      "leaves nothing behind when it is stopped (%s)",
      async (engine) => {
        const { bytes: _bytes, ...from } = await program();
        const id = await probe.call("startRun", { ...from, policy: policy(), engines: [engine] });
        await probe.page.getByText("WebSocket open").waitFor();
        const { size } = server.sockets;
        await probe.call("stopRun", id);
        expect(await probe.call("endOfRun", id)).toMatchObject({ state: "Terminated", failure: undefined });
        expect(await probe.page.locator(".fayger-surface").count()).toBe(0);
        await expect.poll(() => server.sockets.size).toBe(size - 1);
      },
    );

    test("ends with its page, also where the browser keeps the page", async () => {
      const { bytes: _bytes, ...from } = await program();
      const id = await probe.call("startRun", { ...from, policy: policy() });
      await probe.page.getByText("WebSocket open").waitFor();
      await probe.call("leavePage");
      expect((await probe.call("endOfRun", id)).state).toBe("Terminated");
      expect(await probe.page.locator(".fayger-surface").count()).toBe(0);
    });

    // @spec capabilities.deny-by-default
    test("reaches nothing where nothing is allowed", async () => {
      const { bytes: _bytes, ...from } = await program();
      const { capabilities } = policy();
      server.arrived.length = 0;
      const before = server.connections.count;
      const id = await probe.call("startRun", { ...from, policy: { capabilities } });
      await probe.page.getByText("ADP_POLICY_DENIED, access_denied", { exact: true }).waitFor();
      await probe.page.getByRole("button", { name: "From the server" }).click();
      await probe.page.getByText("Refused: ADP_POLICY_DENIED, access_denied.").waitFor();
      await probe.call("stopRun", id);
      await probe.call("endOfRun", id);
      expect([server.arrived, server.connections.count]).toEqual([[], before]);
    });
  });
});
