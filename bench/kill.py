"""Web and worker processes are killed with -9 at random moments under load: whatever was acknowledged is there afterwards, and nothing twice."""

import argparse
import http.client
import json
import os
import random
import signal
import subprocess
import sys
import threading
import time
from datetime import timedelta
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from sqlalchemy import select

from bench import county, site
from courses.kernel.db import db
from learning.progress.models import Coverage, StudySession
from learning.progress.rules import decode, merged, seconds, without
from learning.quizzes.models import Answer, Attempt

CLIENTS = 6
PEOPLE = 4  # of each client
SPAN = 3  # seconds of media in a report


def main() -> None:
    """Run on both databases and say what it came to."""
    wanted = argparse.ArgumentParser(description=__doc__)
    wanted.add_argument("--short", action="store_true")
    wanted.add_argument("--kills", type=int)
    options = wanted.parse_args()
    kills = options.kills or (10 if options.short else 200)
    said = {database: run(database, kills=kills // 2) for database in ("sqlite", "postgresql")}
    print(json.dumps({name: sum(row[name] for row in said.values()) for name in ("kills", "lost", "doubled")} | said))


def run(database: str, *, kills: int) -> dict[str, int]:
    """So many kills on this database, and what was kept."""
    with site.site(database) as made:
        built = county.build(made.app, people=CLIENTS * PEOPLE, courses=5)
        county.open_sessions(made.app, first=1, last=CLIENTS * PEOPLE, age=timedelta(hours=2))
        with made.app.app_context():
            db.engine.dispose()
        with site.serving(made) as server:
            clients = [Client(place, made, built, server.port) for place in range(CLIENTS)]
            threads = [threading.Thread(target=client.study) for client in clients]
            for thread in threads:
                thread.start()
            killed = _kill(made, server, kills, clients)
            for client in clients:
                client.over.set()
            for thread in threads:
                thread.join()
        return {"kills": killed, **_kept(made, clients), "retries": sum(client.retries for client in clients)}


class Client:
    """Several people's phones: each says what it has until it is answered, as the outbox does."""

    def __init__(self, place: int, made: site.Site, built: county.County, port: int) -> None:
        self.people = range(place * PEOPLE + 1, (place + 1) * PEOPLE + 1)
        self.cookies = {n: built.cookie(made.app, n) for n in self.people}
        self.csrf, self.port = built.csrf(), port
        self.over = threading.Event()
        self.acknowledged: dict[int, list[tuple[int, int]]] = {n: [] for n in self.people}
        self.answers: dict[tuple[int, int], tuple[int, list[int]]] = {}
        self.attempts: dict[int, int] = {}
        self.heard = self.retries = 0

    def study(self) -> None:
        """Report and answer in turns until told to stop; what is begun is finished."""
        number = 0
        while not self.over.is_set():
            number += 1
            for person in self.people:
                if not self.over.is_set():
                    self._report(person, number)
                    self._answer(person, number)

    def _report(self, person: int, number: int) -> None:
        span = (number * SPAN % county.SECONDS, number * SPAN % county.SECONDS + SPAN)
        body = {"spans": [list(span)], "position": span[1], "sequence": number, "sound": False}
        self._until_answered(f"/sessions/{person}/reports", person, body)
        self.acknowledged[person].append(span)

    def _answer(self, person: int, number: int) -> None:
        if person not in self.attempts:
            said = self._until_answered("/courses/1/quizzes/1/attempts", person, None)
            self.attempts[person] = int(said.split("/attempts/")[1].split('"')[0])
        question, chosen = 1 + number % county.QUESTIONS, [number % 3]
        self._until_answered(f"/attempts/{self.attempts[person]}/answers", person, {"question": question, "chosen": chosen, "sequence": number})
        self.answers[person, question] = number, chosen

    def _until_answered(self, path: str, person: int, body: dict[str, Any] | None) -> str:
        head = {"Cookie": f"hall={self.cookies[person]}", "X-CSRFToken": self.csrf, "Accept": "application/json"}
        sent = json.dumps(body) if body is not None else ""
        if body is not None:
            head["Content-Type"] = "application/json"
        while True:
            try:
                link = http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)
                link.request("POST", path, sent, head)
                answer = link.getresponse()
                said = answer.read().decode()
                link.close()
                if answer.status in {200, 302}:
                    self.heard += 1
                    return said
                assert answer.status in {500, 503}, f"{path}: {answer.status} {said[:300]}"
            except (OSError, http.client.HTTPException):
                pass
            self.retries += 1
            time.sleep(0.02)


def _kill(made: site.Site, server: site.Server, kills: int, clients: list[Client]) -> int:
    """Kill web processes and the background worker at random moments while clients are answered; gunicorn brings the one back, and we the other."""
    dice, done = random.Random(11), 0
    line = [sys.executable, "-m", "flask", "--app", "app:create_app", "worker", "run"]
    worker = subprocess.Popen(line, cwd=site.ROOT, env=made.environment, stdin=subprocess.DEVNULL)
    while done < kills:
        heard = sum(client.heard for client in clients)
        while sum(client.heard for client in clients) == heard and server.process.poll() is None:
            time.sleep(0.02)
        time.sleep(dice.uniform(0.05, 1.2))
        if done % 10 == 4:
            worker.kill()
            worker.wait()
            done += 1
            if done < kills:
                worker = subprocess.Popen(line, cwd=site.ROOT, env=made.environment, stdin=subprocess.DEVNULL)
            continue
        for pid in dice.sample(server.workers(), k=min(1 + (done % 7 == 6), len(server.workers()))):
            try:
                os.kill(pid, signal.SIGKILL)
                done += 1
            except ProcessLookupError:
                continue
    worker.kill()
    worker.wait()
    return done


def _kept(made: site.Site, clients: list[Client]) -> dict[str, int]:
    """What was acknowledged and is missing; what was credited more often than it was covered."""
    lost = doubled = reports = answers = 0
    with made.app.app_context():
        lesson = county.lesson_of(1, 1)
        covered = {row.person_id: row for row in db.session.scalars(select(Coverage).where(Coverage.lesson_id == lesson))}
        sessions = {row.person_id: row for row in db.session.scalars(select(StudySession))}
        kept = select(Attempt.person_id, Answer.question_id, Answer.sequence, Answer.chosen).join(Answer, Answer.attempt_id == Attempt.id)
        saved = {(person, question): (sequence, list(chosen)) for person, question, sequence, chosen in db.session.execute(kept)}
        for client in clients:
            for person, spans in client.acknowledged.items():
                reports += len(spans)
                there = merged((*decode(covered[person].spans), *decode(sessions[person].claimed))) if person in covered else ()
                lost += seconds(without(spans, there)) > 0
                doubled += person in covered and sessions[person].credited_seconds != covered[person].covered_seconds
            answers += len(client.answers)
            lost += sum(saved.get(key, (-1, []))[0] < number for key, (number, _chosen) in client.answers.items())
            lost += sum(saved.get(key) != said for key, said in client.answers.items() if saved.get(key, (-1, []))[0] == said[0])
        papers = [person for (person,) in db.session.execute(select(Attempt.person_id))]
        doubled += len(papers) - len(set(papers))
        db.session.remove()
    return {"lost": lost, "doubled": doubled, "reports": reports, "answers": answers}


if __name__ == "__main__":
    main()
