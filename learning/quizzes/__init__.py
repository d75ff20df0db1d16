"""Attempts, answers and submissions."""
