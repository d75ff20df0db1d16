"""Pages of the log that proves the records: what it proves, checkpoints to keep, the public log, and the tools to check all of it elsewhere."""

from pathlib import Path

from flask import Response, render_template, request, send_file, stream_with_context
from flask.typing import ResponseReturnValue

from courses.kernel import clock
from courses.kernel.access import public
from courses.kernel.db import transaction
from courses.kernel.errors import Missing
from courses.kernel.plain import whole
from learning.records import keys, log, offline, proofs, tree
from learning.records.blueprint import bp

VERIFIER = Path(__file__).resolve().parents[2] / "verifier" / "verify.py"


@bp.get("/check/log")
@public
def log_page() -> ResponseReturnValue:
    """What is proved and what is not, checkpoints to keep, and the tools."""
    ring = keys.ring()
    return render_template("learning/records/log.html", ring=ring, size=tree.size(), checkpoints=tree.checkpoints())


@bp.post("/check/log/checkpoints")
@public
def sign_checkpoint() -> ResponseReturnValue:
    """The checkpoint of the log as it stands now, signed if it is new, to be kept. It holds nothing of anyone, so anyone may take one."""
    standing = tree.standing()
    if standing is None:  # asked for again and again, it occupies no writer
        with transaction():
            log.hold()
            tree.checkpoint(now=clock.now())
        standing = tree.standing()
    if standing is None:
        raise Missing("登记簿还是空的，或者还没有签名密钥，暂时没有存根。")
    return _attached(standing.text, f"checkpoint-{standing.size}.txt", "text/plain")


@bp.get("/check/log/checkpoints/<int:size>.txt")
@public
def checkpoint(size: int) -> ResponseReturnValue:
    """A checkpoint that was signed, as a small file."""
    return _attached(tree.checkpoint_of(size).text, f"checkpoint-{size}.txt", "text/plain")


@bp.get("/check/log/consistency.json")
@public
def consistency() -> ResponseReturnValue:
    """The proof that the newest checkpoint's log begins with the first `old` leaves."""
    latest = tree.checkpoints(1)
    if not latest:
        raise Missing("还没有签发过存根。")
    made = proofs.consistency_file(request.args.get("old", 0, type=whole), latest[0])
    return _attached(made.decode(), f"consistency-{latest[0].size}.json", "application/json")


@bp.get("/check/log/export.jsonl")
@public
def public_log() -> ResponseReturnValue:
    """The whole log without personal data, streamed."""
    answer = Response(stream_with_context(proofs.public_log()), mimetype="application/jsonl")
    answer.headers["Content-Disposition"] = "attachment; filename=log.jsonl"
    return answer


@bp.get("/check/keys.json")
@public
def key_list() -> ResponseReturnValue:
    """The list of keys, signed by the root key."""
    ring = keys.ring()
    if ring is None:
        raise Missing("还没有签名密钥。")
    return Response(ring.published, mimetype="application/json", headers={"Cache-Control": "no-cache"})


@bp.get("/check/offline-page")
@public
def verifier_page() -> ResponseReturnValue:
    """The offline page, with this county's keys in it, to be saved and opened without a network."""
    return _attached(offline.page(keys.ring()), "verify.html", "text/html")


@bp.get("/check/verify.py")
@public
def verifier_program() -> ResponseReturnValue:
    """The stand-alone verifier, one file of Python."""
    return send_file(VERIFIER, mimetype="text/x-python", as_attachment=True)


def _attached(text: str, name: str, kind: str) -> Response:
    return Response(text, mimetype=kind, headers={"Content-Disposition": f"attachment; filename={name}"})
