import { existsSync, readFileSync } from "node:fs";
import { resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { hashes, Point, verify } from "@noble/ed25519";
import { sha512 } from "@noble/hashes/sha2.js";
import { describe, expect, test } from "vitest";
import type { SignatureAlgorithm } from "../../../generated/enums/signature-algorithm.js";
import { bigEndian, fromHexadecimal } from "../bytes.js";
import { ed25519PublicKey, parsePublicKey } from "../spki.js";
import { createNobleSignatureBackend } from "./noble/index.js";
import { createNodeSignatureBackend } from "./node.js";
import { createWebSignatureBackend } from "./web/index.js";

const ROOT = process.env["FAYGER_EXTERNAL"] ?? fileURLToPath(new URL("../../../../shared/external", import.meta.url));
const P256_ORDER = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n;

const BACKENDS = [
  { name: "node:crypto", backend: createNodeSignatureBackend() },
  { name: "WebCrypto", backend: await createWebSignatureBackend() },
  { name: "noble", backend: createNobleSignatureBackend() },
];

interface WycheproofFile {
  readonly testGroups: readonly {
    readonly publicKeyDer: string;
    readonly tests: readonly {
      readonly tcId: number;
      readonly msg: string;
      readonly sig: string;
      readonly result: "valid" | "invalid";
    }[];
  }[];
}

interface SpeccheckCase {
  readonly message: string;
  readonly pub_key: string;
  readonly signature: string;
}

function external(file: string): string | undefined {
  const path = resolve(ROOT, file);
  return existsSync(path) ? readFileSync(path, "utf8") : undefined;
}

const FILES: readonly {
  readonly file: string;
  readonly algorithm: SignatureAlgorithm;
  readonly cases: number;
  /** What our rule refuses although the test data call it valid. */
  readonly isStricter: (signature: Uint8Array) => boolean;
}[] = [
  { file: "wycheproof/ed25519_test.json", algorithm: "ed25519", cases: 151, isStricter: () => false },
  {
    file: "wycheproof/ecdsa_secp256r1_sha256_p1363_test.json",
    algorithm: "ecdsa-p256",
    cases: 262,
    isStricter: (signature) => bigEndian(signature.subarray(32)) > P256_ORDER / 2n,
  },
  {
    file: "wycheproof/rsa_pss_2048_sha256_mgf1_32_test.json",
    algorithm: "rsa-pss-sha256",
    cases: 108,
    isStricter: () => false,
  },
];

/** Small-order points in every encoding of them, also those with y >= p and with a sign that zero does not have. */
function smallOrderEncodings(): Uint8Array[] {
  const order8 = Point.fromHex("c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a");
  const encodings: Uint8Array[] = [];
  let point = Point.ZERO;
  for (let i = 0; i < 8; i += 1, point = point.add(order8)) encodings.push(point.toBytes());
  for (const hex of [
    "0100000000000000000000000000000000000000000000000000000000000080",
    "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
    "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
    "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
    "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
    "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
  ]) {
    encodings.push(fromHexadecimal(hex));
  }
  return encodings;
}

// @spec signatures.ecdsa-p256, signatures.rsa-pss, signatures.backends-agree
describe.each(BACKENDS)("signature test data of others, by $name", ({ backend }) => {
  for (const { file, algorithm, cases, isStricter } of FILES) {
    const text = external(file);
    test.skipIf(text === undefined)(
      `${file}: ${cases} cases${text === undefined ? ", all skipped: the file is absent" : ""}`,
      async () => {
        const { testGroups } = JSON.parse(text ?? "") as WycheproofFile;
        const wrong: number[] = [];
        let count = 0;
        for (const group of testGroups) {
          const publicKey = fromHexadecimal(group.publicKeyDer);
          expect(parsePublicKey(publicKey)?.algorithm).toBe(algorithm);
          for (const { tcId, msg, sig, result } of group.tests) {
            const [message, signature] = [fromHexadecimal(msg), fromHexadecimal(sig)];
            const expected = result === "valid" && !isStricter(signature);
            if ((await backend.verify(algorithm, publicKey, message, signature)) !== expected) wrong.push(tcId);
            count += 1;
          }
        }
        expect(wrong).toEqual([]);
        expect(count).toBe(cases);
      },
    );
  }

  const speccheck = external("ed25519-speccheck/cases.json");
  // @spec signatures.ed25519
  test.skipIf(speccheck === undefined)(
    `the 12 cases on which Ed25519 verifiers disagree${speccheck === undefined ? ", all skipped: the file is absent" : ""}`,
    async () => {
      const list = JSON.parse(speccheck ?? "[]") as readonly SpeccheckCase[];
      const verdicts: string[] = [];
      for (const { message, pub_key, signature } of list) {
        const key = ed25519PublicKey(fromHexadecimal(pub_key));
        const isRight = await backend.verify("ed25519", key, fromHexadecimal(message), fromHexadecimal(signature));
        verdicts.push(isRight ? "V" : "X");
      }
      expect(verdicts.join(" ")).toBe("X X X V X X X X X X X X");
    },
  );

  // @spec signatures.ed25519
  test("all 196 pairs of small-order points are refused, in every encoding of them", async () => {
    const encodings = smallOrderEncodings();
    expect(new Set(encodings.map(String)).size).toBe(14);
    let refused = 0;
    for (const key of encodings) {
      for (const r of encodings) {
        const signature = new Uint8Array([...r, ...new Uint8Array(32)]);
        if (!(await backend.verify("ed25519", ed25519PublicKey(key), new Uint8Array(3), signature))) refused += 1;
      }
    }
    expect(refused).toBe(196);
  });
});

test("the pairs of small-order points show something: a lenient verifier takes one", () => {
  hashes.sha512 = sha512;
  const [, r, key] = smallOrderEncodings() as [Uint8Array, Uint8Array, Uint8Array];
  expect(verify(new Uint8Array([...r, ...new Uint8Array(32)]), new Uint8Array(3), key)).toBe(true);
});
