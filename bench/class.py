"""Members at once: each a report every 30 s, with pages, quiz starts and answers as shares of the reports; how long they wait, and whether anything is lost or doubled."""

import argparse
import heapq
import json
import random
import sys
import time
from datetime import timedelta
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from sqlalchemy import func, select

from bench import county, load, site
from courses.kernel.db import db
from learning.progress.models import Coverage
from learning.progress.rules import decode, seconds
from learning.quizzes.models import Answer, Attempt

EVERY = 30.0  # seconds between two reports of a member
PAGES, STARTS, ANSWERS = 0.06, 0.05, 0.15  # as shares of the reports
COURSES = 200
PLAYED = 20  # seconds of media in a report; a member plays and pauses
LINKS = 6000


def main() -> None:
    """Run the class and say what it came to."""
    wanted = argparse.ArgumentParser(description=__doc__)
    wanted.add_argument("--short", action="store_true")
    wanted.add_argument("--members", type=int)
    wanted.add_argument("--seconds", type=int)
    wanted.add_argument("--joining", type=float)
    options = wanted.parse_args()
    members, lasts = options.members or (240 if options.short else 10_000), options.seconds or (30 if options.short else 330)
    joining = options.joining or (10.0 if options.short else 150.0)
    with site.site("sqlite") as made:
        built = county.build(made.app, people=members, courses=COURSES)
        county.open_sessions(made.app, first=1, last=members, age=timedelta(minutes=10))
        with made.app.app_context():
            db.engine.dispose()
        cookies = [built.cookie(made.app, n) for n in range(1, members + 1)]
        before = site.calibration_ms()
        with site.serving(made) as server:
            said = generated(server, cookies, built.csrf(), joining, lasts)
        kept = in_the_database(made, said.pop("spans"), said.pop("saved"))
    print(json.dumps({"members": members, "seconds": lasts, **said, **kept, "calibration_ms": before}))


def generated(server: site.Server, cookies: list[str], csrf: str, joining: float, lasts: int) -> dict[str, Any]:
    """Run the generator in a process of its own, and look at the server's memory meanwhile."""
    memory: list[float] = []
    began, cpu = time.monotonic(), server.cpu_seconds()
    with load.apart(_run, server.port, cookies, csrf, joining, lasts) as running:
        while not running.poll(5):
            memory.append(server.memory_mb())
        said: dict[str, Any] = running.recv()
    third = max(1, len(memory) // 3)
    return {
        **said,
        "memory_mb": {"after_a_third": memory[third] if len(memory) > third else memory[-1], "at_the_end": memory[-1]},
        "server_cores": round((server.cpu_seconds() - cpu) / (time.monotonic() - began), 2),
    }


def in_the_database(made: site.Site, spans: dict[int, tuple[int, int]], saved: dict[tuple[int, int], tuple[int, list[int]]]) -> dict[str, int]:
    """What was acknowledged and is not there, and what is there more than once."""
    lost = doubled = 0
    with made.app.app_context():
        rows = db.session.execute(select(Coverage.person_id, Coverage.lesson_id, Coverage.spans, Coverage.covered_seconds)).all()
        found = {person: (seconds(decode(blob)), covered) for person, lesson, blob, covered in rows if lesson == county.lesson_of(1, 1)}
        for person, (acknowledged, sent) in spans.items():
            union, covered = found.get(person, (0, 0))
            lost += union < acknowledged
            doubled += union > sent or covered != union
        answers = select(Attempt.person_id, Answer.question_id, Answer.sequence, Answer.chosen).join(Answer, Answer.attempt_id == Attempt.id)
        kept = {(person, question): (number, list(chosen)) for person, question, number, chosen in db.session.execute(answers)}
        lost += sum(kept.get(key, (-1, [])) != said for key, said in saved.items() if kept.get(key, (-1, []))[0] <= said[0])
        open_twice = select(func.count()).select_from(Attempt).group_by(Attempt.person_id, Attempt.quiz_id).having(func.count() > 1)
        doubled += len(db.session.execute(open_twice).all())
        db.session.remove()
    return {"lost": lost, "doubled": doubled}


class Class:
    """The members, each with what they will do next; a request of each kind is made from what was answered before."""

    def __init__(self, port: int, cookies: list[str], csrf: str, *, counted_from: float) -> None:
        self.cookies, self.csrf, self.dice = cookies, csrf, random.Random(7)
        self.links = load.Load(port, self.answered, links=LINKS)
        self.counted_from = counted_from  # what was due before belongs to the coming in, and is not timed
        self.times: dict[str, list[float]] = {"report": [], "page": [], "start": [], "answer": []}
        self.errors = self.refused = 0
        self.sent = [0] * (len(cookies) + 1)  # reports of each member
        self.spans: dict[int, int] = {}  # acknowledged seconds
        self.attempts: dict[int, int] = {}
        self.holders: list[int] = []  # who holds a paper, as their answers are drawn
        self.answers: dict[int, int] = {}
        self.saved: dict[tuple[int, int], tuple[int, list[int]]] = {}

    def report(self, person: int, due: float) -> None:
        start = self.sent[person] * PLAYED
        self.sent[person] += 1
        body = json.dumps({"spans": [[start, start + PLAYED]], "position": start + PLAYED, "sequence": self.sent[person], "sound": False}).encode()
        self._post(f"/sessions/{person}/reports", body, ("report", person, due, None), person, due)
        chance = self.dice.random()
        if chance < PAGES:
            page = "/" if chance < PAGES / 2 else f"/courses/{1 + (person + 1) % COURSES}"
            self.links.send((load.get(page, cookie=self.cookies[person - 1]), ("page", person, due, None)), due)
        if self.dice.random() < STARTS:
            self._post("/courses/1/quizzes/1/attempts", b"", ("start", person, due, None), person, due)
        if self.holders and self.dice.random() < ANSWERS:
            self.answer(self.dice.choice(self.holders), due)

    def answer(self, person: int, due: float) -> None:
        self.answers[person] = number = self.answers.get(person, 0) + 1
        question, chosen = 1 + number % county.QUESTIONS, [number % 3]
        body = json.dumps({"question": question, "chosen": chosen, "sequence": number}).encode()
        self._post(f"/attempts/{self.attempts[person]}/answers", body, ("answer", person, due, (question, number, chosen)), person, due)

    def answered(self, mark: Any, status: int, body: bytes, spent: float) -> None:
        kind, person, due, what = mark
        if due >= self.counted_from:
            self.times[kind].append(spent)
        if status == 503:
            self.refused += 1
        if status not in {200, 302}:
            self.errors += 1
            return
        if kind == "report":
            self.spans[person] = self.spans.get(person, 0) + PLAYED
        elif kind == "start":
            if person not in self.attempts:
                self.holders.append(person)
            self.attempts[person] = int(body.split(b"/attempts/")[1].split(b'"')[0])
        elif kind == "answer":
            question, number, chosen = what
            self.saved[person, question] = max((number, chosen), self.saved.get((person, question), (0, chosen)))

    def _post(self, path: str, body: bytes, mark: Any, person: int, due: float) -> None:
        self.links.send((load.post(path, body, cookie=self.cookies[person - 1], csrf=self.csrf), mark), due)


def _run(port: int, cookies: list[str], csrf: str, joining: float, lasts: int) -> dict[str, Any]:
    """Members come in one after another while `joining` seconds pass, so that connections open one by one; then `lasts` seconds are counted."""
    began = time.monotonic() + 1
    ends = began + joining + lasts
    room = Class(port, cookies, csrf, counted_from=began + joining)
    queue = [(began + joining * n / len(cookies), n + 1) for n in range(len(cookies))]
    while queue or room.links.busy or room.links.waiting:
        now = time.monotonic()
        while queue and queue[0][0] <= now:
            due, person = heapq.heappop(queue)
            room.report(person, due)
            if due + EVERY < ends:
                heapq.heappush(queue, (due + EVERY, person))
        room.links.turn(max(0.0, min(0.05, queue[0][0] - time.monotonic())) if queue else 0.05)
    cost = room.links.close()
    every = [value for values in room.times.values() for value in values]
    return {
        "p99_ms": round(load.percentile(every, 99) * 1000, 1),
        "p50_ms": round(load.percentile(every, 50) * 1000, 1),
        "p99_ms_of": {kind: round(load.percentile(values, 99) * 1000, 1) for kind, values in room.times.items()},
        "requests": {kind: len(values) for kind, values in room.times.items()},
        "per_second": round(len(every) / lasts, 1),
        "errors": room.errors,
        "refused_503": room.refused,
        "generator": cost.summary(),
        "spans": {person: (seconds, room.sent[person] * PLAYED) for person, seconds in room.spans.items()},
        "saved": room.saved,
    }


if __name__ == "__main__":
    main()
