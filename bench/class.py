"""Members at once: each a report every 30 s, with pages, quiz starts and answers as shares of the reports; how long they wait, and whether anything is lost or doubled."""

import argparse
import heapq
import json
import multiprocessing
import random
import sys
import time
from datetime import timedelta
from multiprocessing.connection import Connection
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


def main() -> None:
    """Run the class and say what it came to."""
    wanted = argparse.ArgumentParser(description=__doc__)
    wanted.add_argument("--short", action="store_true")
    wanted.add_argument("--members", type=int)
    wanted.add_argument("--seconds", type=int)
    options = wanted.parse_args()
    members, lasts = options.members or (1500 if options.short else 10_000), options.seconds or (45 if options.short else 330)
    with site.site("sqlite") as made:
        built = county.build(made.app, people=members, courses=COURSES)
        county.open_sessions(made.app, first=1, last=members, age=timedelta(minutes=10))
        with made.app.app_context():
            db.engine.dispose()
        cookies = [built.cookie(made.app, n) for n in range(1, members + 1)]
        before = site.calibration_ms()
        with site.serving(made) as server:
            said = generated(server, cookies, built.csrf(), lasts)
        kept = in_the_database(made, said.pop("spans"), said.pop("saved"))
    print(json.dumps({"members": members, **said, **kept, "calibration_ms": before}))


def generated(server: site.Server, cookies: list[str], csrf: str, lasts: int) -> dict[str, Any]:
    """Run the generator in a process of its own, and look at the server's memory meanwhile."""
    here, there = multiprocessing.get_context("spawn").Pipe()
    process = multiprocessing.get_context("spawn").Process(target=_run, args=(there, server.port, cookies, csrf, lasts))
    process.start()
    memory: list[float] = []
    began, cpu = time.monotonic(), server.cpu_seconds()
    while not here.poll(5):
        memory.append(server.memory_mb())
    said: dict[str, Any] = here.recv()
    process.join()
    third = max(1, len(memory) // 3)
    return {
        **said,
        "memory_mb": {"after_a_third": memory[third] if len(memory) > third else memory[-1], "at_the_end": memory[-1]},
        "server_cores": round((server.cpu_seconds() - cpu) / (time.monotonic() - began), 2),
    }


def in_the_database(made: site.Site, spans: dict[int, int], saved: dict[tuple[int, int], list[int]]) -> dict[str, int]:
    """What was acknowledged and is not there, and what is there more than once."""
    lost = doubled = 0
    with made.app.app_context():
        rows = db.session.execute(select(Coverage.person_id, Coverage.lesson_id, Coverage.spans, Coverage.covered_seconds)).all()
        found = {person: (seconds(decode(blob)), covered) for person, lesson, blob, covered in rows if lesson == county.lesson_of(1, 1)}
        for person, acknowledged in spans.items():
            union, covered = found.get(person, (0, 0))
            lost += union < acknowledged
            doubled += union > acknowledged or covered != union
        answers = select(Attempt.person_id, Answer.question_id, Answer.chosen).join(Answer, Answer.attempt_id == Attempt.id)
        kept = {(person, question): list(chosen) for person, question, chosen in db.session.execute(answers)}
        lost += sum(kept.get(key) != chosen for key, chosen in saved.items())
        open_twice = select(func.count()).select_from(Attempt).group_by(Attempt.person_id, Attempt.quiz_id).having(func.count() > 1)
        doubled += len(db.session.execute(open_twice).all())
        db.session.remove()
    return {"lost": lost, "doubled": doubled}


class Class:
    """The members, each with what they will do next; a request of each kind is made from what was answered before."""

    def __init__(self, port: int, cookies: list[str], csrf: str) -> None:
        self.cookies, self.csrf, self.dice = cookies, csrf, random.Random(7)
        self.links = load.Load(port, self.answered, links=6000)
        self.times: dict[str, list[float]] = {"report": [], "page": [], "start": [], "answer": []}
        self.errors = self.refused = 0
        self.sent = [0] * (len(cookies) + 1)  # reports of each member
        self.spans: dict[int, int] = {}  # acknowledged seconds
        self.attempts: dict[int, int] = {}
        self.answers: dict[int, int] = {}
        self.saved: dict[tuple[int, int], list[int]] = {}

    def report(self, person: int, due: float) -> None:
        start = self.sent[person] * PLAYED
        self.sent[person] += 1
        body = json.dumps({"spans": [[start, start + PLAYED]], "position": start + PLAYED, "sequence": self.sent[person], "sound": False}).encode()
        self._post(f"/sessions/{person}/reports", body, ("report", person, start + PLAYED), person, due)
        chance = self.dice.random()
        if chance < PAGES:
            page = "/" if chance < PAGES / 2 else f"/courses/{1 + (person + 1) % COURSES}"
            self.links.send((load.get(page, cookie=self.cookies[person - 1]), ("page", person, page)), due)
        if self.dice.random() < STARTS:
            path = "/courses/1/quizzes/1/attempts"
            self._post(path, b"", ("start", person, 0), person, due)
        if self.attempts and self.dice.random() < ANSWERS:
            self.answer(self.dice.choice(list(self.attempts)) if person not in self.attempts else person, due)

    def answer(self, person: int, due: float) -> None:
        self.answers[person] = number = self.answers.get(person, 0) + 1
        question, chosen = 1 + number % county.QUESTIONS, [number % 3]
        body = json.dumps({"question": question, "chosen": chosen, "sequence": number}).encode()
        self._post(f"/attempts/{self.attempts[person]}/answers", body, ("answer", person, (question, number, chosen)), person, due)

    def answered(self, mark: Any, status: int, body: bytes, spent: float) -> None:
        kind, person, what = mark
        self.times[kind].append(spent)
        if status == 503:
            self.refused += 1
        if status not in {200, 302}:
            self.errors += 1
            return
        if kind == "report":
            self.spans[person] = max(self.spans.get(person, 0), what)
        elif kind == "start":
            self.attempts[person] = int(body.split(b"/attempts/")[1].split(b'"')[0])
        elif kind == "answer":
            question, _number, chosen = what
            self.saved[person, question] = chosen

    def _post(self, path: str, body: bytes, mark: Any, person: int, due: float) -> None:
        self.links.send((load.post(path, body, cookie=self.cookies[person - 1], csrf=self.csrf), mark), due)


def _run(out: Connection, port: int, cookies: list[str], csrf: str, lasts: int) -> None:
    room, began = Class(port, cookies, csrf), time.monotonic() + 1
    queue = [(began + EVERY * n / len(cookies), n + 1) for n in range(len(cookies))]
    heapq.heapify(queue)
    while queue or room.links.busy or room.links.waiting:
        now = time.monotonic()
        while queue and queue[0][0] <= now:
            due, person = heapq.heappop(queue)
            room.report(person, due)
            if due + EVERY < began + lasts:
                heapq.heappush(queue, (due + EVERY, person))
        room.links.turn(max(0.0, min(0.05, queue[0][0] - time.monotonic())) if queue else 0.05)
    cost = room.links.close()
    every = [value for values in room.times.values() for value in values]
    out.send(
        {
            "p99_ms": round(load.percentile(every, 99) * 1000, 1),
            "p50_ms": round(load.percentile(every, 50) * 1000, 1),
            "p99_ms_of": {kind: round(load.percentile(values, 99) * 1000, 1) for kind, values in room.times.items()},
            "requests": {kind: len(values) for kind, values in room.times.items()},
            "per_second": round(len(every) / cost.seconds, 1),
            "errors": room.errors,
            "refused_503": room.refused,
            "generator": cost.summary(),
            "spans": room.spans,
            "saved": room.saved,
        }
    )
    out.close()


if __name__ == "__main__":
    main()
