import { createFileSource, createSerializer, nodeSha256 } from "../../../reference/node.js";
import { writeArtifactFile } from "../artifact-file.js";
import { type Command, ExitCode, onlyPositional, UsageError } from "../command.js";
import { KEY_FILE_OPTIONS, keyIdOf, signerIn } from "../keys.js";
import { byteSize } from "../output/units.js";
import { stateOf } from "../replace-file.js";

/** `fayger sign`: sign an artifact, or sign it anew. @spec tools.sign */
export const sign: Command = {
  name: "sign",
  summary: "sign an artifact, or sign it anew",
  usage: ["sign FILE --key KEY.pem [-o FILE]"],
  description:
    "Checks the whole artifact, puts a signature of this key in the place of any it had, and writes the result. Bodies and\nindex stay as they are. Without -o the artifact itself is replaced, whole or not at all.",
  options: {
    key: {
      type: "string",
      short: "k",
      value: "FILE",
      help: "private key: PKCS#8, PKCS#1 or SEC1 in PEM or DER, or JWK",
    },
    ...KEY_FILE_OPTIONS,
    out: { type: "string", short: "o", value: "FILE", help: "where the signed artifact goes" },
  },
  examples: [
    ["sign tool.buf --key author.pem", "sign it in place"],
    ["sign tool.buf --key release.pem -o release/tool.buf", "a copy with another signature"],
  ],
  async run(invocation) {
    const path = onlyPositional(invocation, "an artifact: `fayger sign FILE --key KEY.pem`");
    const keyPath = invocation.text("key");
    if (keyPath === undefined) throw new UsageError("expected --key FILE, the private key that signs");
    const { terminal } = invocation;
    const signer = signerIn(keyPath, invocation);
    const serializer = createSerializer(nodeSha256);
    const out = invocation.text("out") ?? path;
    const source = createFileSource(path);
    // Opens it: what is no regular file is refused before anything is made.
    await source.size();
    // @spec tools.sign.in-place
    const expected = out === path ? { expected: stateOf(path) } : {};
    const artifact = await serializer.open(source, invocation.signal);
    const { bytes } = await writeArtifactFile(out, await serializer.sign(artifact, signer), invocation, {
      ...expected,
      close: () => artifact.close(),
    });
    const keyId = keyIdOf(signer.publicKey);
    if (terminal.isJson) terminal.json({ file: out, bytes, algorithm: signer.algorithm, key_id: keyId });
    terminal.line(
      `signed ${out} with ${signer.algorithm}, key ${keyId.slice(0, 16)} ${terminal.style("dim", `(${byteSize(bytes)})`)}`,
    );
    return ExitCode.Ok;
  },
};
