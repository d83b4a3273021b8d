"""What a policy says of the environment and of processes. @spec capabilities.policy.programs"""

from .refusal import Refusal


def denied():
    return Refusal("ADP_POLICY_DENIED", host_error="access_denied")


def failed(host_error):
    return Refusal("ADP_HOST_CALL_FAILED", host_error=host_error)


# Variables that a program reads. @spec capabilities.policy.environment


def read_variable(policy, variables, name):
    """Whether it is set is nobody's business who may not read it. @spec instructions.proc.environment"""
    if not may_read(policy, name):
        raise denied()
    if name not in variables:
        raise failed("not_found")
    return variables[name]


def may_read(policy, name):
    return name in policy.get("environment", [])


def names(policy, variables):
    """Ascending by their bytes."""
    return sorted((name for name in variables if may_read(policy, name)), key=lambda name: name.encode("utf-8"))


# Processes that it starts.


def decide(policy, process):
    """Every argument, and the whole environment. @spec instructions.proc.programs"""
    if not all(is_argument(text) for text in process["argv"] + process["environment"]):
        raise failed("invalid_argument")
    environment = read_pairs(process["environment"])
    rule = rule_of(policy, process["program"])
    if rule is None:
        raise denied()
    if process["argv"] and not takes_further(rule):
        raise denied()
    if not all(may_be_given(rule, name) for name in environment):
        raise denied()
    return rule.get("arguments", []) + process["argv"], environment


def is_argument(text):
    return "\0" not in text


def read_pairs(texts):
    """Names and values in turn, each name once."""
    names_, values = texts[0::2], texts[1::2]
    whole = len(names_) == len(values) and len(set(names_)) == len(names_)
    if not whole or not all(is_variable_name(name) for name in names_):
        raise failed("invalid_argument")
    return dict(zip(names_, values))


def is_variable_name(name):
    return name != "" and "=" not in name


def rule_of(policy, program):
    """The first of that name."""
    return next((rule for rule in policy.get("programs", []) if rule["name"] == program), None)


def takes_further(rule):
    return rule.get("further_arguments", True)


def may_be_given(rule, name):
    """@spec instructions.proc.variables"""
    return name in rule.get("environment", [])
