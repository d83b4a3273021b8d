import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { verify as verifyCorpus } from "../../conformance/commands/verify.js";
import { verifyRelease } from "../../conformance/release/release.js";
import { type Command, ExitCode, type Invocation, UsageError } from "../command.js";
import { KEY_FILE_OPTIONS, keyIdOf, publicKeyIn } from "../keys.js";
import { printable } from "../output/terminal.js";

const { kid } = KEY_FILE_OPTIONS;

/** `fayger conform verify`: a corpus against its digest, or a release against the key of who made it. */
export const verify: Command = {
  ...verifyCorpus,
  summary: "check a corpus against its digest, or a release against a key",
  usage: [...verifyCorpus.usage, "conform verify FOLDER --key KEY.pub"],
  description: `${verifyCorpus.description}\n\nWith --key, FOLDER is a release: its list of digests must be signed by this key, tarball and artifact must be those of the\nlist, and the artifact must load as verified and hold the same files.`,
  options: {
    ...verifyCorpus.options,
    key: { type: "string", short: "k", value: "FILE", help: "public key of who made a release" },
    ...(kid && { kid }),
  },
  exitCodes: [
    [ExitCode.Ok, "the corpus is whole, or the release is the one that was signed"],
    [ExitCode.Refused, "it is not; every problem is named"],
    [ExitCode.Failed, "there is no index that can be read"],
  ],
  examples: [...verifyCorpus.examples, ["conform verify ./release --key publisher.pub", "what somebody published"]],
  run: (invocation) =>
    invocation.text("key") === undefined ? verifyCorpus.run(invocation) : verifyReleaseFolder(invocation),
};

async function verifyReleaseFolder(invocation: Invocation): Promise<number> {
  const { terminal, positionals } = invocation;
  const [folder, stray] = positionals;
  const keyPath = invocation.text("key");
  if (folder === undefined || stray !== undefined || keyPath === undefined) {
    throw new UsageError("expected one folder, that of the release: `fayger conform verify FOLDER --key KEY.pub`");
  }
  if (invocation.text("digest") !== undefined) {
    throw new UsageError("--digest: names a corpus; a release is known by --key");
  }
  const publicKey = publicKeyIn(keyPath, invocation);
  const files = readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map(({ name }) => ({ path: name, bytes: new Uint8Array(readFileSync(join(folder, name))) }))
    .sort((a, b) => (a.path < b.path ? -1 : 1));
  const problems = await verifyRelease(files, { publicKey });
  const whole = problems.length === 0;
  if (terminal.isJson) terminal.json({ folder, key_id: keyIdOf(publicKey), whole, problems });
  for (const problem of problems) terminal.line(`${terminal.style("red", "wrong")}  ${printable(problem)}`);
  terminal.line(
    whole
      ? terminal.style("green", "signed by this key, and tarball and artifact hold the same corpus")
      : terminal.style("red", "not a release of this key"),
  );
  return whole ? ExitCode.Ok : ExitCode.Refused;
}
