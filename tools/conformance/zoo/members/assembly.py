"""Faults of judging an assembly section."""

from fayger_check import assembly, fay_manifest, fay_text, versions
from museum import faulty


def late(reason):
    """A reader that finds everything else first: what has this reason is told where nothing else is wrong."""

    def check(original, *arguments):
        try:
            return original(*arguments)
        except assembly.Invalid as invalid:
            if invalid.context["reason"] == reason:
                return None
            raise

    return check


@faulty(
    "assembly.section/any-order",
    "assembly.section assembly.checks",
    "Takes implementations in any order.",
    assembly,
    "decode",
)
def _(original, data):
    from fayger_check import documents

    verdict = documents.decode(data, "assembly-section")
    if verdict.fault is None or verdict.fault.reason != "item_order":
        return original(data)
    section = documents.plain(verdict.item)
    return dict(section, resolution=fay_text.read(section["resolution"].encode("utf-8"))[0])


@faulty(
    "assembly.section/byte-behind",
    "assembly.section assembly.checks",
    "Leaves what is behind the document to itself.",
    assembly,
    "decode",
)
def _(original, data):
    try:
        return original(data)
    except assembly.Invalid:
        return original(data[:-1])


@faulty(
    "assembly.checks/broken-resolution-is-another",
    "assembly.checks",
    "Takes a resolution that is no JSON for another value.",
    assembly,
    "decode",
)
def _(original, data):
    from fayger_check import documents

    verdict = documents.decode(data, "assembly-section")
    section = documents.plain(verdict.item) if verdict.fault is None else None
    try:
        return original(data)
    except assembly.Invalid:
        if section is None:
            raise
        return dict(section, resolution=None)


@faulty(
    "assembly.checks/manifest-unjudged",
    "assembly.checks",
    "Judges a FayManifest only where it was written, and not where it is loaded.",
    fay_manifest,
    "errors_of",
)
def _(original, value):
    found = original(value)
    return [each for each in found if each[1] != "duplicate_component"]


@faulty(
    "assembly.checks/warnings-are-errors",
    "assembly.checks",
    "Refuses a FayManifest with a warning.",
    assembly,
    "check_manifest",
)
def _(original, section):
    fay = original(section)
    if fay_manifest.warnings_of(fay):
        raise assembly.Invalid("manifest_invalid")
    return fay


@faulty(
    "assembly.checks/name-alone",
    "assembly.checks",
    "Compares names, and no versions.",
    assembly,
    "is_named_so",
)
def _(original, fay, artifact):
    return fay["name"] == artifact["name"]


@faulty(
    "assembly.checks/same-precedence",
    "assembly.checks",
    "Compares versions by precedence, which build metadata has no part in.",
    assembly,
    "is_named_so",
)
def _(original, fay, artifact):
    same = versions.precedence(versions.read_version(fay["version"])) == versions.precedence(
        versions.read_version(artifact["version"])
    )
    return fay["name"] == artifact["name"] and same


@faulty(
    "assembly.checks.again/believes-it",
    "assembly.checks.again",
    "Believes the resolution that an artifact brings.",
    assembly,
    "check_resolution",
)
def _(original, written, resolution):
    return None


@faulty(
    "assembly.checks.again/any-order",
    "assembly.checks.again",
    "Compares lists without their order.",
    assembly,
    "is_same",
)
def _(original, one, other):
    if isinstance(one, list) and isinstance(other, list):
        return sorted(map(repr, one)) == sorted(map(repr, other)) or original(one, other)
    return original(one, other)


@faulty(
    "assembly.checks.again/order-of-members",
    "assembly.checks.again",
    "Compares the resolution as a text, with its members in the order of the schema.",
    assembly,
    "is_same",
)
def _(original, one, other):
    same = original(one, other)
    return same and (not isinstance(one, dict) or list(one) == list(other))


@faulty(
    "assembly.checks.again/those-it-knows",
    "assembly.checks.again",
    "Compares the members that a resolution has, and not what else is there.",
    assembly,
    "is_same",
)
def _(original, one, other):
    if isinstance(one, dict) and isinstance(other, dict):
        return all(name in one and assembly.is_same(one[name], other[name]) for name in other)
    return original(one, other)


@faulty(
    "assembly.checks.again/ids-alone",
    "assembly.checks.again",
    "Compares the ids of the components.",
    assembly,
    "check_resolution",
)
def _(original, written, resolution):
    try:
        same = [each["id"] for each in written["allComponents"]] == [each["id"] for each in resolution["allComponents"]]
    except (TypeError, KeyError, AttributeError):
        same = False
    return None if same else original(written, resolution)


# Implementations.


@faulty(
    "assembly.checks/missing-is-nothing",
    "assembly.checks",
    "Goes on without a component that has no implementation.",
    assembly,
    "check_present",
)
def _(original, implementations, fay, resolution):
    return None


@faulty(
    "assembly.checks/missing-drivers",
    "assembly.checks",
    "Looks for implementations of components alone.",
    assembly,
    "check_present",
)
def _(original, implementations, fay, resolution):
    return original(implementations, dict(fay, drivers=[]), resolution)


@faulty(
    "assembly.checks/in-the-order-of-the-table",
    "assembly.checks",
    "Judges parts in the order of the table of components.",
    assembly,
    "check_present",
)
def _(original, implementations, fay, resolution):
    for component in assembly.guests(resolution):
        if component not in implementations:
            raise assembly.Invalid("implementation_missing", component)
    return original(implementations, fay, resolution)


@faulty(
    "assembly.drivers/called-as-components",
    "assembly.drivers assembly.checks",
    "Lets a driver be called as a component.",
    assembly,
    "may_be_driver",
)
def _(original, implementation, driver):
    return implementation.get("source") == driver["driverPackage"]


@faulty(
    "assembly.checks/any-package",
    "assembly.checks",
    "Gives drivers the implementations that are left, whatever their package.",
    assembly,
    "may_be_driver",
)
def _(original, implementation, driver):
    return not fay_manifest.is_component(implementation["part"])


@faulty(
    "assembly.checks/one-for-a-package",
    "assembly.checks assembly.sections",
    "Looks for one implementation of each package.",
    assembly,
    "drivers_of",
)
def _(original, implementations, fay):
    found = original(implementations, fay)
    packages = [driver["driverPackage"] for driver in fay.get("drivers", [])]
    return {part: packages.index(packages[number]) for part, number in found.items()}


@faulty(
    "assembly.checks/unexpected-is-nothing",
    "assembly.checks",
    "Passes implementations of nothing over.",
    assembly,
    "read",
)
def _(original, data, artifact):
    from fayger_check import fay_resolution

    resolution = fay_resolution.resolve(assembly.check_manifest(assembly.decode(data)))
    guests, expected = assembly.guests(resolution), assembly.check_expected

    def check(implementations, drivers, resolution):
        for part in [name for name in implementations if name not in drivers and name not in guests]:
            del implementations[part]

    assembly.check_expected = check
    try:
        return original(data, artifact)
    finally:
        assembly.check_expected = expected


@faulty(
    "assembly.checks/host-components",
    "assembly.checks assembly.sections",
    "Wants code for every component, also for those that the assembly service is.",
    assembly,
    "brings_code",
)
def _(original, component):
    return True


for name, story in (
    ("has_version", "Takes any version."),
    ("has_provider", "Takes any provider."),
    ("has_source", "Takes any source."),
):
    faulty("assembly.checks/%s" % name.replace("has_", "any-"), "assembly.checks", story, assembly, name)(
        lambda original, *arguments: True
    )


@faulty(
    "assembly.checks/prereleases",
    "assembly.checks manifest.version-range.prerelease",
    "Takes a prerelease that nobody asked for.",
    assembly,
    "has_version",
)
def _(original, implementation, asked):
    return original(dict(implementation, version=implementation["version"].partition("-")[0]), asked)


@faulty(
    "assembly.checks/sources-of-drivers-alone",
    "assembly.checks",
    "Takes an implementation without a source for one of every model.",
    assembly,
    "has_source",
)
def _(original, implementation, source):
    return "source" not in implementation or original(implementation, source)


@faulty(
    "assembly.implementations.actions/again",
    "assembly.implementations.actions assembly.checks",
    "Lets an implementation declare an action of the table otherwise.",
    assembly,
    "declares_again",
)
def _(original, implementation):
    return False


@faulty(
    "assembly.implementations.actions/as-the-table",
    "assembly.implementations.actions",
    "Lets an implementation declare an action of the table where it is as the table has it.",
    assembly,
    "declares_again",
)
def _(original, implementation):
    known = assembly.table_actions(implementation["part"])
    return original(dict(implementation, actions=[each for each in implementation["actions"] if each not in known]))


@faulty(
    "assembly.implementations.actions/left-out",
    "assembly.implementations.actions assembly.sections",
    "Knows the actions of the table alone.",
    assembly,
    "part_of",
)
def _(original, implementation, driver):
    return original(dict(implementation, actions=[]), driver)


# Sections and functions.


@faulty(
    "assembly.sections/drivers-as-components",
    "assembly.sections",
    "Looks for the code of drivers among that of components.",
    assembly,
    "part_of",
)
def _(original, implementation, driver):
    part = original(implementation, driver)
    return dict(part, section="component/" + part["part"])


@faulty(
    "assembly.sections/any-kind",
    "assembly.sections assembly.checks",
    "Takes sections of any kind for code.",
    assembly,
    "is_code",
)
def _(original, section):
    return section.get("selected", True)


@faulty(
    "assembly.sections/unselected",
    "assembly.sections assembly.checks",
    "Takes sections that were not selected.",
    assembly,
    "is_code",
)
def _(original, section):
    return section.get("kind", "code") == "code"


@faulty(
    "assembly.sections/of-components-alone",
    "assembly.sections assembly.checks",
    "Looks for the code of components alone.",
    assembly,
    "check_sections",
)
def _(original, parts, artifact):
    return original([part for part in parts if "driver" not in part], artifact)


@faulty(
    "assembly.manifest/actions-alone",
    "assembly.manifest assembly.checks",
    "Wants the actions to be named, and not the parts.",
    assembly,
    "functions_of",
)
def _(original, part):
    return original(part)[1:]


@faulty(
    "assembly.manifest/parts-alone",
    "assembly.manifest assembly.checks",
    "Wants the parts to be named, and not their actions.",
    assembly,
    "functions_of",
)
def _(original, part):
    return original(part)[:1]


@faulty(
    "assembly.manifest/no-service",
    "assembly.manifest assembly.checks",
    "Wants nothing of the assembly service to be named.",
    assembly,
    "action_names",
)
def _(original, component):
    return []


@faulty(
    "assembly.manifest/nothing-else",
    "assembly.manifest assembly.checks",
    "Refuses further functions.",
    assembly,
    "check_functions",
)
def _(original, parts, artifact):
    original(parts, artifact)
    needed = {name for part in parts for name in assembly.functions_of(part)}
    if needed.union(assembly.action_names(assembly.RUNTIME)) != set(artifact["host_functions"]):
        raise assembly.Invalid("host_function_missing", parts[0]["part"])


for check, before in (("check_name", "name_mismatch"), ("check_sections", "section_missing")):
    faulty(
        "assembly.checks/no-%s" % before.replace("_", "-"),
        "assembly.checks",
        "Leaves out what is told as `%s`." % before,
        assembly,
        check,
    )(late(before))


@faulty(
    "assembly.checks/resolution-before-the-name",
    "assembly.checks",
    "Compares the resolution before the name.",
    assembly,
    "check_name",
)
def _(original, fay, artifact):
    return None if artifact["name"] == "other" else original(fay, artifact)
