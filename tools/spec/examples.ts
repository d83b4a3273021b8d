import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Diagnostic } from "../../codegen/src/diagnostics/diagnostic.js";
import { createDiagnostic } from "../../codegen/src/diagnostics/registry.js";
import { type SourceFile, spanOf } from "../../codegen/src/diagnostics/source.js";
import { signedBytes } from "../../reference/loader/signed-bytes.js";
import { nodeSha256 } from "../../reference/security/backends/node.js";
import { annotateArtifact, hex, plainHex } from "./examples/annotate.js";
import { exampleArtifacts, exampleKey, keySeedText } from "./examples/artifacts.js";
import { exampleMessages } from "./examples/messages.js";
import { exampleVerdicts } from "./examples/verdicts.js";
import type { SpecTree } from "./model.js";

/** The chapter whose blocks are made here. Its text is written by hand. */
const chapterPath = "spec/chapters/examples.md";
/** A block: everything between its markers is generated. */
const block = /(<!-- bytes: ([a-z-]+) -->\n)([\s\S]*?)(<!-- end -->)/g;

/** Every block by name, as Markdown. */
export async function exampleBlocks(): Promise<ReadonlyMap<string, string>> {
  const { minimal, signed } = await exampleArtifacts();
  const { seed, signer } = exampleKey();
  const header = signed.subarray(0, 48);
  const view = new DataView(signed.buffer, signed.byteOffset);
  const [manifestLength, indexLength] = [Number(view.getBigUint64(24)), Number(view.getBigUint64(40))];
  const manifest = signed.subarray(48, 48 + manifestLength);
  const index = signed.subarray(48 + manifestLength, 48 + manifestLength + indexLength);
  const message = signedBytes(header, manifest, index);
  const signature = await signer.sign(message);
  const fenced = (lines: readonly string[]): string => ["```text", ...lines, "```", ""].join("\n");
  const pairs = (rows: readonly (readonly [string, string])[]): string =>
    ["| | |", "|---|---|", ...rows.map(([name, value]) => `| ${name} | \`${value}\` |`), ""].join("\n");
  return new Map<string, string>([
    ["minimal", fenced(annotateArtifact(minimal))],
    [
      "key",
      pairs([
        ["text", keySeedText],
        ["private key, SHA-256 of the text", hex(seed)],
        ["SPKI", hex(signer.publicKey)],
        ["`key_id`", hex(nodeSha256.digest(signer.publicKey))],
      ]),
    ],
    ["signed", fenced(annotateArtifact(signed))],
    ["signed-bytes", fenced(plainHex(message))],
    [
      "signature",
      pairs([
        ["number of signed bytes", String(message.length)],
        ["SHA-256 of the signed bytes", hex(nodeSha256.digest(message))],
        ["signature", hex(signature)],
        ["the same with S + L in the place of S, invalid at step 2", hex(withSPlusL(signature))],
        ["SHA-256 of the whole artifact", hex(nodeSha256.digest(signed))],
      ]),
    ],
    ["verdicts", [...exampleVerdicts(minimal), ""].join("\n")],
    ...Object.entries(exampleMessages()).map(([name, lines]) => [name, fenced(lines)] as const),
  ]);
}

/** The order of the base point of Ed25519. */
const groupOrder = 2n ** 252n + 27742317777372353535851937790883648493n;

/** An Ed25519 signature with another S for the same equation, which only the bound on S keeps from being valid. */
function withSPlusL(signature: Uint8Array): Uint8Array {
  const changed = signature.slice();
  let rest = groupOrder;
  for (let at = 32; at < 64; at++) {
    rest += BigInt(changed[at] ?? 0);
    changed[at] = Number(rest & 0xffn);
    rest >>= 8n;
  }
  return changed;
}

/** Blocks of the chapter that are not what the code gives, or that nobody makes. */
export async function checkExamples(tree: Pick<SpecTree, "chapters">): Promise<readonly Diagnostic[]> {
  const file = tree.chapters.find((chapter) => chapter.path === chapterPath);
  if (file === undefined) return [];
  return compareExamples(file, await exampleBlocks());
}

/** The same with blocks that are already made. */
export function compareExamples(file: SourceFile, blocks: ReadonlyMap<string, string>): readonly Diagnostic[] {
  const help = ["npm run spec -- examples"];
  const diagnostics: Diagnostic[] = [];
  const seen = new Set<string>();
  for (const match of file.text.matchAll(block)) {
    const [, open = "", name = "", content = ""] = match;
    seen.add(name);
    const expected = blocks.get(name);
    if (content === expected) continue;
    const start = match.index + open.length + firstDifference(content, expected ?? "");
    const what = expected === undefined ? `block \`${name}\`, which nothing makes,` : `block \`${name}\``;
    diagnostics.push(createDiagnostic("anchor/outdated-example", spanOf(file, start), { what }, { help }));
  }
  for (const name of blocks.keys()) {
    if (seen.has(name)) continue;
    const notes = [`the chapter has no \`<!-- bytes: ${name} -->\``];
    diagnostics.push(
      createDiagnostic("anchor/outdated-example", spanOf(file, 0), { what: `block \`${name}\`` }, { notes }),
    );
  }
  return diagnostics;
}

/** Writes the blocks of the chapter. Gives whether anything changed. */
export async function writeExamples(root: string): Promise<boolean> {
  const path = join(root, chapterPath);
  const before = readFileSync(path, "utf8");
  const after = fillExamples(before, await exampleBlocks());
  if (after !== before) writeFileSync(path, after);
  return after !== before;
}

/** The chapter's text with its blocks filled. */
export function fillExamples(text: string, blocks: ReadonlyMap<string, string>): string {
  return text.replace(block, (whole, open: string, name: string, _content: string, close: string) => {
    const content = blocks.get(name);
    return content === undefined ? whole : open + content + close;
  });
}

function firstDifference(a: string, b: string): number {
  let at = 0;
  while (at < a.length && a[at] === b[at]) at++;
  return at;
}
