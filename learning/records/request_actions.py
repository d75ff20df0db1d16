"""Writes of requests to correct a record, and of their answers; both are only ever added."""

from datetime import datetime

from courses.kernel.db import db
from courses.kernel.errors import Refused
from learning.organization.models import Person
from learning.records.models import CorrectionRequest, RequestAnswer


def ask(text: str, *, actor: Person, now: datetime) -> CorrectionRequest:
    """Someone says what in their own record is not right; raises `Refused` for someone who belongs nowhere."""
    home = actor.membership
    if home is None:
        raise Refused("您的组织关系还没有登记，请先联系所在党支部。")
    row = CorrectionRequest(person_id=actor.id, organization_id=home.organization_id, text=text.strip(), at=now)
    db.session.add(row)
    db.session.flush()
    return row


def answer(request: CorrectionRequest, outcome: str, words: str, *, actor: Person, now: datetime) -> RequestAnswer:
    """Answer a request; raises `Refused` for one's own, and for one that is settled already."""
    if request.person_id == actor.id:
        raise Refused("不能答复自己的申请，请由其他同志办理。")
    if request.state in {"done", "kept"}:
        raise Refused("这件申请已经办结了。")
    row = RequestAnswer(request_id=request.id, outcome=outcome, words=words.strip(), at=now, by_id=actor.id)
    request.answers.append(row)
    db.session.flush()
    return row
