"""Two ways to ask this program: a session of messages, a command for one case. @spec conformance.session.order"""

import json
import sys

from . import operations

NAME = "fayger-check"
VERSION = "1.0.0"
PROTOCOL = 1
REFUSED = 1


def hello():
    return {
        "message": "hello",
        "protocol": PROTOCOL,
        "name": NAME,
        "version": VERSION,
        "language": "python",
        "specification": "1.0",
        "operations": list(operations.operations()),
        "features": [],
    }


def answer(message):
    """The answer to a `run`, with its token."""
    made = {"message": "answer", "token": message["token"]}
    made.update(operations.run(message["operation"], message["inputs"]))
    return made


def read_json(text):
    """One JSON text; what is no JSON, as NaN, is none here. @spec encoding.json"""
    return json.loads(text, parse_constant=refuse_constant, parse_int=read_integer)


def refuse_constant(text):
    raise ValueError("no JSON: " + text)


def read_integer(text):
    """Integers without end are numbers like others: those of hundreds of digits have no binary64."""
    return int(text) if len(text) < 400 else float(text)


def write_json(value):
    return json.dumps(value, ensure_ascii=True, separators=(",", ":"))


def session(lines, output):
    """Answer every message before the next is read, until `bye` or the end."""
    for line in lines:
        message = read_json(line)
        if message["message"] == "bye":
            return
        made = hello() if message["message"] == "hello" else answer(message)
        output.write(write_json(made) + "\n")
        output.flush()


def command(operation, file):
    """One case: the answer as a line, and the exit that says the same. @spec conformance.command.exit"""
    with open(file, encoding="utf-8") as inputs:
        made = operations.run(operation, read_json(inputs.read()))
    sys.stdout.write(write_json(dict({"message": "answer"}, **made)) + "\n")
    return 0 if made["verdict"] == "accept" else REFUSED
