import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { ABI_VIOLATIONS } from "../../generated/enums/abi-violation.js";
import { QUOTA_NAMES } from "../../generated/enums/quota-name.js";
import { TRAPS } from "../../generated/enums/trap.js";
import type { HostPolicy } from "../../generated/json/host-policy.js";
import { Fayger, isFaygerError, nodeHost } from "../../reference/node.js";
import { NO_CLANG } from "../build/clang.js";
import { grantedTo, type MisbehavingProgram, misbehavingPrograms, misbehavingRecipe } from "./misbehaving.js";
import { EXAMPLES, loadRecipe, outcomeOf, recipeIn } from "./run-example.js";

// Every example is packed, loaded and run through the whole composition, on each implementation that it fits.

const guests = `${EXAMPLES}../../dist/guests/`;
const isCompiled = (example: string): boolean => existsSync(`${guests}${example}.wasm`);
const implementations = nodeHost().implementations.map((_make, index) => index);
const programs = misbehavingPrograms();
const folder = mkdtempSync(join(tmpdir(), "fayger-examples-"));
afterAll(() => rmSync(folder, { recursive: true }));

/** A Fayger with one implementation, whose programs write to `output`. */
function faygerWith(index: number, policy: HostPolicy, output: string[] = []): Fayger {
  const write = (bytes: Uint8Array): void => void output.push(Buffer.from(bytes).toString());
  const streams = { readInput: () => new Uint8Array(0), writeOutput: write, writeError: write };
  const host = nodeHost({ streams });
  const only = host.implementations.slice(index, index + 1);
  return Fayger.create({ ...host, implementations: only }, { enforceSignature: false, policy });
}

/** Run an example with everything it asks for; gives what it wrote and how it ended. */
async function run(index: number, example: string, policy: Partial<HostPolicy> = {}, recipe = recipeIn(example)) {
  const output: string[] = [];
  const fayger = faygerWith(index, { capabilities: recipe.required_capabilities ?? [], ...policy }, output);
  const object = await loadRecipe(fayger, recipe, example);
  const { state, exitCode, failure } = await fayger.run(object);
  await object.close();
  await fayger.close();
  expect(failure?.error).toBeUndefined();
  return { output: output.join(""), state, exitCode };
}

describe.each(implementations)("the examples on implementation %i", (index) => {
  it("file-report reads, counts and writes", async () => {
    const roots = [
      { guest_path: "/in", host_path: `${EXAMPLES}file-report/in`, writable: false },
      { guest_path: "/out", host_path: folder, writable: true },
    ];
    const { output, state } = await run(index, "file-report", { file_roots: roots });
    expect(state).toBe("Terminated");
    expect(output).toMatch(/^reported on 1 text in \d+ us\n$/);
    expect(readFileSync(join(folder, "report.txt"), "utf8")).toContain("notes.txt: ");
  });

  // @spec instructions.time.timers, instructions.async.completion, lifecycle.completion
  it("timers beats five times, sleeps once, and ends when nothing is open", async () => {
    const { output, state, exitCode } = await run(index, "timers");
    const lines = output.trimEnd().split("\n");
    expect(lines[0]).toBe("started timer 1 and call 1");
    expect(lines.filter((line) => line.startsWith("beat"))).toEqual([1, 2, 3, 4, 5].map((beat) => `beat ${beat}`));
    expect(lines.filter((line) => !line.startsWith("beat")).slice(1)).toEqual(["call 1 slept"]);
    expect({ state, exitCode }).toEqual({ state: "Terminated", exitCode: undefined });
  });

  // @spec lifecycle.start.empty-request, guest-abi.section-read
  it.skipIf(!isCompiled("sha256"))("sha256 computes the digest of what it carries, with no capability", async () => {
    expect(await run(index, "sha256")).toEqual({ output: "", state: "Terminated", exitCode: 0 });
  });
});

describe.skipIf(!isCompiled("http-client")).each(implementations)("http-client on implementation %i", (index) => {
  const asked: string[] = [];
  const server = createServer((request, response) => {
    asked.push(`${request.method} ${request.url} ${request.headers.accept}`);
    if (request.url === "/moved") response.writeHead(301, { Location: "/" }).end();
    else
      response
        .writeHead(200, { "Content-Type": "text/plain" })
        .end("x".repeat(request.url === "/long" ? 65_000 : 9000));
  });
  let origin = "";
  beforeAll(async () => {
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  afterAll(() => void server.close());

  async function fetched(path: string, origins: readonly string[] = [origin]) {
    const file = join(folder, `url-${index}.txt`);
    writeFileSync(file, `${origin}${path}\n`);
    const recipe = recipeIn("http-client");
    const sections = recipe.sections.map((section) => (section.id === "data/url" ? { ...section, file } : section));
    return run(index, "http-client", { network: origins }, { ...recipe, sections });
  }

  it("writes a page, in as many parts as it takes", async () => {
    const { output, exitCode } = await fetched("/");
    expect(output).toBe(`status 200, text/plain, 9000 bytes\n${"x".repeat(9000)}`);
    expect(exitCode).toBeUndefined();
    expect(asked).toEqual(["GET / text/*"]);
  });

  it("says of a redirect that it is none", async () => {
    expect(await fetched("/moved")).toMatchObject({ output: "status 301, , 0 bytes\n", exitCode: 5 });
  });

  it("sends nothing where the policy does not name the origin", async () => {
    const before = asked.length;
    expect(await fetched("/", [])).toMatchObject({ output: "ADP_POLICY_DENIED: access_denied\n", exitCode: 3 });
    expect(asked.length).toBe(before);
  });

  it("is told where nobody answers, and where an answer is longer than its quota", async () => {
    expect(await fetched("/long")).toMatchObject({ output: "ADP_POLICY_DENIED: quota\n", exitCode: 4 });
    const mine = origin;
    origin = "http://127.0.0.1:1";
    expect(await fetched("/")).toMatchObject({ output: "ADP_HOST_CALL_FAILED: unavailable\n", exitCode: 4 });
    origin = mine;
  });
});

// @spec runtime.isolation, guest-abi.traps, guest-abi.violation, quotas.table, lifecycle.init.fails
describe.skipIf(!isCompiled("misbehaving/traps"))("misbehaving", () => {
  const ranOn = new Map<string, number[]>(programs.map(({ name }) => [name, []]));

  describe.each(implementations)("on implementation %i", (index) => {
    it.each(programs.map((program) => [program.name, program.does, program] as const))(
      "%s: one that %s",
      async (name, _does, program) => {
        const fayger = faygerWith(index, { capabilities: grantedTo(program) });
        const good = await loadRecipe(fayger, recipeIn("sha256"), "sha256");
        const bad = await loadRecipe(fayger, misbehavingRecipe(program), "misbehaving");
        // Beside it and after it, another program gets its work right.
        const works = async (): Promise<void> => {
          expect(await fayger.run(good)).toMatchObject({ state: "Terminated", exitCode: 0, failure: undefined });
        };
        try {
          expect(await outcomeOf(fayger, bad, works)).toEqual(program.ends);
          ranOn.get(name)?.push(index);
        } catch (error) {
          // An implementation that cannot hold a quota must not run a program that sets it. @spec quotas.implied
          if (!isFaygerError(error) || error.code !== "RT_NO_MATCHING_IMPLEMENTATION") throw error;
          expect(program.quotas).toBeDefined();
        }
        await works();
        await fayger.close();
      },
    );
  });

  it("every program ran somewhere, and the first implementation ran them all", () => {
    expect([...ranOn].filter(([, on]) => !on.includes(0))).toEqual([]);
  });
});

describe("the table of misbehaving programs", () => {
  const ends = <K extends keyof MisbehavingProgram["ends"]>(key: K): Set<unknown> =>
    new Set(programs.map((program) => program.ends[key]));

  it("has one for every trap, every rule of the guest ABI and every quota", () => {
    // `other` is what an engine stops for a reason of its own: no program can ask for it.
    expect(TRAPS.filter((trap) => trap !== "other" && !ends("trap").has(trap))).toEqual([]);
    expect(ABI_VIOLATIONS.filter((reason) => !ends("reason").has(reason))).toEqual([]);
    const set = new Set(programs.flatMap(({ quotas }) => Object.keys(quotas ?? {})));
    expect(QUOTA_NAMES.filter((name) => !set.has(name))).toEqual([]);
    // A slice ends without anybody noticing but those who wait for their turn.
    expect(QUOTA_NAMES.filter((name) => name !== "fuel_per_slice" && !ends("quota").has(name))).toEqual([]);
  });
});

if (!isCompiled("sha256")) it.skip(`guests in C were not run: ${NO_CLANG}`, () => {});
