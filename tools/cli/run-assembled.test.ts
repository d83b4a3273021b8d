import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { SectionKind } from "../../generated/enums/section-kind.js";
import { SectionVisibility } from "../../generated/enums/section-visibility.js";
import { assembledArtifact, readFayManifest, resolveFayManifest } from "../../reference/assembly/index.js";
import { packShow } from "../../reference/assembly/session/testing/puppets.js";
import { type Artifact, createSerializer, nodeSha256 } from "../../reference/node.js";
import { guestModule } from "../../reference/runtime/testing/guest-module.js";
import { PseudoTerminal } from "../examples/terminal/pseudo-terminal.js";
import { isFault, readActionLine } from "./assembly/action-line.js";
import { readAuthorFile } from "./assembly/author-file.js";
import { readRegistries } from "./assembly/registries.js";
import { type TemplateOptions, templateOf } from "./assembly/template.js";
import { valuesText } from "./assembly/values.js";
import { fayger, faygerHere, MAIN, type Outcome, startFayger } from "./testing.js";

// `fayger run` of assembled artifacts: child processes, and a person at a terminal.
// @spec tools.run.assembly @spec tools.run.assembly.commands @spec tools.run.assembly.confirm
// @spec tools.run.assembly.authentication @spec tools.run.assembly.options @spec tools.run.assembly.permissions

const example = fileURLToPath(new URL("../../reference/examples/drone/fay.json", import.meta.url));
/** An artifact of one program. */
const SINGLE: Artifact = {
  manifest: {
    schemaVersion: [1, 0],
    runtimeInterfaceMin: [1, 0, 0],
    name: "test/single",
    version: "1.0.0",
    entry: { section: "code", symbol: "main" },
    runtime: { codeFormat: "wasm-core-2" },
    requiredCapabilities: [],
  },
  sections: [
    {
      sectionId: "code",
      kind: SectionKind.Code,
      visibility: SectionVisibility.Required,
      profileConstraints: {},
      body: guestModule({ functions: { main: { code: [] } } }),
    },
  ],
};
let folder: string;
const run = (name: string, args: readonly string[] = [], input = ""): Outcome =>
  fayger(["run", `${name}.buf`, "--allow-unsigned", ...args], { folder, input });

async function assemble(name: string, text: string): Promise<void> {
  const { manifest, errors } = readFayManifest(text, { comments: true });
  if (manifest === undefined) throw new Error(JSON.stringify(errors));
  const resolution = resolveFayManifest(manifest);
  const { registry, main } = await readRegistries([]);
  const { chosen } = registry.choose(manifest, resolution);
  const artifact = assembledArtifact({ manifestText: text, manifest, resolution, chosen, main });
  writeFileSync(join(folder, `${name}.buf`), createSerializer(nodeSha256).serialize(artifact));
}

/** The same in this process: for command lines that come to nothing. */
const refused = (name: string, args: readonly string[]): Promise<Outcome> =>
  faygerHere(["run", join(folder, `${name}.buf`), "--allow-unsigned", ...args]);

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "fayger-run-assembled-"));
  // For what runs in this process, and at its terminals.
  vi.stubEnv("FAYGER_PERMISSIONS", join(folder, "permissions.json"));
  vi.stubEnv("FAYGER_TRUST_STORE", join(folder, "trust.cbor"));
  const made = (options: Omit<TemplateOptions, "name">): string => templateOf({ name: "my-ifay", ...options });
  await assemble("drone", readAuthorFile(example, false).text);
  writeFileSync(join(folder, "single.buf"), createSerializer(nodeSha256).serialize(SINGLE));
  await assemble("told", made({ controlMode: "command", stage: 1 }));
  const asks = made({ controlMode: "ego", stage: 1 })
    .replace(
      '["interactive_conversation_protocol.say", "Good morning"]',
      '["simulated_operation.operate", "click", 3, 4], ["credential_management.prove", "bank"]',
    )
    .replace('"device_fingerprint"', '"device_fingerprint", "voice_print"');
  await assemble("asks", asks);
  await assemble("proves", asks.replace('"device_fingerprint", ', ""));
});
afterAll(() => {
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true, force: true });
});

test("the drone flies: its steps, what it tells, what it may not do and why, and how it ended", {
  timeout: 60_000,
}, () => {
  const { code, stdout, stderr } = run("drone");
  expect([code, stderr]).toEqual([0, ""]);
  const lines = stdout.split("\n");
  const steps = lines.filter((line) => line.startsWith("ok  ")).map((line) => line.slice(4, 16).trim());
  expect(steps).toEqual(["modules", "protocols", "control mode", "drivers", "ego model"]);
  expect(stdout).toMatch(/^ {4}identity +fay:[0-9a-f]{32}$/m);
  expect(stdout).toMatch(/^flight_controller +.*motors on$/m);
  expect(stdout).toMatch(/^gimbal +click: photograph 1/m);
  expect(stdout).toMatch(/^granted +flight_plan_execute, proven by device_fingerprint$/m);
  expect(stdout).toMatch(
    /^refused +registered_skill\.pay_landing_fee, which invoke_skill wanted: its skill financial is restricted$/m,
  );
  // Whoever only waited for what was refused or failed is not told of again.
  expect(lines.filter((line) => line.startsWith("failed"))).toEqual([
    expect.stringMatching(/flight_controller\.take_off: its part refuses it: unavailable$/),
  ]);
  expect(lines.at(-2)).toMatch(/^ended {2}\d+ actions done, 1 refused, 1 failed, in [\d.]+ m?s$/);
});

test("one document for a program, with steps, reports, refusals and the trace", () => {
  const { code, stdout } = run("asks", ["--json", "--trace", "--usage"]);
  expect(code).toBe(0);
  const document = JSON.parse(stdout);
  expect(document).toMatchObject({
    name: "my-ifay",
    trust: "unsigned",
    control_mode: "ego",
    stage: 1,
    state: "Terminated",
    // @spec tools.run.assembly.authentication: without a terminal this device alone proves.
    permissions: [{ permission: "credential_use", method: "device_fingerprint" }],
    refusals: [
      {
        action: "simulated_operation.operate",
        caller: "assembly/main",
        reason: "not_confirmed",
        text: "nobody confirmed it; there is no terminal to ask on; --confirm says yes beforehand",
      },
    ],
  });
  expect(document.steps.map(({ step, state }: { step: string; state: string }) => [step, state])).toContainEqual([
    "protocols",
    "completed",
  ]);
  expect(document.reports).toContainEqual({ part: "ego_model", text: expect.stringContaining("operate was refused") });
  expect(document.usage.fuel.used).toBeGreaterThan(0);
  const names = document.events.map(({ name }: { name: string }) => name);
  for (const name of ["step_started", "action_started", "action_refused", "reported"]) expect(names).toContain(name);
});

// @spec assembly.parts.failed
test("a part that fails is told at once, with its name and why, also where nobody called it", async () => {
  // A call waits until its part has subscribed or ended.
  const show = { permissions: { inherent: ["sensor_read"] }, parts: { sensor: { begin: ["trap"] } } };
  writeFileSync(join(folder, "falls.buf"), await packShow(show));
  const commands = ["--command", "sensor.read", "--command", "fay_id.identify"];
  const { code, stdout, stderr } = run("falls", [...commands, "--trace"]);
  expect(code).toBe(3);
  expect(stdout).toMatch(/^part failed +sensor: RT_TRAP, the program trapped: unreachable/m);
  expect(stdout).toContain("fay_id.identify = fay-of-puppets");
  expect(stdout).toMatch(/^ended {2}.* 1 failed, 1 part ended by an error, in /m);
  expect(stderr).toMatch(/assembly +sensor failed +RT_TRAP: the program trapped/);
  expect(JSON.parse(run("falls", [...commands, "--json"]).stdout).failed_parts).toEqual([
    { part: "sensor", code: "RT_TRAP", message: expect.stringContaining("the program trapped: unreachable") },
  ]);
});

test("--confirm says yes beforehand, for all or for a skill", () => {
  const confirmed = run("proves", ["--confirm", "operation", "--trace"]);
  expect(confirmed.code).toBe(0);
  expect(confirmed.stdout).not.toContain("nobody confirmed");
  expect(confirmed.stdout).toMatch(
    /refused +credential_management\.prove: nobody proved to be the one who may give its permission credential_use; there is no terminal to ask on\n/,
  );
  expect(confirmed.stderr).toMatch(/assembly +simulated_operation\.operate +call \d+ of assembly\/main/);
});

describe("control mode command", () => {
  test("commands of the command line are done, and one that is not shows in the exit code", () => {
    const commands = [
      'interactive_conversation_protocol.say "Good  evening"',
      "fay_id.identify",
      "fay_id.identifi 7",
      "interactive_conversation_protocol.say",
    ];
    const { code, stdout } = run("told", [...commands.flatMap((command) => ["--command", command]), "--json"]);
    expect(code).toBe(3);
    const document = JSON.parse(stdout);
    expect(document.reports).toContainEqual({
      part: "interactive_conversation_protocol",
      text: "says: Good  evening",
    });
    expect(document.commands).toEqual([
      { action: "interactive_conversation_protocol.say", input: ["Good  evening"], outcome: "done", output: ["1"] },
      { action: "fay_id.identify", input: [], outcome: "done", output: [document.fay_id] },
      { action: "fay_id.identifi", input: ["7"], outcome: "refused", output: [] },
      // @spec assembly.calls.cause
      {
        action: "interactive_conversation_protocol.say",
        input: [],
        outcome: "failed",
        output: [],
        host_error: "invalid_argument",
      },
    ]);
    expect(document.failures).toEqual([
      {
        action: "interactive_conversation_protocol.say",
        host_error: "invalid_argument",
        text: "its part refuses it: invalid argument",
      },
    ]);
  });

  test("commands come in on standard input too", () => {
    const { code, stdout, stderr } = run(
      "told",
      [],
      "# a comment\n\ninteractive_conversation_protocol.say Hello\nhelp\n'no end\nfay.say\n",
    );
    expect(code).toBe(3);
    expect(stdout).toMatch(/^interactive_conversation_protocol +says: Hello$/m);
    expect(stdout).toMatch(/^interactive_conversation_protocol\.say = 1$/m);
    expect(stderr).toContain("simulated_operation.operate            operation     screen_control");
    expect(stderr).toContain("error a text begins with ' and never ends");
    expect(stderr).toContain("no part has the action fay.say; there is interactive_conversation_protocol.say");
  });

  test.skipIf(process.platform === "win32")("Ctrl-C ends one that waits for commands, tidily", async () => {
    const child = startFayger(["run", "told.buf", "--allow-unsigned"], { folder });
    let stdout = "";
    child.stdout.setEncoding("utf8").on("data", (text: string) => {
      const was = stdout.includes("identity");
      stdout += text;
      if (!was && stdout.includes("identity")) child.kill("SIGINT");
    });
    const [code] = (await once(child, "close")) as [number | null];
    expect(code).toBe(130);
    expect(stdout).toMatch(/stopped {2}\d actions? done/);
  });
});

test("options of a single program are refused, and those of an assembled one elsewhere", async () => {
  for (const [name, args, text] of [
    ["told", ["--record", "x.log"], "--record is for a single program"],
    ["told", ["--resume", "x.snapshot"], "--resume is for a single program"],
    ["told", ["--save", "x.snapshot"], "--save is for a single program"],
    ["told", ["--", "x"], "what stands behind -- is for a single program"],
    ["told", ["--command", "'"], "--command: a text begins with '"],
    ["drone", ["--command", "x.y"], "--command is for control mode command"],
    ["asks", ["--confirm", "flight"], "never asks about `flight`; it asks about operation"],
    ["single", ["--confirm", "all"], "--confirm is for artifacts that `fayger assemble` made"],
    ["single", ["--forget-permissions"], "--forget-permissions is for artifacts that `fayger assemble` made"],
    ["single", ["--answer-within", "5"], "--answer-within is for artifacts that `fayger assemble` made"],
    ["told", ["--answer-within", "soon"], "--answer-within: expected seconds, 0 to 31,536,000; found `soon`"],
    ["told", ["--answer-within", "1e9"], "--answer-within: expected seconds"],
  ] as const) {
    const { code, stderr } = await refused(name, args);
    expect([args[0], code]).toEqual([args[0], 2]);
    expect(stderr).toContain(text);
  }
});

describe.skipIf(process.platform === "win32")("at a terminal", () => {
  test("a person is asked for commands, with completion, and hears what came of them", async () => {
    const at = new PseudoTerminal(
      [process.execPath, MAIN, "run", join(folder, "told.buf"), "--allow-unsigned"],
      80,
      40,
      { NO_COLOR: "1" },
    );
    try {
      await at.showsText("> ");
      at.type("inter");
      await at.showsText("> inter");
      at.type("\t");
      await at.showsText("> interactive_conversation_protocol.say");
      at.type(" Hi\r");
      await at.showsText("interactive_conversation_protocol.say = 1");
      at.type("\u0004");
      const { code, restored } = await at.ended;
      expect([code, restored]).toEqual([0, true]);
      expect(at.screen().some((row) => /^ended {2}\d+ actions done, 0 refused, 0 failed, in /.test(row))).toBe(true);
    } finally {
      await at.close();
    }
  });

  test("a person is asked to confirm, and to prove who they are", async () => {
    const at = new PseudoTerminal(
      [process.execPath, MAIN, "run", join(folder, "proves.buf"), "--allow-unsigned"],
      120,
      40,
      {},
    );
    try {
      await at.showsText("confirm simulated_operation.operate click 3 4 (operation)? [y/N]");
      at.type("n\r");
      await at.showsText(
        "prove by voice_print that you may give credential_use for credential_management.prove; is it proven? [y/N]",
      );
      at.type("y\r");
      const { code, restored } = await at.ended;
      expect([code, restored]).toEqual([0, true]);
      const screen = at.screen().join("\n");
      expect(screen).toMatch(/refused +simulated_operation\.operate: nobody confirmed it\n/);
      expect(screen).toMatch(/granted +credential_use, proven by voice_print/);
      expect(at.raw).toContain("\u001b[33mconfirm");
      expect(screen).toContain("credential_use is kept for later runs; --forget-permissions forgets it");
    } finally {
      await at.close();
    }
    // Where nobody is there to ask, what was given is given still, until it is forgotten.
    const permissions = join(folder, "permissions.json");
    expect(statSync(permissions).mode & 0o777).toBe(0o600);
    expect(Object.values(JSON.parse(readFileSync(permissions, "utf8")))).toEqual([
      { name: "my-ifay", permissions: ["credential_use"] },
    ]);
    const later = run("proves");
    expect(later.stdout).toMatch(/^ {4}given before {2}credential_use$/m);
    expect(later.stdout).not.toContain("nobody proved");
    const forgotten = run("proves", ["--forget-permissions"]);
    expect(forgotten.stderr).toContain("forgot one permission");
    expect(forgotten.stdout).toContain("nobody proved to be the one who may give its permission credential_use");
    expect(JSON.parse(readFileSync(permissions, "utf8"))).toEqual({});
  });
});

describe("a command as a person writes it", () => {
  const read = (line: string) => readActionLine(line);

  test("values are what they look like, and text in quotes", () => {
    expect(read(`a.b 3 -4 1.5 1e3 true north "3" 'two words' x"y z" \\"`)).toEqual({
      action: "a.b",
      input: [
        { type: "i64", value: 3n },
        { type: "i64", value: -4n },
        { type: "f64", value: 1.5 },
        { type: "f64", value: 1000 },
        { type: "bool", value: true },
        { type: "text", value: "north" },
        { type: "text", value: "3" },
        { type: "text", value: "two words" },
        { type: "text", value: "xy z" },
        { type: "text", value: '"' },
      ],
    });
    expect(read("  ")).toBeUndefined();
    for (const line of ["a.b 'x", "a.b \\", `a.b ${2n ** 63n}`, `a.b ${"9".repeat(100_000)}`, "a.b 1e999"])
      expect(isFault(read(line) ?? { action: "", input: [] })).toBe(true);
  });

  test("every text comes through in quotes, and every line is a command or a fault", () => {
    fc.assert(
      fc.property(
        fc.string({ unit: "binary" }),
        fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }),
        (text, integer) => {
          const quoted = `"${text.replace(/["\\]/g, "\\$&")}"`;
          expect(read(`a.b ${quoted} ${integer}`)).toEqual({
            action: "a.b",
            input: [
              { type: "text", value: text },
              { type: "i64", value: integer },
            ],
          });
          const free = read(text);
          if (free !== undefined && !isFault(free)) expect(typeof valuesText(free.input)).toBe("string");
        },
      ),
    );
  });
});
