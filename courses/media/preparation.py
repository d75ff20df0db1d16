"""Makes the folder of a recording's forms: reads the upload, converts it, checks the product, writes what was made beside it.

In two steps, so that a lesson plays early: `first` makes one rung with everything else, `rest` adds the other rungs to it.
"""

import json
import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from pathlib import Path

import structlog

from courses.kernel.errors import Refused
from courses.kernel.settings import Settings
from courses.media import contents, ffmpeg, plan_rules, probe_rules, rules

log = structlog.get_logger()
MANIFEST = "made.json"
MASTER = "master.m3u8"
SOUND = "sound.m4a"
FIRST_SHARE = 35  # percent of the way when the first rung is done and others follow
Report = Callable[[int], None]


def examined(path: Path, settings: Settings) -> probe_rules.Probe:
    """What is in the upload; raises `Refused` with the remedy if no lesson can be made of it."""
    try:
        probe = ffmpeg.probe(path, settings)
    except ffmpeg.Unreadable as fault:
        log.info("upload_unreadable", complaints=fault.complaints[-1000:])
        with path.open("rb") as handle:
            raise Refused(contents.unreadable(handle.read(4096), fault.complaints)) from fault
    refused = probe_rules.refusal(probe, _limits(settings))
    if refused:
        raise Refused(refused)
    return probe


def first(source: Path, folder: Path, settings: Settings, *, report: Report) -> rules.Made:
    """Fill the empty `folder` with what plays first; raises `Refused` if no lesson comes of it. `made.whole` says whether that is all."""
    probe = examined(source, settings)
    with _blaming_the_file():
        plan = plan_rules.plan(probe)
        made = _first(_Work(source, folder, probe, plan, settings), report)
        if made is None:
            plan = plan_rules.plan(probe, copy=False)
            _empty(folder, but=SOUND)
            made = _first(_Work(source, folder, probe, plan, settings), report)
    assert made is not None
    return _remember(folder, made)


def rest(source: Path, begun: Path, folder: Path, settings: Settings, *, report: Report) -> rules.Made:
    """Fill the empty `folder` with everything: what `first` left in `begun`, and the other rungs."""
    was, probe = remembered(begun / MANIFEST), examined(source, settings)
    work = _Work(source, folder, probe, plan_rules.plan(probe, copy=was.copied), settings)
    shutil.copytree(begun, folder, copy_function=_linked, dirs_exist_ok=True, ignore=shutil.ignore_patterns(MANIFEST, MASTER))
    with _blaming_the_file():
        scratch = work.scratch()
        videos = {rung: scratch / f"{rung.name}.mp4" for rung in work.plan.rest}
        ffmpeg.encode(source, videos, work.plan, settings, on_second=work.progress(report, FIRST_SHARE, 95))
        sound = ffmpeg.Soundtrack(folder / SOUND, "a:0")
        pieces = [ffmpeg.Piecework(path, "v:0", folder / rung.name) for rung, path in videos.items()]
        ffmpeg.package(pieces, sound if sound.file.exists() else None, settings)
        shutil.rmtree(scratch)
    report(98)
    return _remember(folder, replace(was, whole=True, forms=tuple(_forms(folder, work.plan.rungs))))


def remembered(manifest: Path) -> rules.Made:
    """What was made in a folder that stands already, by its manifest."""
    kept = json.loads(manifest.read_text())
    return rules.Made(**{**kept, "forms": tuple(rules.MadeForm(**form) for form in kept["forms"])})


@dataclass(frozen=True)
class _Work:
    source: Path
    folder: Path
    probe: probe_rules.Probe
    plan: plan_rules.Plan
    settings: Settings

    def scratch(self) -> Path:
        """A folder for files that are not kept."""
        made = self.folder / "scratch"
        made.mkdir()
        return made

    def progress(self, report: Report, low: int, high: int) -> Callable[[float], None]:
        """Hears seconds done and reports percent between `low` and `high`."""
        length = self.probe.seconds

        def heard(second: float) -> None:
            report(min(high, int(low + (high - low) * second / length)) if length else low)

        return heard


@contextmanager
def _blaming_the_file() -> Iterator[None]:
    """What ffmpeg cannot read is a refusal with its remedy."""
    try:
        yield
    except ffmpeg.Unreadable as fault:
        log.info("upload_damaged", complaints=fault.complaints[-1000:])
        raise Refused(contents.damaged(fault.complaints)) from fault


def _first(work: _Work, report: Report) -> rules.Made | None:
    """None if a copied picture does not serve phones and must be encoded after all."""
    folder, plan, settings = work.folder, work.plan, work.settings
    report(1)
    if not plan.rungs:
        _sounding(work, until=None)
        return rules.Made(_measured(ffmpeg.probe(folder / SOUND, settings), work), False, (_form(folder, "sound", SOUND),))
    video, stream, length = _picture(work, report)
    heard = _sounding(work, until=length)
    report(FIRST_SHARE - 3)
    rung, plain = plan.rungs[0], folder / "video.mp4"
    ffmpeg.package([ffmpeg.Piecework(video, stream, folder / rung.name, plain)], heard, settings)
    if plan.copied and not plan_rules.copy_serves(_pieces(folder / rung.name), rung):
        if heard and heard.alone:
            heard.alone.unlink()  # cut as the picture was; beside an encoded one it begins anew
        return None
    shutil.rmtree(folder / "scratch", ignore_errors=True)
    product = ffmpeg.probe(plain, settings)
    seconds = _measured(product, work)
    _must_play(product, sound=heard is not None)
    ffmpeg.stills(plain, folder / "poster.jpg", folder / "sprite.jpg", plan_rules.sheet(seconds, rung.width, rung.height), settings)
    return rules.Made(seconds, True, tuple(_forms(folder, (rung,))), whole=not plan.rest, copied=plan.copied)


def _picture(work: _Work, report: Report) -> tuple[Path, str, float | None]:
    """The first rung's picture: the file, its stream and its seconds."""
    if work.plan.copied:
        return work.source, str(work.plan.picture), work.probe.picture_seconds
    video = work.scratch() / "first.mp4"
    high = FIRST_SHARE - 5 if work.plan.rest else 90
    ffmpeg.encode(work.source, {work.plan.rungs[0]: video}, work.plan, work.settings, on_second=work.progress(report, 1, high))
    return video, "v:0", _seconds(video, work.settings)


def _sounding(work: _Work, *, until: float | None) -> ffmpeg.Soundtrack | None:
    """Make the sound alone, or say that the upload's own goes with a copied picture as it is.

    A track that promises sound and has none, as some screen recorders leave it, is left out: players would wait for it for ever.
    One that ends before the picture is followed by silence, for the same reason. What was made while a copy of the picture was tried is taken.
    """
    track, target = work.plan.sound, work.folder / SOUND
    if track is None:
        return None
    if target.exists() and _serves_still(target, until, work):
        return ffmpeg.Soundtrack(target, "a:0")
    voicing = plan_rules.voicing(track, ffmpeg.loudness(work.source, track, work.settings))
    own = work.probe.sound_seconds
    if voicing.gain is None and work.plan.copied and until and own and not rules.ends_too_soon(own, until):
        return ffmpeg.Soundtrack(work.source, str(track.stream), alone=target)
    ffmpeg.sound(work.source, target, track, voicing, work.settings, until=None)
    heard = _seconds(target, work.settings) or 0.0
    if until and heard and rules.ends_too_soon(heard, until):
        ffmpeg.sound(work.source, target, track, replace(voicing, gain=voicing.gain or 0.0), work.settings, until=until)
    if not heard and until:
        target.unlink()
        return None
    return ffmpeg.Soundtrack(target, "a:0")


def _serves_still(sound: Path, until: float | None, work: _Work) -> bool:
    """Whether the sound of an earlier attempt goes with a picture of `until` seconds: neither too short, nor followed by silence for a longer one."""
    heard, own = _seconds(sound, work.settings), work.probe.sound_seconds
    if not heard or until is None:
        return bool(heard)
    return not rules.ends_too_soon(heard, until) and heard <= max(until, own or 0.0) + 0.5


def _forms(folder: Path, rungs: tuple[plan_rules.Rung, ...]) -> list[rules.MadeForm]:
    """Describe what was made, the first rung first, and write the master playlist from it."""
    sound, forms, variants = folder / SOUND, [], []
    for rung in rungs:
        pieces = _pieces(folder / rung.name)
        peak, average = rules.rates(pieces)
        codecs = rules.codecs_of((folder / rung.name / "init.mp4").read_bytes(), sound=sound.exists())
        variants.append(rules.Variant(f"{rung.name}/index.m3u8", rung.width, rung.height, peak, average, codecs))
        forms.append(rules.MadeForm(rung.name, f"{rung.name}/index.m3u8", sum(size for _, size in pieces), rung.width, rung.height, average))
    (folder / MASTER).write_text(rules.master(sorted(variants, key=lambda one: plan_rules.distance(one.width, one.height))))
    forms += [_form(folder, "hls", MASTER), _form(folder, "mp4", "video.mp4", rungs[0])]
    forms += [_form(folder, "poster", "poster.jpg"), _form(folder, "sprite", "sprite.jpg", rungs[0])]
    return [*forms, *([_form(folder, "sound", SOUND)] if sound.exists() else [])]


def _form(folder: Path, name: str, path: str, shown: plan_rules.Rung | None = None) -> rules.MadeForm:
    size = os.path.getsize(folder / path)
    return rules.MadeForm(name, path, size, shown.width, shown.height) if shown else rules.MadeForm(name, path, size)


def _pieces(folder: Path) -> list[tuple[float, int]]:
    return [(seconds, os.path.getsize(folder / name)) for seconds, name in rules.segments((folder / "index.m3u8").read_text())]


def _seconds(path: Path, settings: Settings) -> float | None:
    try:
        return ffmpeg.probe(path, settings).seconds
    except ffmpeg.Unreadable:
        return None


def _measured(product: probe_rules.Probe, work: _Work) -> int:
    """Whole seconds of the product; raises `Refused` if it is too short to be the lesson that was uploaded."""
    seconds = product.seconds or 0.0
    refused = rules.shortfall(work.probe, seconds)
    if not refused and seconds > work.settings.max_media_minutes * 60 + 1:
        refused = probe_rules.refusal(replace(work.probe, seconds=seconds), _limits(work.settings))
    if refused:
        raise Refused(refused)
    return int(seconds)


def _must_play(product: probe_rules.Probe, *, sound: bool) -> None:
    """Success from ffmpeg is no proof: look at what came out."""
    picture = product.video_codec == "h264" and product.pixel_format == "yuv420p"
    if not picture or (sound and product.audio_codec != "aac"):
        raise Refused("视频的画面或声音读不出来。请在电脑上播放一遍原文件，重新导出为 MP4（H.264）后再上传。")


def _remember(folder: Path, made: rules.Made) -> rules.Made:
    (folder / MANIFEST).write_text(json.dumps(asdict(made)))
    return made


def _limits(settings: Settings) -> probe_rules.Limits:
    return probe_rules.Limits(settings.max_media_minutes, settings.max_pixels)


def _linked(source: str, target: str) -> None:
    """The same file under a second name where the disk allows it, else a copy."""
    try:
        os.link(source, target)
    except OSError:
        shutil.copyfile(source, target)


def _empty(folder: Path, *, but: str) -> None:
    for one in folder.iterdir():
        if one.is_dir():
            shutil.rmtree(one)
        elif one.name != but:
            one.unlink()
