"""Study away from the phone: shared viewings with roll call, and home delivery."""
