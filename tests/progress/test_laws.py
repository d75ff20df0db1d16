"""The laws of honest watching against a machine that reports, loses, repeats, delays and forges; on a real database, and from several threads."""

import threading
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test
from sqlalchemy import select

from courses.kernel.db import db, transaction
from learning.organization.models import Person
from learning.progress import actions, rules
from learning.progress.actions import Limits, Report
from learning.progress.models import Allowance, Coverage, LessonCompletion, StudySession
from tests.makers import make_course
from tests.people import NOW

LIMITS = Limits(speed=2.0, threshold=0.9, reading_rate=800)
LENGTH = 120
FEW = settings(max_examples=20, stateful_step_count=14, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True)
span = st.tuples(st.integers(0, LENGTH - 1), st.integers(1, 40)).map(lambda pair: (pair[0], min(LENGTH, pair[0] + pair[1])))


@pytest.fixture
def lesson(county):
    return make_course(county, seconds=LENGTH).video


def someone():
    """A person nobody has seen before: what one achieved cannot be taken back for the next example."""
    with transaction() as session:
        row = Person(name="郑一一", name_key="zheng yi yi zyy", created_at=NOW)
        session.add(row)
        session.flush()
        return row.id


def own(person_id, table):
    return list(db.session.scalars(select(table).where(table.person_id == person_id)))


def covered(person_id):
    return {second for row in own(person_id, Coverage) for start, stop in rules.decode(row.spans) for second in range(start, stop)}


def opened(person_id, lesson_id, at, **more):
    with transaction():
        return actions.open_session(person_id, lesson_id, length_seconds=LENGTH, now=at, **more).id


def send(session_id, report, at):
    with transaction():
        return actions.extend(db.session.get(StudySession, session_id), report, limits=LIMITS, now=at)


class Watching(RuleBasedStateMachine):
    """Sessions come and go; reports, honest or forged, arrive never, once, in pieces, twice, late and in any order."""

    lesson = 0
    sessions = Bundle("sessions")
    reports = Bundle("reports")

    @initialize()
    def begin(self):
        self.person, self.now, self.keys, self.sent = someone(), NOW, 0, 0
        self.claimed, self.seconds, self.finished = set(), 0, []

    @rule(seconds=st.integers(0, 50))
    def time_passes(self, seconds):
        self.now += timedelta(seconds=seconds)

    @rule(target=sessions, offline=st.booleans())
    def open(self, offline):
        self.keys += 1
        first, again = (opened(self.person, self.lesson, self.now, key=f"key-{self.keys:08}", offline=offline) for _ in range(2))
        assert first == again, "asking twice opens one"
        return first

    @rule(target=reports, session=sessions, spans=st.lists(span, max_size=4), ago=st.integers(0, 60))
    def play(self, session, spans, ago):
        self.sent += 1
        return session, Report(tuple(spans), spans[-1][1] if spans else 0, self.sent, ago_seconds=ago)

    @rule(one=reports, pieces=st.integers(1, 3))
    def arrive(self, one, pieces):
        session, report = one
        for piece in range(pieces):
            spans = report.spans[piece : piece + 1] if piece < pieces - 1 else report.spans
            send(session, Report(spans, report.position, report.sequence, ago_seconds=report.ago_seconds), self.now)
        self.claimed |= {second for start, stop in report.spans for second in range(start, stop)}

    @rule(session=sessions)
    def forge(self, session):
        send(session, Report(((-5, 10**6),), 10**6, 2**31 - 1), self.now)
        self.claimed |= set(range(LENGTH))

    @rule()
    def look_at_a_page(self):
        with transaction():
            actions.credit(self.person, limits=LIMITS, now=self.now)

    @invariant()
    def no_more_is_believed_than_time_allows_and_nothing_is_taken_back(self):
        if not hasattr(self, "person"):
            return
        db.session.rollback()
        seen, sessions = covered(self.person), own(self.person, StudySession)
        windows = [row.window for row in sessions]
        assert seen <= self.claimed, "only what was claimed is covered"
        assert len(seen) * 1000 <= rules.open_ms(windows, after=NOW - timedelta(seconds=1), now=self.now) * LIMITS.speed, "credited above the allowance"
        assert all(row.credited_seconds <= (min(self.now, row.until) - row.since).total_seconds() * LIMITS.speed for row in sessions), "above a session's age"
        assert sum(row.credited_seconds for row in sessions) == len(seen), "every covered second is paid for once"
        assert sum(row.covered_seconds for row in own(self.person, Coverage)) == len(seen) >= self.seconds
        assert all(row.left_ms >= 0 for row in own(self.person, Allowance))
        finished = [row.at for row in own(self.person, LessonCompletion)]
        assert bool(finished) == (len(seen) >= LENGTH * LIMITS.threshold) and self.finished in ([], finished), "finished once, dated once"
        self.seconds, self.finished = len(seen), finished

    def teardown(self):
        """Whatever was claimed is credited in the end, however it came, once there is an open session and time."""
        if not getattr(self, "claimed", None):
            return
        session = self.open(offline=False)
        for sequence in (1, 2):
            send(session, Report((), 0, sequence), self.now)
            self.now += timedelta(seconds=LENGTH)
        send(session, Report((), 0, 3), self.now)
        assert covered(self.person) == self.claimed, "a claim was lost"


def test_any_trace_of_reports_obeys_the_laws(lesson):
    Watching.lesson = lesson
    run_state_machine_as_test(Watching, settings=FEW)


@settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True)
@given(plays=st.lists(st.tuples(span, st.integers(1, 30)), min_size=1, max_size=6), data=st.data())
def test_an_honest_trace_has_one_outcome_however_its_reports_travel(lesson, plays, data):
    """Played one after another, each as long as it takes: sent at once, or late, shuffled, repeated and two in one."""
    at, trace = NOW, []
    for sequence, ((start, stop), pause) in enumerate(plays, 1):
        at += timedelta(seconds=stop - start + pause)
        trace.append((Report(((start, stop),), stop, sequence), at))
    straight, crooked = someone(), someone()
    first, second = opened(straight, lesson, NOW), opened(crooked, lesson, NOW)
    for report, when in trace:
        send(first, report, when)
    order = data.draw(st.permutations(trace))
    order += data.draw(st.lists(st.sampled_from(trace), max_size=3))
    for report, when in order:
        other = data.draw(st.sampled_from(trace))[0]
        late = int((at - when).total_seconds())
        send(second, Report((*report.spans, *other.spans), report.position, report.sequence, ago_seconds=late), at)
    ends = [(covered(person), own(person, Coverage)[0].position, len(own(person, LessonCompletion))) for person in (straight, crooked)]
    assert ends[0] == ends[1]
    assert ends[0][0] == {second for (start, stop), _ in plays for second in range(start, stop)}


def test_reports_of_four_devices_at_once_lose_nothing_and_earn_nothing_twice(app, lesson):
    person = someone()
    sessions = [opened(person, lesson, NOW) for _ in range(4)]
    faults = []

    def device(place, session_id):
        try:
            with app.app_context():
                for step in range(8):
                    start = (place * 8 + step) * 3 % LENGTH
                    for _ in range(2):  # each is sent twice
                        send(session_id, Report(((start, start + 6),), start, step + 1), NOW + timedelta(seconds=20 + step))
                db.session.remove()
        except BaseException as fault:
            faults.append(fault)

    threads = [threading.Thread(target=device, args=one) for one in enumerate(sessions)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not faults
    db.session.rollback()
    assert len(covered(person)) == sum(row.credited_seconds for row in own(person, StudySession)) <= 27 * 2
    send(sessions[0], Report((), 0, 99), NOW + timedelta(seconds=200))
    expected = {second for place in range(32) for second in range(place * 3 % LENGTH, min(LENGTH, place * 3 % LENGTH + 6))}
    assert covered(person) == expected
