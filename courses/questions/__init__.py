"""Questions, the quizzes drawn from them, and the marking of an answer."""
