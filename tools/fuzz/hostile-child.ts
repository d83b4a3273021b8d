import { readFileSync } from "node:fs";
import type { BufSource } from "../../reference/contracts/buf-source.js";
import { createLoader, type LoadLimits } from "../../reference/loader/index.js";
import { createFileSource } from "../../reference/loader/sources/index.js";
import { countingClock, TRUSTING_POLICY } from "../../reference/loader/testing/recorded-services.js";
import { SAMPLE_PROFILE } from "../../reference/loader/testing/sample-artifact.js";
import { refusalOf } from "../../reference/loader/testing/verdict.js";
import { nodeSha256 } from "../../reference/security/backends/node.js";
import { promisingMore } from "./hostile-sources.js";

// Loads hostile artifacts in a process of its own, and tells the verdicts and how far the process had to grow for each.
// What it is to load stands in the file named on the command line, so that nothing else happens in here.

/** What the process is to load. */
export interface HostileRequest {
  readonly genuine: string;
  readonly cases: readonly HostileLoad[];
}

/** One load. */
export interface HostileLoad {
  readonly name: string;
  /** File of the artifact, or of its head where `missing` says how much comes between that and its trailer. */
  readonly file: string;
  readonly missing?: { readonly at: number; readonly declared: number; readonly available: number };
  readonly limits?: Partial<LoadLimits>;
}

/** What came of it. */
export interface HostileReport {
  readonly name: string;
  /** Verdict of an eager load, and of a lazy one with an access to every body. */
  readonly found: readonly string[];
  /** Bytes by which the largest size of the process grew. */
  readonly growth: number;
}

const services = {
  sha256: nodeSha256,
  signaturePolicy: TRUSTING_POLICY,
  events: { publish: (): void => undefined, enabled: (): boolean => false },
  clock: countingClock(),
};

async function verdict({ file, limits, missing }: HostileLoad, strategy: "eager" | "lazy"): Promise<string> {
  const loader = createLoader(services, { limits: limits ?? {} });
  const source: BufSource = missing === undefined ? createFileSource(file) : promisingMore(readFileSync(file), missing);
  try {
    const object = await loader.load(source, { profile: SAMPLE_PROFILE, strategy });
    for (const sectionId of object.selection.selected) await object.sections.read(sectionId);
    await object.close();
    return "loaded";
  } catch (error) {
    const { code, context } = refusalOf(error);
    return JSON.stringify({ code, context });
  }
}

/** Collects garbage: what an engine has not yet collected is no memory that a load needs. */
const { gc } = globalThis;
if (gc === undefined) throw new Error("run with --expose-gc");

const peak = (): number => process.resourceUsage().maxRSS * 1024;

const request = JSON.parse(readFileSync(process.argv[2] as string, "utf8")) as HostileRequest;
// Whatever the process needs for its own code and for loads as such, it has after these.
const usual: HostileLoad = { name: "genuine", file: request.genuine };
for (let i = 0; i < 2000; i += 1) {
  const found = await verdict(usual, i % 2 === 0 ? "eager" : "lazy");
  if (found !== "loaded") throw new Error(found);
}
const reports: HostileReport[] = [];
for (const load of request.cases) {
  const before = peak();
  const found: string[] = [];
  for (const strategy of ["eager", "lazy"] as const) {
    found.push(await verdict(load, strategy));
    gc();
  }
  reports.push({ name: load.name, found, growth: peak() - before });
}
process.stdout.write(JSON.stringify(reports));
