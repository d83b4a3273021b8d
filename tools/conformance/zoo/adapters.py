"""Adapters that implement nothing, and that a run must fail as a whole.

`ADAPTERS` has one exception: `answer-key` passes a published corpus that it was given, and is told apart by cases that
no corpus has published.
"""

import hashlib
import json
import os
import pathlib

from fayger_check import operations, session as right

CORPUS = pathlib.Path(__file__).resolve().parents[3] / "conformance-vectors"


class Adapter:
    """What an adapter declares and answers."""

    operations = property(lambda self: list(operations.operations()))

    def answer(self, message):
        raise NotImplementedError


class AlwaysAccept(Adapter):
    """Accepts everything."""

    def answer(self, message):
        return {"verdict": "accept", "result": {}}


class AlwaysReject(Adapter):
    """Refuses everything."""

    def answer(self, message):
        return {"verdict": "reject", "code": "CODEC", "context": {"reason": "truncated", "path": "$", "offset": 0}}


class Echo(Adapter):
    """Gives the inputs back as the result."""

    def answer(self, message):
        members = ("bytes", "value", "granted")
        inputs = message["inputs"]
        return {"verdict": "accept", "result": {name: inputs[name] for name in members if name in inputs}}


class ByToken(Adapter):
    """Decides by the token of a case, as if that said anything."""

    def answer(self, message):
        if hashlib.sha256(message["token"].encode("utf-8")).digest()[0] % 2:
            return {"verdict": "accept", "result": {}}
        return AlwaysReject().answer(message)


class Empty(Adapter):
    """Declares no operation."""

    operations = ()

    def answer(self, message):
        return AlwaysReject().answer(message)


class DeclaresButMisses(Adapter):
    """Declares every operation and has all but one."""

    def answer(self, message):
        if message["operation"] == "to_json":
            return AlwaysReject().answer(message)
        return operations.run(message["operation"], message["inputs"])


class DeclaresTooMuch(Adapter):
    """Declares an operation that there is not."""

    operations = property(lambda self: list(operations.operations()) + ["guess"])

    def answer(self, message):
        return operations.run(message["operation"], message["inputs"])


class AnswerKey(Adapter):
    """Has learnt the published corpus by heart, and refuses what is not in it.

    The corpus it learns is conformance-vectors, or the folder that FAYGER_ANSWER_KEY names."""

    def __init__(self):
        from fayger_conform import corpus as corpora

        corpus = corpora.Corpus(os.environ.get("FAYGER_ANSWER_KEY") or CORPUS)
        self.key = {
            digest_of(case.vector["operation"], corpus.inputs(case)): case.expect for case in corpus.cases()
        }

    def answer(self, message):
        expect = self.key.get(digest_of(message["operation"], message["inputs"]))
        if expect is None:
            return AlwaysReject().answer(message)
        return from_expectation(expect)


def digest_of(operation, inputs):
    return hashlib.sha256(json.dumps([operation, inputs], sort_keys=True).encode("utf-8")).digest()


def from_expectation(expect):
    """The answer that meets an expectation."""
    locus = expect.get("locus", {})
    names = {"at": "offset", "path": "path", "part": "part", "section": "section_id"}
    context = dict(expect.get("context", {}), **{names[name]: value for name, value in locus.items()})
    context.update({name: expect[name] for name in ("reason", "phase") if name in expect})
    effects = {name: value for name, value in expect.get("effects", {}).items() if not name.startswith("un")}
    if effects.pop("max_reads", None) is not None or "unread" in expect.get("effects", {}):
        effects["reads"] = effects.get("reads", [])
    effects.setdefault("events", effects.pop("published", []))
    made = {"verdict": expect["verdict"], "result": expect.get("result", {}), "effects": effects}
    if expect["verdict"] == "reject":
        made.update(code=expect.get("code", "CODEC"), context=context)
    return made


ADAPTERS = {
    "always-accept": AlwaysAccept,
    "always-reject": AlwaysReject,
    "echo": Echo,
    "by-token": ByToken,
    "empty": Empty,
    "declares-but-misses": DeclaresButMisses,
    "declares-too-much": DeclaresTooMuch,
    "answer-key": AnswerKey,
}


def session(adapter, lines, output):
    """Messages as of an implementation."""
    for line in lines:
        message = right.read_json(line)
        if message["message"] == "bye":
            return
        if message["message"] == "hello":
            made = dict(right.hello(), name="fayger-zoo", operations=list(adapter.operations))
        else:
            made = dict({"message": "answer", "token": message["token"]}, **adapter.answer(message))
        output.write(right.write_json(made) + "\n")
        output.flush()
