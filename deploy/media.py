"""./manage media plan FILE | prepare FILE DIR: what would be made of a recording or a document, or the making itself; JSON on standard output.

It is no command of the app, because it needs neither settings nor database. Exits 2 with a reason if the file is refused, 1 if the
machine is at fault.
"""

import json
import os
import shutil
import sys
import tempfile
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import click
import structlog

from courses.kernel.errors import Refused
from courses.kernel.queue import Setback
from courses.kernel.settings import Settings
from courses.media import document_rules, documents, ffmpeg, plan_rules, preparation, probe_rules

UNUSED = {"SECRET_KEY": "nothing is signed here" * 2, "DATA_KEY": "A" * 43}
PICTURES = (("light", document_rules.light, document_rules.LIGHT_WIDTH), ("large", document_rules.large, document_rules.LARGE_WIDTH))


@click.group()
def cli() -> None:
    """Recordings and documents, without database or server."""


@cli.command()
@click.argument("file", type=click.Path(path_type=Path))
def plan(file: Path) -> None:
    """Print what was probed and what would be made."""
    answered(lambda: told_pages(file) if is_document(existing(file)) else told(preparation.examined(file.resolve(), settings())))


@cli.command()
@click.argument("file", type=click.Path(path_type=Path))
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path))
@click.option("--lighter", is_flag=True, help="Also make the smaller pictures that the site adds later to one that is copied.")
def prepare(file: Path, folder: Path, lighter: bool) -> None:
    """Make everything in DIR, which must be empty; what plays first is there first."""
    answered(lambda: drawn(file.resolve(), empty(folder)) if is_document(existing(file)) else made(file.resolve(), empty(folder), lighter=lighter))


def told(probe: probe_rules.Probe) -> dict[str, Any]:
    """Probe and plan as JSON."""
    planned = plan_rules.plan(probe)
    rungs = [{**asdict(rung), "how": "copy" if planned.copied and rung is planned.rungs[0] else "encode"} for rung in planned.rungs]
    later = rungs[1:] if planned.copied else []
    forms = ["sound.m4a"] if planned.sound else []
    forms += ["master.m3u8", "video.mp4", "poster.jpg", "sprite.jpg"] if rungs else []
    sheet = asdict(plan_rules.sheet(int(probe.seconds or 0), rungs[0]["width"], rungs[0]["height"])) if rungs else None
    return {
        "probed": {**asdict(probe), "containers": sorted(probe.containers)},
        "plan": {
            "rungs": rungs[:1] if planned.copied else rungs,
            "later": later,
            "sound": {**asdict(planned.sound), "kbps": plan_rules.SOUND_KBPS, "loudness_lufs": plan_rules.LOUDNESS} if planned.sound else None,
            "segment_seconds": plan_rules.SEGMENT_SECONDS if rungs else None,
            "tone_mapped": bool(planned.transfer),
            "deinterlaced": planned.interlaced,
            "sprite": sheet,
            "files": forms,
        },
    }


def made(file: Path, folder: Path, *, lighter: bool) -> dict[str, Any]:
    """Make everything, and say what."""
    with tempfile.TemporaryDirectory(prefix=".preparing-", dir=folder.resolve().parent) as scratch:
        first, whole = Path(scratch) / "first", Path(scratch) / "whole"
        first.mkdir()
        done = preparation.first(file, first, settings(), report=percent)
        shutil.copytree(first, folder, copy_function=os.link, dirs_exist_ok=True)
        if not done.whole and (lighter or not done.copied):
            whole.mkdir()
            done = preparation.rest(file, first, whole, settings(), report=percent)
            arrive(whole, folder)
    return asdict(done)


def is_document(file: Path) -> bool:
    """Whether its bytes say that it is looked at as a document."""
    with file.open("rb") as handle:
        return document_rules.is_document(handle.read(1024))


def told_pages(file: Path) -> dict[str, Any]:
    """What a document is, and what would be made of it. How many pages slides or a text have shows once they are turned into a PDF."""
    found = documents.looked(file.resolve(), settings())
    pictures = {name: {"file": place(1), "width": width} for name, place, width in PICTURES}
    return {
        "probed": {"kind": found["kind"], "pages": found["pages"], "bytes": file.stat().st_size},
        "plan": {"by_office": found["kind"] in document_rules.OFFICE, "pictures_of_a_page": pictures, "words": True, "files": [documents.MANIFEST]},
    }


def drawn(file: Path, folder: Path) -> dict[str, Any]:
    """Draw the pages and say their sizes and words."""
    with tempfile.TemporaryDirectory(prefix=".preparing-", dir=folder.resolve().parent) as scratch:
        ours, whole = settings(), Path(scratch) / "whole"
        whole.mkdir()
        pages = documents.drawn(file, whole, ours if ours.data_dir.is_dir() else replace(ours, data_dir=Path(scratch)), report=percent)
        for item in sorted(whole.iterdir(), key=lambda item: item.name == documents.MANIFEST):
            item.rename(folder / item.name)
    return {"characters": pages.characters, **pages.told()}


def arrive(whole: Path, folder: Path) -> None:
    """Put what is new into its place, each rung at once and the playlist of all after them."""
    last = (preparation.MASTER, preparation.MANIFEST)
    for item in whole.iterdir():
        if item.name not in last and not (folder / item.name).exists():
            item.rename(folder / item.name)
    for name in last:
        (whole / name).replace(folder / name)


def percent(done: int) -> None:
    """Progress for whoever watches."""
    click.echo(f"\r{done}%", nl=False, err=True)


def existing(file: Path) -> Path:
    """The file, if there is one to read; raises `Refused`."""
    if not file.is_file():
        raise Refused(f"没有找到文件 {file.name}。请检查路径。")
    if not file.stat().st_size:
        raise Refused("这个文件是空的（0 字节）。请检查原文件能不能打开，再重新选择。")
    return file.resolve()


def empty(folder: Path) -> Path:
    """The folder, made if need be; raises `Refused` if something is in it."""
    folder.mkdir(parents=True, exist_ok=True)
    if any(folder.iterdir()):
        raise Refused(f"文件夹 {folder.name} 里已经有东西。请换一个空文件夹。")
    return folder


def settings() -> Settings:
    """The limits and programs of the installation, or their defaults."""
    return Settings.from_env({**UNUSED, **os.environ})


def answered(work: Any) -> None:
    """Print the answer, or the reason why there is none."""
    try:
        answer, status = work(), 0
    except Refused as fault:
        answer, status = {"refused": True, "reason": fault.message}, 2
    except (ffmpeg.Broken, OSError, Setback) as fault:
        answer, status = {"refused": False, "reason": f"处理时出错，不是文件的问题：{fault}"}, 1
    click.echo(json.dumps(answer, ensure_ascii=False, indent=1))
    sys.exit(status)


if __name__ == "__main__":
    structlog.configure(logger_factory=structlog.PrintLoggerFactory(sys.stderr))
    cli(prog_name="./manage media")
