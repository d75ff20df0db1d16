"""Completions, certificates, branch records, and the log that proves none was altered."""
