"""The tree of party organizations, who belongs where, and who holds which post."""
