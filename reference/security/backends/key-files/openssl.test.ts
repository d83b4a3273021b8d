import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createNodeSignatureBackend, readPublicKey, readSigner } from "../node.js";

// Key files of the programs most people make them with.

const folder = mkdtempSync(join(tmpdir(), "fayger-keys-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const isThere = (program: string, ...args: string[]): boolean =>
  spawnSync(program, args, { encoding: "utf8" }).error === undefined;
const hasOpenssl = isThere("openssl", "version");
const hasSshKeygen = isThere("ssh-keygen", "-?");
const skipped = (program: string, has: boolean): string => (has ? "" : `, skipped: there is no ${program} here`);

function run(program: string, ...args: string[]): Buffer {
  const { status, stderr, stdout } = spawnSync(program, args, { cwd: folder, input: "" });
  if (status !== 0) throw new Error(`${program} ${args.join(" ")}: ${stderr.toString()}`);
  return stdout;
}
const openssl = (...args: string[]): Buffer => run("openssl", ...args);
const file = (name: string): Uint8Array => new Uint8Array(readFileSync(join(folder, name)));

interface Made {
  readonly name: string;
  readonly make: readonly string[];
  /** Further files of the private key: name, then what makes it of `key.pem`. */
  readonly privates: readonly (readonly [name: string, ...args: string[]])[];
  readonly publics: readonly (readonly [name: string, ...args: string[]])[];
}

const PKEY_PUBLIC = [
  ["pub.pem", "pkey", "-pubout"],
  ["pub.der", "pkey", "-pubout", "-outform", "DER"],
] as const;
const PKCS8 = [
  ["pkcs8.der", "pkcs8", "-topk8", "-nocrypt", "-outform", "DER"],
  ["pkcs8.pem", "pkcs8", "-topk8", "-nocrypt"],
] as const;

const MADE: readonly Made[] = [
  { name: "Ed25519", make: ["genpkey", "-algorithm", "ED25519"], privates: PKCS8, publics: PKEY_PUBLIC },
  {
    name: "P-256, with its parameters as a block before the key",
    make: ["ecparam", "-name", "prime256v1", "-genkey"],
    privates: [...PKCS8, ["sec1.pem", "ec"], ["sec1.der", "ec", "-outform", "DER"]],
    publics: [
      ...PKEY_PUBLIC,
      ["compressed.pem", "ec", "-pubout", "-conv_form", "compressed"],
      ["compressed.der", "ec", "-pubout", "-conv_form", "compressed", "-outform", "DER"],
    ],
  },
  {
    name: "RSA of 2048 bits",
    make: ["genrsa", "-traditional"],
    privates: [...PKCS8, ["pkcs1.der", "rsa", "-traditional", "-outform", "DER"]],
    publics: [
      ...PKEY_PUBLIC,
      ["pkcs1.pub.pem", "rsa", "-RSAPublicKey_out"],
      ["pkcs1.pub.der", "rsa", "-RSAPublicKey_out", "-outform", "DER"],
    ],
  },
];

// @spec tools.key-files, tools.key-files.same
describe(`keys of openssl${skipped("openssl", hasOpenssl)}`, () => {
  describe.skipIf(!hasOpenssl).each(MADE)("$name", ({ make, privates, publics }) => {
    beforeAll(() => {
      openssl(...make, "-out", "key.pem");
      openssl("pkey", "-in", "key.pem", "-pubout", "-out", "pub.pem");
      openssl("pkey", "-in", "key.pem", "-pubout", "-outform", "DER", "-out", "spki.der");
    });

    test("every form of it is read as the same key", async () => {
      const spki = file("spki.der");
      expect(readSigner(file("key.pem")).key?.publicKey).toEqual(spki);
      for (const [name, command = "", ...args] of privates) {
        openssl(command, "-in", "key.pem", ...args, "-out", name);
        expect({ name, read: readSigner(file(name)).key?.publicKey }).toEqual({ name, read: spki });
      }
      for (const [name, command = "", ...args] of publics) {
        openssl(command, "-in", "key.pem", ...args, "-out", name);
        expect({ name, read: readPublicKey(file(name)).key }).toEqual({ name, read: spki });
      }
    });

    test("encrypted, it opens with its passphrase only", () => {
      for (const [name, ...args] of [
        ["scrypt.pem", "-scrypt"],
        ["aes.pem", "-v2", "aes-256-cbc"],
        ["aes.der", "-v2", "aes-256-cbc", "-outform", "DER"],
      ] as const) {
        openssl("pkcs8", "-topk8", "-in", "key.pem", ...args, "-passout", "pass:Pfeil", "-out", name);
        expect(readSigner(file(name), { passphrase: "Pfeil" }).key?.publicKey).toEqual(file("spki.der"));
        expect(readSigner(file(name), { passphrase: "Pfei" }).problem?.found).toContain("does not open");
        expect(readSigner(file(name)).problem?.needsPassphrase).toBe(true);
      }
    });

    test("a certificate for it is refused with what to do instead", () => {
      openssl("req", "-x509", "-key", "key.pem", "-subj", "/CN=acme", "-days", "2", "-out", "crt.pem");
      openssl("x509", "-in", "crt.pem", "-outform", "DER", "-out", "crt.der");
      for (const name of ["crt.pem", "crt.der"]) {
        expect(readPublicKey(file(name)).problem).toMatchObject({
          found: expect.stringContaining("an X.509 certificate"),
          hint: expect.stringContaining("openssl x509 -in FILE -pubkey -noout"),
        });
      }
      openssl("x509", "-in", "crt.pem", "-pubkey", "-noout", "-out", "of-crt.pem");
      expect(readPublicKey(file("of-crt.pem")).key).toEqual(file("spki.der"));
    });

    test("openssl finds our signature right, and we find openssl's right where it follows the rule", async () => {
      const signer = readSigner(file("key.pem")).key;
      if (signer === undefined) throw new Error("the key was read before");
      const message = Uint8Array.from({ length: 100 }, (_, i) => i);
      writeFileSync(join(folder, "message"), message);
      const digest = signer.algorithm === "ed25519" ? [] : ["-digest", "sha256"];
      const pss =
        signer.algorithm === "rsa-pss-sha256"
          ? ["-pkeyopt", "rsa_padding_mode:pss", "-pkeyopt", "rsa_pss_saltlen:32", "-pkeyopt", "rsa_mgf1_md:sha256"]
          : [];
      // openssl writes ECDSA as a DER sequence of two integers, which a BuF never holds.
      if (signer.algorithm !== "ecdsa-p256") {
        writeFileSync(join(folder, "signature"), await signer.sign(message));
        const verified = openssl(
          "pkeyutl",
          "-verify",
          "-pubin",
          "-inkey",
          "pub.pem",
          "-rawin",
          ...digest,
          ...pss,
          "-in",
          "message",
          "-sigfile",
          "signature",
        );
        expect(verified.toString()).toContain("Verified Successfully");
      }
      openssl("pkeyutl", "-sign", "-inkey", "key.pem", "-rawin", ...digest, ...pss, "-in", "message", "-out", "theirs");
      const isTaken = await createNodeSignatureBackend().verify(
        signer.algorithm,
        signer.publicKey,
        message,
        file("theirs"),
      );
      expect(isTaken).toBe(signer.algorithm !== "ecdsa-p256");
    });
  });

  test.skipIf(!hasOpenssl)("keys of other kinds are named", () => {
    for (const [args, found] of [
      [["ecparam", "-name", "secp256k1", "-genkey"], "an EC key on secp256k1"],
      [["genpkey", "-algorithm", "X448"], "a key of type x448"],
      [["genpkey", "-algorithm", "RSA-PSS", "-pkeyopt", "rsa_keygen_bits:2048"], "bound to parameters of RSASSA-PSS"],
      [["genpkey", "-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:1024"], "an RSA key of 1024 bits"],
    ] as const) {
      openssl(...args, "-out", "other.pem");
      expect(readSigner(file("other.pem")).problem?.found).toContain(found);
      expect(readPublicKey(file("other.pem")).problem?.found).toContain(found);
    }
  });
});

// @spec tools.key-files
describe(`keys of ssh-keygen${skipped("ssh-keygen", hasSshKeygen)}`, () => {
  test.skipIf(!hasSshKeygen).each([
    ["ed25519", []],
    ["ecdsa", ["-b", "256"]],
    ["rsa", ["-b", "2048"]],
  ] as const)("the public half of %s is read, the private one where it has a common form", (type, bits) => {
    run("ssh-keygen", "-q", "-t", type, ...bits, "-N", "", "-C", "ada@example", "-f", `ssh-${type}`);
    const publicKey = readPublicKey(file(`ssh-${type}.pub`)).key;
    expect(publicKey).toBeDefined();
    expect(readSigner(file(`ssh-${type}`)).problem?.found).toBe("a private key in the form of OpenSSH");
    run("ssh-keygen", "-e", "-f", `ssh-${type}.pub`);
    if (type === "ed25519") return;
    run("ssh-keygen", "-q", "-p", "-N", "", "-m", "PKCS8", "-f", `ssh-${type}`);
    expect(readSigner(file(`ssh-${type}`)).key?.publicKey).toEqual(publicKey);
  });

  test.skipIf(!hasSshKeygen)("keys of other sizes and the form of RFC 4716 are named", () => {
    run("ssh-keygen", "-q", "-t", "ecdsa", "-b", "384", "-N", "", "-f", "ssh-384");
    expect(readPublicKey(file("ssh-384.pub")).problem?.found).toContain("ecdsa-sha2-nistp384");
    const rfc4716 = run("ssh-keygen", "-e", "-f", "ssh-384.pub");
    expect(readPublicKey(new Uint8Array(rfc4716)).problem?.found).toContain("RFC 4716");
  });
});
