import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { checkSourceConformance, type SourceConformanceSubject } from "../../source-conformance.js";
import { IpfsGateway } from "../testing/ipfs-gateway.js";
import { S3Stub } from "../testing/s3-stub.js";
import { buildFile } from "../testing/unixfs-builder.js";
import { createIpfsBlockSource } from "./ipfs-block-source.js";
import { createIpfsSource } from "./ipfs-source.js";
import { createPresignedS3Source, createS3Source, presignS3Url } from "./s3-source.js";

// The checks that every source has to pass, also a user's own.
// @spec loader.source.object-storage, loader.source.ipfs, loader.source.description

const stub = new S3Stub();
const gateway = new IpfsGateway();
const quick = { sleep: async () => undefined };
let made = 0;
let key = "";

beforeAll(async () => {
  await Promise.all([stub.start(), gateway.start()]);
});
afterAll(() => Promise.all([stub.stop(), gateway.stop()]));

function store(bytes: Uint8Array): { endpoint: string; region: string; bucket: string; key: string } {
  made += 1;
  key = `object ${made}`;
  stub.put("tools", key, bytes);
  return { endpoint: stub.endpoint, region: stub.region, bucket: "tools", key };
}

const inStore: Pick<SourceConformanceSubject, "replace" | "remove" | "secrets"> = {
  replace: (bytes) => void stub.put("tools", key, bytes),
  remove: () => stub.remove("tools", key),
  secrets: [stub.secretAccessKey, "X-Amz-Signature"],
};

const subjects: readonly (readonly [name: string, subject: SourceConformanceSubject])[] = [
  ["object storage", { ...inStore, make: (bytes) => createS3Source({ ...store(bytes), credentials: stub, ...quick }) }],
  [
    "a URL signed in advance",
    {
      ...inStore,
      make: async (bytes) => {
        const url = await presignS3Url({ ...store(bytes), credentials: stub, expiresSeconds: 600 });
        return createPresignedS3Source(url, quick);
      },
    },
  ],
  [
    "an IPFS gateway",
    {
      make: (bytes) => {
        const { cid } = buildFile(bytes);
        gateway.addFile(cid, bytes);
        return createIpfsSource(cid, { gateways: [gateway.url], ...quick });
      },
    },
  ],
  [
    "blocks of IPFS",
    {
      make: (bytes) => {
        const built = buildFile(bytes, { chunkBytes: 1000, width: 5 });
        gateway.addBlocks(built);
        return createIpfsBlockSource(built.cid, { gateways: [gateway.url], cacheBytes: 4000, ...quick });
      },
    },
  ],
];

describe.each(subjects)("a source over %s", (_name, subject) => {
  test("passes every check of sources", async () => {
    const { checks } = await checkSourceConformance(subject);
    expect(checks.filter(({ passed }) => passed === false)).toEqual([]);
    const skipped = checks.filter(({ passed }) => passed === undefined).map(({ name }) => name);
    const inMemory = ["reads without waiting what it reads with waiting", "fills memory of the caller"];
    const changes = ["notices another size", "notices other bytes", "has its own word for a lost object"];
    expect(skipped.sort()).toEqual([...inMemory, ...(subject.replace === undefined ? changes : [])].sort());
  });
});
