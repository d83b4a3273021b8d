"""Faults of the portable tree."""

import re

from fayger_check import bus, tables, ui
from fayger_check.refusal import Refusal
from museum import also, faulty


@faulty(
    "instructions.ui.nodes/numbers-again",
    "instructions.ui.nodes",
    "Replaces a node whose number is given again.",
    ui,
    "create_node",
)
def _(original, program, instruction, operands):
    surface = ui.surface_of(program, instruction, operands["surface"])
    if operands["node"] != 0:
        surface.nodes.pop(operands["node"], None)
    return original(program, instruction, operands)


@faulty(
    "instructions.ui.nodes/never-free",
    "instructions.ui.nodes",
    "Keeps the numbers of nodes that were removed.",
    ui,
    "forget",
)
def _(original, surface, node):
    node.children.clear()


@faulty(
    "instructions.ui.nodes/unknown-kinds",
    "instructions.ui.nodes",
    "Takes a kind that it does not know for a text.",
    ui,
    "create_node",
)
def _(original, program, instruction, operands):
    known = operands["kind"] in tables.by("ui-nodes", "number")
    return original(program, instruction, operands if known else dict(operands, kind=4))


@faulty(
    "instructions.ui.nodes/below-stays",
    "instructions.ui.nodes",
    "Removes a node and leaves what was below it.",
    ui,
    "forget",
)
def _(original, surface, node):
    for child in list(node.children):
        child.parent = None
    node.children.clear()
    original(surface, node)


@faulty(
    "instructions.ui.tree/any-parent",
    "instructions.ui.tree",
    "Places nodes below every kind.",
    ui,
    "is_misplaced",
)
def _(original, node, parent, before):
    kind, parent.kind = parent.kind, "column"
    try:
        return original(node, parent, before)
    finally:
        parent.kind = kind


@faulty(
    "instructions.ui.tree/itself-alone",
    "instructions.ui.tree",
    "Keeps a node from being below itself, and not below its children.",
    ui,
    "is_within",
)
def _(original, node, top):
    return node is top


@faulty(
    "instructions.ui.tree/before-itself",
    "instructions.ui.tree",
    "Leaves a node where it is when it shall stand before itself.",
    ui,
    "is_misplaced",
)
def _(original, node, parent, before):
    return original(node, parent, None if before is node else before)


@faulty(
    "instructions.ui.tree/before-anything",
    "instructions.ui.tree",
    "Puts a node to the end where it cannot stand before the other.",
    ui,
    "place_node",
)
def _(original, program, instruction, operands):
    surface = ui.surface_of(program, instruction, operands["surface"])
    before = surface.nodes.get(operands["before"])
    parent = surface.nodes.get(operands["parent"])
    misses = before is not None and before.number != 0 and before.parent is not parent
    return original(program, instruction, dict(operands, before=0) if misses else operands)


@faulty(
    "instructions.ui.tree/half-done",
    "instructions.ui.tree instructions.ui.bounds",
    "Takes a node out of its parent before it finds that it cannot be placed.",
    ui,
    "is_misplaced",
)
def _(original, node, parent, before):
    misplaced = original(node, parent, before)
    if misplaced:
        ui.detach(node)
    return misplaced


@faulty(
    "instructions.ui.same-tree/to-the-front",
    "instructions.ui.same-tree",
    "Puts a node before the first where it shall stand behind the last.",
    ui,
    "place_node",
)
def _(original, program, instruction, operands):
    surface = ui.surface_of(program, instruction, operands["surface"])
    parent = surface.nodes.get(operands["parent"])
    first = next((child.number for child in parent.children if child.number != operands["node"]), 0) if parent else 0
    return original(program, instruction, dict(operands, before=operands["before"] or first))


@faulty(
    "instructions.ui.same-tree/children-stay-behind",
    "instructions.ui.same-tree instructions.ui.tree",
    "Moves a node without what is below it.",
    ui,
    "detach",
)
def _(original, node):
    parent = node.parent
    original(node)
    if parent is not None:
        for child in node.children:
            child.parent = parent
        parent.children.extend(node.children)
        node.children.clear()


@faulty(
    "instructions.ui.attributes/any-kind",
    "instructions.ui.attributes",
    "Sets every attribute on every kind.",
    ui,
    "has_attribute",
)
def _(original, kind, name):
    return name is not None


@faulty(
    "instructions.ui.attributes/any-value",
    "instructions.ui.attributes",
    "Does not look at values.",
    ui,
    "is_value_of",
)
def _(original, kind, name, value):
    return ui.has_attribute(kind, name)


@faulty(
    "instructions.ui.attributes/numbers-as-the-language-has-them",
    "instructions.ui.attributes",
    "Reads numbers as its language writes them.",
    ui,
    "is_value_of",
)
def _(original, kind, name, value):
    if name != "maximum" and (name, kind) != ("value", "progress"):
        return original(kind, name, value)
    try:
        return ui.has_attribute(kind, name) and float(value) >= 0
    except ValueError:
        return False


@faulty(
    "instructions.ui.attributes/no-beginnings",
    "instructions.ui.attributes",
    "Takes what was never set for the empty text.",
    ui,
    "beginning",
)
def _(original, kind, name):
    return ""


@faulty(
    "instructions.ui.attributes/removed-is-empty",
    "instructions.ui.attributes",
    "Sets what is removed to the empty text.",
    ui,
    "remove_attribute",
)
def _(original, program, instruction, operands):
    reply = original(program, instruction, operands)
    node = program.surfaces[operands["surface"]].nodes[operands["node"]]
    node.values[ui.attribute_name(operands)] = ""
    return reply


@faulty(
    "instructions.ui.bounds/characters",
    "instructions.ui.bounds",
    "Counts characters.",
    ui,
    "length",
)
def _(original, text):
    return len(text)


@faulty(
    "instructions.ui.bounds/no-lengths",
    "instructions.ui.bounds",
    "Takes texts of every length.",
    ui,
    "length",
)
def _(original, text):
    return min(original(text), ui.LONGEST_TEXT)


@faulty(
    "instructions.ui.bounds/depth-of-the-node",
    "instructions.ui.bounds",
    "Counts the depth of a node without what is below it.",
    ui,
    "height",
)
def _(original, node):
    return 1


@faulty(
    "instructions.ui.bounds/root-counts",
    "instructions.ui.bounds",
    "Counts the root as the first level.",
    ui,
    "depth",
)
def _(original, node):
    return original(node) + (node.parent is None)


@faulty(
    "instructions.ui.bounds/each-surface",
    "instructions.ui.bounds capabilities.policy.ceilings",
    "Counts the nodes of each surface by itself.",
    ui,
    "nodes_of_all",
)
def _(original, program):
    surfaces = list(program.surfaces.values())
    return len(surfaces[-1].nodes) - 1 if surfaces else 0


@faulty(
    "instructions.ui.bounds/roots-count",
    "instructions.ui.bounds",
    "Counts roots among the nodes.",
    ui,
    "nodes_of_all",
)
def _(original, program):
    return original(program) + len(program.surfaces)


@faulty(
    "capabilities.policy.ceilings/too-large",
    "capabilities.policy.ceilings instructions.ui.bounds",
    "Says that a thing is too large where there are too many.",
    ui,
    "refuse_quota",
)
def _(original, instruction):
    raise Refusal("ADP_HOST_CALL_FAILED", **bus.about(instruction, host_error="too_large"))


@faulty(
    "capabilities.policy.ceilings/never-less",
    "capabilities.policy.ceilings",
    "Knows no ceilings but the usual ones.",
    ui,
    "most_nodes",
)
def _(original, policy):
    return original({})


@faulty(
    "instructions.ui.error-order/last-first",
    "instructions.ui.error-order",
    "Gives the last of several errors.",
    ui,
    "refuse_first",
)
def _(original, instruction, fitting):
    row = dict(instruction.row, errors=list(reversed(instruction.row["errors"])))
    original(instruction._replace(row=row), fitting)


@faulty(
    "instructions.ui.error-order/argument-first",
    "instructions.ui.error-order",
    "Looks at arguments before it looks for what they are about.",
    ui,
    "refuse_first",
)
def _(original, instruction, fitting):
    original(instruction, {"invalid_argument": fitting.get("invalid_argument")})
    original(instruction, fitting)


@faulty(
    "instructions.ui.error-order/length-first",
    "instructions.ui.error-order",
    "Looks at lengths before anything else.",
    ui,
    "refuse_first",
)
def _(original, instruction, fitting):
    original(instruction, {"too_large": fitting.get("too_large")})
    original(instruction, fitting)


@faulty(
    "instructions.ui.no-markup/escape-alone",
    "instructions.ui.no-markup",
    "Takes out escape, and leaves other control characters.",
    ui,
    "shown_text",
)
def _(original, text, kind):
    return text.replace("\x1b", "\ufffd")


@faulty(
    "instructions.ui.no-markup/seven-bits",
    "instructions.ui.no-markup",
    "Knows control characters below 20 alone.",
    ui,
    "shown_text",
)
def _(original, text, kind):
    kept = "\n\t" if kind == "preformatted" else ""
    return re.sub("[\x00-\x1f]", lambda match: match.group() if match.group() in kept else "\ufffd", text)


@faulty(
    "instructions.ui.no-markup/lines-everywhere",
    "instructions.ui.no-markup",
    "Keeps line feeds and tabs in every text.",
    ui,
    "shown_text",
)
def _(original, text, kind):
    return original(text, "preformatted")


@faulty(
    "instructions.ui.no-markup/left-out",
    "instructions.ui.no-markup",
    "Leaves control characters out.",
    ui,
    "shown_text",
)
def _(original, text, kind):
    return original(text, kind).replace("\ufffd", "")


@faulty(
    "instructions.ui.input/disabled-too",
    "instructions.ui.input",
    "Hears of nodes that are disabled.",
    ui,
    "is_usable",
)
def _(original, surface, node):
    return ui.takes_input(node) and ui.is_shown(surface, node)


@faulty(
    "instructions.ui.input/hidden-above",
    "instructions.ui.input",
    "Asks a node whether it is hidden, and none above it.",
    ui,
    "is_shown",
)
def _(original, surface, node):
    return ui.attribute(node, "hidden") != "true"


@faulty(
    "instructions.ui.input/disabled-below",
    "instructions.ui.input",
    "Takes what is below a disabled node for disabled.",
    ui,
    "is_shown",
)
def _(original, surface, node):
    return original(surface, node) and ui.attribute(node, "disabled") != "true"


@faulty(
    "instructions.ui.input/every-item",
    "instructions.ui.input",
    "Lets a person press items that only hold others.",
    ui,
    "takes_input",
)
def _(original, node):
    return node.kind in ui.TAKE_INPUT


@faulty(
    "instructions.ui.input/last-input",
    "instructions.ui.input",
    "Tells the input that was opened last.",
    ui,
    "tell",
)
def _(original, program, inputs, name, *payload):
    original(program, inputs[-1:], name, *payload)


@faulty(
    "instructions.ui.input/newest-first",
    "instructions.ui.input",
    "Tells inputs in the order in which they were opened last.",
    ui,
    "tell",
)
def _(original, program, inputs, name, *payload):
    original(program, list(reversed(inputs)), name, *payload)


@faulty(
    "instructions.ui.input/every-input",
    "instructions.ui.input",
    "Tells the inputs of all surfaces.",
    ui,
    "tell",
)
def _(original, program, inputs, name, *payload):
    original(program, list(program.inputs), name, *payload)


@faulty(
    "instructions.ui.value/told-and-not-kept",
    "instructions.ui.value",
    "Tells what a person writes, and leaves the value as it was.",
    ui,
    "change",
)
def _(original, program, surface, node, step):
    before = dict(node.values) if node is not None else {}
    original(program, surface, node, step)
    if node is not None:
        node.values = before


@faulty(
    "instructions.ui.value/every-time",
    "instructions.ui.value",
    "Raises `changed` where nothing has changed.",
    ui,
    "change",
)
def _(original, program, surface, node, step):
    before = len(program.events)
    original(program, surface, node, step)
    if node is not None and len(program.events) == before and node.kind in (*ui.INPUTS, "checkbox"):
        if ui.is_usable(surface, node):
            ui.tell(program, surface.inputs, "changed", ui.u32(node.number), ui.text_tlv(step["value"]))


@faulty(
    "instructions.ui.value/as-written",
    "instructions.ui.value instructions.ui.no-markup",
    "Tells the program what was written, and not what is shown.",
    ui,
    "change",
)
def _(original, program, surface, node, step):
    before = len(program.events)
    original(program, surface, node, step)
    if len(program.events) > before:
        program.events[before:] = []
        ui.tell(program, surface.inputs, "changed", ui.u32(node.number), ui.text_tlv(step["value"]))


@faulty(
    "instructions.ui.value/only-where-somebody-listens",
    "instructions.ui.value",
    "Keeps what a person writes only where an input is open.",
    ui,
    "change",
)
def _(original, program, surface, node, step):
    if surface.inputs:
        original(program, surface, node, step)


@faulty(
    "instructions.ui.value/any-choice",
    "instructions.ui.value",
    "Keeps whatever a person is said to have chosen.",
    ui,
    "change",
)
def _(original, program, surface, node, step):
    value = step["value"]
    if node is not None and node.kind == "checkbox" and value not in ("true", "false"):
        step = dict(step, value="true" if ui.attribute(node, "checked") == "false" else "false")
    original(program, surface, node, step)


@faulty(
    "instructions.ui.closed/late-inputs-wait",
    "instructions.ui.closed",
    "Tells inputs that are open when a person closes a surface, and later ones nothing.",
    ui,
    "open_input",
)
def _(original, program, instruction, operands):
    reply = original(program, instruction, operands)
    program.events = []
    return reply


@faulty(
    "instructions.ui.closed/goes-on",
    "instructions.ui.closed",
    "Hears of a surface that a person has closed.",
    ui,
    "close_by_person",
)
def _(original, program, surface, node, step):
    original(program, surface, node, step)
    surface.is_closed_by_person = False


@faulty(
    "instructions.ui.closed/handle-too",
    "instructions.ui.closed",
    "Closes the handle of a surface that a person closes.",
    ui,
    "close_by_person",
)
def _(original, program, surface, node, step):
    original(program, surface, node, step)
    program.surfaces = {handle: each for handle, each in program.surfaces.items() if each is not surface}


@faulty(
    "instructions.ui.closed/silent",
    "instructions.ui.closed",
    "Closes a surface and tells nobody.",
    ui,
    "close_by_person",
)
def _(original, program, surface, node, step):
    surface.is_closed_by_person = True


@faulty(
    "instructions.ui.bounds/no-sum",
    "instructions.ui.bounds",
    "Bounds each text, and not all of them together.",
    ui,
    "has_room",
)
def _(original, program, more):
    return True


@faulty(
    "instructions.ui.bounds/sum-of-each-surface",
    "instructions.ui.bounds",
    "Counts the bytes of each surface by itself.",
    ui,
    "bytes_of_all",
)
def _(original, program):
    return max(map(ui.bytes_of_surface, program.surfaces.values()), default=0)


@faulty(
    "instructions.ui.bounds/titles-not-counted",
    "instructions.ui.bounds",
    "Counts the bytes of texts and values, and not those of titles.",
    ui,
    "bytes_of_surface",
)
def _(original, surface):
    return original(surface) - ui.length(surface.title)


@faulty(
    "instructions.ui.bounds/person-unbounded",
    "instructions.ui.bounds instructions.ui.value",
    "Counts what the program writes, and not what a person does.",
    ui,
    "change",
)
def _(original, program, surface, node, step):
    program.is_used_by_a_person = True
    original(program, surface, node, step)
    program.is_used_by_a_person = False


@also("instructions.ui.bounds/person-unbounded", ui, "has_room")
def _(original, program, more):
    return getattr(program, "is_used_by_a_person", False) or original(program, more)
