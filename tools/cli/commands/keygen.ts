import { isSignatureAlgorithm, SIGNATURE_ALGORITHMS } from "../../../generated/enums/signature-algorithm.js";
import { generateKeyPair } from "../../../reference/security/backends/node.js";
import { type Command, ExitCode, UsageError } from "../command.js";
import { writeOutput } from "../files.js";
import { keyIdOf } from "../keys.js";
import { pairs } from "../output/table.js";

/** RSA moduli a key may have, in bits. @spec signatures.spki.rsa */
const MODULI = [2048, 3072, 4096];

/** `fayger keygen`: make a key pair. @spec tools.keygen */
export const keygen: Command = {
  name: "keygen",
  summary: "make a key pair for signing",
  usage: ["keygen -o FILE [--algorithm NAME]"],
  description:
    "Writes the private key to FILE (PKCS#8 PEM, readable by you alone) and the public key to FILE.pub.\nKeep FILE secret; give FILE.pub to whoever shall trust your artifacts.",
  options: {
    out: { type: "string", short: "o", value: "FILE", help: "where the private key goes" },
    algorithm: {
      type: "string",
      short: "a",
      value: "NAME",
      help: `${SIGNATURE_ALGORITHMS.join(", ")}; ed25519 where not given`,
    },
    bits: { type: "string", value: "N", help: "for rsa-pss-sha256: 2048, 3072 (where not given) or 4096" },
    force: { type: "boolean", help: "replace a key that is there already" },
  },
  examples: [
    ["keygen -o author.pem", "an Ed25519 key pair: author.pem and author.pem.pub"],
    ["keygen -o ci.pem --algorithm rsa-pss-sha256 --bits 4096", "an RSA key pair"],
  ],
  async run(invocation) {
    const { terminal } = invocation;
    const out = invocation.text("out");
    if (out === undefined) throw new UsageError("expected -o FILE, where the private key goes");
    const algorithm = invocation.text("algorithm") ?? "ed25519";
    if (!isSignatureAlgorithm(algorithm)) {
      throw new UsageError(`there is no algorithm \`${algorithm}\`; expected ${SIGNATURE_ALGORITHMS.join(", ")}`);
    }
    const bits = Number(invocation.text("bits") ?? "3072");
    if (!MODULI.includes(bits)) throw new UsageError(`expected --bits ${MODULI.join(", ")}`);
    const pair = generateKeyPair(algorithm, bits);
    const replace = invocation.flag("force");
    // @spec security.private-keys
    writeOutput(out, pair.privateKeyPem, { mode: 0o600, replace });
    writeOutput(`${out}.pub`, pair.publicKeyPem, { mode: 0o644, replace });
    const keyId = keyIdOf(pair.publicKey);
    if (terminal.isJson) terminal.json({ algorithm, key_id: keyId, private_key: out, public_key: `${out}.pub` });
    for (const line of pairs(terminal, [
      ["private key", `${out} ${terminal.style("dim", "(keep it secret)")}`],
      ["public key", `${out}.pub`],
      ["algorithm", algorithm],
      ["key id", keyId],
    ])) {
      terminal.line(line);
    }
    return ExitCode.Ok;
  },
};
