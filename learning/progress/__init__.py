"""What a person has really watched or read of a lesson."""
