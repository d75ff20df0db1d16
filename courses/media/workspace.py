"""An empty folder to make things in, and what is said when the disk does not let us."""

import errno
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from courses.kernel.errors import Refused
from courses.kernel.queue import Setback
from courses.kernel.storage import storage
from courses.kernel.words import Words
from courses.media import ffmpeg, rules

FULL = Words("服务器的存储空间满了，手机版没有做成，原文件还在。请联系管理员清理空间，再点“重试”。")
NO_SPACE = {errno.ENOSPC, errno.EDQUOT}


@contextmanager
def workspace(sha256: str) -> Iterator[Path]:
    """An empty folder to make things in; what goes wrong is told as a refusal, or as a setback after which another attempt may do."""
    place = storage().workspace()
    made_in = place / "made"
    try:
        made_in.mkdir()
        yield made_in
    except ffmpeg.Full as fault:
        raise Setback(FULL) from fault
    except OSError as fault:
        if fault.errno in NO_SPACE:
            raise Setback(FULL) from fault
        if fault.errno != errno.ENOENT or storage().exists(rules.source_of(sha256)):
            raise
        raise Refused("上传的原文件不见了，请重新上传。") from fault
    finally:
        shutil.rmtree(place, ignore_errors=True)
