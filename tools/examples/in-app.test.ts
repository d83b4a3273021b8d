import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { SectionKind } from "../../generated/enums/section-kind.js";
import { SectionVisibility } from "../../generated/enums/section-visibility.js";
import { hostCall } from "../../generated/instructions/host.js";
import { ioFileOpenRead } from "../../generated/instructions/io.js";
import { createSerializer, nodeSha256 } from "../../reference/node.js";
import { emitAt, forever, type GuestSource, guestModule, op } from "../../reference/runtime/testing/guest-module.js";
import { artifactOf } from "../cli/recipe.js";
import { EXAMPLES, recipeIn } from "./run-example.js";

// The application as it is started, in a process of its own, asked over HTTP.

let folder: string;
let app: ChildProcess;
let origin = "";

/** The artifact of a tenant that does what the application does not want. */
function hostile(
  name: string,
  source: GuestSource | Uint8Array,
  hostFunctions: readonly string[],
  requiredCapabilities: readonly string[] = ["host.call"],
): string {
  const path = join(folder, `${name}.buf`);
  const bytes = createSerializer(nodeSha256).serialize({
    manifest: {
      schemaVersion: [1, 0],
      runtimeInterfaceMin: [1, 0, 0],
      name: `test/${name}`,
      version: "1.0.0",
      entry: { section: "code", symbol: "main" },
      runtime: { codeFormat: "wasm-core-2" },
      requiredCapabilities,
      ...(hostFunctions.length > 0 && { hostFunctions }),
    },
    sections: [
      {
        sectionId: "code",
        kind: SectionKind.Code,
        visibility: SectionVisibility.Required,
        profileConstraints: {},
        body: source instanceof Uint8Array ? source : guestModule(source),
      },
    ],
  });
  writeFileSync(path, bytes);
  return `${name}=${path}`;
}

const emitting = (...instructions: readonly Uint8Array[]): GuestSource => ({
  functions: {
    main: {
      code: (call) => instructions.flatMap((each, at) => [emitAt(call, 256 * (at + 1), each.length), op.drop]),
    },
  },
  data: instructions.map((each, at) => [256 * (at + 1), each] as const),
});

const storing = hostCall("order.store", [{ type: "u64", value: 1n }]);

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "fayger-in-app-"));
  const orders = join(folder, "orders.buf");
  const artifact = artifactOf(recipeIn("in-app"), `${EXAMPLES}in-app/recipe.json`);
  writeFileSync(orders, createSerializer(nodeSha256).serialize(artifact));
  const tenants = [
    `north=${orders}`,
    `south=${orders}`,
    hostile("endless", { functions: { main: { code: [forever] } } }, []),
    hostile("trap", { functions: { main: { code: [op.unreachable] } } }, []),
    hostile("unnamed", emitting(storing), []),
    hostile("twice", emitting(storing, storing), ["order.store"]),
    hostile("wrong", emitting(hostCall("order.store", [{ type: "text", value: "1" }])), ["order.store"]),
    hostile("greedy", { functions: { main: { code: [] } } }, [], ["fs.read", "host.call"]),
    hostile("broken", Uint8Array.of(0, 0x61, 0x73, 0x6d, 1, 0, 0, 0, 99), []),
    hostile("files", emitting(ioFileOpenRead("/etc/passwd")), []),
  ];
  app = spawn(process.execPath, ["--import", "tsx", `${EXAMPLES}in-app/main.ts`, ...tenants], {
    env: { PATH: process.env["PATH"] ?? "" },
    stdio: ["ignore", "pipe", "inherit"],
  });
  const ended = once(app, "exit").then(([code]) => {
    throw new Error(`the application ended with ${code}`);
  });
  ended.catch(() => undefined);
  const [line] = await Promise.race([once(app.stdout as NodeJS.ReadableStream, "data"), ended]);
  origin = /http:\S+/.exec(String(line))?.[0] ?? "";
});
afterAll(async () => {
  const ended = once(app, "exit");
  app.kill("SIGTERM");
  await ended;
  rmSync(folder, { recursive: true, force: true });
});

async function order(tenant: string, body: unknown): Promise<{ status: number; body: unknown }> {
  const response = await fetch(`${origin}/${tenant}/orders`, {
    method: "POST",
    headers: { "Content-Type": "application/json", Connection: "close" },
    body: typeof body === "string" ? body : JSON.stringify(body),
  });
  return { status: response.status, body: await response.json() };
}

async function stored(tenant: string): Promise<unknown[]> {
  const response = await fetch(`${origin}/${tenant}/orders`, { headers: { Connection: "close" } });
  return (await response.json()) as unknown[];
}

// @spec adapters.built-in.in-app, instructions.host.call, capabilities.host-functions
describe("the application of the example in-app", () => {
  it("serves orders by the tenants' programs, each with its own prices and its own store", async () => {
    expect(await order("north", { item: "tea", quantity: 2 })).toEqual({
      status: 201,
      body: { item: "tea", quantity: 2, number: 1, total: 900 },
    });
    expect(await order("north", { item: "tea", quantity: 10 })).toMatchObject({ status: 201, body: { total: 4_050 } });
    expect(await order("south", { item: "tea", quantity: 2 })).toMatchObject({
      status: 201,
      body: { number: 1, total: 1_000 },
    });
    expect(await order("south", { item: "cup", quantity: 1 })).toEqual({
      status: 422,
      body: { error: "unknown item" },
    });
    expect([(await stored("north")).length, (await stored("south")).length]).toEqual([2, 1]);
  });

  it("says why a program took no order", async () => {
    const before = await stored("north");
    for (const item of ["none", "__proto__", "toString", "", "x".repeat(10_000)]) {
      expect(await order("north", { item, quantity: 1 })).toEqual({ status: 422, body: { error: "unknown item" } });
    }
    expect(await order("north", { item: "tea", quantity: 101 })).toEqual({
      status: 422,
      body: { error: "too many at once" },
    });
    expect(await stored("north")).toEqual(before);
  });

  it("answers what is no order, no tenant and too long", async () => {
    for (const wrong of [{}, { item: "tea" }, { item: 1, quantity: 1 }, { item: "tea", quantity: 1.5 }, [], "{"]) {
      expect((await order("north", wrong)).status).toBe(400);
    }
    expect((await order("nobody", { item: "tea", quantity: 1 })).status).toBe(404);
    expect((await order("north", { item: "x".repeat(20_000), quantity: 1 })).status).toBe(413);
  });

  // @spec runtime.isolation, quotas.effective
  it("goes on for the others while one tenant's program never ends, fails or cannot be started", async () => {
    const [endless, trap, good] = await Promise.all([
      order("endless", { item: "tea", quantity: 1 }),
      order("trap", { item: "tea", quantity: 1 }),
      order("south", { item: "tea", quantity: 1 }),
    ]);
    expect(endless).toMatchObject({ status: 503, body: { code: "RT_QUOTA_EXCEEDED" } });
    expect(trap).toMatchObject({ status: 503, body: { code: "RT_TRAP" } });
    expect(good.status).toBe(201);
    const [greedy, broken] = await Promise.all(
      ["greedy", "broken"].map((tenant) => order(tenant, { item: "tea", quantity: 1 })),
    );
    expect(greedy).toMatchObject({ status: 503, body: { code: "RT_CAPABILITY_INSUFFICIENT" } });
    expect(broken).toMatchObject({ status: 503, body: { code: "RT_CODE_INVALID" } });
    expect((await order("endless", { item: "tea", quantity: 1 })).status).toBe(503);
  });

  it("lets a program do nothing but call the functions that its manifest names", async () => {
    for (const tenant of ["unnamed", "files", "wrong"]) {
      expect(await order(tenant, { item: "tea", quantity: 1 })).toEqual({ status: 422, body: { error: "refused" } });
      expect(await stored(tenant)).toEqual([]);
    }
  });

  it("stores an order once, and at most as many as a tenant may", async () => {
    for (let number = 1; number <= 20; number += 1) {
      expect(await order("twice", { item: "tea", quantity: 1 })).toMatchObject({ status: 201, body: { number } });
    }
    expect(await order("twice", { item: "tea", quantity: 1 })).toEqual({ status: 422, body: { error: "refused" } });
    expect(await stored("twice")).toHaveLength(20);
  });

  it("keeps orders apart that are worked on at the same time", async () => {
    const quantities = Array.from({ length: 9 }, (_, at) => at + 1);
    const answers = await Promise.all(quantities.map((quantity) => order("north", { item: "cup", quantity })));
    expect(answers.map(({ body }) => (body as { total: number }).total)).toEqual(
      quantities.map((each) => each * 1_200),
    );
  });
});
