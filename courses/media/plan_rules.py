"""What is made of a recording: which sizes, what is copied, how loud it becomes, which stills. Pure planning on values."""

from dataclasses import dataclass, replace
from math import ceil

from courses.media.probe_rules import Probe

LADDER = (240, 360, 480, 720)  # the short side of the picture; the long side is at most 16/9 of it
FIRST = 360  # the rung that is made first, and with which a phone starts
SEGMENT_SECONDS = 6
SOUND_KBPS = 64

# A picture is copied if phones play it as it is: these profiles up to this level, no more than a tenth above what we would spend on it.
COPIED_PROFILES = {"Baseline", "Constrained Baseline", "Main", "High"}
COPIED_LEVEL = 41
COPIED_SURPLUS = 1.1
COPIED_FROM = {"mov", "mp4", "matroska"}
LONGEST_PIECE = 12.5  # seconds between two keyframes of a copied picture; a phone that jumps waits for so much
LIGHT_KBPS = 500  # a copied picture below this needs no smaller one beside it

# EBU R128 measures; its supplement 2 (2023) puts speech for phones and computers between -20 and -16 LUFS, with peaks at -1 dB.
LOUDNESS = -16.0
LOUDNESS_LEEWAY = 2.0
SILENCE = -69.0
PEAK = -1.0
MOST_GAIN = 30.0

SHEET_COLUMNS = 10
SHEET_TILES = 100
TILE = (160, 90)


@dataclass(frozen=True)
class Rung:
    """One size of the picture, with the ceiling of its rate in kbit/s."""

    name: str
    width: int
    height: int
    video_kbps: int
    profile: str


@dataclass(frozen=True)
class Sound:
    """Which track is heard, at which rate and in how many channels; `fits` if its own bytes will do when it is loud enough."""

    stream: int
    rate: int
    channels: int
    fits: bool


@dataclass(frozen=True)
class Loudness:
    """What EBU R128 measures of a whole recording: integrated loudness in LUFS and the highest sample in dBFS."""

    integrated: float
    peak: float


@dataclass(frozen=True)
class Voicing:
    """What is done to the sound: its gain in dB (None: its own bytes are taken), and whether peaks must be held down."""

    gain: float | None
    limited: bool = False


@dataclass(frozen=True)
class Sheet:
    """The sheet of small pictures shown while someone looks for a place: one every `step` seconds, row by row."""

    step: int
    columns: int
    rows: int
    width: int
    height: int


@dataclass(frozen=True)
class Plan:
    """What to make. The first rung is made before the others; `copied` if it is the upload's own picture."""

    picture: int | None
    sound: Sound | None
    rungs: tuple[Rung, ...]
    copied: bool = False
    frame_step: int = 1
    interlaced: bool = False
    transfer: str = ""  # of a picture in HDR, which is mapped to ordinary screens

    @property
    def rest(self) -> tuple[Rung, ...]:
        """The rungs that follow the first."""
        return self.rungs[1:]


def plan(probe: Probe, *, copy: bool = True) -> Plan:
    """What to make of a recording that `refusal` let through. No rung is larger than the picture.

    `copy` is False once a copy has been tried and its pieces did not serve.
    """
    copied = copy and fits(probe)
    return Plan(
        picture=probe.picture,
        sound=_sound(probe),
        rungs=_rungs(probe, copied=copied),
        copied=copied,
        # Frames are dropped, never made: `-r` or `fps` would fill a long gap with copies.
        frame_step=max(1, round(probe.frames_per_second / 30)) if probe.frames_per_second < 2000 else 1,
        interlaced=probe.interlaced,
        transfer=probe.transfer if probe.is_hdr else "",
    )


def distance(width: int, height: int) -> int:
    """How far a size is from the one with which a phone starts."""
    return abs(min(width, height) - FIRST)


def fits(probe: Probe) -> bool:
    """Whether phones play the upload's own picture, so that it need only be cut into pieces."""
    if probe.picture is None or not probe.containers & COPIED_FROM or probe.video_kbps is None:
        return False
    codec = probe.video_codec == "h264" and probe.video_profile in COPIED_PROFILES and 0 < probe.video_level <= COPIED_LEVEL
    shape = probe.plain and not probe.interlaced and probe.pixel_format == "yuv420p" and not (probe.width % 2 or probe.height % 2)
    short, long = sorted((probe.width, probe.height))
    size = short <= LADDER[-1] and long <= LADDER[-1] * 16 / 9 and probe.frames_per_second <= 31
    return codec and shape and size and probe.video_kbps <= _ceiling(short) * COPIED_SURPLUS


def copy_serves(pieces: list[tuple[float, int]], rung: Rung) -> bool:
    """Whether the pieces (seconds, bytes) of a copied picture are short and light enough for phones."""
    longest = max((seconds for seconds, _ in pieces), default=0.0)
    peak = max((size * 8 / seconds for seconds, size in pieces if seconds >= longest / 2), default=0.0)
    return 0 < longest <= LONGEST_PIECE and peak <= rung.video_kbps * 1000 * 2


def voicing(sound: Sound, loudness: Loudness | None) -> Voicing:
    """How the sound is brought to the even loudness; silence stays silence."""
    if loudness is None or loudness.integrated <= SILENCE:
        return Voicing(None if sound.fits else 0.0)
    gain = min(MOST_GAIN, LOUDNESS - loudness.integrated)
    if sound.fits and abs(gain) <= LOUDNESS_LEEWAY:
        return Voicing(None)
    return Voicing(round(gain, 2), limited=loudness.peak + gain > PEAK)


def sheet(seconds: int, width: int, height: int) -> Sheet:
    """The sheet of stills of a recording of this length and shape; never more than a hundred tiles."""
    step = SEGMENT_SECONDS * max(1, ceil(seconds / (SHEET_TILES * SEGMENT_SECONDS)))
    tiles = max(1, ceil(seconds / step))
    scale = min(TILE[0] / width, TILE[1] / height, 1.0)
    return Sheet(step, min(SHEET_COLUMNS, tiles), ceil(tiles / SHEET_COLUMNS), max(2, _even(width * scale)), max(2, _even(height * scale)))


def _sound(probe: Probe) -> Sound | None:
    if probe.sound is None:
        return None
    light = probe.audio_kbps is not None and probe.audio_kbps <= SOUND_KBPS * 1.5 and 1 <= probe.channels <= 2 and 22050 <= probe.audio_rate <= 48000
    aac = probe.audio_codec == "aac" and probe.audio_profile == "LC" and bool(probe.containers & COPIED_FROM)
    # 96 kHz and the like become 48: a filter that works at 192 kHz inside would hand on its own rate.
    rate = 44100 if probe.audio_rate and probe.audio_rate % 11025 == 0 else 48000
    return Sound(probe.sound, rate, min(2, max(1, probe.channels)), fits=light and aac and probe.sound_plain)


def _rungs(probe: Probe, *, copied: bool) -> tuple[Rung, ...]:
    if probe.picture is None:
        return ()
    rungs = _distinct([_rung(probe.width, probe.height, short) for short in LADDER])
    if not copied:
        start = min(rungs, key=lambda rung: distance(rung.width, rung.height))
        return (start, *(rung for rung in rungs if rung is not start))
    own = replace(rungs[-1], width=probe.width, height=probe.height)
    return (own, *rungs[:-1]) if (probe.video_kbps or 0) > LIGHT_KBPS else (own,)


def _rung(width: int, height: int, short: int) -> Rung:
    """The picture shrunk into a 16:9 box (upright for an upright picture) of this short side; never enlarged."""
    box = (short * 16 / 9, float(short)) if width >= height else (float(short), short * 16 / 9)
    scale = min(1.0, box[0] / width, box[1] / height)
    wide, high = max(2, _even(width * scale)), max(2, _even(height * scale))
    smaller = min(wide, high)
    return Rung(f"{smaller}p", wide, high, _ceiling(smaller), "main" if smaller <= 360 else "high")


def _ceiling(short: int) -> int:
    return 400 if short <= 240 else 800 if short <= 360 else 1400 if short <= 480 else 2800


def _distinct(rungs: list[Rung]) -> list[Rung]:
    """Drop a rung that hardly differs from the next larger one."""
    kept: list[Rung] = []
    for rung in reversed(rungs):
        if not kept or (rung.width * rung.height < 0.75 * kept[-1].width * kept[-1].height and rung.name != kept[-1].name):
            kept.append(rung)
    return kept[::-1]


def _even(size: float) -> int:
    return int(size + 0.001) // 2 * 2
