import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { CAPABILITY_NAMES } from "../../generated/capabilities.js";
import { judgeHostPolicy } from "./host-policy.js";
import { parseIpAddress } from "./network/ip-address.js";
import { listenAllows } from "./network/network-policy.js";

const judged = (policy: object): readonly string[] =>
  judgeHostPolicy({ capabilities: [], ...policy }).map(({ field }) => field);

// @spec capabilities.policy.names
test("a capability that there is not is refused where it stands, with those that there are", () => {
  expect(judged({ capabilities: CAPABILITY_NAMES })).toEqual([]);
  const [problem, ...more] = judgeHostPolicy({ capabilities: ["fs.read", "io.stdo"], network: ["tcp://a:99999"] });
  expect(problem).toMatchObject({ field: "$.capabilities[1]", code: "value_out_of_range" });
  expect(problem?.message).toMatch(/^there is no capability `io\.stdo`; there are fs\.read, .*io\.stdio, /);
  expect(more).toMatchObject([{ field: "$.network[0]" }]);
});

// @spec capabilities.policy.dead-rules
describe("a rule that can allow nothing", () => {
  test.each([
    "tcp://example.org:99999",
    "tcp://example.org:90-80",
    "tcp://1.2.3.4/33",
    "tcp://[::1]/129",
    "tcp://300.1.1.1/8",
  ])("%s is refused wherever it stands", (rule) => {
    expect(judged({ network: ["https://example.org", rule] })).toEqual(["$.network[1]"]);
    expect(judged({ listen: [rule] })).toEqual(["$.listen[0]"]);
  });

  test.each(["tcp://example.org:80", "udp://*:80", "tcp://*.example.org", "https://127.0.0.1", "ws://localhost"])(
    "%s is refused where programs listen, and not where they connect",
    (rule) => {
      expect(judged({ network: [rule] })).toEqual([]);
      expect(judged({ listen: [rule] })).toEqual(["$.listen[0]"]);
    },
  );

  test("what breaks the schema is told by the schema alone", () => {
    expect(judgeHostPolicy({ capabilities: [], network: ["nonsense", "tcp://a:99999"] })).toMatchObject([
      { field: "$.network[0]", code: "pattern_mismatch" },
    ]);
    expect(judgeHostPolicy(null)).toMatchObject([{ field: "$" }]);
  });

  test("is none of those that let a program listen", () => {
    const octet = fc.nat(255);
    const address = fc.tuple(octet, octet, octet, octet).map((octets) => octets.join("."));
    fc.assert(
      fc.property(address, fc.integer({ min: 1, max: 99_999 }), (host, port) => {
        const rule = `tcp://${host}:${port}`;
        const parsed = parseIpAddress(host);
        if (parsed === undefined) throw new Error(`${host} is an address`);
        expect(judged({ listen: [rule] }).length === 0).toBe(listenAllows([rule], "tcp", parsed, port));
      }),
    );
  });
});
