"""Answers a request to correct a record, with its entry."""

from datetime import datetime

from learning.audit.actions import note
from learning.organization.models import Person
from learning.records import request_actions as requests
from learning.records.file_rules import REQUEST_WORDS
from learning.records.models import CorrectionRequest


def answer(request: CorrectionRequest, outcome: str, words: str, *, actor: Person, now: datetime) -> None:
    """Answer; what is corrected is corrected where it stands (a roll call, a certificate), and this says so to the person."""
    requests.answer(request, outcome, words, actor=actor, now=now)
    said = f"答复{request.person.name}的更正申请：{REQUEST_WORDS[outcome]}，{words.strip()}"
    note("answer_request", said, actor=actor, organization_id=request.organization_id, about_person_id=request.person_id, now=now)
