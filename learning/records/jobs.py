"""Job bodies of records: certificates issued many at once, and the files that hold many."""

from courses.kernel import clock, queue
from courses.kernel.db import db, transaction
from learning.exports.actions import MAKERS
from learning.records import bulk_actions, bundles
from learning.records.models import Issuance


def install() -> None:
    """Register the bodies and the makers."""
    queue.body(bulk_actions.ISSUE, given_up=bulk_actions.give_up)(issue_certificates)
    MAKERS.update(certificate_bundle=bundles.write_pdf, certificate_files=bundles.write_files, certificate_list=bundles.write_list)


def issue_certificates(claim: queue.Claim, *, issuance_id: int) -> None:
    """Issue what is missing, a few in each transaction; whoever takes over from a killed worker goes on with what still is."""
    total = max(1, db.session.get_one(Issuance, issuance_id).total)
    report, after = queue.about_once_a_second(claim.report), 0
    while True:
        with transaction():
            claim.hold()
            row = db.session.get_one(Issuance, issuance_id)
            last = bulk_actions.issue_some(row, after=after, now=clock.now())
            if last is None:
                bulk_actions.end(row, now=clock.now())
                return
            after, issued = last, row.issued
        report(min(99, 100 * issued // total))
