/**
 * An address of the Internet Protocol. One that maps IPv4 into IPv6 (`::ffff:10.0.0.1`) is the IPv4 address: hosts
 * connect to that.
 *
 * @spec capabilities.policy.addresses
 */
export interface IpAddress {
  /** 4 or 6. */
  readonly family: 4 | 6;
  /** The address as a number of 32 or 128 bits. */
  readonly value: bigint;
}

/** Addresses that begin with the same bits. */
export interface IpRange {
  readonly family: 4 | 6;
  /** The first address. */
  readonly first: bigint;
  /** The last address. */
  readonly last: bigint;
}

const OCTET = /^(0|[1-9][0-9]{0,2})$/;
const GROUP = /^[0-9a-f]{1,4}$/i;
/** What the upper 96 bits of a mapped IPv4 address are. */
const MAPPED = 0xffffn;

/**
 * Read an address in its textual form: four decimal numbers without zeros in front, or IPv6 without brackets and
 * without a zone. Every other spelling, such as `0x7f.1`, is none.
 *
 * @spec capabilities.policy.addresses
 */
export function parseIpAddress(text: string): IpAddress | undefined {
  const four = valueOfIpv4(text);
  if (four !== undefined) return { family: 4, value: four };
  const six = valueOfIpv6(text);
  if (six === undefined) return undefined;
  return six >> 32n === MAPPED ? { family: 4, value: six & 0xffff_ffffn } : { family: 6, value: six };
}

/**
 * Read a range as `address/bits`; bits of the address behind the prefix carry no meaning. A range within
 * `::ffff:0:0/96` is the range of IPv4 addresses it maps.
 */
export function parseIpRange(text: string): IpRange | undefined {
  const slash = text.indexOf("/");
  const bits = text.slice(slash + 1);
  if (!/^[0-9]{1,3}$/.test(bits)) return undefined;
  const address = text.slice(0, slash);
  const four = valueOfIpv4(address);
  if (four !== undefined) return rangeOf(4, four, Number(bits));
  const six = valueOfIpv6(address);
  if (six === undefined) return undefined;
  if (six >> 32n === MAPPED && Number(bits) >= 96) return rangeOf(4, six & 0xffff_ffffn, Number(bits) - 96);
  return rangeOf(6, six, Number(bits));
}

/** The range that holds one address alone. */
export function rangeOfOne({ family, value }: IpAddress): IpRange {
  return { family, first: value, last: value };
}

/** Whether a range holds an address; never where the families differ. */
export function rangeHolds(range: IpRange, address: IpAddress): boolean {
  return range.family === address.family && range.first <= address.value && address.value <= range.last;
}

function rangeOf(family: 4 | 6, value: bigint, bits: number): IpRange | undefined {
  const width = family === 4 ? 32 : 128;
  if (bits > width) return undefined;
  const free = BigInt(width - bits);
  const first = (value >> free) << free;
  return { family, first, last: first + (1n << free) - 1n };
}

function valueOfIpv4(text: string): bigint | undefined {
  const octets = text.split(".");
  if (octets.length !== 4 || !octets.every((octet) => OCTET.test(octet) && Number(octet) < 256)) return undefined;
  return octets.reduce((value, octet) => (value << 8n) | BigInt(octet), 0n);
}

function valueOfIpv6(text: string): bigint | undefined {
  // Longer than any address: nothing is split by a length that somebody else chose.
  if (text.length > 45) return undefined;
  const halves = text.split("::");
  if (halves.length > 2) return undefined;
  const [before, after] = halves.map((half, at) => groupsOf(half, at === halves.length - 1));
  if (before === undefined || (halves.length === 2 && after === undefined)) return undefined;
  if (after === undefined) return before.length === 8 ? joined(before) : undefined;
  const missing = 8 - before.length - after.length;
  return missing > 0 ? joined([...before, ...Array.from({ length: missing }, () => 0n), ...after]) : undefined;
}

/** Groups between colons; the last may be an IPv4 address where the text ends with it. */
function groupsOf(text: string, endsAddress: boolean): bigint[] | undefined {
  if (text === "") return [];
  const groups: bigint[] = [];
  const parts = text.split(":");
  for (const [at, part] of parts.entries()) {
    const four = endsAddress && at === parts.length - 1 ? valueOfIpv4(part) : undefined;
    if (four !== undefined) groups.push(four >> 16n, four & 0xffffn);
    else if (GROUP.test(part)) groups.push(BigInt(`0x${part}`));
    else return undefined;
  }
  return groups;
}

function joined(groups: readonly bigint[]): bigint {
  return groups.reduce((value, group) => (value << 16n) | group, 0n);
}
