"""The policy of credit hours and the append-only ledger of them."""
