"""The rooms of secretaries, committees and auditors."""
