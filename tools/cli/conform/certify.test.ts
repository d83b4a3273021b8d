import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { IFACTS_TESTS } from "../../../generated/enums/ifacts-test.js";
import type { Vector } from "../../../generated/json/vector.js";
import { ownCorpusFolder } from "../../conformance/corpus/corpus-folder.js";
import { findPython } from "../../conformance/testing/find-python.js";
import { echoTestee, writeIfactsCorpus } from "../../conformance/testing/ifacts-corpus.js";
import { createTerminal } from "../output/terminal.js";
import { runProgram } from "../program.js";
import { hasStackTrace, type Outcome } from "../testing.js";

// Certification as people do it: whole command lines, keys and trust stores in files, real processes.

const DRONE = fileURLToPath(new URL("../../../reference/examples/drone/fay.json", import.meta.url));
const ZOO = fileURLToPath(new URL("../../conformance/zoo/session.py", import.meta.url));

let folder: string;
/** A command line in this process; files are named from the folder of the tests. */
async function fayger(...args: string[]): Promise<Outcome> {
  const texts = { stdout: "", stderr: "" };
  const stream = (name: keyof typeof texts): { write(text: string): void } => ({
    write: (text) => {
      texts[name] += text;
    },
  });
  const here = process.cwd();
  process.chdir(folder);
  try {
    const code = await runProgram(args, new AbortController().signal, (isJson) =>
      createTerminal(stream("stdout"), stream("stderr"), {}, isJson),
    );
    return { code, ...texts };
  } finally {
    process.chdir(here);
  }
}
const certify = (...args: string[]): Promise<Outcome> => fayger("conform", "certify", "--corpus", "corpus", ...args);
const judge = (file: string, ...args: string[]): Promise<Outcome> =>
  certify("--verify", file, "--store", "trust.cbor", ...args);

let right: string;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "certify-"));
  writeIfactsCorpus(join(folder, "corpus"));
  writeIfactsCorpus(join(folder, "next"), { smoke: undefined });
  right = echoTestee(folder);
  for (const [key, store] of [
    ["lab.pem", "trust.cbor"],
    ["other.pem", "strangers.cbor"],
  ] as const) {
    await fayger("keygen", "-o", key);
    await fayger("trust", "add", `${key}.pub`, "--store", store);
  }
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

// @spec ifacts.levels, ifacts.certificate.signed
test("each level that passed has a certificate, which whoever trusts the key believes", async () => {
  const made = await certify("-i", right, "-m", DRONE, "-k", "lab.pem", "-o", "drone.buf", "--report", "levels.json");
  expect(made.stdout).toContain("drone-controller-ifay 1.0.0: the stages 1 to 2");
  expect(made.stdout).toContain("passed: L1, L2, L3, L4");
  expect(made.code).toBe(0);
  const report = JSON.parse(readFileSync(join(folder, "levels.json"), "utf8")) as { levels: { result: string }[] };
  expect(report.levels.map(({ result }) => result)).toEqual(["pass", "pass", "pass", "pass"]);
  for (const level of ["L1", "L2", "L3", "L4"]) {
    const { code, stdout } = await judge(`drone.${level}.buf`);
    expect(code).toBe(0);
    expect(stdout).toContain(`small 0.1.0 passed ${level}`);
    expect(stdout).toContain("valid: signed by a trusted key");
  }
  // It is an artifact like any other.
  expect((await fayger("verify", "drone.L1.buf", "--store", "trust.cbor")).code).toBe(0);
  expect((await judge("drone.L1.buf", "--json")).stdout).toContain('"valid": true');
});

// @spec ifacts.levels.skip
describe("a later level", () => {
  test("is refused without the levels before it, and nothing is started", async () => {
    const refused = await certify("-i", right, "--stage", "2", "-l", "L3", "-k", "lab.pem", "-o", "l3.buf");
    expect(refused.code).toBe(1);
    expect(refused.stderr).toContain("L3 takes the levels before it, and they have not passed");
    expect(refused.stderr).toContain("L1 (single component): neither asked for here nor shown by a certificate");
    expect(refused.stderr).toContain("L2 (interface): neither");
    expect(existsSync(join(folder, "l3.buf"))).toBe(false);
    const { stdout } = await certify("-i", right, "--stage", "2", "-l", "L2", "--json");
    expect(JSON.parse(stdout)).toMatchObject({
      error: { code: "IFACTS_LEVEL", missing: [expect.stringContaining("L1")] },
    });
  });

  test("is granted by certificates that are believed", async () => {
    await certify("-i", right, "--stage", "2", "-l", "L1", "-k", "lab.pem", "-o", "one.buf");
    const next = ["-i", right, "--stage", "2", "-l", "L2", "--certificate", "one.buf"];
    const granted = await certify(...next, "--store", "trust.cbor", "-k", "lab.pem", "-o", "two.buf");
    expect(granted.stdout).toContain("L1 single component: passed before: one.buf");
    expect(granted.code).toBe(0);
    expect((await judge("two.buf")).code).toBe(0);
    const stranger = await certify(...next, "--store", "strangers.cbor");
    expect(stranger).toMatchObject({ code: 1, stderr: expect.stringContaining("not believed one.buf: ") });
    const newer = await certify(
      "-i",
      echoTestee(folder, { version: "0.2.0" }),
      ...next.slice(2),
      "--store",
      "trust.cbor",
    );
    expect(newer.stderr).toContain("one.buf: certifies small 0.1.0, and this is small 0.2.0");
  });
});

// @spec ifacts.certificate
describe("a certificate", () => {
  beforeAll(async () => {
    await certify(
      "-i",
      right,
      "--stage",
      "1",
      "-l",
      "L1",
      "-k",
      "lab.pem",
      "-o",
      "a.buf",
      "--valid-until",
      "2999-01-01",
    );
  });

  test("is shown with its end, and by nobody who does not trust its key", async () => {
    expect((await judge("a.buf")).stdout).toMatch(/from \S+Z until 2999-01-01T00:00:00Z/);
    const { code, stdout } = await certify("--verify", "a.buf", "--store", "strangers.cbor");
    expect(code).toBe(1);
    expect(stdout).toMatch(/^not believed {2}a\.buf: LDR_SIGNATURE_FAIL/);
    expect(stdout).not.toContain("small 0.1.0");
    expect(await certify("--verify", "a.buf", "--store", "no-such.cbor")).toMatchObject({
      code: 4,
      stderr: expect.stringContaining("cannot read no-such.cbor: no such file or folder"),
    });
    writeFileSync(join(folder, "short.buf"), readFileSync(join(folder, "a.buf")).subarray(0, -1));
    expect((await judge("short.buf")).stdout).toContain("LDR_TRUNCATED");
  });

  test("is of one corpus", async () => {
    const { code, stdout } = await fayger(
      ...["conform", "certify", "--verify", "a.buf", "--store", "trust.cbor", "--corpus", "next"],
    );
    expect(code).toBe(1);
    expect(stdout).toContain("wrong  is of the corpus 1.0.0 with the digest ");
  });
});

test("what is owed is listed without asking anybody", async () => {
  const { code, stdout } = await certify("--list", "--manifest", DRONE);
  expect(code).toBe(0);
  expect(stdout).toMatch(/^L3 +devices +2 +module_interface +1 +A command reaches/m);
  const json = JSON.parse((await certify("--list", "--stage", "1", "--json")).stdout) as { tests: unknown[] };
  expect(json.tests).toHaveLength(21);
  const vacuous = await fayger("conform", "certify", "--list", "--corpus", "next");
  expect(vacuous.stdout).toContain("vacuous: the corpus has no case of smoke");
});

test("a FayManifest with errors is shown with them, and nobody is asked", async () => {
  writeFileSync(join(folder, "wrong.json"), '{ "name": "a", "modules": [{ "id": "sensr" }] }');
  const { code, stderr } = await certify("-i", right, "-m", "wrong.json");
  expect(code).toBe(1);
  expect(stderr).toContain("wrong.json:1:");
  expect(stderr).toContain("sensr");
});

test.each([
  [[], "expected --impl"],
  [["-i", "x", "-l", "L5"], "--level: expected a level from L1 to L4"],
  [["-i", "x", "-l", "L3..L2"], "--level: expected a level from L1 to L4"],
  [["-i", "x", "--stage", "6"], "--stage: expected a whole number from 1 to 5"],
  [["-i", "x", "--stage", "2", "-m", "fay.json"], "give --manifest or --stage"],
  [["-i", "x", "-k", "lab.pem"], "expected -o FILE too"],
  [["-i", "x", "-o", "a.buf"], "expected --key FILE too"],
  [["-i", "x", "--valid-until", "2999-01-01"], "goes with --key"],
  [["-i", "x", "-k", "lab.pem", "-o", "a.buf", "--valid-until", "2001-01-01"], "is past"],
  [["-i", "x", "-k", "lab.pem.pub", "-o", "a.buf"], "lab.pem.pub: expected"],
  [["-i", "x", "--certificate", "a.buf"], "there is no level before L1"],
  [["--verify", "a.buf", "--stage", "2"], "leave --stage out"],
  [["stray"], "found `stray`"],
] as const)("with %j ends with 2 and says why", async (args, message) => {
  const outcome = await certify(...args);
  expect(outcome.stderr).toContain(message);
  expect(outcome.code).toBe(2);
  expect(hasStackTrace(outcome)).toBe(false);
});

test("the help tells of the order, and of what each exit code means", async () => {
  const { stdout } = await fayger("conform", "certify", "--help");
  for (const text of ["--certificate FILE", "--valid-until", "L3 integration", "levels before it are missing"])
    expect(stdout).toContain(text);
});

// @spec ifacts.certificate.refused
test("an implementation with one fault in L2 gets the certificate of L1 and no other", async ({ skip }) => {
  const python = findPython();
  if (python === undefined) return skip("no Python 3.9 or later on this host: the faulty implementation is not run");
  const isSmall = ({ inputs, expand, status }: Vector): boolean =>
    status === "active" && expand === undefined && inputs.file === undefined;
  // One vector of each family, and those in which this member is wrong.
  const sample = Object.fromEntries(
    IFACTS_TESTS.filter(({ level }) => level <= 2)
      .flatMap(({ families }) => families)
      .flatMap((name) => {
        const text = readFileSync(join(ownCorpusFolder(), `families/${name}.json`), "utf8");
        const vectors = (JSON.parse(text) as readonly Vector[]).filter(isSmall);
        const magic = vectors.filter(({ id }) => id.startsWith("artifact-head/magic/"));
        return vectors.length === 0 ? [] : [[name, magic.length > 0 ? magic : vectors.slice(0, 1)]];
      }),
  );
  writeIfactsCorpus(join(folder, "sample"), sample);
  const asks = (member: string, out: string): Promise<Outcome> =>
    fayger(
      ...["conform", "certify", "--corpus", "sample", "-i", `'${python}' '${ZOO}' ${member}`, "-m", DRONE],
      ...["-l", "L1..L2", "-k", "lab.pem", "-o", out],
    );
  const { code, stdout } = await asks("loader.read-head.magic/short-is-truncated", "member.buf");
  expect(stdout.match(/^ {2}\w+ +failed .*/gm)).toEqual([
    expect.stringMatching(/artifact_form .* failed in artifact-head$/),
  ]);
  expect(stdout).not.toMatch(/vacuous|problem/);
  expect(stdout).toContain("passed: L1");
  expect(code).toBe(1);
  expect(readdirSync(folder).filter((name) => name.startsWith("member."))).toEqual(["member.L1.buf"]);
});
