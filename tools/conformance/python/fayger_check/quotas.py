"""Which quotas hold for an instance, and what they need of an implementation. @spec quotas.table"""

from . import tables


def effective(manifest, host, grants):
    """What holds of the quotas that the manifest sets or that were granted. @spec quotas.effective, quotas.grant"""
    held = {name: bound(value, host.get(name)) for name, value in manifest.items()}
    for name, value in grants:
        held[name] = granted(held.get(name), value)
    return held


def bound(wanted, ceiling):
    """The lower of manifest and host; None where one of them is silent."""
    return wanted if ceiling is None else min(wanted, ceiling)


def granted(_before, value):
    """A grant replaces what held before. @spec quotas.grant"""
    return value


def implied(manifest, host):
    """RuntimeCapabilities that an implementation needs, ascending. @spec quotas.implied"""
    return sorted({row["implies"] for row in tables.rows("quotas") if row["name"] in named(manifest, host)} - {None})


def named(manifest, host):
    """The quotas that somebody sets."""
    return set(manifest) | set(host)
