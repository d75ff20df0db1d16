"""Counts of how each question went, kept as papers are marked, and recomputed from them by a command."""

from collections import Counter
from collections.abc import Iterable

from sqlalchemy import delete, insert, select, update

from courses.kernel.db import db, insert_once
from courses.questions import queries as questions
from courses.questions.rules import Choice
from learning.quizzes import queries, rules
from learning.quizzes.models import Answer, Attempt, ChoiceTally, QuestionTally, QuizSubmission
from learning.quizzes.rules import Tally

AT_ONCE = 500  # attempts read at a time


def count(attempt: Attempt) -> None:
    """Add one newly marked paper to the counts. Last in its transaction, question by question in order of id: these rows are everyone's."""
    items = questions.asked(question_id for question_id, _ in attempt.paper)
    for tally in rules.tallied(items.values(), queries.marked_answers(attempt.id)):
        insert_once(QuestionTally, {"question_id": tally.question_id, "papers": 0, "answered": 0, "right": 0}, unique=("question_id",))
        more = {
            "papers": QuestionTally.papers + 1,
            "answered": QuestionTally.answered + int(tally.answered),
            "right": QuestionTally.right + int(tally.right),
        }
        db.session.execute(update(QuestionTally).where(QuestionTally.question_id == tally.question_id).values(more))
        for choice in sorted(tally.wrong):
            here = {"question_id": tally.question_id, "choice": choice}
            insert_once(ChoiceTally, {**here, "count": 0}, unique=("question_id", "choice"))
            db.session.execute(update(ChoiceTally).filter_by(**here).values(count=ChoiceTally.count + 1))


def recount() -> int:
    """Recompute every count from the marked papers; returns how many questions have one."""
    papers, answered, right, wrong = Counter[int](), Counter[int](), Counter[int](), Counter[tuple[int, str]]()
    for tally in _everything():
        papers[tally.question_id] += 1
        answered[tally.question_id] += tally.answered
        right[tally.question_id] += tally.right
        wrong.update((tally.question_id, choice) for choice in tally.wrong)
    db.session.execute(delete(QuestionTally))
    db.session.execute(delete(ChoiceTally))
    rows = [{"question_id": key, "papers": number, "answered": answered[key], "right": right[key]} for key, number in papers.items()]
    choices = [{"question_id": key, "choice": choice, "count": number} for (key, choice), number in wrong.items()]
    for model, values in ((QuestionTally, rows), (ChoiceTally, choices)):
        if values:
            db.session.execute(insert(model), values)
    db.session.expire_all()
    return len(rows)


def _everything() -> Iterable[Tally]:
    last = 0
    while True:
        statement = select(Attempt.id, Attempt.paper).join(QuizSubmission, QuizSubmission.attempt_id == Attempt.id).where(Attempt.id > last)
        some = db.session.execute(statement.order_by(Attempt.id).limit(AT_ONCE)).all()
        if not some:
            return
        last = some[-1].id
        chosen: dict[int, dict[int, list[Choice]]] = {}
        answers = select(Answer.attempt_id, Answer.question_id, Answer.chosen).where(Answer.attempt_id.between(some[0].id, last))
        for attempt_id, question_id, picked in db.session.execute(answers):
            chosen.setdefault(attempt_id, {})[question_id] = picked
        items = questions.asked({question_id for row in some for question_id, _ in row.paper})
        for row in some:
            yield from rules.tallied([items[key] for key, _ in row.paper], chosen.get(row.id, {}))
