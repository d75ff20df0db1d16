"""How a quiz is sat: drawn papers, a limit of attempts, a deadline; what a crash leaves; and the counts that every marking adds to."""

import threading
from dataclasses import replace
from datetime import date, timedelta

import pytest
from sqlalchemy import select

from courses.kernel import clock
from courses.kernel.db import Unwritten, db, transaction
from courses.kernel.errors import Refused
from courses.questions import bank_actions
from courses.questions import queries as questions
from courses.questions.actions import write_quiz
from courses.questions.models import BankEntry, Question
from courses.questions.rules import Draw, NewItem, Terms
from learning.hours import actions as hours
from learning.organization.models import Person
from learning.quizzes import actions, queries, tally_actions
from learning.quizzes.models import Answer, Attempt, ChoiceTally, HandIn, LateAnswer, QuestionTally, QuizSubmission
from learning.study import jobs
from tests.clients import client_for
from tests.makers import make_course
from tests.people import NOW

BANK = [NewItem("single", f"第{n}题", ("甲", "乙", "丙"), (n % 3,), topic="消防" if n < 8 else "急救", difficulty=1 + n % 3) for n in range(12)]
BANK += [NewItem("fill_in", "火警电话是____", (), ("119",), topic="电话")]


@pytest.fixture
def course(county):
    return make_course(county)


def quiz_with(county, items=(), *, draws=(), **terms):
    with transaction():
        author = db.session.get(Person, county.trainer)
        if draws:
            bank_actions.add_to_bank(BANK, county.town, actor=author, now=NOW)
        return write_quiz("卷", items, terms=Terms(**terms), draws=draws, actor=author, now=NOW).id


def begin(county, course, quiz, *, at=NOW, who="member"):
    with transaction():
        where = {"course_id": course.course, "version_id": course.version, "lesson_id": None}
        return actions.hand_out(getattr(county, who), quiz, **where, now=at).id


def save(attempt_id, question_id, chosen, *, sequence=1, at=NOW):
    with transaction():
        return actions.save_answer(db.session.get_one(Attempt, attempt_id), question_id, chosen, sequence=sequence, now=at)


def submit(attempt_id, *, at=NOW):
    with transaction():
        return actions.submit(db.session.get_one(Attempt, attempt_id), now=at).score


def paper(attempt_id):
    return [key for key, _ in db.session.get_one(Attempt, attempt_id).paper]


def test_a_paper_is_drawn_as_the_rules_say_and_stays_as_it_was_handed_out(county, course):
    quiz = quiz_with(county, [BANK[-1]], draws=[Draw("消防", None, 3), Draw("", 1, 2)])
    drawn = []
    for _ in range(4):
        attempt = begin(county, course, quiz)
        items = questions.asked(paper(attempt))
        assert len(items) == 6
        assert sum(item.topic == "消防" for item in items.values()) >= 3
        assert sum(item.difficulty == 1 for item in items.values()) >= 2
        assert begin(county, course, quiz) == attempt
        drawn.append(frozenset(items))
        submit(attempt)
    assert len(set(drawn)) > 1


def test_what_becomes_of_the_bank_changes_no_paper_and_no_saved_quiz(county, course):
    quiz = quiz_with(county, draws=[Draw("电话", None, 1)])
    attempt = begin(county, course, quiz)
    with transaction():
        author = db.session.get(Person, county.trainer)
        entry = db.session.scalars(select(BankEntry).join(Question).where(Question.kind == "fill_in")).one()
        bank_actions.revise(entry, replace(BANK[-1], answer=("110",)), actor=author, now=NOW)
        bank_actions.retire(entry, actor=author, now=NOW)
    save(attempt, paper(attempt)[0], ["１１９ "])
    assert submit(attempt) == 100
    assert questions.asked(paper(begin(county, course, quiz))).popitem()[1].texts == ("119",)


def test_more_than_the_bank_holds_is_not_drawn(county):
    with pytest.raises(Refused, match="题库里的题不够抽：急救要抽 5 题，题库里有 4 题"):
        quiz_with(county, draws=[Draw("急救", None, 5)])


def test_attempts_are_counted_only_when_the_course_says_so(county, course):
    quiz = quiz_with(county, BANK[:1], most_attempts=2)
    for _ in range(2):
        submit(begin(county, course, quiz))
    with pytest.raises(Refused, match="最多做 2 次"):
        begin(county, course, quiz)
    assert begin(county, course, quiz, who="neighbour")


def test_what_came_by_the_deadline_counts_and_what_came_later_is_kept(county, course):
    quiz = quiz_with(county, BANK[:2], shuffled=False, minutes=10)
    attempt = begin(county, course, quiz)
    first, second = paper(attempt)
    on_time, late = NOW + timedelta(minutes=10), NOW + timedelta(minutes=10, seconds=1)
    assert not save(attempt, first, [0], at=on_time).late
    assert save(attempt, first, [2], sequence=5, at=late).late
    assert save(attempt, second, [1], at=late).late
    with transaction():
        actions.save_form(db.session.get_one(Attempt, attempt), {first: (2,), second: (1,)}, now=late)
    assert submit(attempt, at=late + timedelta(days=1)) == 50
    assert [row.chosen for row in db.session.scalars(select(LateAnswer).order_by(LateAnswer.question_id))] == [[2], [1]]
    assert [row.chosen for row in db.session.scalars(select(Answer))] == [[0]]


def test_a_paper_left_beyond_its_time_is_handed_in_by_the_clock_and_still_keeps_what_comes_late(app, county, course):
    quiz = quiz_with(county, BANK[:2], shuffled=False, minutes=10)
    attempt, untimed = begin(county, course, quiz), begin(county, course, quiz_with(county, BANK[:1]))
    first, second = paper(attempt)
    save(attempt, first, [0], at=NOW + timedelta(minutes=9))
    ended = NOW + timedelta(minutes=10)
    jobs.end_papers(ended + timedelta(seconds=30))
    assert db.session.query(QuizSubmission).count() == 0, "an answer that came in time may still be under way"
    for _ in range(2):
        jobs.end_papers(ended + timedelta(minutes=2))
    row = db.session.get_one(Attempt, attempt)
    assert row.submission.score == 50 and row.hand_in.at == ended and queries.ended_by_clock(row)
    assert db.session.get_one(Attempt, untimed).hand_in is None, "without a limit nothing ends by itself"
    assert save(attempt, second, [1], sequence=3, at=NOW + timedelta(days=1)).late
    assert submit(attempt, at=NOW + timedelta(days=1)) == 50
    assert [row.chosen for row in db.session.scalars(select(LateAnswer))] == [[1]]
    assert begin(county, course, quiz, at=NOW + timedelta(days=1)) != attempt


@pytest.fixture
def policy(county):
    """The county's hours, without which no page of study says any."""
    with transaction():
        hours.set_policy(date(2026, 1, 1), now=NOW)


def test_half_a_character_that_stands_in_an_answer_is_simply_wrong(app, county, course, policy):
    quiz = quiz_with(county, [BANK[-1], BANK[0]], shuffled=False, minutes=10)
    attempt = begin(county, course, quiz, at=clock.now())
    blank, single = paper(attempt)
    with transaction():
        db.session.add(Answer(attempt_id=attempt, question_id=blank, chosen=["119\ud800"], sequence=1, at=NOW))
        db.session.add(Answer(attempt_id=attempt, question_id=single, chosen=[0], sequence=1, at=NOW))
    client = client_for(app, county.member)
    assert client.get(f"/attempts/{attempt}").status_code == 200, "while it is open"
    with transaction():
        db.session.get_one(Attempt, attempt).until = clock.now() - timedelta(seconds=1)
    assert client.get("/record").status_code == 200
    row = db.session.get_one(Attempt, attempt)
    assert (row.submission.score, row.submission.right) == (50, [single])
    assert client.get(f"/attempts/{attempt}").status_code == 200
    assert db.session.query(ChoiceTally).one().choice == "119\ufffd"
    with transaction():
        assert tally_actions.recount() == 2
    evidence = f"/people/{county.member}/courses/{course.course}/evidence"
    assert client_for(app, county.auditor).get(evidence).status_code < 500


@pytest.fixture
def broken(monkeypatch):
    """The papers that cannot be ended, whatever is wrong with them."""
    ids = set()

    def mark(attempt):
        if attempt.id in ids:
            raise ZeroDivisionError
        return marking(attempt)

    marking = actions.mark
    monkeypatch.setattr(actions, "mark", mark)
    return ids


def test_a_paper_that_cannot_be_ended_keeps_no_other_open(app, county, course, broken, capsys):
    quiz = quiz_with(county, BANK[:1], minutes=10)
    first, second = begin(county, course, quiz), begin(county, course, quiz, at=NOW + timedelta(minutes=1), who="neighbour")
    broken.add(first)
    jobs.end_papers(NOW + timedelta(hours=1))
    assert db.session.get_one(Attempt, second).submission is not None
    assert db.session.get_one(Attempt, first).hand_in is None
    assert capsys.readouterr().err.count('"event": "paper_not_ended"') == 1
    broken.clear()
    jobs.end_papers(NOW + timedelta(hours=1))
    db.session.rollback()
    assert db.session.get_one(Attempt, first).submission is not None, "once it can be, it is"


def test_papers_that_cannot_be_ended_in_heaps_keep_no_other_open(county, course, broken, monkeypatch):
    quiz = quiz_with(county, BANK[:1], minutes=10)
    whose = ("member", "neighbour", "activist", "secretary")
    papers = [begin(county, course, quiz, at=NOW + timedelta(minutes=place), who=who) for place, who in enumerate(whose)]
    broken.update(papers[:3])
    few = queries.overdue
    monkeypatch.setattr(queries, "overdue", lambda now, **more: few(now, most=2, **more))
    jobs.end_papers(NOW + timedelta(hours=1))
    assert db.session.get_one(Attempt, papers[3]).submission is not None


def test_nobody_is_kept_from_their_pages_by_a_paper_that_cannot_be_ended(app, county, course, policy, broken, capsys):
    quiz = quiz_with(county, BANK[:1], minutes=10)
    first, second = (begin(county, course, one, at=clock.now() - timedelta(hours=1)) for one in (quiz, quiz_with(county, BANK[:1], minutes=10)))
    broken.add(first)
    client = client_for(app, county.member)
    for address in ("/", "/courses", "/record"):
        assert client.get(address).status_code == 200
    assert db.session.get_one(Attempt, second).submission is not None
    assert '"event": "paper_not_ended"' in capsys.readouterr().err


def test_where_nothing_can_be_written_the_chore_says_so(county, course, monkeypatch):
    begin(county, course, quiz_with(county, BANK[:1], minutes=10))

    def full(_attempt):
        raise Unwritten(None, None, OSError("the disk is full"))

    monkeypatch.setattr(actions, "mark", full)
    with pytest.raises(Unwritten):
        jobs.end_papers(NOW + timedelta(hours=1))


def test_a_crash_between_handing_in_and_marking_loses_nothing(county, course):
    quiz = quiz_with(county, BANK[:2], shuffled=False)
    attempt = begin(county, course, quiz)
    save(attempt, paper(attempt)[0], [0])
    with pytest.raises(ZeroDivisionError), transaction():
        actions.hand_in(db.session.get_one(Attempt, attempt), now=NOW)
        raise ZeroDivisionError
    assert db.session.query(HandIn).count() == 0 and begin(county, course, quiz) == attempt, "still open, with its answer"
    with transaction():
        actions.hand_in(db.session.get_one(Attempt, attempt), now=NOW)
    with pytest.raises(ZeroDivisionError), transaction():
        actions.mark(db.session.get_one(Attempt, attempt))
        raise ZeroDivisionError
    with pytest.raises(Refused, match="已经交了"):
        save(attempt, paper(attempt)[1], [1])
    assert submit(attempt, at=NOW + timedelta(days=3)) == 50
    assert db.session.query(QuizSubmission).one().at == NOW


def test_of_two_devices_the_later_choice_stands_and_each_is_told(county, course):
    quiz = quiz_with(county, BANK[:1])
    attempt = begin(county, course, quiz)
    [question] = paper(attempt)
    assert save(attempt, question, [1], sequence=1).stands
    lost = save(attempt, question, [0], sequence=1)
    assert (lost.stands, lost.sequence) == (False, 1)
    assert save(attempt, question, [0], sequence=lost.sequence + 1).stands
    for _ in range(2):
        assert not save(attempt, question, [1], sequence=1).stands
    assert submit(attempt) == 100


def test_papers_handed_in_at_once_are_marked_once_and_counted_once(app, county, course):
    quiz = quiz_with(county, BANK[:3], shuffled=False)
    papers = {who: begin(county, course, quiz, who=who) for who in ("member", "neighbour", "activist")}
    keys = paper(papers["member"])
    for attempt in papers.values():
        save(attempt, keys[0], [0])
        save(attempt, keys[1], [2])
    faults: list[BaseException] = []

    def hand_in(who: str) -> None:
        try:
            with app.app_context():
                for _ in range(3):
                    with transaction(seat=getattr(county, who)):
                        actions.submit(queries.attempt_for(getattr(county, who), papers[who]), now=NOW)
                db.session.remove()
        except BaseException as fault:
            faults.append(fault)

    threads = [threading.Thread(target=hand_in, args=(who,)) for who in papers for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert faults == []
    db.session.rollback()
    assert db.session.query(QuizSubmission).count() == 3
    assert counts() == {keys[0]: (3, 3, 3), keys[1]: (3, 3, 0), keys[2]: (3, 0, 0)}
    assert wrong() == {(keys[1], "2"): 3}


def test_a_repair_recomputes_the_counts(county, course):
    quiz = quiz_with(county, [*BANK[:2], BANK[-1]], shuffled=False)
    for written, chosen in (("119", [0]), (" １10", [1]), ("110", [])):
        attempt = begin(county, course, quiz)
        first, _second, blank = paper(attempt)
        save(attempt, first, chosen)
        save(attempt, blank, [written])
        submit(attempt)
    begin(county, course, quiz)  # an open paper counts for nothing
    kept = counts(), wrong()
    assert kept[0][blank] == (3, 3, 1) and kept[1] == {(first, "1"): 1, (blank, "110"): 2}
    with transaction() as session:
        session.query(QuestionTally).delete()
        session.add(ChoiceTally(question_id=first, choice="9", count=9))
    with transaction():
        assert tally_actions.recount() == 3
    assert (counts(), wrong()) == kept


def counts():
    return {row.question_id: (row.papers, row.answered, row.right) for row in db.session.scalars(select(QuestionTally))}


def wrong():
    return {(row.question_id, row.choice): row.count for row in db.session.scalars(select(ChoiceTally))}
