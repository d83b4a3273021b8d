"""Faults of the network policy of a host."""

import ipaddress
import re

from fayger_check import network
from museum import faulty


@faulty(
    "capabilities.policy.network/no-rules-is-no-limit",
    "capabilities.policy.network",
    "Takes a policy without rules for one that limits nothing.",
    network,
    "allows",
)
def _(original, rules, scheme, target, port, addresses):
    return not rules or original(rules, scheme, target, port, addresses)


@faulty(
    "capabilities.policy.network/first-rule",
    "capabilities.policy.network capabilities.policy.network-rules",
    "Asks the first rule alone.",
    network,
    "allows",
)
def _(original, rules, scheme, target, port, addresses):
    return original(rules[:1], scheme, target, port, addresses)


@faulty(
    "capabilities.policy.network-rules/any-scheme",
    "capabilities.policy.network-rules",
    "Compares host and port, and forgets the scheme.",
    network,
    "fits_scheme",
)
def _(original, rule, scheme):
    return True


@faulty(
    "capabilities.policy.network-rules/lookup-by-any-scheme",
    "capabilities.policy.network-rules",
    "Looks up every name that some rule names, whatever its scheme.",
    network,
    "fits_scheme",
)
def _(original, rule, scheme):
    return scheme == "lookup" or original(rule, scheme)


@faulty(
    "capabilities.policy.network-rules/any-port",
    "capabilities.policy.network-rules",
    "Compares scheme and host, and forgets the port.",
    network,
    "fits_port",
)
def _(original, rule, scheme, port):
    return True


@faulty(
    "capabilities.policy.network-rules/no-own-ports",
    "capabilities.policy.network-rules",
    "Takes a rule without a port for one of every port, with http as with tcp.",
    network,
    "read_ports",
)
def _(original, scheme, text):
    return original("tcp", text)


@faulty(
    "capabilities.policy.network-rules/last-port-excluded",
    "capabilities.policy.network-rules",
    "Leaves the last port of a range out.",
    network,
    "port_is_in",
)
def _(original, ports, port):
    return ports[0] <= port < ports[1] or ports[0] == port


@faulty(
    "capabilities.policy.network-rules/same-end",
    "capabilities.policy.network-rules",
    "Compares the ends of names without the dot before them.",
    network,
    "names_host",
)
def _(original, rule_host, target):
    if isinstance(rule_host, network.Below) and isinstance(target, network.Name):
        return target.text.endswith(rule_host.name)
    return original(rule_host, target)


@faulty(
    "capabilities.policy.network-rules/name-with-all-below",
    "capabilities.policy.network-rules",
    "Lets a rule for a name stand for all names below it.",
    network,
    "names_host",
)
def _(original, rule_host, target):
    below = isinstance(rule_host, network.Name) and isinstance(target, network.Name)
    return original(rule_host, target) or (below and target.text.endswith("." + rule_host.text))


@faulty(
    "capabilities.policy.network-rules/localhost-is-a-name",
    "capabilities.policy.network-rules",
    "Takes `localhost` for a name like any other.",
    network,
    "names_address",
)
def _(original, rule_host, address):
    return rule_host != network.LOCALHOST and original(rule_host, address)


@faulty(
    "capabilities.policy.network-rules/bad-rules-repaired",
    "capabilities.policy.network-rules capabilities.deny-by-default",
    "Reads rules in capitals and with a dot at the end as people mean them.",
    network,
    "read_rule",
)
def _(original, text):
    return original(text.lower().rstrip("."))


@faulty(
    "capabilities.policy.network-rules/prefix-as-it-comes",
    "capabilities.policy.network-rules",
    "Cuts a prefix that is too long to the address.",
    network,
    "range_of",
)
def _(original, family, number, bits):
    return original(family, number, min(bits, network.WIDTHS[family]))


@faulty(
    "capabilities.policy.private-addresses/not-asked",
    "capabilities.policy.private-addresses",
    "Knows no private ranges.",
    network,
    "is_private",
)
def _(original, address):
    return False


@faulty(
    "capabilities.policy.private-addresses/ipv4-alone",
    "capabilities.policy.private-addresses",
    "Looks for private ranges among IPv4 addresses alone.",
    network,
    "is_private",
)
def _(original, address):
    return address.family == 4 and original(address)


@faulty(
    "capabilities.policy.private-addresses/translated-unseen",
    "capabilities.policy.private-addresses",
    "Does not see the IPv4 address within one that is translated.",
    network,
    "carried",
)
def _(original, address):
    return []


@faulty(
    "capabilities.policy.private-addresses/by-the-library",
    "capabilities.policy.private-addresses",
    "Asks its library what is private, which has other ranges.",
    network,
    "is_private",
)
def _(original, address):
    made = ipaddress.IPv4Address if address.family == 4 else ipaddress.IPv6Address
    return made(address.first).is_private


@faulty(
    "capabilities.policy.private-addresses/any-opens",
    "capabilities.policy.private-addresses",
    "Lets a rule for every host open private addresses.",
    network,
    "may_be_reached",
)
def _(original, fitting, address):
    return original(fitting, address) or any(rule.host is network.ANY for rule in fitting)


@faulty(
    "capabilities.policy.private-addresses/localhost-by-name",
    "capabilities.policy.private-addresses capabilities.policy.network-rules",
    "Lets a rule for every host open the name localhost, as nobody has seen an address.",
    network,
    "is_local_name",
)
def _(original, name):
    return False


@faulty(
    "capabilities.policy.rebinding/first-address",
    "capabilities.policy.rebinding",
    "Judges the first address of a name and connects to any.",
    network,
    "allows_all",
)
def _(original, fitting, addresses):
    return original(fitting, addresses[:1])


@faulty(
    "capabilities.policy.rebinding/some-address",
    "capabilities.policy.rebinding",
    "Is content with one address that is allowed.",
    network,
    "allows_all",
)
def _(original, fitting, addresses):
    return any(original(fitting, [address]) for address in addresses)


@faulty(
    "capabilities.policy.rebinding/addresses-unseen",
    "capabilities.policy.rebinding",
    "Judges names as they are written, and never their addresses.",
    network,
    "allows_all",
)
def _(original, fitting, addresses):
    return True


@faulty(
    "capabilities.policy.rebinding/range-opens-names",
    "capabilities.policy.rebinding capabilities.policy.network-rules",
    "Lets a rule for a range open every name that leads there.",
    network,
    "allows",
)
def _(original, rules, scheme, target, port, addresses):
    by_address = addresses and all(original(rules, scheme, address, port, None) for address in addresses)
    return original(rules, scheme, target, port, addresses) or bool(by_address)


@faulty(
    "capabilities.policy.addresses/zeros-in-front",
    "capabilities.policy.addresses",
    "Reads 010.0.0.1 as 10.0.0.1.",
    network,
    "read_ipv4",
)
def _(original, text):
    return original(re.sub(r"(^|[.])0+(?=[0-9])", r"\1", text))


@faulty(
    "capabilities.policy.addresses/short-forms",
    "capabilities.policy.addresses",
    "Takes a text that some resolver reads as an address for a name.",
    network,
    "ends_in_number",
)
def _(original, name):
    return False


@faulty(
    "capabilities.policy.addresses/zone-cut",
    "capabilities.policy.addresses",
    "Cuts a zone off an address.",
    network,
    "read_ipv6",
)
def _(original, text):
    return original(text.partition("%")[0])


@faulty(
    "capabilities.policy.addresses/unicode-lower-case",
    "capabilities.policy.addresses",
    "Makes lower case of every letter there is.",
    network,
    "read_name",
)
def _(original, text):
    return original(text.lower())


@faulty(
    "capabilities.policy.addresses/case-counts",
    "capabilities.policy.addresses capabilities.policy.network-rules",
    "Knows no names but in lower case.",
    network,
    "read_name",
)
def _(original, text):
    return original(text) if text == text.lower() else None


@faulty(
    "capabilities.policy.addresses/mapped-is-ipv6",
    "capabilities.policy.addresses capabilities.policy.private-addresses",
    "Takes an address that maps IPv4 for one of IPv6.",
    network,
    "read_address",
)
def _(original, text):
    number = network.read_ipv6(text)
    return network.one_address(6, number) if number is not None else original(text)


@faulty(
    "capabilities.policy.listen/by-network",
    "capabilities.policy.listen",
    "Lets a program listen wherever it may connect to.",
    network,
    "decide_listener",
)
def _(original, policy, scheme, host, port):
    return original({"listen": policy.get("listen", []) + policy.get("network", [])}, scheme, host, port or 1)


@faulty(
    "capabilities.policy.listen/any-port-for-0",
    "capabilities.policy.listen",
    "Takes port 0 for any port that a rule names.",
    network,
    "listens_at",
)
def _(original, rule, port):
    return port == 0 or original(rule, port)


@faulty(
    "capabilities.policy.listen/every-address",
    "capabilities.policy.listen",
    "Lets a program listen at every address where it may at one.",
    network,
    "names_address",
)
def _(original, rule_host, address):
    return address == network.one_address(4, 0) or original(rule_host, address)


@faulty(
    "capabilities.policy.network-rules/unread-addresses-left-out",
    "capabilities.policy.network-rules",
    "Leaves out an address of a name that it cannot read, and judges the others.",
    network,
    "allows_all",
)
def _(original, fitting, addresses):
    return original(fitting, [each for each in addresses if each is not None])


@faulty(
    "capabilities.policy.network-rules/prefix-as-a-number",
    "capabilities.policy.network-rules capabilities.policy.addresses",
    "Reads the bits of a range like any number.",
    network,
    "read_range",
)
def _(original, text):
    address, _, bits = text.partition("/")
    return original("%s/%d" % (address, int(bits))) if re.fullmatch("[+]?[0-9]+", bits) else original(text)


@faulty(
    "capabilities.policy.network-rules/mapped-at-any-prefix",
    "capabilities.policy.network-rules capabilities.policy.addresses",
    "Takes every range that begins at a mapped address for one of IPv4.",
    network,
    "read_range",
)
def _(original, text):
    address, _, bits = text.partition("/")
    wide = bits.isdecimal() and int(bits) < 96 and address.lower().startswith("::ffff:")
    return original(address + "/96") if wide else original(text)


@faulty(
    "capabilities.policy.addresses/gap-for-none",
    "capabilities.policy.addresses",
    "Takes a gap that stands for no group.",
    network,
    "read_ipv6",
)
def _(original, text):
    number = original(text)
    return number if number is not None else original(re.sub("::$", "", text).replace("::", ":"))
