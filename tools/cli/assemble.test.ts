import { chmodSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { assembledArtifact, readFayManifest, resolveFayManifest } from "../../reference/assembly/index.js";
import { createSerializer, nodeSha256 } from "../../reference/node.js";
import { findingLines } from "./assembly/finding-lines.js";
import { readRegistries } from "./assembly/registries.js";
import { createTerminal } from "./output/terminal.js";
import { faygerHere, hasStackTrace, type Outcome, fayger as runFayger } from "./testing.js";

// `fayger assemble` and `fayger new` as people use them: child processes, real files, real keys.
// @spec tools.assemble @spec tools.assemble.findings @spec tools.assemble.explain @spec tools.assemble.claim
// @spec tools.assemble.fix @spec tools.assemble.registry

const drone = fileURLToPath(new URL("../../reference/examples/drone/fay.json", import.meta.url));
let folder: string;
const fayger = (...args: string[]): Outcome => runFayger(args, { folder });
const write = (name: string, text: string | Uint8Array): string => {
  writeFileSync(join(folder, name), text);
  return name;
};

const here = (...args: string[]): Promise<Outcome> => faygerHere(args);
const at = (name: string): string => join(folder, name);

const SMALL = {
  name: "test/small",
  version: "1.0.0",
  description: "One of few parts",
  vendor: "Tests",
  modules: [] as object[],
  protocols: [] as object[],
  controlMode: "command",
};

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "fayger-assemble-"));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe("names of skills and permissions", () => {
  // @spec tools.assemble.names
  test("that look misspelled are told, and nothing is said of the published example", async () => {
    const clean = await here("assemble", drone, "-o", at("clean.buf"));
    expect([clean.code, clean.stderr]).toEqual([0, ""]);
    const text = readFileSync(drone, "utf8").replace('"financial"', '"finacial"');
    const file = at(write("misspelled.json", text));
    const told = await here("assemble", file, "-o", at("misspelled.buf"));
    expect(told.code).toBe(0);
    expect(told.stderr).toContain("restricted[0]: no action has `finacial`");
    expect(told.stderr).toContain("did you mean `financial`?");
    const { misspelled } = JSON.parse((await here("assemble", file, "-o", at("misspelled.buf"), "--json")).stdout);
    expect(misspelled).toEqual([
      { field: "$.ego.constraints.skillBoundaries.restricted[0]", name: "finacial", suggestion: "financial" },
    ]);
  });
});

describe("what a FayManifest comes to", () => {
  test("the published example: what is declared, what is added and why, stage, tests, warnings", () => {
    const { code, stdout, stderr } = fayger("assemble", drone);
    expect(code).toBe(0);
    expect(stderr).toBe("");
    for (const text of [
      "drone-controller-ifay 1.0.0",
      "2 of 5, direct client takeover",
      "11 components and 3 protocols",
      "Declared (6)",
      "Added (8)",
      "there is an `ego` block",
      "every iFay has it",
      "@drone-drivers/dji-fc",
      "Tests it owes (23)  of stages 1 and 2",
      "L4 behaviour",
    ])
      expect(stdout).toContain(text);
    expect(stdout.split("\n").filter((line) => line.length > 100)).toEqual([]);
  });

  test("the same for a program, with the warnings that the file deserves", () => {
    const text = `// of a person\n${JSON.stringify({ ...SMALL, modules: [{ id: "sensor" }], controlMode: "ego" }, undefined, 2)}\n`;
    const { code, stdout } = fayger("assemble", write("warned.json", text), "--json");
    expect(code).toBe(0);
    const document = JSON.parse(stdout);
    expect(document).toMatchObject({ valid: true, control_mode: "ego", stage: { number: 2 }, declared: ["sensor"] });
    expect(document.added).toContainEqual({ id: "fay_id", origin: "always", reason: "every iFay has it" });
    expect(document.warnings.map((warning: { code: string; line: number }) => [warning.code, warning.line])).toEqual([
      ["relation_missing", 8],
      ["relation_missing", 8],
      ["ego_missing", 13],
      ["permission_missing", 8],
    ]);
    const test = document.tests.find(({ name }: { name: string }) => name === "ego_boundaries");
    expect(test).toMatchObject({ applicable: false, missing: ["ego_model"] });
  });

  test("tests that are not applicable are told, with what they lack; warnings stand on standard error", async () => {
    const { code, stdout, stderr } = await here("assemble", at("warned.json"));
    expect(code).toBe(0);
    expect(stdout).toMatch(/Not applicable \(\d\)\n(.*\n)*?ego_boundaries +is about ego_model: not in this iFay/);
    expect(stderr).toMatch(/warned\.json:8:\d+ - warning relation_missing: /);
    expect(stderr).toContain("4 warnings; warnings keep nothing from being assembled");
  });

  test("everything of one component", async () => {
    const { code, stdout } = fayger("assemble", drone, "--explain", "registered_skill");
    expect(code).toBe(0);
    for (const text of [
      "module of stage 2",
      "$.modules[3]",
      "preload",
      "needed by   invoke_skill",
      "of fayger",
      "component/registered_skill",
    ])
      expect(stdout).toContain(text);
    expect(stdout).toMatch(/registered_skill\.flight_control\* +flight +flight_plan_execute \(persistent\)\n/);
    expect(stdout).toMatch(/skills +L3 integration, from stage 2 on/);
    const absent = JSON.parse((await here("assemble", drone, "--explain", "gmchain", "--json")).stdout);
    expect(absent).toMatchObject({ id: "gmchain", stage: 5, related: [{ id: "meri_token", isPresent: false }] });
    expect(absent.origin).toBeUndefined();
  });

  test("a graph", async () => {
    const { code, stdout } = await here("assemble", drone, "--graph");
    expect(code).toBe(0);
    expect(stdout).toMatch(/^flowchart LR\n/);
    expect(stdout).toContain("DJI Flight Controller");
  });

  test("a claim that does not hold names everything that is missing, and nothing is written", () => {
    const { code, stdout } = fayger("assemble", drone, "--claim", "3", "-o", "claimed.buf");
    expect(code).toBe(1);
    expect(stdout).toContain("does not hold");
    for (const id of [
      "credential_management",
      "external_knowledge",
      "ssp_protocol",
      "interactive_conversation_protocol",
    ])
      expect(stdout).toContain(id);
    expect(stdout).toMatch(/knowledge +L2 interface; lacks external_knowledge, ssp_protocol/);
    expect(readdirSync(folder)).not.toContain("claimed.buf");
  });
});

describe("a bad file", () => {
  const BAD = `// no good
{
  "name": "Bad Name",
  "version": "1.0.0",
  "descripton": "x",
  "vendor": "Me",
  "modules": [{ "id": "senser" }, { "id": "cap_protocol" }, { "id": "sensor" }, { "id": "sensor" }],
  "protocols": [{ "id": "cap" }],
  "controlMode": "Ego"
}
`;

  test("every finding at once, each with its place, its line and what to write instead", () => {
    const { code, stdout, stderr } = fayger("assemble", write("bad.json", BAD), "-o", "bad.buf");
    expect(code).toBe(1);
    expect(stdout).toBe("");
    const places = [...stderr.matchAll(/^bad\.json:(\d+):(\d+) - error (\w+): /gm)].map(([, ...place]) =>
      place.join(" "),
    );
    expect(places.sort()).toEqual([
      "2 1 missing_field",
      "3 11 pattern_mismatch",
      "5 3 unknown_field",
      "7 23 unknown_component",
      "7 43 wrong_group",
      "7 89 duplicate_component",
      "8 25 unknown_component",
      "9 18 value_out_of_range",
    ]);
    expect(stderr).toContain(`8 |   "protocols": [{ "id": "cap" }],\n  |                         ^^^^^\n`);
    expect(stderr).toMatch(/= help: Did you mean `sensor`/);
    expect(stderr).toContain("^^^^^\n  = at: /protocols/0/id\n  = help: Did you mean `cap_protocol`?\n");
    expect(stderr).toMatch(/refused bad\.json: 8 errors\nhelp {2}--fix mends \d of them\n$/);
    expect(readdirSync(folder)).not.toContain("bad.buf");
  });

  test("for a program, with the edits that are certain; --fix makes them and no other", async () => {
    const { code, stdout } = await here("assemble", at("bad.json"), "--json");
    expect(code).toBe(1);
    const { valid, errors } = JSON.parse(stdout);
    expect(valid).toBe(false);
    expect(errors).toContainEqual(
      expect.objectContaining({ code: "unknown_component", field: "$.protocols[0].id", pointer: "/protocols/0/id" }),
    );
    const certain = errors.filter(({ fix }: { fix?: object }) => fix !== undefined);
    chmodSync(join(folder, "bad.json"), 0o640);
    const mended = fayger("assemble", "bad.json", "--fix");
    expect(mended.code).toBe(1);
    expect(mended.stderr).toContain(`fixed ${certain.length} findings in bad.json`);
    const text = readFileSync(join(folder, "bad.json"), "utf8");
    expect(text).toContain(`"protocols": [{ "id": "cap_protocol" }]`);
    expect(text).toContain(`"description": "x"`);
    expect(text).toContain("// no good");
    expect(statSync(join(folder, "bad.json")).mode & 0o777).toBe(0o640);
    expect(mended.stderr).toContain("pattern_mismatch");
    expect(mended.stderr).not.toContain("value_out_of_range");
    // What is left is not certain, so the file stays as it is.
    expect((await here("assemble", at("bad.json"), "--fix")).stderr).not.toContain("fixed");
    expect(readFileSync(join(folder, "bad.json"), "utf8")).toBe(text);
  });

  // @spec faymanifest.validation.bound, faymanifest.validation.size
  test("of very many a thousand, and how many others; of a file that is too long its length alone", async () => {
    write("many.json", JSON.stringify({ ...SMALL, modules: Array.from({ length: 1234 }, () => 7) }));
    const many = await here("assemble", at("many.json"));
    expect(many.code).toBe(1);
    expect(many.stderr.match(/ - error wrong_type: /g)).toHaveLength(1000);
    expect(many.stderr).toMatch(/many\.json: 1,000 errors, and 234 more findings\n$/);
    expect(JSON.parse((await here("assemble", at("many.json"), "--json")).stdout)).toMatchObject({ untold: 234 });
    write("long.json", " ".repeat(4_194_305));
    const long = await here("assemble", at("long.json"));
    expect([long.code, long.stderr.split("\n").slice(0, 2)]).toEqual([
      1,
      [
        `${at("long.json")}:1:1 - error length_out_of_range: expected a file of at most 4,194,304 bytes, found 4,194,305`,
        "  = help: Data that is so long belongs into a file of its own.",
      ],
    ]);
  });

  test("what is no FayManifest at all is told as one", async () => {
    const files: (readonly [string, string | Uint8Array])[] = [
      ["empty", ""],
      ["binary", Uint8Array.from([0, 255, 254, 7])],
      ["deep", "[".repeat(100_000)],
      ["list", "[]"],
    ];
    for (const [name, text] of files) {
      const outcome = await here("assemble", at(write(`${name}.json`, text)), "--fix");
      expect([name, outcome.code, hasStackTrace(outcome)]).toEqual([name, 1, false]);
      expect(outcome.stderr).toMatch(/ - error (json_syntax|too_deep|wrong_type): /);
      expect(readFileSync(join(folder, `${name}.json`))).toEqual(Buffer.from(text));
    }
  });

  // @spec security.terminal-text
  test("a quoted line never writes to the screen what is not text, and its marker stands below what it means", () => {
    const shown = (text: string): string[] => {
      const { errors } = readFayManifest(text, { comments: true });
      const terminal = createTerminal({ write: () => true, columns: 80 }, { write: () => true }, {}, false);
      return findingLines(terminal, { path: "fay.json", text }, "error", errors);
    };
    const hostile = shown(
      `{"\u001b[31m\u202e\u009b31m\u061c": 1, "__proto__": {"x": 1}, "\ud800": 2, "name": "${"long ".repeat(60_000)}"`,
    );
    const unsafe = /\p{Cc}|\p{Bidi_Control}/u;
    for (const line of hostile) expect(line).not.toMatch(unsafe);
    fc.assert(
      fc.property(fc.string({ unit: "binary", maxLength: 80 }), (name) => {
        const lines = [...shown(JSON.stringify({ ...SMALL, [name]: 1 })), ...shown(name)];
        for (const line of lines) expect(line).not.toMatch(unsafe);
      }),
    );
    const long = `{ ${'"x": 1, '.repeat(5_000)}"modules": [{ "id": "senser" }], "y": [${"0, ".repeat(5_000)}0] }`;
    const lines = shown(long);
    const head = lines.findIndex((line) => line.includes("unknown_component"));
    expect((lines[head + 2] ?? "").slice((lines[head + 3] ?? "").indexOf("^")).startsWith('"senser"')).toBe(true);
    expect(Math.max(...lines.filter((line) => /\||\^/.test(line)).map((line) => line.length))).toBeLessThanOrEqual(80);
  });
});

describe("an artifact", () => {
  test("which implementation serves each part; signed, verified and shown", () => {
    expect(fayger("keygen", "-o", "author.pem").code).toBe(0);
    const made = fayger("assemble", drone, "-o", "drone.buf", "--key", "author.pem");
    expect(made.code).toBe(0);
    expect(made.stdout).toMatch(/flight_controller +1\.0\.0 +fayger +[\d.]+ KiB +@drone-drivers\/dji-fc/);
    expect(made.stdout).toMatch(/wrote +drone\.buf .*15 sections/);
    expect(made.stdout).toContain("signed  ed25519");
    expect(fayger("trust", "add", "author.pem.pub").code).toBe(0);
    const verified = JSON.parse(fayger("verify", "drone.buf", "--json").stdout);
    expect(verified).toMatchObject({
      verdict: "accepted",
      trust: "verified",
      assembly: { control_mode: "ego", stage: 2 },
    });
    expect(verified.assembly.parts).toHaveLength(13);
  });

  // @spec tools.inspect.assembly
  test("inspect shows what it is assembled of", async () => {
    const { code, stdout } = fayger("inspect", "drone.buf");
    // Who gets it from somebody sees what it may before it runs.
    for (const [name, text] of [
      ["may", "device_control, sensor_read"],
      ["asks for once", "flight_plan_execute, proven by device_fingerprint"],
      ["uses only", "skills flight, camera, navigation"],
      ["never uses", "skills financial, social"],
    ])
      expect(stdout).toMatch(new RegExp(`^${name} +${text}$`, "m"));
    expect(code).toBe(0);
    expect(stdout).toMatch(
      /control mode +ego: the Ego model decides, within its boundaries\nstage +2, direct client takeover/,
    );
    expect(stdout).toMatch(/gimbal +1\.0\.0 +fayger +@drone-drivers\/gimbal-generic +describe, photograph, point/);
    const { assembly } = JSON.parse((await here("inspect", at("drone.buf"), "--json")).stdout);
    expect(assembly).toMatchObject({ readable: true, control_mode: "ego", stage: 2 });
  });

  // @spec tools.verify.assembly
  test("one whose assembly does not agree with itself is refused, and shown as far as it can be read", async () => {
    const { manifest } = readFayManifest(JSON.stringify(SMALL));
    if (manifest === undefined) throw new Error("expected a FayManifest");
    const resolution = resolveFayManifest(manifest);
    const { registry, main } = await readRegistries([]);
    const { chosen } = registry.choose(manifest, resolution);
    const lying = { ...resolution, resolvedStage: 3 };
    const artifact = assembledArtifact({
      manifestText: JSON.stringify(SMALL),
      manifest,
      resolution: lying,
      chosen,
      main,
    });
    write("lying.buf", createSerializer(nodeSha256).serialize(artifact));
    const { code, stdout } = await here("verify", at("lying.buf"), "--allow-unsigned", "--json");
    expect(code).toBe(1);
    expect(JSON.parse(stdout).error).toMatchObject({
      code: "LDR_ASSEMBLY_INVALID",
      context: { reason: "resolution_mismatch" },
    });
    expect((await here("inspect", at("lying.buf"))).stdout).toMatch(/stage +3, virtual world interface/);
  });

  test("implementations that are missing are told all at once; a registry of one's own brings them", async () => {
    const wanting = {
      ...SMALL,
      modules: [
        { id: "sensor", provider: "acme" },
        { id: "fay_id", version: "^9.0.0" },
      ],
      drivers: [{ name: "Arm", type: "device", driverPackage: "@acme/arm" }],
    };
    write("wanting.json", JSON.stringify(wanting));
    const refused = await here("assemble", at("wanting.json"), "-o", at("wanting.buf"));
    expect(refused.code).toBe(1);
    expect(refused.stderr).toContain("3 implementations missing; nothing was written");
    for (const text of ["fay_id", "^9.0.0", "sensor", "acme", "@acme/arm", "--registry DIR"])
      expect(refused.stderr).toContain(text);
    expect(readdirSync(folder)).not.toContain("wanting.buf");
    const { missing } = JSON.parse(
      (await here("assemble", at("wanting.json"), "-o", at("wanting.buf"), "--json")).stdout,
    );
    expect(missing).toHaveLength(3);

    mkdirSync(join(folder, "acme"));
    const code = fileURLToPath(new URL("../../dist/components/fay_id.wasm", import.meta.url));
    writeFileSync(join(folder, "acme/code.wasm"), readFileSync(code));
    const one = { version: "9.1.0", provider: "acme", file: "code.wasm" };
    const implementations = [
      { part: "sensor", ...one },
      { part: "fay_id", ...one },
      { part: "arm", source: "@acme/arm", ...one },
    ];
    writeFileSync(join(folder, "acme/registry.json"), JSON.stringify({ implementations }));
    const made = fayger("assemble", "wanting.json", "-o", "wanting.buf", "--registry", "acme");
    expect(made.code).toBe(0);
    expect(made.stdout).toMatch(/arm +9\.1\.0 +acme +[\d.]+ KiB +@acme\/arm/);
    writeFileSync(join(folder, "acme/registry.json"), JSON.stringify({ implementations: [{ part: "sensor" }] }));
    const wrong = await here("assemble", at("wanting.json"), "-o", at("wanting.buf"), "--registry", at("acme"));
    expect(wrong.code).toBe(2);
    expect(wrong.stderr).toMatch(/acme.registry\.json: \$\.implementations\[0\]/);
  });

  // @spec assembly.section
  test("what is longer than an artifact can hold is told before anything is written", async () => {
    const long = { ...SMALL, description: "x".repeat(262_144) };
    const outcome = await here("assemble", at(write("long.json", JSON.stringify(long))), "-o", at("long.buf"));
    expect(outcome.code).toBe(2);
    expect(outcome.stderr).toMatch(/long\.json: expected at most 262,144 bytes, .*; found 262,\d{3}/);
    expect(readdirSync(folder)).not.toContain("long.buf");
  });

  test("a wrong command line says what to write instead", async () => {
    for (const [args, text] of [
      [["assemble"], "fayger new"],
      [["assemble", drone, "--claim", "9"], "1 to 5"],
      [["assemble", drone, "--explain", "senser"], "there is no component `senser`"],
      [["assemble", drone, "--explain", "sensor", "--graph"], "give one"],
      [["assemble", drone, "--graph", "-o", "x.buf"], "leave out -o"],
      [["assemble", drone, "--key", "author.pem"], "give -o"],
      [["new", "a.json", "b.json"], "one file"],
      [["new", "--mode", "free"], "command, ego, autonomous"],
      [["new", "--stage", "0"], "1 to 5"],
      [["new", "--name", "No Name"], "--name"],
    ] as const) {
      const { code, stderr } = await here(...args);
      expect([args.join(" "), code]).toEqual([args.join(" "), 2]);
      expect(stderr).toContain(text);
      expect(stderr).toContain("help");
    }
    expect((await here("assemble", join(folder, "nowhere.json"))).code).toBe(4);
  });
});
