import type { Group, Row } from "./drafts.js";

const rules = "capabilities.policy.network-rules";
const privateAddresses = "capabilities.policy.private-addresses";
const rebinding = "capabilities.policy.rebinding";
const forms = "capabilities.policy.addresses";
const listen = "capabilities.policy.listen";
const deny = "capabilities.deny-by-default";

const PUBLIC = "93.184.216.34";

/** Each private range: its first and last address, and the neighbours that are public. */
const RANGES: readonly (readonly [first: string, last: string, neighbours: readonly string[]])[] = [
  ["0.0.0.0", "0.255.255.255", ["1.0.0.0"]],
  ["10.0.0.0", "10.255.255.255", ["9.255.255.255", "11.0.0.0"]],
  ["100.64.0.0", "100.127.255.255", ["100.63.255.255", "100.128.0.0"]],
  ["127.0.0.0", "127.255.255.255", ["126.255.255.255", "128.0.0.0"]],
  ["169.254.0.0", "169.254.255.255", ["169.253.255.255", "169.255.0.0"]],
  ["172.16.0.0", "172.31.255.255", ["172.15.255.255", "172.32.0.0"]],
  ["192.0.0.0", "192.0.0.255", ["191.255.255.255", "192.0.1.0"]],
  ["192.168.0.0", "192.168.255.255", ["192.167.255.255", "192.169.0.0"]],
  ["198.18.0.0", "198.19.255.255", ["198.17.255.255", "198.20.0.0"]],
  ["224.0.0.0", "255.255.255.255", ["223.255.255.255"]],
  ["::", "::ffff:ffff", ["::1:0:0"]],
  ["64:ff9b:1::", "64:ff9b:1:ffff:ffff:ffff:ffff:ffff", ["64:ff9b:2::"]],
  ["2001::", "2001:0:ffff:ffff:ffff:ffff:ffff:ffff", ["2000:ffff::", "2001:1::"]],
  ["fc00::", "fdff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", ["fbff::"]],
  ["fe80::", "febf:ffff:ffff:ffff:ffff:ffff:ffff:ffff", ["fe7f::", "fe00::"]],
  ["fec0::", "feff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", []],
  ["ff00::", "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", []],
  ["64:ff9b::a00:0", "64:ff9b::aff:ffff", ["64:ff9b::9ff:ffff", "64:ff9b::b00:0"]],
  ["::ffff:0:a00:0", "::ffff:0:aff:ffff", ["::ffff:0:9ff:ffff", "::ffff:0:b00:0"]],
  ["2002:a00::", "2002:aff:ffff:ffff:ffff:ffff:ffff:ffff", ["2002:9ff:ffff::", "2002:b00::"]],
  ["::ffff:10.0.0.0", "::ffff:aff:ffff", ["::ffff:9ff:ffff", "::ffff:11.0.0.0"]],
];

/** An address as a part of an id. */
const slug = (address: string): string =>
  address
    .replace("::", ":x:")
    .split(/[:.]/)
    .filter((part) => part !== "")
    .join("-");

function privateRows(): readonly Row[] {
  return RANGES.flatMap(([first, last, neighbours]): Row[] => [
    [slug(first), { host: first }, "denied", `${first} is the first address of a private range.`],
    [slug(last), { host: last }, "denied", `${last} is the last address of a private range.`],
    ...neighbours.map(
      (each): Row => [slug(each), { host: each }, "allowed", `${each} lies beside a private range and is public.`],
    ),
  ]);
}

/** Step 4: private addresses, and what names lead to. */
export const addressGroups: readonly Group[] = [
  {
    id: "private",
    clauses: [privateAddresses, rules, forms],
    allowed: { rules: ["tcp://*"], scheme: "tcp", host: PUBLIC, port: 22 },
    why: "A public address may be reached where every host may.",
    rows: privateRows(),
  },
  {
    id: "opened",
    clauses: [privateAddresses, rules],
    allowed: { rules: ["tcp://*", "tcp://10.0.0.0/8"], scheme: "tcp", host: "10.1.2.3", port: 22 },
    why: "A rule for a range opens its private addresses.",
    rows: [
      ["address", { rules: ["tcp://10.1.2.3"] }, "allowed", "A rule for the very address opens it."],
      ["another-address", { rules: ["tcp://10.1.2.4"] }, "denied", "A rule for its neighbour does not."],
      [
        "every-ipv4",
        { rules: ["tcp://0.0.0.0/0"] },
        "allowed",
        "A range of every IPv4 address names private ones too.",
      ],
      ["every-ipv6", { rules: ["tcp://*", "tcp://[::]/0"] }, "denied", "Every IPv6 address names none of IPv4."],
      ["another-scheme", { rules: ["tcp://*", "udp://10.0.0.0/8"] }, "denied", "A rule of udp opens nothing for tcp."],
      ["another-port", { rules: ["tcp://*", "tcp://10.0.0.0/8:25"] }, "denied", "A rule for a port opens no other."],
      ["mapped", { host: "::ffff:10.1.2.3" }, "allowed", "What maps the address is the address."],
      ["translated", { host: "64:ff9b::10.1.2.3" }, "denied", "What a translator passes on is another address."],
      [
        "translated-named",
        { rules: ["tcp://[64:ff9b::]/96"], host: "64:ff9b::10.1.2.3" },
        "allowed",
        "Named as it is.",
      ],
      ["6", { rules: ["tcp://[fd00::]/8"], host: "fd00::1" }, "allowed", "So is a private address of IPv6 opened."],
      ["localhost", { rules: ["tcp://*", "tcp://localhost"] }, "denied", "`localhost` opens no other private range."],
    ],
  },
  {
    id: "localhost",
    clauses: [rules, privateAddresses],
    allowed: {
      rules: ["tcp://localhost:8080"],
      scheme: "tcp",
      host: "localhost",
      port: 8080,
      addresses: ["127.0.0.1", "::1"],
    },
    why: "`localhost` stands for the name and for its addresses.",
    rows: [
      ["unseen", { addresses: undefined }, "allowed", "Where no addresses are seen, the name is enough."],
      [
        "with-a-dot",
        { host: "LOCALHOST.", addresses: undefined },
        "allowed",
        "A name has no case and no dot at its end.",
      ],
      ["address", { host: "127.0.0.1", addresses: undefined }, "allowed", "`localhost` stands for 127.0.0.0/8."],
      ["last-address", { host: "127.255.255.255", addresses: undefined }, "allowed", "For all of 127.0.0.0/8."],
      ["address-6", { host: "[::1]", addresses: undefined }, "allowed", "And for ::1."],
      ["beside-6", { host: "::2", addresses: undefined }, "denied", "And for nothing beside ::1."],
      ["elsewhere", { addresses: ["10.0.0.1"] }, "denied", "A name localhost that leads elsewhere is refused."],
      ["also-elsewhere", { addresses: ["127.0.0.1", "10.0.0.1"] }, "denied", "One address elsewhere is enough."],
      [
        "any",
        { rules: ["tcp://*:8080"], addresses: undefined },
        "denied",
        "Every host is not localhost, seen or unseen.",
      ],
      [
        "any-and-range",
        { rules: ["tcp://*:8080", "tcp://127.0.0.0/8:8080"], addresses: undefined },
        "denied",
        "Unseen, only a rule for `localhost` itself opens the name.",
      ],
      [
        "any-and-range-seen",
        { rules: ["tcp://*:8080", "tcp://127.0.0.0/8:8080"], addresses: ["127.0.0.1"] },
        "allowed",
        "Seen, a rule for the range opens the address.",
      ],
      [
        "below",
        { rules: ["tcp://*:8080"], host: "a.localhost", addresses: undefined },
        "denied",
        "Nor what is below it.",
      ],
      [
        "below-with-both",
        { rules: ["tcp://*:8080", "tcp://localhost:8080"], host: "a.localhost", addresses: undefined },
        "allowed",
        "A rule for every host and one for localhost open a name below localhost.",
      ],
      [
        "ends-so",
        { rules: ["tcp://*:8080"], host: "notlocalhost", addresses: undefined },
        "allowed",
        "It is another name.",
      ],
      [
        "other-port-of-it",
        { rules: ["tcp://*:8080", "tcp://localhost:80"], addresses: undefined },
        "denied",
        "The rule for localhost has to fit by its port too.",
      ],
    ],
  },
  {
    id: "names",
    clauses: [rebinding, privateAddresses, rules],
    allowed: {
      rules: ["https://intranet", "https://10.0.0.0/8"],
      scheme: "https",
      host: "intranet",
      port: 443,
      addresses: ["10.0.0.5"],
    },
    why: "A name that leads into a private network needs a rule for the name and one for the range.",
    rows: [
      ["no-range", { rules: ["https://intranet"] }, "denied", "A rule for the name opens no private address."],
      ["no-name", { rules: ["https://10.0.0.0/8"] }, "denied", "A rule for the range opens no name."],
      [
        "second-outside",
        { addresses: ["10.0.0.5", "192.168.0.1"] },
        "denied",
        "Every address is judged: the second is not allowed.",
      ],
      [
        "first-outside",
        { addresses: ["192.168.0.1", "10.0.0.5"] },
        "denied",
        "Every address is judged: the first is not allowed.",
      ],
      [
        "public-too",
        { addresses: ["10.0.0.5", PUBLIC] },
        "allowed",
        "A public address beside it needs no rule of its own.",
      ],
      [
        "public",
        { rules: ["https://intranet"], addresses: [PUBLIC] },
        "allowed",
        "A name with public addresses alone.",
      ],
      [
        "rebound",
        { rules: ["https://intranet"], addresses: [PUBLIC, "127.0.0.1"] },
        "denied",
        "A name that has learned to lead to the host itself is refused.",
      ],
      [
        "hidden",
        { rules: ["https://intranet"], addresses: ["::ffff:7f00:1"] },
        "denied",
        "IPv4 hidden in IPv6 is found.",
      ],
      [
        "metadata",
        { rules: ["https://*"], addresses: ["169.254.169.254"] },
        "denied",
        "The address that clouds tell secrets at.",
      ],
      ["no-addresses", { addresses: [] }, "denied", "A name without addresses leads nowhere."],
      [
        "address-with-a-zone",
        { rules: ["https://intranet", "https://[fe80::]/10"], addresses: ["fe80::1%eth0"] },
        "denied",
        "An address with a zone is in none of the forms, and nobody is reached by it.",
      ],
      [
        "address-with-a-zone-beside",
        { rules: ["https://intranet"], addresses: ["fe80::1%eth0", PUBLIC] },
        "denied",
        "It is not left out either.",
      ],
      [
        "address-of-no-form-beside",
        { rules: ["https://intranet"], addresses: [PUBLIC, "93.184.216"] },
        "denied",
        "One address that cannot be read is enough to refuse the name.",
      ],
      [
        "range-of-another-port",
        { rules: ["https://intranet", "https://10.0.0.0/8:444"] },
        "denied",
        "Both rules have to fit.",
      ],
    ],
  },
];

const LONG_PART = "a".repeat(63);
const ALL_OPEN = ["tcp://*", "tcp://0.0.0.0/0", "tcp://[::]/0", "tcp://localhost"];

/** Spellings of hosts, right and wrong ones. */
export const formGroup: Group = {
  id: "forms",
  clauses: [forms],
  allowed: { rules: ALL_OPEN, scheme: "tcp", host: "example.org", port: 80 },
  why: "A name of letters and dots.",
  rows: [
    ["longest-part", { host: `${LONG_PART}.org` }, "allowed", "A part may have 63 characters."],
    ["part-too-long", { host: `${LONG_PART}a.org` }, "no-host", "A part of 64 characters is none."],
    ["longest-name", { host: `${"a.".repeat(126)}a` }, "allowed", "A name may have 253 characters."],
    ["longest-name-and-dot", { host: `${"a.".repeat(126)}a.` }, "allowed", "The dot at the end does not count."],
    ["name-too-long", { host: `${"a.".repeat(126)}aa` }, "no-host", "254 characters are too many."],
    ["digits-in-front", { host: "0x7f.example" }, "allowed", "Digits are fine where they are not the last part."],
    ["hyphens", { host: "a--b.x-y" }, "allowed", "A part may hold hyphens inside."],
    ["empty", { host: "" }, "no-host", "No text is no host."],
    ["dot", { host: "." }, "no-host", "A dot alone is no name."],
    ["two-dots", { host: "a..b" }, "no-host", "A part is never empty."],
    ["two-dots-at-the-end", { host: "a.b.." }, "no-host", "Only one dot is taken off."],
    ["dot-in-front", { host: ".a.b" }, "no-host", "Nor is the first part."],
    ["hyphen-in-front", { host: "-a.org" }, "no-host", "A part does not begin with a hyphen."],
    ["hyphen-at-the-end", { host: "a-.org" }, "no-host", "Nor does it end with one."],
    ["space", { host: "a b.org" }, "no-host", "A space is no part of a name."],
    ["line-end", { host: "example.org\n" }, "no-host", "Nor is a line end, at the end either."],
    ["nul", { host: "example.org\0" }, "no-host", "Nor is NUL, where a resolver would stop reading."],
    ["umlaut", { host: "bücher.example" }, "no-host", "Letters beyond ASCII are not read."],
    [
      "kelvin",
      { host: "\u212Aelvin.example" },
      "no-host",
      "The Kelvin sign is no K, though it becomes k in lower case.",
    ],
    ["kelvin-at-the-end", { host: "example.\u212A" }, "no-host", "Wherever it stands."],
    ["star", { host: "*.example.org" }, "no-host", "A program names one host and no pattern."],
    ["port", { host: "example.org:80" }, "no-host", "A port does not belong to the host."],
    ["user", { host: "you@example.org" }, "no-host", "Nor does a user."],
    ["slash", { host: "example.org/a" }, "no-host", "Nor a path."],
    ["range", { host: "10.0.0.0/8" }, "no-host", "A range is no host."],
    ["two-numbers", { host: "127.1" }, "no-host", "What a resolver takes for an address in short is none."],
    ["hexadecimal", { host: "0x7f000001" }, "no-host", "Nor is one in hexadecimal."],
    ["hexadecimal-part", { host: "a.0x7f" }, "no-host", "Nor does a name end in hexadecimal digits."],
    ["bare-0x", { host: "a.0x" }, "no-host", "Nor in 0x alone."],
    ["decimal", { host: "2130706433" }, "no-host", "Nor is one in one decimal number."],
    ["octal", { host: "0177.0.0.1" }, "no-host", "Zeros in front are octal to some and nothing to others."],
    ["ipv4-with-dot", { host: "127.0.0.1." }, "no-host", "An address has no dot at its end."],
    ["five-numbers", { host: "1.2.3.4.5" }, "no-host", "Five numbers are no address and no name."],
    ["above-255", { host: "256.0.0.1" }, "no-host", "256 is no part of an address."],
    ["zone", { host: "fe80::1%eth0" }, "no-host", "A zone is not read."],
    ["zone-escaped", { host: "[fe80::1%25eth0]" }, "no-host", "Nor is one that is escaped."],
    ["ipv4-in-brackets", { host: "[127.0.0.1]" }, "no-host", "Brackets are for IPv6."],
    ["bracket-open", { host: "[::1" }, "no-host", "A bracket is closed."],
    ["bracket-closed", { host: "::1]" }, "no-host", "And opened."],
    ["three-colons", { host: ":::" }, "no-host", "Three colons are no address."],
    ["two-gaps", { host: "1::2::3" }, "no-host", "An address has one gap at most."],
    ["seven-groups", { host: "1:2:3:4:5:6:7" }, "no-host", "Seven groups and no gap are too few."],
    ["nine-groups", { host: "1:2:3:4:5:6:7:8:9" }, "no-host", "Nine are too many."],
    ["long-group", { host: "12345::" }, "no-host", "A group has at most four digits."],
    ["ipv6-capitals", { host: "2001:DB8::A" }, "allowed", "Hexadecimal digits have no case."],
    ["ipv6-full", { host: "2001:0db8:0000:0000:0000:0000:0000:000a" }, "allowed", "Zeros in front are fine in IPv6."],
    ["ipv6-brackets", { host: "[2001:db8::a]" }, "allowed", "Brackets belong to no address and may be there."],
    ["ipv6-with-ipv4", { host: "64:ff9b::8.8.8.8" }, "allowed", "The last 32 bits may be written as IPv4."],
    ["ipv6-with-bad-ipv4", { host: "64:ff9b::8.8.8.08" }, "no-host", "But without zeros in front."],
    [
      "ipv6-longest",
      { host: "2001:0db8:0000:0000:0000:0000:255.255.255.255" },
      "allowed",
      "No address has more than these 45 characters.",
    ],
    ["ipv6-ipv4-inside", { host: "64:ff9b::8.8.8.8:1" }, "no-host", "Nothing stands behind the IPv4 address."],
    ["ipv6-ipv4-before-the-gap", { host: "8.8.8.8::" }, "no-host", "Nor does the gap."],
    ["ipv6-ipv4-in-front", { host: "8.8.8.8::1" }, "no-host", "Nor a gap with a group."],
    ["ipv6-gap-for-one", { host: "1:2:3:4:5:6:7::" }, "allowed", "A gap stands for one group of zeros or more."],
    ["ipv6-gap-for-one-in-front", { host: "::2:3:4:5:6:7:8" }, "allowed", "Wherever it stands."],
    ["ipv6-gap-for-none", { host: "1:2:3:4:5:6:7:8::" }, "no-host", "A gap for no group is none."],
    ["ipv6-gap-for-none-inside", { host: "1:2:3:4::5:6:7:8" }, "no-host", "Between groups neither."],
    ["ipv6-gap-behind-eight", { host: "1:2:3:4:5:6:7:8::9" }, "no-host", "Nine groups around a gap are too many."],
    ["ipv6-rubbish-behind-eight", { host: "1:2:3:4:5:6:7:8::x" }, "no-host", "What is behind eight groups counts."],
    ["ipv6-rubbish-behind-the-gap", { host: "2001:db8::x" }, "no-host", "And behind a gap."],
    ["ipv6-rubbish-before-the-gap", { host: "x::1" }, "no-host", "And before it."],
    ["ipv6-brackets-long-group", { host: "[2001:db8::abcd]" }, "allowed", "The last group may have four digits."],
    ["ipv6-brackets-gap-at-the-end", { host: "[2001:db8::]" }, "allowed", "Or be left out."],
  ],
};

/** Where a program may listen. */
export const listenGroup: Group = {
  id: "listen",
  listens: true,
  clauses: [listen],
  allowed: { rules: ["tcp://127.0.0.1:8080"], scheme: "tcp", host: "127.0.0.1", port: 8080 },
  why: "Address and port are those of a rule of `listen`.",
  rows: [
    ["another-port", { port: 8081 }, "denied", "Another port is not allowed."],
    ["another-address", { host: "127.0.0.2" }, "denied", "Nor is another address."],
    ["udp", { scheme: "udp" }, "denied", "Nor is another scheme."],
    ["no-rules", { rules: [] }, "denied", "Without a rule nothing is."],
    ["every-address", { host: "0.0.0.0" }, "denied", "To listen at every address is not to listen at one."],
    ["range", { rules: ["tcp://127.0.0.0/8:8080"] }, "allowed", "A range that holds the address allows it."],
    ["localhost", { rules: ["tcp://localhost:8080"] }, "allowed", "`localhost` stands for 127.0.0.0/8."],
    ["localhost-6", { rules: ["tcp://localhost:8080"], host: "::1" }, "allowed", "And for ::1."],
    [
      "localhost-elsewhere",
      { rules: ["tcp://localhost:8080"], host: "192.168.0.2" },
      "denied",
      "And for nothing else.",
    ],
    ["any", { rules: ["tcp://*:8080"] }, "denied", "`*` names no address, and nobody listens by it."],
    ["name", { rules: ["tcp://example.org:8080"] }, "denied", "Nor does a name."],
    [
      "public",
      { rules: ["tcp://93.184.216.34:8080"], host: "93.184.216.34" },
      "allowed",
      "A public address is named too.",
    ],
    ["public-unnamed", { rules: ["tcp://127.0.0.1:8080"], host: "93.184.216.34" }, "denied", "It has to be."],
    ["port-0", { port: 0 }, "denied", "Port 0 lets the host choose any port, and only one is allowed."],
    ["port-0-of-a-range", { rules: ["tcp://127.0.0.1:1-65535"], port: 0 }, "denied", "A range is not every port."],
    ["port-0-of-all", { rules: ["tcp://127.0.0.1:0-65535"], port: 0 }, "denied", "Nor is the one that begins at 0."],
    ["port-0-of-every", { rules: ["tcp://127.0.0.1:*"], port: 0 }, "allowed", "Where every port is allowed, so is 0."],
    ["port-0-without-a-port", { rules: ["tcp://127.0.0.1"], port: 0 }, "allowed", "tcp without a port is every port."],
    ["port-range", { rules: ["tcp://127.0.0.1:8000-8100"] }, "allowed", "A port in the range of the rule."],
    ["udp-too", { rules: ["udp://[::1]:5353"], scheme: "udp", host: "::1", port: 5353 }, "allowed", "So with udp."],
  ],
};

/** What `network` allows is not what `listen` allows. */
export const deniedEverything: Group = {
  id: "empty",
  clauses: [deny, "capabilities.policy.network"],
  allowed: { rules: ["tcp://93.184.216.34"], scheme: "tcp", host: PUBLIC, port: 7 },
  why: "A rule for an address.",
  rows: [["policy", { rules: [] }, "denied", "A policy that names nothing allows nothing."]],
};
