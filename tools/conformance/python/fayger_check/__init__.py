"""Fayger once more, from its specification alone: slow, short and readable."""
