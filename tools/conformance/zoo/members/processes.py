"""Faults of what a policy says of the environment and of processes."""

from fayger_check import processes
from museum import faulty


@faulty(
    "capabilities.policy.environment/no-list-is-no-limit",
    "capabilities.policy.environment capabilities.deny-by-default",
    "Takes a policy without a list for one that names everything.",
    processes,
    "may_read",
)
def _(original, policy, name):
    return "environment" not in policy or original(policy, name)


@faulty(
    "capabilities.policy.environment/by-beginning",
    "capabilities.policy.environment",
    "Compares the beginning of a name.",
    processes,
    "may_read",
)
def _(original, policy, name):
    return any(each.startswith(name) or name.startswith(each) for each in policy.get("environment", []))


@faulty(
    "capabilities.policy.environment/lists-everything",
    "capabilities.policy.environment",
    "Lists the names of all variables that are set.",
    processes,
    "names",
)
def _(original, policy, variables):
    return sorted(variables)


@faulty(
    "capabilities.policy.environment/lists-what-is-not-set",
    "capabilities.policy.environment",
    "Lists what the policy names, set or not.",
    processes,
    "names",
)
def _(original, policy, variables):
    return sorted(policy.get("environment", []))


@faulty(
    "instructions.proc.environment/tells-what-is-set",
    "instructions.proc.environment",
    "Looks whether a variable is set before it asks the policy.",
    processes,
    "read_variable",
)
def _(original, policy, variables, name):
    if name not in variables:
        raise processes.failed("not_found")
    return original(policy, variables, name)


@faulty(
    "instructions.proc.environment/empty-is-unset",
    "instructions.proc.environment capabilities.policy.environment",
    "Takes an empty value for none.",
    processes,
    "read_variable",
)
def _(original, policy, variables, name):
    return original(policy, {each: value for each, value in variables.items() if value}, name)


@faulty(
    "instructions.proc.environment/any-case",
    "instructions.proc.environment",
    "Reads variables as some hosts do, without their case.",
    processes,
    "may_read",
)
def _(original, policy, name):
    return name.lower() in [each.lower() for each in policy.get("environment", [])]


@faulty(
    "capabilities.policy.programs/as-named",
    "capabilities.policy.programs instructions.proc.programs",
    "Starts whatever a program names where the policy names nothing of it.",
    processes,
    "rule_of",
)
def _(original, policy, program):
    return original(policy, program) or {"name": program, "path": program}


@faulty(
    "capabilities.policy.programs/last-part",
    "capabilities.policy.programs",
    "Compares the last part of names.",
    processes,
    "rule_of",
)
def _(original, policy, program):
    last = program.strip().rpartition("/")[2]
    rules = policy.get("programs", [])
    return next((rule for rule in rules if rule["name"].rpartition("/")[2] == last), None)


@faulty(
    "instructions.proc.programs/always-further-arguments",
    "instructions.proc.programs capabilities.policy.programs",
    "Adds the arguments of a program whatever its rule says.",
    processes,
    "takes_further",
)
def _(original, rule):
    return True


@faulty(
    "instructions.proc.programs/never-further-arguments",
    "instructions.proc.programs",
    "Adds no arguments where a rule does not say that it may.",
    processes,
    "takes_further",
)
def _(original, rule):
    return rule.get("further_arguments", False)


@faulty(
    "instructions.proc.programs/own-arguments-instead",
    "instructions.proc.programs",
    "Puts the arguments of a program in the place of those of its rule.",
    processes,
    "decide",
)
def _(original, policy, process):
    argv, environment = original(policy, process)
    return process["argv"] or argv, environment


@faulty(
    "instructions.proc.programs/policy-first",
    "instructions.proc.programs",
    "Asks the policy before it sees whether the operands make sense.",
    processes,
    "decide",
)
def _(original, policy, process):
    if processes.rule_of(policy, process["program"]) is None:
        raise processes.denied()
    return original(policy, process)


@faulty(
    "instructions.proc.programs/nul-passed-on",
    "instructions.proc.programs",
    "Passes NUL on.",
    processes,
    "is_argument",
)
def _(original, text):
    return True


@faulty(
    "instructions.proc.programs/any-variable-name",
    "instructions.proc.programs",
    "Takes every text for the name of a variable.",
    processes,
    "is_variable_name",
)
def _(original, name):
    return True


@faulty(
    "instructions.proc.variables/any",
    "instructions.proc.variables",
    "Gives a process every variable that a program names.",
    processes,
    "may_be_given",
)
def _(original, rule, name):
    return True


@faulty(
    "instructions.proc.variables/first-alone",
    "instructions.proc.variables",
    "Looks at the first variable.",
    processes,
    "decide",
)
def _(original, policy, process):
    argv, _ = original(policy, dict(process, environment=process["environment"][:2]))
    return argv, processes.read_pairs(process["environment"])


@faulty(
    "instructions.proc.variables/left-out",
    "instructions.proc.variables",
    "Leaves out variables that may not be given, and starts without them.",
    processes,
    "decide",
)
def _(original, policy, process):
    rule = processes.rule_of(policy, process["program"])
    texts = process["environment"]
    if rule is None or len(texts) % 2:
        return original(policy, process)
    pairs = [(name, value) for name, value in zip(texts[0::2], texts[1::2]) if processes.may_be_given(rule, name)]
    return original(policy, dict(process, environment=[text for pair in pairs for text in pair]))
