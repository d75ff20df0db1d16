"""The demo county: fictional people, organizations and courses, made through the same actions as real ones."""
