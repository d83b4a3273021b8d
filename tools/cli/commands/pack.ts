import { type PackRecipe, validatePackRecipe } from "../../../generated/json/pack-recipe.js";
import { type ArtifactBody, createSerializer, nodeSha256 } from "../../../reference/node.js";
import { writeArtifactFile } from "../artifact-file.js";
import { type Command, ExitCode, onlyPositional, UsageError } from "../command.js";
import { KEY_FILE_OPTIONS, keyIdOf, signerIn } from "../keys.js";
import { pairs } from "../output/table.js";
import { hex, printable } from "../output/terminal.js";
import { byteSize, count } from "../output/units.js";
import { packWarnings } from "../pack-warnings.js";
import { describedArtifact, filesOf } from "../recipe.js";
import { bodyOfFile } from "../section-files.js";
import { readValidJson } from "../setup.js";

/** `fayger pack`: make an artifact out of a recipe. @spec tools.pack */
export const pack: Command = {
  name: "pack",
  summary: "make an artifact out of a recipe",
  usage: ["pack RECIPE.json -o FILE [--key KEY.pem]"],
  description:
    "A recipe is a JSON file: the manifest's members, and for each section its id, its kind and the file that holds its body.\nFiles are found relative to the recipe, and may be longer than the memory. The same recipe and files always give the same bytes, also with an Ed25519\nkey; signatures of the other algorithms hold random numbers and are never the same twice. Without --key the artifact is\nunsigned, and a host has to be told to accept it.",
  options: {
    out: { type: "string", short: "o", value: "FILE", help: "where the artifact goes" },
    key: { type: "string", short: "k", value: "FILE", help: "private key that signs it" },
    ...KEY_FILE_OPTIONS,
  },
  examples: [
    ["pack recipe.json --key author.pem -o tool.buf", "pack and sign"],
    ["pack recipe.json -o tool.buf --json", "pack, and print digests for a build script"],
  ],
  async run(invocation) {
    const path = onlyPositional(invocation, "a recipe: `fayger pack RECIPE.json -o FILE`");
    const out = invocation.text("out");
    if (out === undefined) throw new UsageError("expected -o FILE, where the artifact goes");
    const keyPath = invocation.text("key");
    const { terminal } = invocation;
    const recipe = readValidJson<PackRecipe>(path, "a recipe", validatePackRecipe);
    const signer = keyPath === undefined ? undefined : signerIn(keyPath, invocation);
    // What is wrong with the recipe itself is told before anything long begins.
    describedArtifact(recipe, path, () => new Uint8Array(0));
    const bodies = new Map<string, ArtifactBody>();
    let read = 0;
    for (const file of filesOf(recipe, path)) {
      const body = await bodyOfFile(file, invocation.signal, (bytes) => {
        read += bytes;
        terminal.progress(`read ${byteSize(read)} …`);
      });
      bodies.set(file, body);
    }
    const artifact = describedArtifact(recipe, path, (file) => bodies.get(file) as ArtifactBody);
    const complete = signer === undefined ? artifact : await createSerializer(nodeSha256).sign(artifact, signer);
    const { bytes, sha256 } = await writeArtifactFile(out, complete, invocation);
    const signedBy =
      signer === undefined ? undefined : { algorithm: signer.algorithm, key_id: keyIdOf(signer.publicKey) };
    const warnings = await packWarnings(artifact);
    const digest = hex(sha256);
    if (terminal.isJson) {
      terminal.json({
        file: out,
        name: artifact.manifest.name,
        version: artifact.manifest.version,
        bytes,
        sha256: digest,
        sections: artifact.sections.length,
        ...(signedBy !== undefined && { signature: signedBy }),
        warnings,
      });
    }
    for (const line of pairs(terminal, [
      [
        "wrote",
        `${out} ${terminal.style("dim", `(${byteSize(bytes)}, ${count(artifact.sections.length, "section")})`)}`,
      ],
      ["artifact", `${artifact.manifest.name} ${artifact.manifest.version}`],
      [
        "signed",
        signedBy === undefined
          ? terminal.style("yellow", "no")
          : `${signedBy.algorithm}, key ${signedBy.key_id.slice(0, 16)}`,
      ],
      ["sha256", digest],
    ])) {
      terminal.line(line);
    }
    if (!terminal.isJson)
      for (const text of warnings) terminal.note(`${terminal.style("yellow", "warning")} ${printable(text)}`);
    return ExitCode.Ok;
  },
};
