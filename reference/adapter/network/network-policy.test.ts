import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { formatIpAddress } from "./format-ip-address.js";
import { parseIpAddress, parseIpRange, rangeHolds } from "./ip-address.js";
import { networkHostOf } from "./network-host.js";
import { listenAllows, networkAllows } from "./network-policy.js";
import { isNetworkScheme, type NetworkScheme, parseNetworkRule } from "./network-rule.js";
import { isPrivateAddress } from "./private-ranges.js";

// @spec capabilities.policy.network, capabilities.policy.network-rules, capabilities.policy.addresses
// @spec capabilities.policy.private-addresses, capabilities.policy.rebinding, capabilities.policy.listen

const SCHEMES: readonly NetworkScheme[] = ["http", "https", "ws", "wss", "tcp", "udp"];
const scheme = fc.constantFrom(...SCHEMES);
const port = fc.oneof(fc.integer({ min: 1, max: 65_535 }), fc.constantFrom(1, 22, 80, 443, 65_535));
const four = fc.oneof(
  fc.ipV4(),
  fc.constantFrom("127.0.0.1", "10.0.0.1", "169.254.169.254", "192.168.1.1", "0.0.0.0", "93.184.216.34"),
);
const six = fc.oneof(
  fc.ipV6().filter((text) => parseIpAddress(text) !== undefined),
  fc.constantFrom(
    "::1",
    "::",
    "fe80::1",
    "fd00::1",
    "2606:2800::1",
    "64:ff9b::a00:1",
    "2002:7f00:1::",
    "::ffff:7f00:1",
  ),
);
const address = fc.oneof(four, six);
const name = fc.constantFrom("localhost", "example.org", "a.example.org", "b.a.example.org", "intranet", "x.localhost");
const host = fc.oneof(name, address);
const portPart = fc.oneof(
  fc.constantFrom("", ":*"),
  port.map((one) => `:${one}`),
  fc.tuple(port, port).map(([a, b]) => `:${Math.min(a, b)}-${Math.max(a, b)}`),
);
const byName = fc.tuple(
  scheme,
  fc.oneof(
    name,
    fc.constant("*"),
    name.map((one) => `*.${one}`),
  ),
  portPart,
);
const byAddress = fc.tuple(
  scheme,
  fc.oneof(
    four,
    six.map((text) => `[${text}]`),
    fc.tuple(four, fc.integer({ min: 0, max: 32 })).map(([text, bits]) => `${text}/${bits}`),
    fc.tuple(six, fc.integer({ min: 0, max: 128 })).map(([text, bits]) => `[${text}]/${bits}`),
  ),
  portPart,
);
const ruleText = ([one, hostPart, ports]: readonly [string, string, string]): string => `${one}://${hostPart}${ports}`;
const anyRule = fc.oneof(byName, byAddress).map(ruleText);
const rules = fc.array(anyRule, { maxLength: 6 });
const addresses = fc.option(fc.array(address, { minLength: 1, maxLength: 4 }), { nil: undefined });
const isLocal = (text: string): boolean => text === "localhost" || text.endsWith(".localhost");
const isPrivate = (text: string): boolean => {
  const parsed = parseIpAddress(text);
  return parsed !== undefined && isPrivateAddress(parsed);
};

describe("networkAllows", () => {
  it("lets nothing private pass through names and wildcards", () => {
    const rulesByName = fc.array(byName.filter(([, hostPart]) => hostPart !== "localhost").map(ruleText), {
      maxLength: 6,
    });
    fc.assert(
      fc.property(rulesByName, scheme, host, port, addresses, (some, by, whom, at, found) => {
        if (!networkAllows(some, by, whom, at, found)) return;
        expect(isPrivate(whom)).toBe(false);
        expect((found ?? []).some(isPrivate) && networkHostOf(whom)?.name !== undefined).toBe(false);
        if (found === undefined) expect(isLocal(whom)).toBe(false);
      }),
      { numRuns: 2_000 },
    );
  });

  it("never allows less with one rule more, whatever the rule is", () => {
    const more = fc.oneof(anyRule, fc.string());
    fc.assert(
      fc.property(rules, more, fc.nat(6), scheme, host, port, addresses, (some, one, at, by, whom, to, found) => {
        const together = [...some.slice(0, at), one, ...some.slice(at)];
        if (networkAllows(some, by, whom, to, found)) expect(networkAllows(together, by, whom, to, found)).toBe(true);
      }),
      { numRuns: 2_000 },
    );
  });

  it("allows a name only where it allows it unseen or by a rule for its addresses, and each address alone", () => {
    fc.assert(
      fc.property(rules, scheme, name, port, fc.array(address, { minLength: 1 }), (some, by, whom, to, found) => {
        const together = networkAllows(some, by, whom, to, found);
        expect(together).toBe(found.every((one) => networkAllows(some, by, whom, to, [one])));
        expect(networkAllows(some, by, whom, to, [])).toBe(false);
      }),
      { numRuns: 2_000 },
    );
  });

  it("allows nothing without rules, with rules of other schemes, or with rules that are none", () => {
    fc.assert(
      fc.property(rules, fc.array(fc.string()), scheme, host, port, (some, texts, by, whom, to) => {
        expect(networkAllows([], by, whom, to)).toBe(false);
        expect(
          networkAllows(
            some.filter((rule) => !rule.startsWith(`${by}:`)),
            by,
            whom,
            to,
          ),
        ).toBe(false);
        expect(
          networkAllows(
            texts.filter((text) => parseNetworkRule(text) === undefined),
            by,
            whom,
            to,
          ),
        ).toBe(false);
      }),
    );
  });

  const decisions: readonly [
    rules: string[],
    scheme: string,
    host: string,
    port: number,
    found: string[] | undefined,
    boolean,
  ][] = [
    [["https://example.org"], "https", "example.org", 443, ["93.184.216.34"], true],
    [["https://example.org"], "https", "EXAMPLE.org.", 443, undefined, true],
    [["https://example.org"], "https", "example.org", 444, undefined, false],
    [["https://example.org"], "http", "example.org", 443, undefined, false],
    [["https://example.org"], "https", "a.example.org", 443, undefined, false],
    [["https://*.example.org"], "https", "a.example.org", 443, undefined, true],
    [["https://*.example.org"], "https", "b.a.example.org", 443, undefined, true],
    [["https://*.example.org"], "https", "example.org", 443, undefined, false],
    [["https://*.example.org"], "https", "badexample.org", 443, undefined, false],
    [["wss://*:8000-8010"], "wss", "example.org", 8010, undefined, true],
    [["wss://*:8000-8010"], "wss", "example.org", 8011, undefined, false],
    [["tcp://example.org"], "tcp", "example.org", 65_535, undefined, true],
    [["tcp://example.org"], "tcp", "example.org", 0, undefined, false],
    [["tcp://example.org:*"], "tcp", "example.org", 1, undefined, true],
    [["https://intranet"], "https", "intranet", 443, ["10.0.0.5"], false],
    [["https://10.0.0.0/8"], "https", "intranet", 443, ["10.0.0.5"], false],
    [["https://intranet", "https://10.0.0.0/8"], "https", "intranet", 443, ["10.0.0.5"], true],
    [["https://intranet", "https://10.0.0.0/8"], "https", "intranet", 443, ["10.0.0.5", "192.168.0.1"], false],
    [["https://intranet", "https://10.0.0.0/8:444"], "https", "intranet", 443, ["10.0.0.5"], false],
    [["tcp://localhost:80"], "tcp", "localhost", 80, ["::1", "127.0.0.1"], true],
    [["tcp://localhost:80"], "tcp", "localhost.", 80, undefined, true],
    [["tcp://localhost:80"], "tcp", "127.5.5.5", 80, undefined, true],
    [["tcp://localhost:80"], "tcp", "[::1]", 80, undefined, true],
    [["tcp://localhost:80"], "tcp", "localhost", 80, ["10.0.0.1"], false],
    [["tcp://*"], "tcp", "localhost", 80, undefined, false],
    [["tcp://*"], "tcp", "x.localhost", 80, undefined, false],
    [["tcp://*"], "tcp", "93.184.216.34", 80, undefined, true],
    [["tcp://*"], "tcp", "169.254.169.254", 80, undefined, false],
    [["tcp://[::ffff:a00:0]/104"], "tcp", "10.1.2.3", 80, undefined, true],
    [["tcp://[::ffff:0:0]/96"], "tcp", "10.1.2.3", 80, undefined, true],
    [["udp://10.0.0.1:60000-70000"], "udp", "10.0.0.1", 61_000, undefined, false],
    [["tcp://10.0.0.0/8"], "tcp", "::ffff:10.1.2.3", 80, undefined, true],
    [["tcp://*", "tcp://10.0.0.0/8"], "tcp", "64:ff9b::10.1.2.3", 80, undefined, false],
    [["tcp://[::]/0"], "tcp", "10.1.2.3", 80, undefined, false],
    [["udp://10.0.0.1:99999"], "udp", "10.0.0.1", 34_463, undefined, false],
    [["udp://10.0.0.1:20-10"], "udp", "10.0.0.1", 15, undefined, false],
    [["udp://10.0.0.0/33"], "udp", "10.0.0.0", 15, undefined, false],
    [["udp://010.0.0.1"], "udp", "10.0.0.1", 15, undefined, false],
    [["tcp://*.0.0.1"], "tcp", "127.0.0.1", 15, undefined, false],
    [["https://EXAMPLE.org"], "https", "example.org", 443, undefined, false],
    [["udp://example.org:53"], "lookup", "example.org", 0, ["93.184.216.34"], true],
    [["https://example.org"], "lookup", "example.org", 0, ["93.184.216.34"], false],
    [["tcp://93.184.216.34"], "lookup", "example.org", 0, ["93.184.216.34"], false],
  ];
  it.each(decisions)("with %j says of %s to %s port %i, found %j: %s", (some, by, whom, at, found, expected) => {
    expect(networkAllows(some, isNetworkScheme(by) ? by : "lookup", whom, at, found)).toBe(expected);
  });
});

describe("networkHostOf", () => {
  const odd = [
    "",
    ".",
    "..",
    "127.1",
    "0x7f.0.0.1",
    "0x7f000001",
    "2130706433",
    "0177.0.0.1",
    "127.0.0.1.",
    "1.2.3.4.5",
  ];
  const alsoOdd = [
    "256.0.0.1",
    "fe80::1%eth0",
    "[fe80::1%25eth0]",
    "[127.0.0.1]",
    "[::1",
    "::1]",
    ":::",
    "1:2:3:4:5:6:7",
    "1::2::3",
  ];
  const names = [
    "a b",
    "a\tb",
    "a\0",
    "ä.org",
    "-a.org",
    "a-.org",
    "a..b",
    "a/b",
    "a:80",
    "a@b",
    "*.org",
    "a".repeat(64),
  ];
  it.each([...odd, ...alsoOdd, ...names, `${"a.".repeat(127)}ab`])("knows no host %j", (text) => {
    expect(networkHostOf(text)).toBeUndefined();
    expect(networkAllows(["tcp://*", "tcp://0.0.0.0/0", "tcp://[::]/0", "tcp://localhost"], "tcp", text, 80)).toBe(
      false,
    );
  });
  it("reads names in any case, with a dot at the end, and up to 253 characters", () => {
    expect(networkHostOf("A.Example.ORG.")).toEqual({ name: "a.example.org" });
    expect(networkHostOf("_srv.x-y.z9")).toEqual({ name: "_srv.x-y.z9" });
    expect(networkHostOf(`${"a.".repeat(126)}a`)).toEqual({ name: `${"a.".repeat(126)}a` });
  });
});

describe("addresses", () => {
  it("come back from their text, and lie in the range of each of their prefixes", () => {
    const value = fc.oneof(
      fc.tuple(fc.constant<4>(4), fc.bigInt(0n, 0xffff_ffffn)),
      fc.tuple(
        fc.constant<6>(6),
        fc.bigInt(0n, (1n << 128n) - 1n).filter((six) => six >> 32n !== 0xffffn),
      ),
    );
    fc.assert(
      fc.property(value, fc.nat(128), ([family, number], bits) => {
        const one = { family, value: number };
        const text = formatIpAddress(one);
        expect(parseIpAddress(text)).toEqual(one);
        const prefix = Math.min(bits, family === 4 ? 32 : 128);
        const range = parseIpRange(`${text}/${prefix}`);
        expect(range !== undefined && rangeHolds(range, one)).toBe(true);
        expect(range && range.last - range.first + 1n).toBe(1n << BigInt((family === 4 ? 32 : 128) - prefix));
      }),
    );
  });

  it("agree with the host's own parser on what is one", () => {
    const mostly = fc.oneof(address, fc.string({ unit: fc.constantFrom(..."0123456789abcdef:.x%") }));
    fc.assert(
      fc.property(mostly, (text) => {
        let normalised: string | undefined;
        try {
          normalised = new URL(`http://[${text}]/`).hostname.slice(1, -1);
        } catch {}
        if (!text.includes(":")) return;
        const parsed = parseIpAddress(text);
        expect(parsed === undefined).toBe(normalised === undefined);
        if (parsed?.family === 6) expect(formatIpAddress(parsed)).toBe(normalised);
      }),
      { numRuns: 2_000 },
    );
  });

  const hidden = [
    "::ffff:127.0.0.1",
    "::127.0.0.1",
    "64:ff9b::7f00:1",
    "2002:a9fe:a9fe::1",
    "2002:c0a8:101:ffff::",
    "64:ff9b:1::1",
  ];
  const plain = ["0.0.0.0", "100.64.0.1", "127.255.255.255", "172.31.255.255", "192.0.0.8", "198.19.0.1", "224.0.0.1"];
  const others = ["255.255.255.255", "::", "::1", "fc00::", "fdff::1", "febf::1", "fec0::1", "ff02::1"];
  it.each([...hidden, ...plain, ...others])("holds %s for private", (text) => expect(isPrivate(text)).toBe(true));
  it.each([
    "1.1.1.1",
    "172.32.0.1",
    "100.128.0.1",
    "192.0.2.1",
    "2606:4700::1111",
    "2002:101:101::",
    "64:ff9b::808:808",
  ])("does not hold %s for private", (text) => expect(isPrivate(text)).toBe(false));
});

describe("listenAllows", () => {
  const may = (some: readonly string[], by: "tcp" | "udp", text: string, at: number): boolean => {
    const parsed = parseIpAddress(text);
    return parsed !== undefined && listenAllows(some, by, parsed, at);
  };
  it("asks for a rule that names the address, private or not", () => {
    fc.assert(
      fc.property(
        fc.array(byName.filter(([, one]) => one !== "localhost").map(ruleText)),
        four,
        port,
        (some, text, at) => {
          expect(may(some, "tcp", text, at)).toBe(false);
        },
      ),
    );
    expect(may(["tcp://127.0.0.1:8080"], "tcp", "127.0.0.1", 8080)).toBe(true);
    expect(may(["tcp://127.0.0.1:8080"], "udp", "127.0.0.1", 8080)).toBe(false);
    expect(may(["tcp://localhost"], "tcp", "::1", 1)).toBe(true);
    expect(may(["tcp://localhost"], "tcp", "0.0.0.0", 1)).toBe(false);
    expect(may(["udp://0.0.0.0:5000-5009"], "udp", "0.0.0.0", 5009)).toBe(true);
  });
  it("lets the host choose a port only where every port is allowed", () => {
    expect(may(["tcp://localhost"], "tcp", "127.0.0.1", 0)).toBe(true);
    expect(may(["tcp://localhost:*"], "tcp", "127.0.0.1", 0)).toBe(true);
    expect(may(["tcp://localhost:0-65535"], "tcp", "127.0.0.1", 0)).toBe(false);
    expect(may(["tcp://localhost:0"], "tcp", "127.0.0.1", 0)).toBe(false);
    expect(may(["http://localhost:*"], "tcp", "127.0.0.1", 0)).toBe(false);
  });
});
