"""An implementation under test: reads questions and writes answers, one JSON object a line each."""

import json
import sys

HELLO = {
    "message": "hello",
    "protocol": 1,
    "name": "my-fayger",
    "version": "0.1.0",
    "language": "python",
    "specification": "1.0",
    "features": [],
}


class Refused(Exception):
    """The input is refused: an error code of the specification, and its context."""

    def __init__(self, code, **context):
        super().__init__(code)
        self.code = code
        self.context = context


def echo(inputs):
    """Give back the bytes. They travel as lower-case hexadecimal."""
    data = bytes.fromhex(inputs["bytes"])
    return {"bytes": data.hex()}


# NEXT: the operation `decode`. Take the comment signs away, put your own decoder in, and add it to OPERATIONS below.
#
# def decode(inputs):
#     document = bytes.fromhex(inputs["bytes"])
#     value, fault = my_decoder(inputs["rule"], document)
#     if fault:
#         raise Refused("CODEC", reason=fault.reason, path=fault.path, offset=fault.offset)
#     return {"value": value, "bytes": document.hex()}

OPERATIONS = {"echo": echo}


def answer(message):
    """Whatever is raised besides Refused ends this program: a crash is never a refusal."""
    head = {"message": "answer", "token": message["token"]}
    try:
        result = OPERATIONS[message["operation"]](message["inputs"])
    except Refused as refusal:
        return {**head, "verdict": "reject", "code": refusal.code, "context": refusal.context}
    return {**head, "verdict": "accept", "result": result}


def main():
    for line in sys.stdin:
        message = json.loads(line)
        if message["message"] == "hello":
            reply = {**HELLO, "operations": list(OPERATIONS)}
        elif message["message"] == "run":
            reply = answer(message)
        else:
            return
        print(json.dumps(reply), flush=True)


if __name__ == "__main__":
    main()
