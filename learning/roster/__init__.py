"""A roster as a file: read and understood, compared with the roster that stands, and written out again."""
