"""A runner of the conformance vectors that needs nothing but Python."""
