"""Series, courses, their versions and lessons, and the review that comes before publication."""
