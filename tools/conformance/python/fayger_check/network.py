"""The network policy of a host: what a program may reach, and where it may listen. @spec capabilities.policy.network"""

import ipaddress
import re
from collections import namedtuple

from .refusal import Refusal

# A host as a program or a rule writes it: a name, or addresses from `first` to `last` of one family.
Name = namedtuple("Name", "text")
Addresses = namedtuple("Addresses", "family first last")
# A rule: a scheme, the ports it allows (None: every one, 0 too), and its host.
Rule = namedtuple("Rule", "scheme ports host")
# Hosts that only a rule has.
ANY, Below = object(), namedtuple("Below", "name")
LOCALHOST = Name("localhost")

SCHEMES = {"http": 80, "https": 443, "ws": 80, "wss": 443, "tcp": None, "udp": None}
LOOKUP_SCHEMES = ("tcp", "udp")
RULE = re.compile(r"([a-z]+)://(\[[^\]]*\](?:/[0-9]+)?|[^:\[\]]+)(?::([*]|[0-9]{1,5}(?:-[0-9]{1,5})?))?")
PART = r"[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?"
NAME = re.compile(r"%s(?:[.]%s)*" % (PART, PART))
NUMERIC_PART = re.compile(r"[0-9]+|0x[0-9a-f]*")
IPV4 = re.compile(r"(?:(?:0|[1-9][0-9]{0,2})[.]){3}(?:0|[1-9][0-9]{0,2})")
LONGEST_NAME = 253
LAST_PORT = 65535
WIDTHS = {4: 32, 6: 128}
MAPPED = 0xFFFF


def decide_connection(policy, scheme, host, port, found):
    """Refuses what no rule of `network` allows. `found`: the addresses of the name, None where nobody looked."""
    target = read_host(host)
    if target is None:
        raise Refusal("ADP_HOST_CALL_FAILED", host_error="invalid_argument")
    addresses = [read_address(each) for each in found] if found is not None else None
    if not allows(read_rules(policy.get("network", [])), scheme, target, port, addresses):
        refuse()


def decide_listener(policy, scheme, host, port):
    """@spec capabilities.policy.listen"""
    address = read_address(host)
    if address is None:
        raise Refusal("ADP_HOST_CALL_FAILED", host_error="invalid_argument")
    rules = [rule for rule in read_rules(policy.get("listen", [])) if rule.scheme == scheme]
    if not any(listens_at(rule, port) and names_address(rule.host, address) for rule in rules):
        refuse()


def refuse():
    raise Refusal("ADP_POLICY_DENIED", host_error="access_denied")


def listens_at(rule, port):
    """Port 0 only where the rule allows every port."""
    return port <= LAST_PORT and (rule.ports is None or (port != 0 and port_is_in(rule.ports, port)))


def port_is_in(ports, port):
    return ports[0] <= port <= ports[1]


# The four steps.


def allows(rules, scheme, target, port, addresses):
    """@spec capabilities.policy.network-rules"""
    fitting = [rule for rule in rules if fits_scheme(rule, scheme) and fits_port(rule, scheme, port)]
    if not any(names_host(rule.host, target) for rule in fitting):
        return False
    if isinstance(target, Addresses):
        return may_be_reached(fitting, target)
    if addresses is None:
        return not is_local_name(target.text) or any(rule.host == LOCALHOST for rule in fitting)
    return allows_all(fitting, addresses)


def fits_scheme(rule, scheme):
    """Step 1."""
    return rule.scheme in LOOKUP_SCHEMES if scheme == "lookup" else rule.scheme == scheme


def fits_port(rule, scheme, port):
    """Step 2."""
    if scheme == "lookup":
        return True
    return 0 < port <= LAST_PORT and (rule.ports is None or port_is_in(rule.ports, port))


def names_host(rule_host, target):
    """Step 3: what the program wrote."""
    if rule_host is ANY:
        return True
    if isinstance(target, Addresses):
        return names_address(rule_host, target)
    if isinstance(rule_host, Below):
        return target.text.endswith("." + rule_host.name)
    return rule_host == target


def may_be_reached(fitting, address):
    """Step 4. @spec capabilities.policy.private-addresses"""
    return not is_private(address) or any(names_address(rule.host, address) for rule in fitting)


def allows_all(fitting, addresses):
    """Every address a name has, and at least one; none that is no address. @spec capabilities.policy.rebinding"""
    return bool(addresses) and all(each is not None and may_be_reached(fitting, each) for each in addresses)


def names_address(rule_host, address):
    """As an address, as a range, or as localhost."""
    if rule_host == LOCALHOST:
        return is_within(address, LOOPBACK)
    return isinstance(rule_host, Addresses) and holds(rule_host, address)


def is_local_name(name):
    return name == "localhost" or name.endswith(".localhost")


def holds(outer, address):
    return outer.family == address.family and outer.first <= address.first and address.last <= outer.last


def is_within(address, ranges):
    return any(holds(each, address) for each in ranges)


def is_private(address):
    """@spec capabilities.policy.private-addresses"""
    return is_within(address, PRIVATE) or any(is_private(each) for each in carried(address))


def carried(address):
    """The IPv4 address that stands in an address."""
    return [
        one_address(4, (address.first >> shift) & 0xFFFFFFFF) for outer, shift in CARRIERS if holds(outer, address)
    ]


# Hosts and addresses as they are written. @spec capabilities.policy.addresses


def read_host(text):
    """A name or one address, or None."""
    in_brackets = text.startswith("[") and text.endswith("]") and ":" in text
    address = read_address(text[1:-1] if in_brackets else text)
    return address if address is not None else read_name(text)


def read_name(text):
    name = "".join(letter.lower() if "A" <= letter <= "Z" else letter for letter in text)
    name = name[:-1] if name.endswith(".") else name
    if len(name) > LONGEST_NAME or not NAME.fullmatch(name) or ends_in_number(name):
        return None
    return Name(name)


def ends_in_number(name):
    """What some resolver takes for an IPv4 address."""
    return NUMERIC_PART.fullmatch(name.split(".")[-1]) is not None


def read_address(text):
    """One address, or None. One that maps IPv4 is the IPv4 address."""
    number = read_ipv4(text)
    if number is not None:
        return one_address(4, number)
    number = read_ipv6(text)
    if number is None:
        return None
    return one_address(4, number & 0xFFFFFFFF) if number >> 32 == MAPPED else one_address(6, number)


def one_address(family, number):
    return Addresses(family, number, number)


def read_ipv4(text):
    if not IPV4.fullmatch(text) or any(int(part) > 255 for part in text.split(".")):
        return None
    return int.from_bytes(bytes(int(part) for part in text.split(".")), "big")


def read_ipv6(text):
    """The textual form of RFC 4291, without a zone."""
    if "%" in text or "/" in text:
        return None
    try:
        return int(ipaddress.IPv6Address(text))
    except ValueError:
        return None


def read_range(text):
    """A range in CIDR form, or None. @spec capabilities.policy.network-rules"""
    address, _, bits = text.partition("/")
    if not re.fullmatch("[0-9]{1,3}", bits):
        return None
    if read_ipv4(address) is not None:
        return range_of(4, read_ipv4(address), int(bits))
    number = read_ipv6(address)
    if number is None:
        return None
    if number >> 32 == MAPPED and int(bits) >= 96:
        return range_of(4, number & 0xFFFFFFFF, int(bits) - 96)
    return range_of(6, number, int(bits))


def range_of(family, number, bits):
    free = WIDTHS[family] - bits
    return Addresses(family, number >> free << free, (number >> free << free) + (1 << free) - 1) if free >= 0 else None


# Rules. One that cannot be read allows nothing.


def read_rules(texts):
    return [rule for rule in map(read_rule, texts) if rule is not None]


def read_rule(text):
    match = RULE.fullmatch(text)
    if match is None or match.group(1) not in SCHEMES:
        return None
    scheme, host = match.group(1), read_rule_host(match.group(2))
    ports = read_ports(scheme, match.group(3))
    return Rule(scheme, None if ports == "every" else ports, host) if host is not None and ports is not None else None


def read_ports(scheme, text):
    """The first and the last, `every`, or None where they are none."""
    if text == "*":
        return "every"
    if text is None:
        return (SCHEMES[scheme], SCHEMES[scheme]) if SCHEMES[scheme] is not None else "every"
    first, _, last = text.partition("-")
    ports = int(first), int(last or first)
    return ports if ports[0] <= ports[1] <= LAST_PORT else None


def read_rule_host(text):
    if text == "*":
        return ANY
    plain = re.sub(r"^\[(.*)\]", r"\1", text)
    if "/" in plain:
        return read_range(plain)
    address = read_address(plain)
    if address is not None:
        return address
    written = text[2:] if text.startswith("*.") else text
    name = read_name(written)
    if name is None or name.text != written:
        return None
    return Below(name.text) if text.startswith("*.") else name


PRIVATE = [
    read_range(text)
    for text in (
        "0.0.0.0/8 10.0.0.0/8 100.64.0.0/10 127.0.0.0/8 169.254.0.0/16 172.16.0.0/12 192.0.0.0/24 192.168.0.0/16 "
        "198.18.0.0/15 224.0.0.0/4 240.0.0.0/4 ::/96 64:ff9b:1::/48 2001::/32 "
        "fc00::/7 fe80::/10 fec0::/10 ff00::/8"
    ).split()
]
LOOPBACK = [read_range("127.0.0.0/8"), read_range("::1/128")]
CARRIERS = [(read_range("64:ff9b::/96"), 0), (read_range("::ffff:0:0:0/96"), 0), (read_range("2002::/16"), 80)]
