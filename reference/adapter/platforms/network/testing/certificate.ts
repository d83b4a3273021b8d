import { generateKeyPairSync, sign } from "node:crypto";

/** A key and a certificate that signs itself, in PEM. */
export interface TestCertificate {
  readonly key: string;
  readonly certificate: string;
}

/** Make a certificate for names, for tests over TLS. */
export function certificateFor(names: readonly string[]): TestCertificate {
  const { privateKey, publicKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
  const algorithm = der(0x30, Buffer.from("06082a8648ce3d040302", "hex"));
  const name = der(0x30, der(0x31, der(0x30, Buffer.from("0603550403", "hex"), der(0x0c, Buffer.from("test")))));
  const extension = (id: string, value: Buffer): Buffer => der(0x30, Buffer.from(id, "hex"), der(0x04, value));
  const toBeSigned = der(
    0x30,
    der(0xa0, der(0x02, Buffer.from([2]))),
    der(0x02, Buffer.from([1])),
    algorithm,
    name,
    der(0x30, der(0x18, Buffer.from("20200101000000Z")), der(0x18, Buffer.from("21200101000000Z"))),
    name,
    publicKey.export({ type: "spki", format: "der" }),
    der(
      0xa3,
      der(
        0x30,
        // It vouches for itself, and for these names.
        extension("0603551d13", der(0x30, der(0x01, Buffer.from([0xff])))),
        extension("0603551d11", der(0x30, ...names.map((one) => der(0x82, Buffer.from(one))))),
      ),
    ),
  );
  const signature = sign("sha256", toBeSigned, privateKey);
  const bytes = der(0x30, toBeSigned, algorithm, der(0x03, Buffer.from([0]), signature));
  return {
    key: privateKey.export({ type: "pkcs8", format: "pem" }).toString(),
    certificate: `-----BEGIN CERTIFICATE-----\n${bytes.toString("base64")}\n-----END CERTIFICATE-----\n`,
  };
}

function der(tag: number, ...parts: readonly Buffer[]): Buffer {
  const body = Buffer.concat(parts);
  const length = body.length < 0x80 ? [body.length] : [0x82, body.length >> 8, body.length & 0xff];
  return Buffer.concat([Buffer.from([tag, ...length]), body]);
}
