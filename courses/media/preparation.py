"""Makes the folder of a recording's forms: reads the upload, converts it, checks the product, writes what was made beside it."""

import json
import os
import shutil
from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from pathlib import Path

import structlog

from courses.kernel.errors import Refused
from courses.kernel.settings import Settings
from courses.media import contents, ffmpeg, rules

log = structlog.get_logger()
MANIFEST = "made.json"


def examined(path: Path, settings: Settings) -> rules.Probe:
    """What is in the upload; raises `Refused` with the remedy if no lesson can be made of it."""
    try:
        probe = ffmpeg.probe(path, settings)
    except ffmpeg.Unreadable as fault:
        log.info("upload_unreadable", complaints=fault.complaints[-1000:])
        with path.open("rb") as handle:
            raise Refused(contents.unreadable(handle.read(4096), fault.complaints)) from fault
    refused = rules.refusal(probe, rules.Limits(settings.max_media_minutes, settings.max_pixels))
    if refused:
        raise Refused(refused)
    return probe


def make(source: Path, folder: Path, settings: Settings, *, report: Callable[[int], None]) -> rules.Made:
    """Fill the empty `folder` with every form of `source`; raises `Refused` if no lesson comes of it."""
    probe = examined(source, settings)
    plan = rules.plan(probe)
    try:
        made = _made(_Work(source, folder, probe, settings), plan, report)
    except ffmpeg.Unreadable as fault:
        log.info("upload_damaged", complaints=fault.complaints[-1000:])
        raise Refused("文件读到一半出错，可能已经损坏。请在电脑上播放一遍原文件，重新导出为 MP4 后再上传。") from fault
    (folder / MANIFEST).write_text(json.dumps(asdict(made)))
    return made


def remembered(manifest: Path) -> rules.Made:
    """What was made in a folder that stands already, by its manifest."""
    kept = json.loads(manifest.read_text())
    return rules.Made(kept["seconds"], kept["has_picture"], tuple(rules.MadeForm(**form) for form in kept["forms"]))


@dataclass(frozen=True)
class _Work:
    source: Path
    folder: Path
    probe: rules.Probe
    settings: Settings


def _made(work: _Work, plan: rules.Plan, report: Callable[[int], None]) -> rules.Made:
    source, folder, probe, settings = work.source, work.folder, work.probe, work.settings

    def heard(second: float) -> None:
        report(min(95, int(95 * second / probe.seconds)) if probe.seconds else 1)

    ffmpeg.convert(source, folder, plan, settings, on_second=heard)
    mended = _mended(folder, plan, settings)
    if mended != plan:
        shutil.rmtree(folder)
        folder.mkdir()
        plan = mended
        ffmpeg.convert(source, folder, plan, settings, on_second=heard)
    report(96)
    if not plan.rungs:
        return rules.Made(_measured(folder / "sound.m4a", probe, settings), False, (_form(folder, "sound", "sound.m4a"),))
    video = _last_resort(folder, plan, settings)
    seconds = _measured(video, probe, settings)
    _must_play(ffmpeg.probe(video, settings), plan)
    report(98)
    ffmpeg.poster(video, folder / "poster.jpg", settings, at=min(seconds / 10, 20))
    return rules.Made(seconds, True, tuple(_forms(folder, plan)))


def _mended(folder: Path, plan: rules.Plan, settings: Settings) -> rules.Plan:
    """The plan with what only its product could show: players wait for ever for sound that a recording promises and does not have.

    An empty track, as some screen recorders leave it, is left out; one that ends before the picture gets silence to the picture's end.
    """
    if plan.sound is None or not plan.rungs:
        return plan
    sounding = _sounding(folder / "sound.m4a", settings)
    if not sounding:
        return replace(plan, sound=None)
    pieces = [seconds for seconds, _ in rules.segments((folder / plan.rungs[0].name / "index.m3u8").read_text())]
    return replace(plan, sound_until=sum(pieces)) if rules.ends_too_soon(sounding, pieces) else plan


def _last_resort(folder: Path, plan: rules.Plan, settings: Settings) -> Path:
    """The first rung as one progressive MP4: its pieces in a row, copied."""
    rung, joined = folder / plan.rungs[0].name, folder / "joined.mp4"
    names = [name for _, name in rules.segments((rung / "index.m3u8").read_text())]
    with joined.open("wb") as out:
        for name in ("init.mp4", *names):
            with (rung / name).open("rb") as piece:
                shutil.copyfileobj(piece, out, 1 << 20)
    ffmpeg.remux(joined, folder / "video.mp4", settings)
    joined.unlink()
    return folder / "video.mp4"


def _forms(folder: Path, plan: rules.Plan) -> list[rules.MadeForm]:
    """Describe what was made, and write the master playlist from it."""
    forms, variants = [], []
    for rung in plan.rungs:
        text = (folder / rung.name / "index.m3u8").read_text()
        pieces = [(seconds, os.path.getsize(folder / rung.name / name)) for seconds, name in rules.segments(text)]
        peak, average = rules.rates(pieces)
        codecs = rules.codecs_of((folder / rung.name / "init.mp4").read_bytes(), sound=plan.sound is not None)
        variants.append(rules.Variant(f"{rung.name}/index.m3u8", rung.width, rung.height, peak, average, codecs))
        forms.append(rules.MadeForm(rung.name, f"{rung.name}/index.m3u8", sum(size for _, size in pieces), rung.width, rung.height, average))
    (folder / "master.m3u8").write_text(rules.master(variants))
    first = plan.rungs[0]
    forms += [_form(folder, "hls", "master.m3u8"), replace(_form(folder, "mp4", "video.mp4"), width=first.width, height=first.height)]
    return [*forms, _form(folder, "poster", "poster.jpg"), *([_form(folder, "sound", "sound.m4a")] if plan.sound is not None else [])]


def _form(folder: Path, name: str, path: str) -> rules.MadeForm:
    return rules.MadeForm(name, path, os.path.getsize(folder / path))


def _sounding(path: Path, settings: Settings) -> float:
    try:
        return ffmpeg.probe(path, settings).seconds or 0.0
    except ffmpeg.Unreadable:
        return 0.0


def _measured(path: Path, probe: rules.Probe, settings: Settings) -> int:
    """Whole seconds of the product; raises `Refused` if it is too short to be the lesson that was uploaded."""
    seconds = (ffmpeg.probe(path, settings).seconds if path.stat().st_size else None) or 0.0
    refused = rules.shortfall(probe, seconds)
    if not refused and seconds > settings.max_media_minutes * 60 + 1:
        refused = rules.refusal(replace(probe, seconds=seconds), rules.Limits(settings.max_media_minutes, settings.max_pixels))
    if refused:
        raise Refused(refused)
    return int(seconds)


def _must_play(product: rules.Probe, plan: rules.Plan) -> None:
    """Success from ffmpeg is no proof: look at what came out."""
    picture = product.video_codec == "h264" and product.pixel_format == "yuv420p"
    if not picture or (plan.sound is not None and product.audio_codec != "aac"):
        raise Refused("视频的画面或声音读不出来。请在电脑上播放一遍原文件，重新导出为 MP4（H.264）后再上传。")
