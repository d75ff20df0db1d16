"""Sort keys of Chinese names: pypinyin, with our own table of surname readings; its only importer."""

# Characters whose reading as a surname differs from the common one.
_SURNAMES = {
    "单": "shan",
    "曾": "zeng",
    "仇": "qiu",
    "解": "xie",
    "覃": "qin",
    "查": "zha",
    "区": "ou",
    "朴": "piao",
    "乐": "yue",
    "任": "ren",
    "华": "hua",
    "盖": "ge",
    "缪": "miao",
    "尉": "wei",
    "翟": "zhai",
    "祭": "zhai",
    "召": "shao",
    "黑": "he",
    "折": "she",
    "种": "chong",
    "洗": "xian",
    "员": "yun",
    "宓": "mi",
    "隗": "wei",
    "繁": "po",
    "葛": "ge",
    "纪": "ji",
    "那": "na",
    "重": "chong",
    "秘": "bi",
    "车": "che",
}


def name_key(name: str) -> str:
    """'zhang jia zj 张甲' for 张甲: the full reading, the initials, then the name itself, so that equal readings keep a fixed order."""
    from pypinyin import Style, lazy_pinyin  # its dictionary takes 55 MB and a sixth of a start, and only a process that writes names needs it

    parts = lazy_pinyin(name, style=Style.NORMAL)
    if name and name[0] in _SURNAMES and parts:
        parts[0] = _SURNAMES[name[0]]
    return f"{' '.join(parts)} {''.join(part[:1] for part in parts)} {name}".lower()[:120]
