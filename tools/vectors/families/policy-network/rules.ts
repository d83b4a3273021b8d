import type { Group } from "./drafts.js";

const network = "capabilities.policy.network";
const rules = "capabilities.policy.network-rules";
const deny = "capabilities.deny-by-default";

const PUBLIC = "93.184.216.34";
const SIX = "2606:2800:220:1::1";

/** Steps 1 to 3: scheme, port and host. */
export const ruleGroups: readonly Group[] = [
  {
    id: "scheme",
    clauses: [network, rules],
    allowed: { rules: ["https://example.org"], scheme: "https", host: "example.org", port: 443, addresses: [PUBLIC] },
    why: "Scheme, port and name are those of the rule, and the name's address is public.",
    rows: [
      ["unseen", { addresses: undefined }, "allowed", "Before the name is looked up it is judged as it is written."],
      ["http", { scheme: "http" }, "denied", "A rule for https allows no http, on no port."],
      ["wss", { scheme: "wss" }, "denied", "A rule for https allows no wss, though both are TLS on port 443."],
      ["tcp", { scheme: "tcp" }, "denied", "A rule for https allows no plain connection to the same port."],
      ["lookup", { scheme: "lookup", port: 0 }, "denied", "Only a rule of tcp or udp allows a look-up."],
      ["no-rules", { rules: [] }, "denied", "What no rule names is refused."],
      ["second-rule", { rules: ["http://example.net", "https://example.org"] }, "allowed", "Any rule may be the one."],
      [
        "parts-of-two-rules",
        { rules: ["https://example.net", "http://example.org:443"] },
        "denied",
        "One rule has to allow all of it: the scheme of one and the host of another do not add up.",
      ],
    ],
  },
  ...(["http", "https", "ws", "wss"] as const).map(
    (scheme): Group => ({
      id: `own-port/${scheme}`,
      clauses: [rules],
      allowed: {
        rules: [`${scheme}://own.example`],
        scheme,
        host: "own.example",
        port: scheme === "http" || scheme === "ws" ? 80 : 443,
      },
      why: `A rule of ${scheme} without a port allows the scheme's own.`,
      rows: [
        ["another", { port: 8080 }, "denied", `A rule of ${scheme} without a port allows no other port.`],
        [
          "the-other-own",
          { port: scheme === "http" || scheme === "ws" ? 443 : 80 },
          "denied",
          `The port of the scheme's other form is not that of ${scheme}.`,
        ],
        ["every", { rules: [`${scheme}://own.example:*`], port: 8080 }, "allowed", "`*` allows every port."],
      ],
    }),
  ),
  ...(["tcp", "udp"] as const).map(
    (scheme): Group => ({
      id: `own-port/${scheme}`,
      clauses: [rules],
      allowed: { rules: [`${scheme}://own.example`], scheme, host: "own.example", port: 2525 },
      why: `A rule of ${scheme} without a port allows every port.`,
      rows: [
        ["first", { port: 1 }, "allowed", "Port 1 is the first."],
        ["last", { port: 65_535 }, "allowed", "Port 65535 is the last."],
        ["none", { port: 0 }, "denied", "Port 0 can be reached nowhere."],
        ["beyond", { port: 65_536 }, "denied", "Above 65535 there are no ports."],
      ],
    }),
  ),
  {
    id: "ports",
    clauses: [rules],
    allowed: { rules: ["tcp://example.org:8000-8010"], scheme: "tcp", host: "example.org", port: 8005 },
    why: "A port within the range of the rule.",
    rows: [
      ["first", { port: 8000 }, "allowed", "The first port belongs to the range."],
      ["last", { port: 8010 }, "allowed", "The last port belongs to the range."],
      ["below", { port: 7999 }, "denied", "The port before the range does not belong to it."],
      ["above", { port: 8011 }, "denied", "The port behind the range does not belong to it."],
      ["one", { rules: ["tcp://example.org:25"], port: 25 }, "allowed", "One port alone."],
      ["beside-one", { rules: ["tcp://example.org:25"], port: 26 }, "denied", "One port is no other."],
      ["every", { rules: ["tcp://example.org:*"], port: 9 }, "allowed", "`*` allows every port."],
      ["none-of-every", { rules: ["tcp://example.org:*"], port: 0 }, "denied", "Port 0 is none, though `*` is said."],
      [
        "backwards",
        { rules: ["tcp://example.org:8010-8000"] },
        "denied",
        "A range that runs backwards allows nothing.",
      ],
      ["beyond", { rules: ["tcp://example.org:8000-65536"] }, "denied", "A range beyond 65535 allows nothing."],
      ["largest-end", { rules: ["tcp://example.org:8000-65535"], port: 65_535 }, "allowed", "And allow that port too."],
      ["largest", { rules: ["tcp://example.org:8000-65535"] }, "allowed", "A range may end with 65535."],
    ],
  },
  {
    id: "name",
    clauses: [rules, "capabilities.policy.addresses"],
    allowed: { rules: ["tcp://example.org"], scheme: "tcp", host: "example.org", port: 25 },
    why: "The name is the rule's.",
    rows: [
      ["capitals", { host: "EXAMPLE.Org" }, "allowed", "Letters of a name have no case."],
      ["dot-at-the-end", { host: "example.org." }, "allowed", "A dot at the end of a name carries no meaning."],
      ["below", { host: "www.example.org" }, "denied", "A rule for a name allows no name below it."],
      ["above", { host: "org" }, "denied", "A rule for a name allows no name above it."],
      ["same-end", { host: "notexample.org" }, "denied", "Names are compared whole."],
      ["same-beginning", { host: "example.organic" }, "denied", "Names are compared to their end."],
      [
        "address-of-it",
        { host: PUBLIC },
        "denied",
        "A rule for a name allows no address, though it may be the name's.",
      ],
      ["rule-in-capitals", { rules: ["tcp://EXAMPLE.org"] }, "denied", "A rule in capitals is none."],
      ["rule-with-dot", { rules: ["tcp://example.org."] }, "denied", "A rule with a dot at its end is none."],
      ["underscore", { rules: ["tcp://_sip.example.org"], host: "_SIP.example.org" }, "allowed", "Names may have `_`."],
    ],
  },
  {
    id: "below",
    clauses: [rules],
    allowed: { rules: ["wss://*.example.org"], scheme: "wss", host: "a.example.org", port: 443 },
    why: "`*.` and a name stands for what is below that name.",
    rows: [
      ["deeper", { host: "b.a.example.org" }, "allowed", "Below is below, at every depth."],
      ["itself", { host: "example.org" }, "denied", "The name itself is not below itself."],
      ["without-a-dot", { host: "badexample.org" }, "denied", "The name has to stand behind a dot."],
      [
        "capitals",
        { host: "A.Example.org." },
        "allowed",
        "Letters have no case here either, nor has the dot a meaning.",
      ],
      ["another", { host: "a.example.com" }, "denied", "What is below another name is not allowed."],
      [
        "of-an-address",
        { rules: ["tcp://*.0.0.1"], scheme: "tcp", host: "10.0.0.1", port: 25 },
        "denied",
        "An address is below no name.",
      ],
    ],
  },
  {
    id: "any",
    clauses: [rules],
    allowed: { rules: ["https://*"], scheme: "https", host: "example.org", port: 443, addresses: [PUBLIC, SIX] },
    why: "`*` stands for every host, and its addresses are public.",
    rows: [
      ["address", { host: PUBLIC, addresses: undefined }, "allowed", "An address is a host as well."],
      ["address-6", { host: `[${SIX}]`, addresses: undefined }, "allowed", "So is one of IPv6 in brackets."],
      ["other-scheme", { scheme: "http", port: 80 }, "denied", "Every host is still of one scheme."],
      ["other-port", { port: 444 }, "denied", "Every host is still of one port."],
      ["other-scheme-with-any-port", { rules: ["tcp://*:*"] }, "denied", "tcp to every port is not https."],
    ],
  },
  {
    id: "range",
    clauses: [rules, "capabilities.policy.addresses"],
    allowed: { rules: ["udp://203.0.112.0/22"], scheme: "udp", host: "203.0.115.255", port: 53 },
    why: "The address lies in the range of the rule.",
    rows: [
      ["first", { host: "203.0.112.0" }, "allowed", "The first address belongs to the range."],
      ["before", { host: "203.0.111.255" }, "denied", "The address before the range does not."],
      ["behind", { host: "203.0.116.0" }, "denied", "The address behind the range does not."],
      [
        "bits-behind-the-prefix",
        { rules: ["udp://203.0.115.77/22"] },
        "allowed",
        "Bits behind the prefix say nothing.",
      ],
      ["one-address", { rules: ["udp://203.0.115.255"] }, "allowed", "An address stands for itself."],
      ["one-as-a-range", { rules: ["udp://203.0.115.255/32"] }, "allowed", "So does a range of one."],
      ["all", { rules: ["udp://0.0.0.0/0"] }, "allowed", "A range of every IPv4 address."],
      ["all-of-6", { rules: ["udp://[::]/0"] }, "denied", "Every IPv6 address is none of IPv4."],
      ["prefix-too-long", { rules: ["udp://203.0.115.255/33"] }, "denied", "A prefix of 33 bits is longer than IPv4."],
      ["prefix-far-too-long", { rules: ["udp://[2001:db8::]/129"] }, "denied", "129 bits are longer than IPv6."],
      [
        "prefix-too-long-of-6",
        { rules: ["udp://[2606:2800::1]/129"], host: "2606:2800::1" },
        "denied",
        "A prefix that is too long is not cut.",
      ],
      ["zeros-in-front", { rules: ["udp://203.000.115.255"] }, "denied", "A rule with zeros in front is none."],
      ["6", { rules: ["udp://[2606:2800::]/32"], host: "2606:2800:ffff::1" }, "allowed", "A range of IPv6 addresses."],
      ["6-beside", { rules: ["udp://[2606:2800::]/32"], host: "2606:2801::1" }, "denied", "An address beside it."],
      [
        "mapped-rule",
        { rules: ["udp://[::ffff:cb00:7000]/118"] },
        "allowed",
        "A range within ::ffff:0:0/96 is the range of IPv4 addresses that it maps.",
      ],
      [
        "mapped-address",
        { host: "::ffff:203.0.115.255" },
        "allowed",
        "An address that maps IPv4 is that IPv4 address.",
      ],
      [
        "name-in-the-range",
        { host: "example.org", addresses: ["203.0.115.1"] },
        "denied",
        "A rule for a range opens no name, wherever the name leads.",
      ],
    ],
  },
  {
    id: "lookup",
    clauses: [rules],
    allowed: { rules: ["udp://example.org:53"], scheme: "lookup", host: "example.org", port: 0, addresses: [PUBLIC] },
    why: "A rule of tcp or udp for the name allows its look-up, whatever its port.",
    rows: [
      ["tcp", { rules: ["tcp://example.org:22"] }, "allowed", "tcp will do as well as udp."],
      ["https", { rules: ["https://example.org:*"] }, "denied", "A rule of https allows no look-up."],
      ["below", { host: "www.example.org", addresses: [PUBLIC] }, "denied", "A name below it is another name."],
      ["another-name", { host: "example.net" }, "denied", "Only the name of the rule may be looked up."],
      ["address-of-it", { rules: [`tcp://${PUBLIC}`] }, "denied", "A rule for an address allows no look-up of a name."],
      ["private", { addresses: ["10.0.0.1"] }, "denied", "What is found is judged like any address."],
    ],
  },
  {
    id: "deny",
    clauses: [deny, rules],
    allowed: { rules: ["https://kept.example"], scheme: "https", host: "kept.example", port: 443 },
    why: "A policy that names the address.",
    rows: [
      ["no-scheme", { rules: ["kept.example"] }, "denied", "A rule without a scheme allows nothing."],
      ["any-scheme", { rules: ["*://kept.example"] }, "denied", "No rule stands for every scheme."],
      ["path", { rules: ["https://kept.example/"] }, "denied", "A rule with a path is none."],
      ["user", { rules: ["https://you@kept.example"] }, "denied", "A rule with a user is none."],
      ["ftp", { rules: ["ftp://kept.example"] }, "denied", "A rule of another scheme allows nothing."],
      ["good-beside-bad", { rules: ["https://", "https://kept.example"] }, "allowed", "A bad rule spoils no good one."],
      ["port-of-six-digits", { rules: ["https://kept.example:000443"] }, "denied", "A port has at most five digits."],
    ],
  },
];
