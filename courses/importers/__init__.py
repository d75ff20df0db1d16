"""Question files as trainers keep them: read, shown, then entered in the bank in one transaction."""
