import { createHash, createPrivateKey, createPublicKey, ECDH, generateKeyPairSync, type KeyObject } from "node:crypto";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { SIGNATURE_ALGORITHMS } from "../../../../generated/enums/signature-algorithm.js";
import { parsePublicKey } from "../../spki.js";
import {
  createNodeSignatureBackend,
  createSigner,
  generateKeyPair,
  nodeSha256,
  readPublicKey,
  readSigner,
} from "../node.js";

const PASSPHRASE = "correct horse";
const backend = createNodeSignatureBackend();
const keys = SIGNATURE_ALGORITHMS.map((algorithm) => generateKeyPair(algorithm, 2048));
const [ed25519, p256, rsa] = keys as [(typeof keys)[0], (typeof keys)[0], (typeof keys)[0]];

type Form = readonly [name: string, file: string | Uint8Array];

function privateForms(privateKeyPem: string): Form[] {
  const key = createPrivateKey(privateKeyPem);
  const kind = key.asymmetricKeyType === "rsa" ? "pkcs1" : key.asymmetricKeyType === "ec" ? "sec1" : undefined;
  const forms: Form[] = [
    ["PKCS#8 PEM", key.export({ type: "pkcs8", format: "pem" }).toString()],
    ["PKCS#8 DER", new Uint8Array(key.export({ type: "pkcs8", format: "der" }))],
    ["JWK", JSON.stringify(key.export({ format: "jwk" }))],
    ["JWK Set", JSON.stringify({ keys: [key.export({ format: "jwk" })] })],
  ];
  if (kind !== undefined) {
    forms.push([`${kind} PEM`, (key.export as (o: object) => string)({ type: kind, format: "pem" }).toString()]);
    forms.push([`${kind} DER`, new Uint8Array((key.export as (o: object) => Buffer)({ type: kind, format: "der" }))]);
  }
  return forms;
}

function encryptedForms(privateKeyPem: string): Form[] {
  const key = createPrivateKey(privateKeyPem);
  const encryption = { cipher: "aes-256-cbc", passphrase: PASSPHRASE };
  const forms: Form[] = [
    ["encrypted PKCS#8 PEM", key.export({ type: "pkcs8", format: "pem", ...encryption }).toString()],
    ["encrypted PKCS#8 DER", new Uint8Array(key.export({ type: "pkcs8", format: "der", ...encryption }))],
  ];
  const kind = key.asymmetricKeyType === "rsa" ? "pkcs1" : key.asymmetricKeyType === "ec" ? "sec1" : undefined;
  if (kind !== undefined) {
    const pem = (key.export as (o: object) => string)({ type: kind, format: "pem", ...encryption });
    forms.push([`encrypted ${kind} PEM`, pem.toString()]);
  }
  return forms;
}

/** The strings of OpenSSH's wire form. */
function wire(...fields: readonly (string | Uint8Array)[]): string {
  const pieces = fields.flatMap((field) => {
    const bytes = Buffer.from(field as string);
    const length = Buffer.alloc(4);
    length.writeUInt32BE(bytes.length);
    return [length, bytes];
  });
  return Buffer.concat(pieces).toString("base64");
}

function publicForms(spki: Uint8Array): Form[] {
  const key = createPublicKey({ key: Buffer.from(spki), format: "der", type: "spki" });
  const jwk = key.export({ format: "jwk" });
  const forms: Form[] = [
    ["SPKI PEM", key.export({ type: "spki", format: "pem" }).toString()],
    ["SPKI PEM of another system", key.export({ type: "spki", format: "pem" }).toString().replaceAll("\n", "\r\n")],
    ["SPKI PEM behind an explanation", `Our key\n\n${key.export({ type: "spki", format: "pem" })}`],
    ["SPKI DER", spki],
    ["SPKI in base64", Buffer.from(spki).toString("base64")],
    ["SPKI in hexadecimal", `${Buffer.from(spki).toString("hex").toUpperCase()}\n`],
    ["JWK", JSON.stringify(jwk)],
    ["JWK with what it is for", JSON.stringify({ ...jwk, kid: "a", use: "sig", key_ops: ["verify"] })],
  ];
  const parsed = parsePublicKey(spki);
  if (parsed?.algorithm === "ed25519") {
    forms.push(...rawForms(parsed.key));
    forms.push(["OpenSSH", `ssh-ed25519 ${wire("ssh-ed25519", parsed.key)} ada@example\n`]);
  } else if (parsed?.algorithm === "ecdsa-p256") {
    const point = Uint8Array.of(4, ...parsed.key);
    const compressed = ECDH.convertKey(point, "prime256v1", undefined, undefined, "compressed") as Buffer;
    forms.push(...rawForms(point), ...rawForms(new Uint8Array(compressed)));
    forms.push(["OpenSSH", `ecdsa-sha2-nistp256 ${wire("ecdsa-sha2-nistp256", "nistp256", point)}`]);
    const frame = Buffer.from("3039301306072a8648ce3d020106082a8648ce3d030107032200", "hex");
    forms.push(["SPKI with a compressed point", new Uint8Array(Buffer.concat([frame, compressed]))]);
  } else if (parsed !== undefined) {
    forms.push(["PKCS#1 PEM", key.export({ type: "pkcs1", format: "pem" }).toString()]);
    forms.push(["PKCS#1 DER", new Uint8Array(key.export({ type: "pkcs1", format: "der" }))]);
    const exponent = Uint8Array.of(1, 0, 1);
    forms.push(["OpenSSH", `ssh-rsa ${wire("ssh-rsa", exponent, Uint8Array.of(0, ...parsed.key))} x`]);
  }
  return forms;
}

function rawForms(raw: Uint8Array): Form[] {
  const buffer = Buffer.from(raw);
  return [
    [`${raw.length} raw bytes`, raw],
    [`${raw.length} bytes in hexadecimal`, `${buffer.toString("hex")}\n`],
    [`${raw.length} bytes in base64`, buffer.toString("base64")],
    [`${raw.length} bytes in base64url`, `${buffer.toString("base64url")}\n`],
  ];
}

// @spec tools.key-files, tools.key-files.same
describe("every form of a key", () => {
  for (const { signer, publicKey, privateKeyPem, privateKeyJwk, publicKeyJwk } of keys) {
    const keyId = nodeSha256.digest(publicKey);
    const message = Uint8Array.of(1, 2, 3);

    test.each<Form>([...privateForms(privateKeyPem), ["our own JWK", JSON.stringify(privateKeyJwk)]])(
      `${signer.algorithm}: %s signs, and gives the same public key`,
      async (_name, file) => {
        const { key, problem } = readSigner(file);
        expect(problem).toBeUndefined();
        expect(key?.publicKey).toEqual(publicKey);
        const signature = (await key?.sign(message)) ?? new Uint8Array();
        expect(await backend.verify(signer.algorithm, publicKey, message, signature)).toBe(true);
        expect(readPublicKey(file).key).toEqual(publicKey);
      },
    );

    test.each<Form>(encryptedForms(privateKeyPem))(`${signer.algorithm}: %s needs its passphrase`, (_name, file) => {
      expect(readSigner(file, { passphrase: PASSPHRASE }).key?.publicKey).toEqual(publicKey);
      expect(readPublicKey(file, { passphrase: PASSPHRASE }).key).toEqual(publicKey);
      expect(readSigner(file).problem).toMatchObject({ needsPassphrase: true });
      for (const passphrase of ["", "wrong"]) {
        expect(readSigner(file, { passphrase }).problem?.found).toContain("this passphrase does not open");
      }
    });

    test.each<Form>([...publicForms(publicKey), ["our own JWK", JSON.stringify(publicKeyJwk)]])(
      `${signer.algorithm}: %s gives the one SubjectPublicKeyInfo`,
      (_name, file) => {
        for (const form of typeof file === "string" ? [file, new Uint8Array(Buffer.from(file))] : [file]) {
          const { key, problem } = readPublicKey(form);
          expect(problem).toBeUndefined();
          expect(key).toEqual(publicKey);
          expect(nodeSha256.digest(key ?? new Uint8Array())).toEqual(keyId);
          expect(readSigner(form).problem?.found).toBe("a public key");
        }
      },
    );
  }

  test("of random keys gives the same key id", () => {
    fc.assert(
      fc.property(fc.constantFrom("ed25519", "ecdsa-p256"), (algorithm) => {
        const { publicKey, privateKeyPem } = generateKeyPair(algorithm);
        for (const [, file] of [...publicForms(publicKey), ...privateForms(privateKeyPem)]) {
          expect(readPublicKey(file).key).toEqual(publicKey);
        }
      }),
      { numRuns: 15 },
    );
  });
});

// @spec tools.key-files
describe("JWK Sets", () => {
  const set = JSON.stringify({
    keys: [
      { ...ed25519.publicKeyJwk, kid: "one" },
      { ...p256.privateKeyJwk, kid: "two" },
      { kty: "oct", k: "c2VjcmV0", kid: "twin" },
      { kty: "oct", k: "c2VjcmV0", kid: "twin" },
    ],
  });

  test("a kid chooses", () => {
    expect(readPublicKey(set, { kid: "one" }).key).toEqual(ed25519.publicKey);
    expect(readSigner(set, { kid: "two" }).key?.publicKey).toEqual(p256.publicKey);
  });

  test("without one the kids are named, and nothing is guessed", () => {
    expect(readPublicKey(set).problem).toMatchObject({
      found: "a JWK Set of 4 keys",
      hint: "choose one by its `kid`: one, two, twin, twin",
    });
    expect(readPublicKey(set, { kid: "three" }).problem?.found).toContain("no keys of this `kid`");
    expect(readPublicKey(set, { kid: "twin" }).problem?.found).toContain("2 keys of this `kid`");
    expect(readPublicKey('{"keys":[]}').problem?.found).toContain("0 keys");
  });

  test("a kid that does not fit the file is refused", () => {
    expect(readPublicKey(JSON.stringify(ed25519.publicKeyJwk), { kid: "x" }).problem?.found).toContain("another one");
    expect(readPublicKey(ed25519.publicKeyPem, { kid: "x" }).problem?.found).toContain("without a `kid`");
  });
});

const pem = (label: string, body = "AAAA"): string => `-----BEGIN ${label}-----\n${body}\n-----END ${label}-----\n`;
const spkiPem = (key: KeyObject): string => key.export({ type: "spki", format: "pem" }).toString();
const pkcs8Pem = (key: KeyObject): string => key.export({ type: "pkcs8", format: "pem" }).toString();
const jwkOf = (changes: object, of = ed25519.publicKeyJwk): string => JSON.stringify({ ...of, ...changes });

/** Files that hold no key of use, each with what is said of it. */
const REFUSED: readonly (readonly [name: string, file: string | Uint8Array, found: string])[] = [
  ["nothing", "", "an empty file"],
  ["a novel", "word ".repeat(60_000), "more than any key file"],
  ["text", "not a key", "in no form of a key"],
  ["other bytes", new Uint8Array(50), "in no form of a key"],
  ["a PEM block without an end", "-----BEGIN PUBLIC KEY-----\nAAAA", "does not end"],
  ["a PEM block with nothing in it", pem("PRIVATE KEY"), "the host cannot read"],
  ["curve parameters alone", pem("EC PARAMETERS"), "PEM without a key"],
  ["two keys", ed25519.publicKeyPem + p256.publicKeyPem, "2 PEM blocks: PUBLIC KEY, PUBLIC KEY"],
  ["a certificate", pem("CERTIFICATE"), "an X.509 certificate"],
  ["a certificate request", pem("CERTIFICATE REQUEST"), "of another kind, CERTIFICATE REQUEST"],
  ["OpenSSH's private form", pem("OPENSSH PRIVATE KEY"), "in the form of OpenSSH"],
  ["RFC 4716", "---- BEGIN SSH2 PUBLIC KEY ----\nAAAA\n", "RFC 4716"],
  ["a DSA key of OpenSSH", `ssh-dss ${wire("ssh-dss", "x", "y")}`, "an OpenSSH key of type ssh-dss"],
  ["a token's key", `sk-ssh-ed25519@openssh.com ${wire("sk-ssh-ed25519@openssh.com", "x")}`, "type sk-ssh-ed25519"],
  ["a cut OpenSSH key", "ssh-ed25519 AAAAC3NzaC1l", "a damaged OpenSSH key"],
  ["an OpenSSH key of two types", `ssh-ed25519 ${wire("ssh-rsa", "x")}`, "a damaged OpenSSH key"],
  ["two OpenSSH keys", `ssh-rsa AAAA\nssh-rsa AAAA\n`, "2 lines of OpenSSH keys"],
  ["a small RSA key of OpenSSH", `ssh-rsa ${wire("ssh-rsa", Uint8Array.of(1, 0, 1), new Uint8Array(128))}`, "unusable"],
  ["JSON that is none", "{", "begins like JSON"],
  ["JSON of another kind", "{}", "a JWK of an unknown type"],
  ["a JWK of an odd type", '{"kty":"constructor"}', "a JWK of an unknown type"],
  ["a JWK of a type that is no text", '{"kty":{}}', "a JWK of an unknown type"],
  ["a symmetric secret", '{"kty":"oct","k":"c2VjcmV0"}', "the secret of a symmetric algorithm"],
  ["X25519", jwkOf({ crv: "X25519" }), "a JWK on the curve X25519"],
  ["P-384", jwkOf({ crv: "P-384" }, p256.publicKeyJwk), "a JWK on the curve P-384"],
  ["a JWK to encrypt", jwkOf({ use: "enc" }), "by its `use`"],
  ["a JWK to derive", jwkOf({ key_ops: ["deriveKey"] }), "by its `key_ops`"],
  ["RS256", jwkOf({ alg: "RS256" }, rsa.publicKeyJwk), "expected PS256 or none"],
  ["a JWK without x", jwkOf({ x: undefined }), "without its member `x`"],
  ["a point off the curve", jwkOf({ y: p256.publicKeyJwk.x }, p256.publicKeyJwk), "the host cannot read"],
  ["32 bytes of zero", new Uint8Array(32), "no usable Ed25519 public key"],
  ["a Ed25519 point of small order in PEM", spkiPem(smallOrderKey()), "no usable point"],
  ["a compressed point that is none", Uint8Array.of(2, ...new Uint8Array(32).fill(0xff)), "no P-256 point"],
  ["an uncompressed point that is none", Uint8Array.of(4, ...new Uint8Array(64).fill(7)), "no P-256 point"],
  ["P-384 in PEM", spkiPem(generateKeyPairSync("ec", { namedCurve: "P-384" }).publicKey), "an EC key on secp384r1"],
  [
    "RSA of 1024 bits",
    spkiPem(generateKeyPairSync("rsa", { modulusLength: 1024 }).publicKey),
    "an RSA key of 1024 bits",
  ],
  [
    "RSA with exponent 3",
    pkcs8Pem(generateKeyPairSync("rsa", { modulusLength: 2048, publicExponent: 3 }).privateKey),
    "an RSA key of 2048 bits with exponent 3",
  ],
  [
    "an RSASSA-PSS key",
    spkiPem(generateKeyPairSync("rsa-pss", { modulusLength: 2048 }).publicKey),
    "bound to parameters",
  ],
  ["Ed448", pkcs8Pem(generateKeyPairSync("ed448").privateKey), "a key of type ed448"],
  ["X25519 in PEM", spkiPem(generateKeyPairSync("x25519").publicKey), "a key of type x25519"],
  ["a DER key with a byte too many", Uint8Array.of(...ed25519.publicKey, 0), "in no form of a key"],
];

function smallOrderKey(): KeyObject {
  const spki = Buffer.concat([Buffer.from(ed25519.publicKey.subarray(0, 12)), Buffer.alloc(32)]);
  return createPublicKey({ key: spki, format: "der", type: "spki" });
}

// @spec security.no-secrets
describe("what is no key of use", () => {
  test.each(REFUSED)("%s is a problem that says what was found", (_name, file, found) => {
    expect(readPublicKey(file).problem?.found).toContain(found);
    expect(readPublicKey(file).problem?.expected).toContain("SubjectPublicKeyInfo");
    const { problem } = readSigner(file);
    expect(problem?.expected).toContain("PKCS#8");
    expect(problem?.found).toBeDefined();
  });

  test("a private key of another kind is no signer", () => {
    for (const key of [
      generateKeyPairSync("ec", { namedCurve: "P-384" }).privateKey,
      generateKeyPairSync("rsa", { modulusLength: 1024 }).privateKey,
    ]) {
      expect(createSigner(key)).toBeUndefined();
      expect(readSigner(pkcs8Pem(key)).problem?.found).toMatch(/^an (EC|RSA) key o/);
    }
  });

  test("private keys whose halves do not belong together do not sign", () => {
    for (const [mine, other] of [
      [ed25519, generateKeyPair("ed25519")],
      [p256, generateKeyPair("ecdsa-p256")],
      [rsa, generateKeyPair("rsa-pss-sha256", 2048)],
    ] as const) {
      const { kid: _kid, ...half } = other.publicKeyJwk;
      const { problem } = readSigner(JSON.stringify({ ...mine.privateKeyJwk, ...half }));
      expect(problem?.found).toMatch(/halves do not belong together/);
    }
  });

  test("any bytes and any change of a key file are a key or a problem, never an exception, and show no secret", () => {
    const files = keys.flatMap(({ privateKeyPem, publicKey }) =>
      [...privateForms(privateKeyPem), ...encryptedForms(privateKeyPem), ...publicForms(publicKey)].map(([, file]) =>
        Buffer.from(file as string),
      ),
    );
    const changed = fc.tuple(fc.constantFrom(...files), fc.nat(), fc.integer({ min: 0, max: 255 }), fc.boolean());
    const secrets = keys.map(({ privateKeyJwk }) => privateKeyJwk.d ?? "").flatMap(spellings);
    fc.assert(
      fc.property(fc.oneof(fc.uint8Array({ maxLength: 100 }), changed), (input) => {
        let bytes: Uint8Array;
        if (input instanceof Uint8Array) bytes = input;
        else {
          const [file, at, value, isCut] = input;
          bytes = new Uint8Array(isCut ? file.subarray(0, at % file.length) : file);
          if (!isCut) bytes[at % bytes.length] = value;
        }
        for (const { problem, key } of [readSigner(bytes), readPublicKey(bytes)]) {
          expect((problem === undefined) !== (key === undefined)).toBe(true);
          const said = JSON.stringify(problem ?? "");
          expect(said.length).toBeLessThan(500);
          for (const secret of secrets) expect(said).not.toContain(secret);
        }
      }),
      { numRuns: 400 },
    );
  });
});

/** A secret as the forms write it, long enough pieces of it to be told from chance. */
function spellings(base64url: string): string[] {
  const bytes = Buffer.from(base64url, "base64url");
  return [base64url, bytes.toString("base64"), bytes.toString("hex")].map((text) => text.slice(4, 20));
}

test("key ids are SHA-256 of the DER key, as other tools compute them", () => {
  const { publicKey, publicKeyJwk } = ed25519;
  expect(publicKeyJwk["kid"]).toBe(createHash("sha256").update(publicKey).digest("hex"));
});
