"""LibreOffice, which turns slides and texts into PDF: one at a time, with a profile of its own, no network, no macros and no sight of our files."""

import fcntl
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import structlog

from courses.kernel.errors import Refused
from courses.kernel.queue import Setback
from courses.kernel.runner import GIGABYTE, Bounds, Ended, OutOfTime, OutOfWords, run
from courses.kernel.settings import Settings
from courses.kernel.words import Words

log = structlog.get_logger()
PACKAGES = "libreoffice-impress-nogui libreoffice-writer-nogui"
ABSENT = Words("这台服务器没有安装 LibreOffice，只收 PDF。请在电脑上把课件导出为 PDF 再上传；或请管理员安装：apt-get install %(packages)s", packages=PACKAGES)
FAILED = Words("这份课件转换不了，可能用了特殊的格式。请在电脑上打开它，导出为 PDF 再上传。")
TOO_LONG = Words("这份课件太复杂，在限定的时间里转换不完。请在电脑上打开它，导出为 PDF 再上传。")
BUSY = Words("另一份课件正在转换，请稍等。")
SECONDS = 240
ROOT = Path(__file__).resolve().parents[2]
RESTARTED = 81  # what it ends with when it has just made its profile and wants to be begun again
_SECURITY = "/org.openoffice.Office.Common/Security/Scripting"
_PROFILE = {
    (_SECURITY, "MacroSecurityLevel"): "3",
    (_SECURITY, "DisableMacrosExecution"): "true",
    (_SECURITY, "BlockUntrustedRefererLinks"): "true",
    ("/org.openoffice.Office.Writer/Content/Update", "Link"): "0",
    ("/org.openoffice.Office.Common/Misc", "UseLocking"): "false",
    ("/org.openoffice.Office.Common/Java", "Enable"): "false",
}


def program(settings: Settings) -> Path | None:
    """The program itself behind the script that starts it: as our child it ends when we do. None where it is not installed."""
    found = shutil.which(settings.soffice)
    beside = Path(found).resolve().with_name("soffice.bin") if found else None
    return beside if beside is not None and beside.exists() else None


def to_pdf(source: Path, folder: Path, settings: Settings) -> Path:
    """`source`, whose ending names its format, as a PDF in `folder`; raises `Refused` with the remedy, or `Setback` when another attempt may do."""
    office = program(settings)
    if office is None:
        raise Refused(ABSENT)
    profile = folder / "profile"
    _write_profile(profile)
    with _alone(settings):
        ended = _run(office, source, folder, profile, settings)
        if ended.status == RESTARTED:
            ended = _run(office, source, folder, profile, settings)
    made = folder / f"{source.stem}.pdf"
    # It says success even when it made nothing.
    if ended.status != 0 or not made.exists() or made.read_bytes()[:5] != b"%PDF-":
        log.info("office_failed", status=ended.status, complaints=ended.complaints[-500:])
        raise Refused(FAILED)
    return made


def _run(office: Path, source: Path, folder: Path, profile: Path, settings: Settings) -> Ended:
    ours = (settings.data_dir, settings.keys_dir or settings.data_dir, ROOT, Path.home())
    hidden = tuple(dict.fromkeys(place for place in ours if not folder.resolve().is_relative_to(place.resolve())))
    bounds = Bounds(SECONDS, data_bytes=3 * GIGABYTE, file_bytes=GIGABYTE // 2, output_bytes=1 << 20, shut_in=True, hidden=hidden)
    words = [str(office), f"-env:UserInstallation={profile.resolve().as_uri()}", "--headless", "--norestore", "--nologo", "--nodefault", "--nolockcheck"]
    environ = {"PATH": os.environ.get("PATH", "/usr/bin:/bin"), "HOME": str(folder), "TMPDIR": str(folder), "LANG": "C.UTF-8", "SAL_USE_VCLPLUGIN": "svp"}
    try:
        return run([*words, "--convert-to", "pdf", "--outdir", str(folder), str(source)], bounds, environ=environ)
    except (OutOfTime, OutOfWords):
        raise Refused(TOO_LONG) from None


@contextmanager
def _alone(settings: Settings) -> Iterator[None]:
    """One conversion at a time on this machine; the others come again later."""
    with (settings.data_dir / "office.lock").open("w") as handle:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise Setback(BUSY) from None
        yield


def _write_profile(profile: Path) -> None:
    items = [f'<item oor:path="{path}"><prop oor:name="{name}" oor:op="fuse"><value>{value}</value></prop></item>' for (path, name), value in _PROFILE.items()]
    spaces = 'xmlns:oor="http://openoffice.org/2001/registry" xmlns:xs="http://www.w3.org/2001/XMLSchema"'
    (profile / "user").mkdir(parents=True)
    (profile / "user" / "registrymodifications.xcu").write_text(f'<?xml version="1.0"?><oor:items {spaces}>{"".join(items)}</oor:items>')
