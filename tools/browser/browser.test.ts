import { createHash } from "node:crypto";
import { mkdtempSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { ERROR_CODES } from "../../generated/errors/error-code.js";
import type { FaygerErrorJson } from "../../generated/json/fayger-error.js";
import { createFayger, nodeSha256 } from "../../reference/node.js";
import { createHttpSource } from "../../reference/web.js";
import type { ServedArtifact } from "./artifact-server.js";
import { loadCases } from "./cases.js";
import { findChromium, NO_CHROMIUM } from "./chromium.js";
import { compilePages, type Harness, type OpenedProbe, startHarness } from "./harness.js";
import { fromHex, type HostLoader, type LoadCase, outcomeOf, recordOf, STILL_CLOCK, toHex } from "./page/outcome.js";
import type { RemoteLoad, RemoteOutcome } from "./page/probe.js";
import {
  patternOf,
  promisingSample,
  type Sample,
  sampleArtifact,
  sampleSections,
  section,
  signedSample,
} from "./samples.js";
import { signatureCases } from "./signature-cases.js";

// The same loader in a real browser.

const chromium = findChromium();
const skipped = chromium === undefined ? `, all skipped: ${NO_CHROMIUM}` : "";
if (chromium === undefined) process.stderr.write(`skipping everything in a real browser: ${NO_CHROMIUM}\n`);

/** Waits of a source that has to fail soon. */
const HASTY = { attempts: 2, backoff: { baseMs: 1, maxMs: 1 } };

let harness: Harness;
let probe: OpenedProbe;
/** Longer than the first read, so that every read shows. */
let large: Sample;

function given(url: string, more: Partial<RemoteLoad> = {}): RemoteLoad {
  return { url, trustStore: toHex(large.trustStore), http: HASTY, ...more };
}

function bodiesOf({ artifact }: Sample): Record<string, string> {
  const told = artifact.sections
    // The page is no desktop.
    .filter(({ sectionId }) => sectionId !== "assets/help")
    .map(({ sectionId, body }) => [sectionId, `${body.length} ${createHash("sha256").update(body).digest("hex")}`]);
  return Object.fromEntries(told);
}

async function loadInNode(url: string): Promise<string | FaygerErrorJson> {
  const fayger = await createFayger({ trustStore: large.trustStore });
  try {
    const object = await fayger.load(createHttpSource(url, HASTY));
    await object.close();
    return object.trust;
  } catch (error) {
    return recordOf(error);
  }
}

/** What the host threw is the host's own. */
function withoutCause(outcome: string | FaygerErrorJson): unknown {
  return typeof outcome === "string" ? outcome : { ...outcome, cause: undefined };
}

function codeOf(outcome: string | FaygerErrorJson | undefined): string | undefined {
  return typeof outcome === "object" ? outcome.code : outcome;
}

describe.skipIf(chromium === undefined)(`in Chromium${skipped}`, { timeout: 120_000 }, () => {
  beforeAll(async () => {
    compilePages();
    harness = await startHarness(chromium ?? "");
    [probe, large] = await Promise.all([
      harness.openProbe(),
      signedSample(
        "ecdsa-p256",
        sampleArtifact([...sampleSections(30_000), section("data/xlarge", patternOf(300_000))]),
      ),
    ]);
  }, 180_000);
  afterAll(() => harness?.close());

  describe("a signed artifact on another origin", () => {
    const arrived = () => harness.artifacts.requests.filter(({ method }) => method === "GET");

    // @spec loader.source.http, loader.reads.open
    test("opens with two requests, and reads what is asked for and nothing else", async () => {
      const url = harness.artifacts.put("large.buf", large.bytes);
      harness.artifacts.requests.length = 0;
      const opened = await probe.call("loadRemote", given(url, { read: [] }));
      expect(opened).toMatchObject({ load: "verified", sections: {} });
      expect(
        arrived()
          .map(({ range }) => range)
          .sort(),
      ).toEqual(["bytes=-44", "bytes=0-16383"]);

      harness.artifacts.requests.length = 0;
      const outcome = await probe.call("loadRemote", given(url, { read: ["data/words", "data/words", "code/main"] }));
      const { "data/xlarge": _unread, ...expected } = bodiesOf(large);
      expect(outcome).toMatchObject({ load: "verified", sections: expected });
      const asked = arrived().map(({ range }) => range ?? "none");
      const bytes = asked
        .map((range) => /^bytes=(\d+)-(\d+)$/.exec(range))
        .reduce((sum, match) => sum + (match === null ? 44 : Number(match[2]) - Number(match[1]) + 1), 0);
      // Both ends, and the one body that the read at the front has not brought already.
      expect(asked.length).toBe(3);
      expect(bytes).toBe(16_384 + 44 + 30_000);
      expect(large.bytes.length).toBeGreaterThan(330_000);
    });

    test.each(["lazy", "eager"] as const)("gives every body whole and verified, loaded %s", async (strategy) => {
      // One body is longer than a piece, and hashed while it arrives.
      const sample = await signedSample("rsa-pss-sha256", sampleArtifact(sampleSections(9_000_000)));
      const url = harness.artifacts.put(`${strategy}.buf`, sample.bytes);
      const trustStore = toHex(sample.trustStore);
      const outcome = await probe.call("loadRemote", given(url, { strategy, trustStore }));
      expect(outcome).toMatchObject({ load: "verified", sections: bodiesOf(sample) });
      expect(outcome.events).toContain("security.signature_verified");
      expect(outcome.events).toContain("load.section_verified");
    });

    // @spec loader.read-sections.streaming
    test("gives a long body piece by piece, and tells at its end whether it was right", async () => {
      const sample = await signedSample("ed25519", sampleArtifact(sampleSections(9_000_000)));
      const trustStore = toHex(sample.trustStore);
      const stream = (name: string, bytes: Uint8Array) =>
        probe.call("streamRemote", given(harness.artifacts.put(name, bytes), { trustStore }), "data/words");
      const whole = await stream("stream.buf", sample.bytes);
      expect(`${whole.bytes} ${String(whole.end)}`).toBe(bodiesOf(sample)["data/words"]);
      expect(whole.longest).toBeLessThan(9_000_000);
      const damaged = sample.bytes.slice();
      damaged[damaged.length - 50] = (damaged[damaged.length - 50] ?? 0) ^ 1;
      const broken = await stream("broken.buf", damaged);
      expect(broken.end).toMatchObject({ code: "LDR_DIGEST_MISMATCH", context: { section_id: "data/words" } });
    });

    test("tells of a damaged body when it is read, and of a wrong signature before any body is read", async () => {
      const damaged = large.bytes.slice();
      damaged[damaged.length - 50] = (damaged[damaged.length - 50] ?? 0) ^ 1;
      const outcome = await probe.call("loadRemote", given(harness.artifacts.put("damaged.buf", damaged)));
      expect(outcome).toMatchObject({
        load: "verified",
        sections: {
          ...bodiesOf(large),
          "data/xlarge": {
            code: "LDR_DIGEST_MISMATCH",
            context: { phase: "read_sections", section_id: "data/xlarge" },
          },
        },
      });
      const stranger = await signedSample("ed25519", large.artifact);
      harness.artifacts.requests.length = 0;
      const url = harness.artifacts.put("stranger.buf", stranger.bytes);
      const refused = await probe.call("loadRemote", given(url, { strategy: "eager" }));
      expect(refused.load).toMatchObject({ code: "LDR_SIGNATURE_FAIL", context: { reason: "UntrustedKey" } });
      expect(arrived().length).toBe(2);
    });
  });

  describe("the same bytes and options", () => {
    // @spec loader.coded-errors, loader.checks.order, errors.json
    test("come to exactly the same error records as in Node, whatever is wrong", async () => {
      const cases = await loadCases();
      const inNode = [];
      for (const one of cases) inNode.push(await outcomeOf(one, nodeLoader, (bytes) => nodeSha256.digest(bytes)));
      const inPage = await probe.call("outcomes", cases);
      expect(inPage).toEqual(inNode);

      const records = inNode.flatMap(({ load, sections }) => [load, ...Object.values(sections)]);
      const codes = new Set(records.map(codeOf));
      const all = Object.entries(ERROR_CODES).filter(([, { layer }]) => layer === "loader");
      expect(all.map(([code]) => code).filter((code) => !codes.has(code))).toEqual([]);
      expect(cases.length).toBeGreaterThan(300);
      // Not everything is refused, or the comparison would show little.
      expect(codes).toContain("verified");
      expect(codes).toContain("unsigned");
      expect(codes).toContain("unverified");
    });

    test("come to the same over HTTP, but for the host's own error", async () => {
      const whole = large.bytes;
      const served: readonly (readonly [name: string, artifact: Uint8Array | ServedArtifact])[] = [
        ["whole", whole],
        ["short", whole.slice(0, 60)],
        ["cut off", whole.slice(0, 20_000)],
        ["longer", new Uint8Array([...whole, 0])],
        ["without a tag", { bytes: whole, etag: null }],
        ["with a weak tag", { bytes: whole, etag: 'W/"1"' }],
        ["with another range", { bytes: whole, fault: "wrong-range" }],
        ["too long", { bytes: patternOf(2_000_000), fault: "whole-answer" }],
      ];
      const addresses = served.map(([name, artifact]) =>
        harness.artifacts.put(`same/${name.replaceAll(" ", "-")}`, artifact),
      );
      addresses.push(`${harness.artifacts.origin}/nowhere`);
      const codes = new Set<string | undefined>();
      for (const url of addresses) {
        const inNode = await loadInNode(url);
        const { load } = await probe.call("loadRemote", given(url));
        expect(withoutCause(load)).toEqual(withoutCause(inNode));
        codes.add(codeOf(load));
      }
      expect([...codes].sort()).toEqual([
        "LDR_SOURCE_UNAVAILABLE",
        "LDR_STRUCTURE_INVALID",
        "LDR_TRUNCATED",
        "verified",
      ]);
    });

    // @spec loader.source.blob
    test("come to the same out of a file that was chosen", async () => {
      const folder = mkdtempSync(join(tmpdir(), "fayger-browser-"));
      try {
        await probe.page.evaluate('document.body.innerHTML = "<input type=file>"');
        const load = async (name: string, bytes: Uint8Array): Promise<RemoteOutcome> => {
          writeFileSync(join(folder, name), bytes);
          await probe.page.setInputFiles("input", join(folder, name));
          return probe.call("loadFile", "input", toHex(large.trustStore));
        };
        expect(await load("whole.buf", large.bytes)).toMatchObject({ load: "verified", sections: bodiesOf(large) });
        for (const length of [0, 3, 91, 10_000, large.bytes.length - 1]) {
          const bytes = large.bytes.slice(0, length);
          const inNode = await outcomeOf(
            { name: "cut off", artifact: toHex(bytes), trustStore: toHex(large.trustStore) },
            nodeLoader,
            (body) => nodeSha256.digest(body),
          );
          expect((await load(`${length}.buf`, bytes)).load).toEqual(inNode.load);
        }
      } finally {
        rmSync(folder, { recursive: true, force: true });
      }
    });
  });

  // @spec loader.source.unavailable
  test("a file that changes after it was chosen is LDR_SOURCE_UNAVAILABLE with the browser's error as cause", async () => {
    const folder = mkdtempSync(join(tmpdir(), "fayger-browser-"));
    try {
      const file = join(folder, "changed.buf");
      writeFileSync(file, large.bytes);
      await probe.page.evaluate('document.body.innerHTML = "<input type=file>"');
      await probe.page.setInputFiles("input", file);
      utimesSync(file, new Date(1_000), new Date(1_000));
      const { load } = await probe.call("loadFile", "input", toHex(large.trustStore));
      expect(load).toMatchObject({
        code: "LDR_SOURCE_UNAVAILABLE",
        context: { source: "changed.buf" },
        cause: { code: "HOST_ERROR", context: { name: "NotReadableError" } },
      });
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });

  // @spec signatures.backends-agree, signatures.ed25519, signatures.ecdsa-p256, signatures.rsa-pss
  describe("the browser's own signature arithmetic", () => {
    for (const { name, cases } of signatureCases()) {
      const absent = cases === undefined ? ", all skipped: the file is absent" : `: ${cases.length}`;
      test.skipIf(cases === undefined)(`gives the ruled verdicts on ${name}${absent}`, async () => {
        const expected = cases?.map(([, verdict]) => verdict) ?? [];
        expect(await probe.call("verdicts", cases?.map(([one]) => one) ?? [])).toEqual(expected);
        expect(expected.length).toBeGreaterThan(11);
      });
    }
  });

  describe("a network that fails", () => {
    const loadWith = (name: string, fault: string, more: Partial<RemoteLoad> = {}) =>
      probe.call(
        "loadRemote",
        given(harness.artifacts.put(name, { bytes: large.bytes, fault: fault as "no-cors" }), more),
      );

    // @spec loader.source.unavailable, loader.source.http
    test.each([
      ["a server that lets no other origin in", "no-cors"],
      ["a server that answers with another range", "wrong-range"],
      ["answers that break off", "cut-off"],
      ["answers that are too short", "short-body"],
    ])("%s is LDR_SOURCE_UNAVAILABLE", async (_what, fault) => {
      const { load } = await loadWith(`${fault}.buf`, fault);
      expect(load).toMatchObject({ code: "LDR_SOURCE_UNAVAILABLE", context: { phase: "read_head" } });
    });

    // @spec loader.source.http
    test("a server that knows no ranges serves what is short, and nothing that is long", async () => {
      const short = await loadWith("whole-answer.buf", "whole-answer");
      expect(short).toMatchObject({ load: "verified", sections: bodiesOf(large) });
      const bytes = patternOf(9_000_000);
      bytes.set(large.bytes.subarray(0, 20_000));
      const url = harness.artifacts.put("long.buf", { bytes, fault: "whole-answer" });
      const { load } = await probe.call("loadRemote", given(url));
      expect(load).toMatchObject({ code: "LDR_SOURCE_UNAVAILABLE", context: { phase: "read_head" } });
    });

    test("a page that is offline gets LDR_SOURCE_UNAVAILABLE with the host's error as cause", async () => {
      const offline = await harness.openProbe();
      await offline.call("loadRemote", given(harness.artifacts.put("before.buf", large.bytes), { read: [] }));
      await offline.page.context().setOffline(true);
      const { load } = await offline.call("loadRemote", given(harness.artifacts.put("offline.buf", large.bytes)));
      expect(load).toMatchObject({ code: "LDR_SOURCE_UNAVAILABLE", cause: { code: "HOST_ERROR" } });
      await offline.page.context().close();
    });

    test("an artifact that is not there is LDR_SOURCE_UNAVAILABLE", async () => {
      const { load } = await probe.call("loadRemote", given(`${harness.artifacts.origin}/none.buf`));
      expect(load).toMatchObject({ code: "LDR_SOURCE_UNAVAILABLE" });
    });

    // @spec loader.source.changed
    test("an artifact that is replaced between two reads is LDR_SOURCE_CHANGED", async () => {
      const url = harness.artifacts.put("replaced.buf", { bytes: large.bytes, etag: '"first"' });
      for (const ifMatch of ["always", "never"] as const) {
        const opened = await probe.call("openRemote", given(url, { http: { ...HASTY, ifMatch } }));
        expect(opened).toBe("verified");
        harness.artifacts.put("replaced.buf", { bytes: large.bytes, etag: '"second"' });
        expect(await probe.call("readOpened", "data/xlarge")).toMatchObject({
          code: "LDR_SOURCE_CHANGED",
          context: { phase: "read_sections", property: "etag" },
        });
        harness.artifacts.put("replaced.buf", { bytes: large.bytes, etag: '"first"' });
      }
    });

    // @spec loader.cancellation
    test("a load that is stopped while a server is silent is LDR_ABORTED at once", async () => {
      const { load } = await loadWith("silent.buf", "never-answers", { abort: true });
      expect(load).toMatchObject({ code: "LDR_ABORTED", context: { phase: "read_head" } });
    });

    test("a server that stays silent is LDR_SOURCE_UNAVAILABLE when the time is up", async () => {
      const { load } = await loadWith("silent.buf", "never-answers", { http: { ...HASTY, timeoutMs: 50 } });
      expect(load).toMatchObject({ code: "LDR_SOURCE_UNAVAILABLE" });
    });
  });

  // @spec loader.limits.allocation
  describe("memory follows what has arrived, never what is declared", () => {
    const EXABYTES = String(2 ** 53 - 1);

    test.each(["header", "server"])("where the %s declares exabytes", async (who) => {
      const bytes = large.bytes.slice(0, 20_000);
      // Length of the manifest, then of the index.
      if (who === "header") new DataView(bytes.buffer).setBigUint64(24, BigInt(EXABYTES));
      const url = harness.artifacts.put(`${who}.buf`, { bytes, ...(who === "server" && { declaredSize: EXABYTES }) });
      harness.artifacts.requests.length = 0;
      const { outcome, bytes: longest } = await probe.call("longestAllocation", given(url));
      expect(typeof outcome.load).toBe("object");
      expect(longest).toBeLessThan(100_000);
      expect(harness.artifacts.requests.length).toBeLessThan(10);
    });

    test("where an index declares a body of 4 GiB that breaks off", async () => {
      const { bytes, at, length } = promisingSample();
      const url = harness.artifacts.put("promised.buf", { bytes, gap: { at, length } });
      const watched = await probe.call("longestAllocation", given(url, { enforceSignature: false }));
      expect(watched.outcome).toMatchObject({
        load: "unsigned",
        sections: { "data/promised": { code: "LDR_SOURCE_UNAVAILABLE", context: { phase: "read_sections" } } },
      });
      // The body before it was read whole, and the watch has seen it.
      expect(watched.bytes).toBeGreaterThanOrEqual(40_000);
      expect(watched.bytes).toBeLessThan(100_000);
    });
  });

  describe("a page", () => {
    test("runs the loader under the strictest policy, without a word on its console", async () => {
      const strict = await harness.openProbe("/strict.html");
      const url = harness.pages.put("sample.buf", large.bytes);
      const sha256Module = `${harness.pages.origin}/node_modules/@noble/hashes/sha2.js`;
      const file = { name: "sample.buf", mimeType: "application/octet-stream", buffer: Buffer.from(large.bytes) };
      await strict.page.evaluate(
        'document.body.append(Object.assign(document.createElement("input"), {type: "file"}))',
      );
      await strict.page.setInputFiles("input", file);
      expect(url).toContain(harness.pages.origin);
      expect(await strict.call("loadFile", "input", toHex(large.trustStore), sha256Module)).toMatchObject({
        load: "verified",
        sections: bodiesOf(large),
      });
      const outcome = await strict.call("loadRemote", given(url, { sha256Module }));
      expect(outcome).toMatchObject({ load: "verified", sections: bodiesOf(large) });
      expect(strict.complaints).toEqual([]);
    });

    test("with an import map says no word on its console either", async () => {
      const quiet = await harness.openProbe();
      const url = harness.artifacts.put("quiet.buf", large.bytes);
      expect(await quiet.call("loadRemote", given(url))).toMatchObject({ load: "verified" });
      expect(quiet.complaints).toEqual([]);
    });

    // @spec signatures.backends-agree
    test("without a secure context verifies with the noble packages", async () => {
      const insecure = await harness.openProbe(
        "/probe.html",
        harness.pages.origin.replace("127.0.0.1", "insecure.test"),
      );
      expect(await insecure.call("hasSubtle")).toBe(false);
      const sample = await signedSample("ed25519");
      const cases: LoadCase[] = [
        { name: "good", artifact: toHex(sample.bytes), trustStore: toHex(sample.trustStore) },
        { name: "unknown", artifact: toHex(sample.bytes) },
      ];
      const inNode = [];
      for (const one of cases) inNode.push(await outcomeOf(one, nodeLoader, (bytes) => nodeSha256.digest(bytes)));
      expect(await insecure.call("outcomes", cases)).toEqual(inNode);
      expect(inNode.map(({ load }) => codeOf(load))).toEqual(["verified", "LDR_SIGNATURE_FAIL"]);
    });
  });
});

/** A loader on Node, as users put it together. */
async function nodeLoader({ trustStore, enforceSignature, loader }: LoadCase): Promise<HostLoader> {
  const { offers, ...rest } = loader ?? {};
  return createFayger({
    services: { clock: STILL_CLOCK },
    ...(trustStore !== undefined && { trustStore: fromHex(trustStore) }),
    ...(enforceSignature !== undefined && { enforceSignature }),
    ...(offers !== undefined && { policy: { capabilities: [], offers } }),
    loader: rest,
  });
}
