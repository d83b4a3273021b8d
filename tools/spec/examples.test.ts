import { createHash, createPublicKey, verify } from "node:crypto";
import { describe, expect, it } from "vitest";
import { createSourceFile } from "../../codegen/src/diagnostics/source.js";
import { encodeTrustStore } from "../../generated/codecs/trust-store.js";
import { createMemorySource } from "../../reference/loader/index.js";
import { createFayger, nodeSha256 } from "../../reference/node.js";
import { exampleArtifacts, exampleKey, keySeedText } from "./examples/artifacts.js";
import { compareExamples, exampleBlocks, fillExamples } from "./examples.js";

const chapter = "<!-- bytes: one -->\nold\n<!-- end -->\n";
const blocks = new Map([["one", "new\n"]]);
const file = (text: string) => createSourceFile("spec/chapters/examples.md", text);

describe("the examples of the specification", () => {
  it("load and run: the signed one under a trust store with its key", async () => {
    const { minimal, signed } = await exampleArtifacts();
    const { publicKey } = exampleKey().signer;
    const keys = [{ keyId: nodeSha256.digest(publicKey), algorithm: "ed25519", publicKey }];
    const fayger = await createFayger({
      adapter: "server",
      trustStore: encodeTrustStore({ version: 1, issuedAt: 0, keys }),
    });
    const object = await fayger.load(createMemorySource(signed));
    expect(object.trust).toBe("verified");
    expect((await fayger.run(object)).state).toBe("Terminated");
    await expect(fayger.load(createMemorySource(minimal))).rejects.toMatchObject({
      code: "LDR_SIGNATURE_FAIL",
      context: { reason: "MissingSignature" },
    });
  });

  it("are signed with the published key, over the published bytes", async () => {
    const made = await exampleBlocks();
    const lines = [...(made.get("signed-bytes") ?? "").matchAll(/^[0-9a-f]{8} {2}(.*)$/gm)];
    const message = Buffer.from(lines.map((match) => match[1]?.replaceAll(" ", "")).join(""), "hex");
    const [, signature = ""] = /\| signature \| `([0-9a-f]{128})`/.exec(made.get("signature") ?? "") ?? [];
    const [, spki = ""] = /\| SPKI \| `([0-9a-f]{88})`/.exec(made.get("key") ?? "") ?? [];
    const key = createPublicKey({ key: Buffer.from(spki, "hex"), format: "der", type: "spki" });
    expect(verify(null, message, key, Buffer.from(signature, "hex"))).toBe(true);
    expect(made.get("key")).toContain(createHash("sha256").update(keySeedText).digest("hex"));
  });

  it("are the same every time", async () => {
    expect(await exampleBlocks()).toEqual(await exampleBlocks());
  });

  it("are compared block by block, at the place that differs", () => {
    expect(compareExamples(file(chapter), blocks)).toMatchObject([
      {
        code: "anchor/outdated-example",
        span: { line: 2, column: 1 },
        message: "block `one` is not what the code gives",
      },
    ]);
    expect(compareExamples(file(fillExamples(chapter, blocks)), blocks)).toEqual([]);
  });

  it("are missed where the chapter leaves one out, and where nothing makes one", () => {
    expect(compareExamples(file("# Examples\n"), blocks)).toHaveLength(1);
    expect(compareExamples(file(chapter.replaceAll("one", "two")), blocks)).toHaveLength(2);
  });
});
