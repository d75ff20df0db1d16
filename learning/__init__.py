"""Who learns and what they achieve. May import `courses`, which never imports it back."""
