"""Signing in and out: passwords, first sign-in cards, sessions and lockout."""
