"""Commands of records and of the keys that sign them."""

import re
import sys
from pathlib import Path

import click
from flask.cli import AppGroup

from courses.kernel import clock
from courses.kernel.errors import Refused
from learning.records import keys, log
from learning.records import statement_rules as statements

cli = AppGroup("records", help="Records and the log that proves them.")
key_cli = AppGroup("keys", help="The keys that records are signed with.")
STATES = {"current": "在用", "retired": "已换下，仍可验", "revoked": "已作废"}


@cli.command("verify-log")
@click.option("--kept", default="", help="A head printed earlier, or a file with a checkpoint: shows whether the end of the log was cut off since.")
def verify_log(kept: str) -> None:
    """Recompute every leaf, the chain and the tree; ends with 1 and names the first leaf that does not fit."""
    found = log.verify(kept=_noted(kept) if kept else "")
    click.echo(f"{found.leaves} leaves fit; root {found.root}; erased {found.erased}; head {found.head}")
    if found.fault:
        click.echo(found.fault, err=True)
        sys.exit(1)
    click.echo(
        "给出的链头或存根核对上了 / what was kept is met"
        if kept
        else "没有给出保存的存根，末尾有没有被截去没有核对 / whether its end was cut off was not checked (--kept)"
    )


def _noted(kept: str) -> str:
    """A head as it stands, or the text of a checkpoint; a slip of the hand must not look like a log that was tampered with."""
    if re.fullmatch(r"[0-9a-f]{64}", kept.strip().lower()):
        return kept.strip().lower()
    if not Path(kept).is_file():
        raise Slip(f"没有这个文件：{kept}。请写保存的存根文件，或者 64 位的链头 / no such file")
    try:
        text = Path(kept).read_text("utf-8-sig")
        statements.checkpoint_from(text)
    except ValueError as fault:
        raise Slip(f"{kept} 不是登记簿存根。请用从“登记簿与独立查验”页下载的 checkpoint-….txt，不要另存为别的格式 / not a checkpoint") from fault
    return text


class Slip(click.ClickException):
    """What was given cannot be read; ends with 2, for nothing was checked."""

    exit_code = 2


@key_cli.command("begin")
def begin() -> None:
    """Make the root key and the first signing key, unless there are some."""
    if keys.begin(keys.folder(), now=clock.now()):
        click.echo(f"已生成签名密钥 / keys made: {keys.folder()}  根指纹 / root fingerprint: {keys.standing().fingerprint}")


@key_cli.command("list")
def list_() -> None:
    """Every key, the current one last."""
    try:
        ring = keys.standing()
    except Refused as fault:
        raise click.ClickException(fault.message) from fault
    click.echo(f"根指纹 / root fingerprint: {ring.fingerprint}")
    for key in ring.keys:
        click.echo(f"{key.kid}  {key.since.date()}  {STATES[key.state]} / {key.state}  {key.reason}".rstrip())


@key_cli.command("rotate")
def rotate() -> None:
    """Retire the current key and make another; what the old ones signed still verifies."""
    try:
        made = keys.rotate(keys.folder(), now=clock.now())
    except Refused as fault:
        raise click.ClickException(fault.message) from fault
    click.echo(f"新密钥 / new key: {made.kid}")


@key_cli.command("revoke")
@click.argument("kid")
@click.option("--reason", prompt="作废原因 / reason")
def revoke(kid: str, reason: str) -> None:
    """Say that the key KID fell into other hands: nothing it signed counts by itself any more."""
    try:
        keys.revoke(keys.folder(), kid, reason, now=clock.now())
    except Refused as fault:
        raise click.ClickException(fault.message) from fault
    click.echo(f"已作废 / revoked: {kid}；现在用 / now in use: {keys.standing().current.kid}")
