"""A corpus on disk: its digest, its vectors, and the cases that an exhaustive vector stands for."""

import hashlib
import json
import math
import pathlib

DIGEST_LINE = "%s  %s\n"


class CorpusFault(Exception):
    """A corpus that is damaged."""


class Case:
    """One case: a vector, or the one of its number that a vector with `expand` stands for."""

    __slots__ = ("family", "vector", "number", "expect")

    def __init__(self, family, vector, number, expect):
        self.family, self.vector, self.number, self.expect = family, vector, number, expect

    @property
    def name(self):
        """`ID`, or `ID#NUMBER`."""
        return self.vector["id"] if self.number is None else "%s#%d" % (self.vector["id"], self.number)


class Corpus:
    """The files of a folder, read when they are asked for. @spec conformance.corpus"""

    def __init__(self, folder):
        self.folder = pathlib.Path(folder)
        self.index = json.loads((self.folder / "index.json").read_text(encoding="utf-8"))
        self._files = {}

    def check(self):
        """Every file has the digest that the index states, and all of them have the corpus's.
        @spec conformance.corpus.digest"""
        lines = []
        for file in sorted(self.index["files"], key=lambda each: each["path"].encode("utf-8")):
            found = sha256(self.file(file["path"]))
            if found != file["sha256"]:
                raise CorpusFault(file["path"] + " is not the file that index.json names")
            lines.append(DIGEST_LINE % (found, file["path"]))
        if sha256("".join(lines).encode("utf-8")) != self.index["digest"]:
            raise CorpusFault("index.json does not have the digest of its own files")

    def file(self, path):
        if path not in self._files:
            self._files[path] = (self.folder / path).read_bytes()
        return self._files[path]

    def vectors(self):
        """Every vector that counts, with its family, in the order of the index. @spec conformance.withdrawn"""
        for family in self.index["families"]:
            for vector in json.loads(self.file(family["file"])):
                if vector["status"] == "active":
                    yield family["name"], vector

    def cases(self):
        """Every case, in the order of the index."""
        for family, vector in self.vectors():
            if "expand" not in vector:
                yield Case(family, vector, None, vector["expect"])
                continue
            for part in vector["expand"]["classes"]:
                for number in range(part["first"], part["last"] + 1):
                    yield Case(family, vector, number, part["expect"])

    def some_cases(self):
        """Every vector, and of one with `expand` the first and the last case of each class."""
        for family, vector in self.vectors():
            if "expand" not in vector:
                yield Case(family, vector, None, vector["expect"])
                continue
            for part in vector["expand"]["classes"]:
                for number in sorted({part["first"], part["last"]}):
                    yield Case(family, vector, number, part["expect"])

    def inputs(self, case):
        """What is sent. @spec conformance.opaque"""
        inputs = dict(case.vector["inputs"])
        file = inputs.pop("file", None)
        if file is None and case.number is None:
            return inputs
        data = self.file(file) if file is not None else bytes.fromhex(inputs["bytes"])
        inputs["bytes"] = (data if case.number is None else mutated(data, case.vector["expand"], case.number)).hex()
        return inputs


def sha256(data):
    return hashlib.sha256(data).hexdigest()


def digest_of_vectors(corpus):
    """SHA-256 over the lines of all families and files, as of a corpus that held nothing else."""
    lines = [
        DIGEST_LINE % (file["sha256"], file["path"])
        for file in sorted(corpus.index["files"], key=lambda each: each["path"].encode("utf-8"))
        if file["path"].startswith(("families/", "files/"))
    ]
    return sha256("".join(lines).encode("utf-8"))


def mutated(data, expansion, number):
    """The bytes of one case of a recipe. @spec conformance.expansion"""
    settings = expansion.get("arguments", {})
    mutator = expansion["mutator"]
    if mutator == "truncate":
        return data[:number]
    if mutator == "flip-bit":
        place = number // 8
        return data[:place] + bytes([data[place] ^ 1 << 7 - number % 8]) + data[place + 1 :]
    if mutator == "insert-byte":
        return data[:number] + bytes([settings["byte"]]) + data[number:]
    if mutator == "delete-byte":
        return data[:number] + data[number + 1 :]
    return in_order(data, settings["parts"], number + 1)


def in_order(data, parts, order):
    """The parts in the order of that number, lexicographic, the original one being 0; what lies between them stays."""
    chosen = permutation(len(parts), order)
    made, end = b"", 0
    for part, other in zip(parts, chosen):
        made += data[end : part["offset"]]
        made += data[parts[other]["offset"] : parts[other]["offset"] + parts[other]["length"]]
        end = part["offset"] + part["length"]
    return made + data[end:]


def permutation(count, order):
    left, made = list(range(count)), []
    for rest in range(count - 1, -1, -1):
        place, order = divmod(order, math.factorial(rest))
        made.append(left.pop(place))
    return made


