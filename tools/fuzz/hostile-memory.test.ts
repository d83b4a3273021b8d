import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { judgeArtifact, type Refusal } from "../../reference/loader/testing/oracle.js";
import { SAMPLE_PROFILE } from "../../reference/loader/testing/sample-artifact.js";
import { nodeSha256 } from "../../reference/security/backends/node.js";
import { genuine, headOfHugeBodies, hostileCases, millionSections, withField } from "./hostile-cases.js";
import type { HostileLoad, HostileReport } from "./hostile-child.js";

// What an artifact or a source declares must cost nothing: a child process loads them all, and is measured.

const MIB = 2 ** 20;
/**
 * By how much the child may grow, all in all, beyond what genuine loads have cost it: its heap and the code that an
 * engine compiles meanwhile. The least that is declared and not there is an index of 128 MiB.
 */
const BOUND = 32 * MIB;
/** Heap of the child; it collects its garbage after each load. */
const HEAP_MEGABYTES = 40;
/** By how much a single hostile load may let it grow. */
const BOUND_OF_ONE = 12 * MIB;
/** A process that starts on a busy machine takes its time. */
const PATIENCE = 300_000;
const child = fileURLToPath(new URL("hostile-child.ts", import.meta.url));
let folder: string;
let files = 0;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "fayger-hostile-"));
  writeFileSync(join(folder, "genuine.buf"), genuine());
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** @param heapMegabytes largest heap of the child */
function loadInChild(cases: readonly HostileLoad[], heapMegabytes: number): readonly HostileReport[] {
  const request = join(folder, "request.json");
  writeFileSync(request, JSON.stringify({ genuine: join(folder, "genuine.buf"), cases }));
  const flags = [`--max-old-space-size=${heapMegabytes}`, "--max-semi-space-size=2", "--expose-gc", "--import", "tsx"];
  const { status, stdout, stderr } = spawnSync(process.execPath, [...flags, child, request], {
    encoding: "utf8",
    maxBuffer: 64 * MIB,
  });
  expect(status === 0 ? "" : stderr).toBe("");
  return JSON.parse(stdout) as HostileReport[];
}

/** An artifact as a file. */
function stored(name: string, bytes: Uint8Array, more: Omit<HostileLoad, "name" | "file"> = {}): HostileLoad {
  files += 1;
  const file = join(folder, `${files}.buf`);
  writeFileSync(file, bytes);
  return { name, file, ...more };
}

function growthOf(reports: readonly HostileReport[]): number {
  return reports.reduce((sum, { growth }) => sum + growth, 0);
}

describe("what is declared and not there", () => {
  // @spec loader.limits.allocation, encoding.counts, encoding.depth, format.bounds, loader.limits
  test(
    "every hostile artifact gets its one verdict, in memory that does not follow what it declares",
    () => {
      const cases = hostileCases();
      const loads = cases.map(({ name, bytes, limits }) => stored(name, bytes, limits === undefined ? {} : { limits }));
      const reports = loadInChild(loads, HEAP_MEGABYTES);
      const wrong = reports.flatMap(({ name, found }, at) => {
        const { bytes, limits } = cases[at] as (typeof cases)[number];
        const expected = JSON.stringify(verdictOf(bytes, limits));
        return found.every((verdict) => verdict === expected) ? [] : [{ name, found, expected }];
      });
      expect(wrong).toEqual([]);
      expect(reports).toHaveLength(cases.length);
      expect(growthOf(reports)).toBeLessThan(BOUND);
      expect(reports.filter(({ growth }) => growth > BOUND_OF_ONE)).toEqual([]);
    },
    PATIENCE,
  );

  // @spec loader.limits.allocation, loader.source.short-read, loader.source.untrusted
  test(
    "a source that promises terabytes and ends",
    () => {
      const { head, bodyBytes: declared } = headOfHugeBodies();
      const at = head.length - 44;
      const available = 20_000_000;
      const index = withField(40, 2n ** 27n);
      const reports = loadInChild(
        [
          stored("bodies that end at once", head, { missing: { at, declared, available: 0 } }),
          stored("bodies that end early", head, { missing: { at, declared, available } }),
          stored("an index that is not there", index, {
            missing: { at: index.length - 44, declared: 2 ** 40, available: 0 },
          }),
        ],
        HEAP_MEGABYTES,
      );
      expect(reports.flatMap(({ found }) => found.map(phaseAndCode))).toEqual([
        ...new Array<string>(4).fill("read_sections LDR_TRUNCATED"),
        ...new Array<string>(2).fill("read_head LDR_TRUNCATED"),
      ]);
      // What has really arrived is held, once.
      expect(growthOf(reports)).toBeLessThan(BOUND + available);
    },
    PATIENCE,
  );

  // @spec loader.limits, loader.parse.limits
  test(
    "a million sections and one more, all of them there",
    () => {
      const bytes = millionSections();
      const [report] = loadInChild([stored("sections", bytes)], 512);
      const offset = 48 + Number(new DataView(bytes.buffer, bytes.byteOffset).getBigUint64(24));
      const context = { phase: "parse", limit: "sections", maximum: 1_000_000, found: 1_000_001, offset };
      expect(report?.found).toEqual(new Array(2).fill(JSON.stringify({ code: "LDR_LIMIT_EXCEEDED", context })));
      // The index is within its limit: it is read, and decoded before its sections are counted.
      expect(report?.growth).toBeLessThan(4 * bytes.length + BOUND);
    },
    PATIENCE,
  );
});

function verdictOf(bytes: Uint8Array, limits?: HostileLoad["limits"]): Refusal | undefined {
  const world = {
    sha256: (part: Uint8Array) => nodeSha256.digest(part),
    profile: SAMPLE_PROFILE,
    enforce: false,
    trusted: new Map<string, string>(),
    genuine: new Set<string>(),
    ...(limits === undefined ? {} : { limits }),
  };
  const { refusal, bodies } = judgeArtifact(bytes, world);
  return refusal ?? bodies.find((body) => body.refusal !== undefined)?.refusal;
}

function phaseAndCode(found: string): string {
  const { code, context } = JSON.parse(found) as Refusal;
  return `${context["phase"]} ${code}`;
}
