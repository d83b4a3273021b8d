import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { Point } from "@noble/ed25519";
import type { SignatureAlgorithm } from "../../generated/enums/signature-algorithm.js";
import { ed25519PublicKey } from "../../reference/security/index.js";
import { fromHex, toHex } from "./page/outcome.js";
import type { SignatureCase } from "./page/probe.js";
import { ROOT } from "./page-server.js";

/** Signatures to judge, with the verdict that the specification gives each. */
export interface SignatureCases {
  readonly name: string;
  /** `undefined` where the test data of others are absent. */
  readonly cases: readonly (readonly [given: SignatureCase, verdict: boolean])[] | undefined;
}

const P256_ORDER = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n;

/** Files of Wycheproof, each with what the rule refuses although the data call it valid. */
const WYCHEPROOF: readonly (readonly [file: string, SignatureAlgorithm, isStricter: (signature: string) => boolean])[] =
  [
    ["ed25519_test.json", "ed25519", () => false],
    // High s. @spec signatures.ecdsa-p256
    [
      "ecdsa_secp256r1_sha256_p1363_test.json",
      "ecdsa-p256",
      (signature) => BigInt(`0x0${signature.slice(64)}`) > P256_ORDER / 2n,
    ],
    ["rsa_pss_2048_sha256_mgf1_32_test.json", "rsa-pss-sha256", () => false],
  ];

/** Points of small order in the encodings that are not canonical: y of at least p, or a sign that zero does not have. */
const ODD_ENCODINGS = [
  "0100000000000000000000000000000000000000000000000000000000000080",
  "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
  "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
  "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
  "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
  "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
];

/** Everything there is. */
export function signatureCases(): readonly SignatureCases[] {
  return [
    ...WYCHEPROOF.map(([file, algorithm, isStricter]) => ({
      name: `wycheproof/${file}`,
      cases: wycheproof(file, algorithm, isStricter),
    })),
    { name: "ed25519-speccheck/cases.json", cases: speccheck() },
    { name: "196 pairs of small-order points", cases: smallOrderGrid() },
  ];
}

function wycheproof(
  file: string,
  algorithm: SignatureAlgorithm,
  isStricter: (signature: string) => boolean,
): SignatureCases["cases"] {
  interface File {
    readonly testGroups: readonly {
      readonly publicKeyDer: string;
      readonly tests: readonly { readonly msg: string; readonly sig: string; readonly result: string }[];
    }[];
  }
  return (external(`wycheproof/${file}`) as File | undefined)?.testGroups.flatMap(({ publicKeyDer, tests }) =>
    tests.map(
      ({ msg, sig, result }) => [[algorithm, publicKeyDer, msg, sig], result === "valid" && !isStricter(sig)] as const,
    ),
  );
}

/** Of the twelve signatures on which verifiers disagree, the fourth alone is right. @spec signatures.ed25519 */
function speccheck(): SignatureCases["cases"] {
  interface Case {
    readonly message: string;
    readonly pub_key: string;
    readonly signature: string;
  }
  return (external("ed25519-speccheck/cases.json") as readonly Case[] | undefined)?.map(
    ({ message, pub_key, signature }, at) => [["ed25519", spkiOf(pub_key), message, signature], at === 3] as const,
  );
}

function smallOrderGrid(): SignatureCases["cases"] {
  const order8 = Point.fromHex("c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a");
  const encodings = [...ODD_ENCODINGS];
  for (let times = 0, point = Point.ZERO; times < 8; times += 1, point = point.add(order8)) {
    encodings.push(toHex(point.toBytes()));
  }
  return encodings.flatMap((key) =>
    encodings.map((r) => [["ed25519", spkiOf(key), "000000", r + "00".repeat(32)], false] as const),
  );
}

function spkiOf(key: string): string {
  return toHex(ed25519PublicKey(fromHex(key)));
}

function external(file: string): unknown {
  const path = join(process.env["FAYGER_EXTERNAL"] ?? join(ROOT, "../shared/external"), file);
  return existsSync(path) ? JSON.parse(readFileSync(path, "utf8")) : undefined;
}
