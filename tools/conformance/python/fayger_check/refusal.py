"""An error of the specification. @spec errors.shape"""


class Refusal(Exception):
    """A code of spec/tables/error-codes.yaml with its context; `CODEC` is the finding about a document alone."""

    def __init__(self, code, **context):
        Exception.__init__(self, code)
        self.code, self.context = code, context
