"""What `./manage doctor` asks of papers: the fonts that they are set in, and the keys that they are signed with."""

from collections.abc import Iterable

from courses.kernel.doctor import FOLDER, Finding, Installed, check
from courses.kernel.errors import Refused
from learning.records import keys, typst

FONTS = ("Noto Serif CJK SC", "Noto Sans CJK SC")


@check("字体")
def fonts(_place: Installed) -> Iterable[Finding]:
    missing = [name for name in FONTS if name not in typst.families()]
    words = f"缺少 {'、'.join(missing)}，证明会印出空格" if missing else "、".join(FONTS)
    yield Finding("字体", "fault" if missing else "good", words, "apt-get install fonts-noto-cjk" if missing else "")


@check("签名密钥", needs=(FOLDER,))
def signing_keys(place: Installed) -> Iterable[Finding]:
    where = place.settings.keys_dir or place.settings.data_dir / "keys"
    if not (where / "keys.json").exists():
        yield Finding("签名密钥", "fault", "还没有签名密钥，新的证明没有签名", "./manage keys begin")
        return
    try:
        found = keys.faults(where)
    except Refused as fault:
        found = [fault.message]
    mend = f"chmod 600 {where}/*.key；缺少的文件请从备份恢复，恢复不了就运行 ./manage keys rotate"
    yield Finding("签名密钥", "fault" if found else "good", "；".join(found) or str(where), mend if found else "")
