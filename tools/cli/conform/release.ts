import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { CORPUS_OPTION, corpusOf } from "../../conformance/commands/options.js";
import type { OpenCorpus } from "../../conformance/corpus/open.js";
import { type CorpusFiles, makeRelease, verifyRelease } from "../../conformance/release/release.js";
import { type Command, ExitCode, UsageError } from "../command.js";
import { KEY_FILE_OPTIONS, keyIdOf, signerIn } from "../keys.js";
import { pairs } from "../output/table.js";
import { byteSize, count } from "../output/units.js";

/** `fayger conform release`: what is published of a corpus. @spec conformance.corpus.signed */
export const release: Command = {
  name: "conform release",
  summary: "publish a corpus: tarball, signed artifact, checksums",
  usage: ["conform release --key KEY.pem --out FOLDER"],
  description:
    "Writes the corpus as a tarball and as a signed artifact whose sections are its files, SHA256SUMS of both, and a signature\nof that list by the same key. What was written is verified before the command ends: loading the artifact is the last\ntest of a release. Equal corpus and key give equal files with ed25519.",
  options: {
    key: { type: "string", short: "k", value: "FILE", help: "private key that signs" },
    ...KEY_FILE_OPTIONS,
    out: { type: "string", short: "o", value: "FOLDER", help: "where the files go; made where it is absent" },
    ...CORPUS_OPTION,
  },
  examples: [["conform release --key release.pem --out release", "four files to publish"]],
  async run(invocation) {
    const [stray] = invocation.positionals;
    if (stray !== undefined) throw new UsageError(`found \`${stray}\` where only options are expected`);
    const [keyPath, out] = [invocation.text("key"), invocation.text("out")];
    if (keyPath === undefined) throw new UsageError("expected --key FILE, the private key that signs");
    if (out === undefined) throw new UsageError("expected --out FOLDER, where the files go");
    const { terminal } = invocation;
    const signer = signerIn(keyPath, invocation);
    const corpus = corpusFiles(corpusOf(invocation));
    const files = await makeRelease(corpus, signer);
    const problems = await verifyRelease(files, { publicKey: signer.publicKey }, corpus.files);
    if (problems.length > 0) {
      for (const problem of problems) terminal.note(`${terminal.style("red", "problem")} ${problem}`);
      return ExitCode.Failed;
    }
    mkdirSync(out, { recursive: true });
    for (const { path, bytes } of files) writeFileSync(join(out, path), bytes);
    const keyId = keyIdOf(signer.publicKey);
    if (terminal.isJson) {
      terminal.json({
        corpus: corpus.index.corpus,
        digest: corpus.index.digest,
        key_id: keyId,
        files: files.map(({ path, bytes }) => ({ file: join(out, path), bytes: bytes.length })),
      });
    }
    for (const line of pairs(terminal, [
      ["corpus", `${corpus.index.corpus} ${terminal.style("dim", `(${count(corpus.files.length, "file")})`)}`],
      ["digest", corpus.index.digest],
      ["key", `${signer.algorithm}, ${keyId}`],
      ...files.map(({ path, bytes }): [string, string] => [
        "wrote",
        `${join(out, path)} ${terminal.style("dim", byteSize(bytes.length))}`,
      ]),
    ])) {
      terminal.line(line);
    }
    return ExitCode.Ok;
  },
};

/** Every file of a corpus, the index among them, ascending by path. */
function corpusFiles(corpus: OpenCorpus): CorpusFiles {
  const { index, folder } = corpus;
  const files = index.files.map(({ path }) => ({ path, bytes: corpus.bytesOf(path) }));
  files.push({ path: "index.json", bytes: new Uint8Array(readFileSync(join(folder, "index.json"))) });
  return { index, files: files.sort((a, b) => (a.path < b.path ? -1 : 1)) };
}
