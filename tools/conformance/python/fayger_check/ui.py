"""The portable tree: what a program draws, and what a person does with it. @spec instructions.ui.tree"""

import re

from . import bus, instructions, tables
from .refusal import Refusal

GRANTED = ("ui.dom", "ui.input")
DEEPEST = 64
LONGEST_TEXT = 65536
ALL_TEXTS = 16777216
USUAL_NODES = 10000
ROOT = 0

HAVE_CHILDREN = ("column", "row", "list", "item")
HAVE_TEXT = ("heading", "text", "preformatted", "button", "checkbox", "item")
INPUTS = ("text_input", "secret_input")
TAKE_INPUT = ("button", *INPUTS, "checkbox", "item")
OWNERS = {
    "value": (*INPUTS, "progress"),
    "checked": ("checkbox",),
    "placeholder": INPUTS,
    "level": ("heading",),
    "maximum": ("progress",),
}
NUMBER = "[0-9]{1,15}([.][0-9]{1,6})?"
TRUTH = "true|false"
FORMS = {
    "checked": TRUTH,
    "disabled": TRUTH,
    "hidden": TRUTH,
    "level": "[1-6]",
    "maximum": NUMBER,
    "tone": "plain|strong|quiet|good|bad|warning",
}
BEGINNINGS = {"checked": "false", "disabled": "false", "hidden": "false", "level": "1", "maximum": "1", "tone": "plain"}
CONTROLS = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029]")
KEPT_WHERE_PREFORMATTED = "\n\t"


class Node:
    """A node; `children` in their order."""

    def __init__(self, number, kind):
        self.number, self.kind = number, kind
        self.parent, self.children, self.text, self.values = None, [], "", {}


class Surface:
    """A surface, with the inputs that are open on it."""

    def __init__(self, title):
        self.title, self.nodes = title, {ROOT: Node(ROOT, "column")}
        self.inputs, self.is_closed_by_person = [], False


class Program:
    """What a program has."""

    def __init__(self, policy):
        self.most_nodes = most_nodes(policy)
        self.last_handle, self.surfaces, self.inputs = 0, {}, {}
        self.events = []


def most_nodes(policy):
    """@spec capabilities.policy.ceilings"""
    return policy.get("ceilings", {}).get("nodes", USUAL_NODES)


def draw(steps, policy):
    """The program behind the last step, and what it got in each."""
    program, drawn = Program(policy), []
    for step in [step for step in steps for _ in range(step.get("times", 1))]:
        program.events = []
        got = {"reply": emit(program, bytes.fromhex(step["emits"])).hex()} if "emits" in step else use(program, step)
        drawn.append(dict(got, events=program.events) if program.events else got)
    return program, drawn


def emit(program, data):
    try:
        instruction = instructions.decode(data)
        host = {"granted": GRANTED, "supported": supported()}
        bus.check_granted(instruction, host)
        bus.check_supported(instruction, host)
        names = instruction.row["operands"]
        operands = dict(zip(names, (operand.value for operand in instruction.operands)))
        return bus.results_reply(DOES[instruction.row["name"]](program, instruction, operands))
    except Refusal as refusal:
        return bus.error_reply(refusal)


def supported():
    rows = [row for row in tables.rows("instructions") if row["capability"] in GRANTED or row["name"] == "close"]
    return [bus.name_of(row) for row in rows]


# Refusals.


def refuse_first(instruction, fitting):
    """Of several errors the one that stands first in the row. @spec instructions.ui.error-order"""
    for error in instruction.row["errors"]:
        if fitting.get(error):
            raise Refusal("ADP_HOST_CALL_FAILED", **bus.about(instruction, host_error=error))


def refuse_quota(instruction):
    raise Refusal("ADP_POLICY_DENIED", **bus.about(instruction, host_error="quota"))


def surface_of(program, instruction, handle):
    """@spec instructions.handles.closed"""
    if handle not in program.surfaces:
        raise Refusal("ADP_HOST_CALL_FAILED", **bus.about(instruction, host_error="bad_handle"))
    return program.surfaces[handle]


def check_texts(program, instruction, more):
    if not has_room(program, more):
        refuse_quota(instruction)


def has_room(program, more):
    """@spec instructions.ui.bounds"""
    return more <= 0 or bytes_of_all(program) + more <= ALL_TEXTS


def bytes_of_all(program):
    return sum(map(bytes_of_surface, program.surfaces.values()))


def bytes_of_surface(surface):
    total = length(surface.title)
    for node in surface.nodes.values():
        total += length(node.text)
        for value in node.values.values():
            total += length(value)
    return total


def length(text):
    """In bytes of UTF-8. The texts of a program are counted again with each that comes, and most are ASCII."""
    return len(text) if text.isascii() else len(text.encode("utf-8"))


# Instructions.


def open_surface(program, instruction, operands):
    refuse_first(instruction, {"too_large": length(operands["title"]) > LONGEST_TEXT})
    title = shown_text(operands["title"], None)
    check_texts(program, instruction, length(title))
    return new_handle(program, program.surfaces, Surface(title))


def new_handle(program, among, thing):
    program.last_handle += 1
    among[program.last_handle] = thing
    return b"\x08\x04" + program.last_handle.to_bytes(4, "big")


def open_input(program, instruction, operands):
    surface = surface_of(program, instruction, operands["surface"])
    reply = new_handle(program, program.inputs, surface)
    surface.inputs.append(program.last_handle)
    if surface.is_closed_by_person:
        tell(program, [program.last_handle], "closed")
    return reply


def close(program, instruction, operands):
    handle = operands["handle"]
    refuse_first(instruction, {"bad_handle": handle not in program.surfaces and handle not in program.inputs})
    program.surfaces.pop(handle, None)
    if handle in program.inputs:
        program.inputs.pop(handle).inputs.remove(handle)
    return b""


def create_node(program, instruction, operands):
    """@spec instructions.ui.nodes"""
    surface = surface_of(program, instruction, operands["surface"])
    kinds = tables.by("ui-nodes", "number")
    unknown = operands["kind"] not in kinds
    refuse_first(instruction, {"already_exists": operands["node"] in surface.nodes, "invalid_argument": unknown})
    if nodes_of_all(program) >= program.most_nodes:
        refuse_quota(instruction)
    surface.nodes[operands["node"]] = Node(operands["node"], kinds[operands["kind"]]["name"])
    return b""


def nodes_of_all(program):
    """Without the roots."""
    return sum(len(surface.nodes) - 1 for surface in program.surfaces.values())


def place_node(program, instruction, operands):
    surface = surface_of(program, instruction, operands["surface"])
    numbers = [operands["node"], operands["parent"], operands["before"]]
    refuse_first(instruction, {"not_found": any(number not in surface.nodes for number in numbers)})
    node, parent = (surface.nodes[number] for number in numbers[:2])
    before = surface.nodes[operands["before"]] if operands["before"] != 0 else None
    misplaced = is_misplaced(node, parent, before)
    too_deep = not misplaced and depth(parent) + height(node) > DEEPEST
    refuse_first(instruction, {"invalid_argument": misplaced, "too_large": too_deep})
    detach(node)
    node.parent = parent
    parent.children.insert(parent.children.index(before) if before else len(parent.children), node)
    return b""


def is_misplaced(node, parent, before):
    """@spec instructions.ui.tree"""
    if node.number == ROOT or parent.kind not in HAVE_CHILDREN or is_within(parent, node):
        return True
    return before is not None and (before is node or before.parent is not parent)


def is_within(node, top):
    return node is top or (node.parent is not None and is_within(node.parent, top))


def depth(node):
    return 0 if node.parent is None else 1 + depth(node.parent)


def height(node):
    return 1 + max(map(height, node.children), default=0)


def detach(node):
    if node.parent is not None:
        node.parent.children.remove(node)
        node.parent = None


def remove_node(program, instruction, operands):
    surface, node = node_of(program, instruction, operands, lambda node: node.number == ROOT)
    detach(node)
    forget(surface, node)
    return b""


def forget(surface, node):
    """Their numbers are free again."""
    del surface.nodes[node.number]
    for child in node.children:
        forget(surface, child)


def node_of(program, instruction, operands, is_wrong, text=""):
    """The surface and its node, if neither the node nor the text is wrong."""
    surface = surface_of(program, instruction, operands["surface"])
    node = surface.nodes.get(operands["node"])
    wrong = node is not None and is_wrong(node)
    fitting = {"not_found": node is None, "invalid_argument": wrong, "too_large": length(text) > LONGEST_TEXT}
    refuse_first(instruction, fitting)
    return surface, node


def set_text(program, instruction, operands):
    text = operands["text"]
    _, node = node_of(program, instruction, operands, lambda node: node.kind not in HAVE_TEXT, text)
    shown = shown_text(text, node.kind)
    check_texts(program, instruction, length(shown) - length(node.text))
    node.text = shown
    return b""


def set_attribute(program, instruction, operands):
    name, value = attribute_name(operands), operands["value"]
    _, node = node_of(program, instruction, operands, lambda node: not is_value_of(node.kind, name, value), value)
    shown = shown_text(value, None)
    check_texts(program, instruction, length(shown) - length(node.values.get(name, "")))
    node.values[name] = shown
    return b""


def remove_attribute(program, instruction, operands):
    name = attribute_name(operands)
    _, node = node_of(program, instruction, operands, lambda node: not has_attribute(node.kind, name))
    node.values.pop(name, None)
    return b""


def attribute_name(operands):
    row = tables.by("ui-attributes", "number").get(operands["attribute"])
    return row["name"] if row is not None else None


def has_attribute(kind, name):
    """@spec instructions.ui.attributes"""
    return name is not None and kind in OWNERS.get(name, (kind,))


def is_value_of(kind, name, value):
    """@spec instructions.ui.attributes"""
    form = NUMBER if name == "value" and kind == "progress" else FORMS.get(name)
    return has_attribute(kind, name) and (form is None or re.fullmatch(form, value) is not None)


def beginning(kind, name):
    return "0" if name == "value" and kind == "progress" else BEGINNINGS.get(name, "")


def attribute(node, name):
    return node.values.get(name, beginning(node.kind, name))


def set_focus(program, instruction, operands):
    surface = surface_of(program, instruction, operands["surface"])
    node_of(program, instruction, operands, lambda node: not is_usable(surface, node))
    return b""


def shown_text(text, kind):
    """@spec instructions.ui.no-markup"""
    kept = KEPT_WHERE_PREFORMATTED if kind == "preformatted" else ""
    return CONTROLS.sub(lambda match: match.group() if match.group() in kept else "\ufffd", text)


DOES = {
    "surface_open": lambda *told: open_surface(*told),
    "input_open": lambda *told: open_input(*told),
    "close": lambda *told: close(*told),
    "node_create": lambda *told: create_node(*told),
    "node_place": lambda *told: place_node(*told),
    "node_remove": lambda *told: remove_node(*told),
    "text_set": lambda *told: set_text(*told),
    "attribute_set": lambda *told: set_attribute(*told),
    "attribute_remove": lambda *told: remove_attribute(*told),
    "focus_set": lambda *told: set_focus(*told),
}


# What a person does. @spec instructions.ui.input


def is_usable(surface, node):
    """It takes input, is shown and not disabled."""
    return takes_input(node) and attribute(node, "disabled") != "true" and is_shown(surface, node)


def takes_input(node):
    """An item without a text only holds others."""
    return node.kind in TAKE_INPUT and (node.kind != "item" or node.text != "")


def is_shown(surface, node):
    """Below the root, and neither it nor one above it hidden."""
    if attribute(node, "hidden") == "true":
        return False
    return node is surface.nodes[ROOT] if node.parent is None else is_shown(surface, node.parent)


def use(program, step):
    surface = program.surfaces.get(step["surface"])
    if surface is None or surface.is_closed_by_person:
        return {}
    node = surface.nodes.get(step.get("node"))
    PERSON[step["person"]](program, surface, node, step)
    return {}


def press(program, surface, node, _step):
    if node is not None and node.kind in ("button", "item") and is_usable(surface, node):
        tell(program, surface.inputs, "pressed", u32(node.number))


def change(program, surface, node, step):
    """As if the program had set it. @spec instructions.ui.value"""
    if node is None or node.kind not in (*INPUTS, "checkbox") or not is_usable(surface, node):
        return
    name = "checked" if node.kind == "checkbox" else "value"
    value = shown_text(step["value"], None)
    if value == attribute(node, name) or not is_value_of(node.kind, name, value) or length(value) > LONGEST_TEXT:
        return
    if not has_room(program, length(value) - length(node.values.get(name, ""))):
        return
    node.values[name] = value
    tell(program, surface.inputs, "changed", u32(node.number), text_tlv(value))


def submit(program, surface, node, _step):
    if node is not None and node.kind in INPUTS and is_usable(surface, node):
        tell(program, surface.inputs, "submitted", u32(node.number), text_tlv(attribute(node, "value")))


def press_key(program, surface, _node, step):
    tell(program, surface.inputs, "key_pressed", text_tlv(step["value"]))


def resize(program, surface, _node, step):
    tell(program, surface.inputs, "resized", u32(step["columns"]), u32(step["rows"]))


def close_by_person(program, surface, _node, _step):
    """@spec instructions.ui.closed"""
    surface.is_closed_by_person = True
    tell(program, surface.inputs, "closed")


PERSON = {
    "press": lambda *told: press(*told),
    "change": lambda *told: change(*told),
    "submit": lambda *told: submit(*told),
    "key": lambda *told: press_key(*told),
    "resize": lambda *told: resize(*told),
    "close": lambda *told: close_by_person(*told),
}


def tell(program, inputs, name, *payload):
    """An event for each input, in the order in which they were opened."""
    row = next(row for row in tables.rows("instruction-events") if (row["category"], row["name"]) == ("ui", name))
    category = tables.by("instruction-categories", "name")["ui"]["number"]
    for handle in inputs:
        head = bytes([category]) + row["opcode"].to_bytes(2, "big") + b"\x08\x04" + handle.to_bytes(4, "big")
        program.events.append((head + b"".join(payload)).hex())


def u32(number):
    return b"\x01\x04" + number.to_bytes(4, "big")


def text_tlv(text):
    data = text.encode("utf-8")
    return b"\x07" + leb128(len(data)) + data


def leb128(number):
    low, rest = number & 0x7F, number >> 7
    return bytes([low | 0x80]) + leb128(rest) if rest else bytes([low])


# What is there in the end.


def surface_forms(program):
    return [
        {"surface": handle, "title": surface.title, "nodes": node_forms(surface)}
        for handle, surface in program.surfaces.items()
    ]


def node_forms(surface):
    """The root first, then what is not placed, ascending; each followed by all below it."""
    tops = [surface.nodes[number] for number in sorted(surface.nodes) if surface.nodes[number].parent is None]
    return [form for top in tops for form in forms_of(top)]


def forms_of(node):
    form = {"node": node.number, "kind": node.kind}
    form.update({"parent": node.parent.number} if node.parent is not None else {})
    form.update({"text": node.text} if node.text else {})
    changed = {name: value for name, value in node.values.items() if value != beginning(node.kind, name)}
    form.update({"attributes": changed} if changed else {})
    return [form] + [below for child in node.children for below in forms_of(child)]
