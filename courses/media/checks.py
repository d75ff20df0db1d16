"""What `./manage doctor` asks of media: the programs, and the encoders that phones need."""

import shutil
from collections.abc import Iterable

from courses.kernel import doctor
from courses.kernel.doctor import Finding, Installed, check, tool
from courses.kernel.runner import Bounds, run
from courses.media import office

ENCODERS = ("libx264", "aac")
FILTERS = ("zscale", "tonemap")
LEAST_FFMPEG, LEAST_OFFICE = 5, 7  # Debian 12's
OTHER = "换用 Debian 自带的 ffmpeg"
MEND = "apt-get install ffmpeg，或在 .env 里写 FFMPEG、FFPROBE 的路径"


@check("ffmpeg")
def programs(place: Installed) -> Iterable[Finding]:
    yield tool(place.settings.ffmpeg, needs="视频课做不出来", mend=MEND, least=LEAST_FFMPEG)
    yield tool(place.settings.ffprobe, needs="上传的文件没法检查", mend=MEND, least=LEAST_FFMPEG)


@check("课件转换")
def documents(place: Installed) -> Iterable[Finding]:
    found, mend = office.program(place.settings), f"apt-get install --no-install-recommends {office.PACKAGES}（约 260 MB），或在 .env 里写 SOFFICE 的路径"
    if found is None:
        yield Finding("课件转换", "look", "没有 LibreOffice：PDF 课件照常，PPT 和 Word 会被退回", mend)
        return
    version = tool(str(found), needs="PPT 和 Word 会被退回", mend=mend, least=LEAST_OFFICE, asked="--version")
    if version.state != "good":
        yield Finding("课件转换", "look", version.words, mend)
        return
    seen = run(["cat", "/proc/net/dev"], Bounds(10, shut_in=True)).output.decode().splitlines()[2:]
    alone = all(line.strip().startswith("lo:") for line in seen)
    allow = "" if alone else "允许 unshare（容器里：--security-opt seccomp=… 或 --cap-add SYS_ADMIN），转换才能断网、看不到本站数据"
    yield Finding("课件转换", "good" if alone else "look", f"{version.words}，{'转换时断网' if alone else '转换时没能断网'}", allow)


@check("色调映射")
def filters(place: Installed) -> Iterable[Finding]:
    lacking = _lacking(place, "-filters", FILTERS)
    if lacking is not None:
        words = f"缺少 {'、'.join(lacking)}，手机拍的 HDR 视频会被退回" if lacking else f"有 {'、'.join(FILTERS)}"
        yield Finding("色调映射", "look" if lacking else "good", words, OTHER if lacking else "")


@check("编码器")
def encoders(place: Installed) -> Iterable[Finding]:
    lacking = _lacking(place, "-encoders", ENCODERS)
    if lacking is not None:
        words = f"缺少 {'、'.join(lacking)}" if lacking else f"有 {'、'.join(ENCODERS)}"
        yield Finding("编码器", "fault" if lacking else "good", words, OTHER if lacking else "")


def _lacking(place: Installed, asked: str, wanted: Iterable[str]) -> list[str] | None:
    """Those of `wanted` that ffmpeg does not list when `asked`; None where it does not run, which is said of the program itself."""
    program = shutil.which(place.settings.ffmpeg)
    if program is None:
        return None
    listed = doctor.answer(program, "-hide_banner", asked)
    known = {word for line in listed.stdout.splitlines() for word in line.split()[1:2]}
    return [name for name in wanted if name not in known] if listed.returncode == 0 else None
