"""Faults of the quotas of an instance."""

from fayger_check import quotas
from museum import faulty


@faulty(
    "quotas.effective/the-higher",
    "quotas.effective",
    "Takes the higher of what manifest and host say.",
    quotas,
    "bound",
)
def _(original, wanted, ceiling):
    return wanted if ceiling is None else max(wanted, ceiling)


@faulty(
    "quotas.effective/host-forgotten",
    "quotas.effective",
    "Takes what the manifest says, whatever the host's ceiling.",
    quotas,
    "bound",
)
def _(original, wanted, ceiling):
    return wanted


@faulty(
    "quotas.effective/ceiling-above-the-wish",
    "quotas.effective",
    "Takes the host's ceiling, also where the manifest asks for less.",
    quotas,
    "bound",
)
def _(original, wanted, ceiling):
    return wanted if ceiling is None else ceiling


@faulty(
    "quotas.effective/ceiling-of-nothing",
    "quotas.effective",
    "Takes a ceiling of 0 for none.",
    quotas,
    "bound",
)
def _(original, wanted, ceiling):
    return original(wanted, ceiling or None)


@faulty(
    "quotas.manifest/nothing-is-unlimited",
    "quotas.manifest quotas.effective",
    "Takes a quota of 0 for one that nobody set.",
    quotas,
    "effective",
)
def _(original, manifest, host, grants):
    return original({name: value for name, value in manifest.items() if value}, host, grants)


@faulty(
    "quotas.grant/never-less",
    "quotas.grant",
    "Lets a grant only raise what holds.",
    quotas,
    "granted",
)
def _(original, before, value):
    return value if before is None else max(before, value)


@faulty(
    "quotas.grant/added",
    "quotas.grant",
    "Adds a grant to what holds.",
    quotas,
    "granted",
)
def _(original, before, value):
    return (before or 0) + value


@faulty(
    "quotas.grant/below-the-ceiling",
    "quotas.grant",
    "Holds the host's ceiling above a grant.",
    quotas,
    "effective",
)
def _(original, manifest, host, grants):
    held = original(manifest, host, grants)
    return {name: quotas.bound(value, host.get(name)) for name, value in held.items()}


@faulty(
    "quotas.implied/of-the-manifest-alone",
    "quotas.implied",
    "Asks for what the manifest's quotas need, and forgets the host's.",
    quotas,
    "named",
)
def _(original, manifest, host):
    return set(manifest)


@faulty(
    "quotas.implied/of-the-host-alone",
    "quotas.implied",
    "Asks for what the host's quotas need, and forgets the manifest's.",
    quotas,
    "named",
)
def _(original, manifest, host):
    return set(host)


@faulty(
    "quotas.implied/by-name",
    "quotas.implied",
    "Asks for a capability of the quota's own name.",
    quotas,
    "implied",
)
def _(original, manifest, host):
    return sorted(set(manifest) | set(host))


@faulty(
    "quotas.implied/never",
    "quotas.implied",
    "Asks for nothing that could hold a quota.",
    quotas,
    "implied",
)
def _(original, manifest, host):
    return []
