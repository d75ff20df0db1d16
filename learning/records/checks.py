"""What `./manage doctor` asks of papers: the fonts that certificates and branch records are set in."""

from collections.abc import Iterable

from courses.kernel.doctor import Finding, Installed, check
from learning.records import typst

FONTS = ("Noto Serif CJK SC", "Noto Sans CJK SC")


@check("字体")
def fonts(_place: Installed) -> Iterable[Finding]:
    missing = [name for name in FONTS if name not in typst.families()]
    words = f"缺少 {'、'.join(missing)}，证明会印出空格" if missing else "、".join(FONTS)
    yield Finding("字体", "fault" if missing else "good", words, "apt-get install fonts-noto-cjk" if missing else "")
