"""The floor of the house: imports nothing of ours and stays small."""
