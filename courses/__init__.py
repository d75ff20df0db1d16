"""What is taught: courses, media, questions. Never imports `learning`."""
