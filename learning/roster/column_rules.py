"""Which column of a roster means what: headers with their synonyms, and columns that are never taken in."""

import re
import unicodedata
from collections.abc import Mapping, Sequence

from courses.kernel.words import Words

FIELD_WORDS = {
    "name": Words("姓名"),
    "branch": Words("所在支部"),
    "stage": Words("类别"),
    "expectation": Words("学习要求"),
    "online": Words("能用手机上网"),
    "floating": Words("外出流动"),
    "contact": Words("联系人"),
    "host": Words("流入地党组织"),
    "mobile": Words("手机号"),
    "joined_on": Words("入党日期"),
    "since": Words("进入支部日期"),
    "id": Words("系统编号"),
}
# As branches write them; compared without spaces, marks and what stands in brackets.
SYNONYMS: Mapping[str, tuple[str, ...]] = {
    "name": ("姓名", "名字", "党员姓名", "学员姓名", "人员姓名", "同志姓名", "name"),
    "branch": (
        "所在支部",
        "所在党支部",
        "党支部",
        "支部",
        "支部名称",
        "党支部名称",
        "所在党组织",
        "党组织",
        "党组织名称",
        "所属党支部",
        "所属支部",
        "支部代码",
        "党组织代码",
        "组织代码",
        "所属党组织",
        "组织关系所在支部",
    ),
    "stage": ("类别", "人员类别", "党员类别", "学员类别", "党员类型", "人员类型", "政治面貌", "培养阶段", "身份类别", "发展阶段"),
    "expectation": ("学习要求", "是否应训", "培训要求", "参训要求", "应训情况", "是否参训", "学习方式要求", "参学要求"),
    "online": (
        "能用手机上网",
        "能否上网",
        "是否上网",
        "能否使用智能手机",
        "是否会用智能手机",
        "是否使用智能手机",
        "有无智能手机",
        "智能手机",
        "有无手机",
        "能否线上学习",
        "是否能线上学习",
    ),
    "floating": ("外出流动", "是否流动党员", "流动党员", "是否流动", "是否外出", "是否外出流动", "是否为流动党员", "流动情况"),
    "contact": ("联系人", "流动党员联系人", "联络人", "支部联系人", "结对联系人", "包联人", "帮扶联系人"),
    "host": ("流入地党组织", "流入地", "接收党组织", "流入党组织", "外出地党组织", "流动地党组织", "托管党组织"),
    "mobile": ("手机号", "手机", "手机号码", "联系电话", "电话", "联系方式", "电话号码", "移动电话", "本人电话", "联系手机"),
    "joined_on": ("入党日期", "入党时间", "加入党组织日期", "加入党组织时间", "加入中共组织的时间", "入党年月", "加入中国共产党时间"),
    "since": (
        "进入支部日期",
        "进入当前支部日期",
        "进入支部时间",
        "转入日期",
        "转入时间",
        "转入支部时间",
        "进入党支部日期",
        "进入当前党支部日期",
        "组织关系转入日期",
    ),
    "id": ("系统编号",),
}
_LONGEST = 200  # letters of a header that are looked at
_IDENTITY = ("身份证", "公民身份", "证件号", "身份号码")
# Asked nowhere, so that a file which has them is read and they are left where they are.
_NOT_KEPT = ("性别", "民族", "出生", "年龄", "籍贯", "学历", "住址", "地址", "党费", "照片")


def normal(header: str) -> str:
    """A header as it is compared: without spaces, marks and what stands in brackets."""
    plain = re.sub(r"\(.*?\)|\[.*?\]|【.*?】", "", unicodedata.normalize("NFKC", header[:_LONGEST]))
    return re.sub(r"[^\w]", "", plain).lower()


def is_identity(header: str) -> bool:
    """Whether a column is of identity numbers, which are never taken in."""
    return any(mark in normal(header) for mark in _IDENTITY)


def is_kept_nowhere(header: str) -> bool:
    """Whether a column is of something that the system does not keep about anyone."""
    return any(mark in normal(header) for mark in _NOT_KEPT)


def field_of(header: str) -> str:
    """The field that a header names; empty when it names none."""
    plain = normal(header)
    return next((field for field, names in SYNONYMS.items() if plain in names), "")


def understood(headers: Sequence[str], remembered: Mapping[str, str]) -> tuple[str, ...]:
    """For each column its field or '': as it was set before at this organization, else by synonyms; each field once, identity numbers never."""
    out: list[str] = []
    for header in headers:
        wanted = remembered.get(normal(header), field_of(header)) if normal(header) else ""
        out.append(wanted if wanted in FIELD_WORDS and wanted not in out and not is_identity(header) else "")
    return tuple(out)


def to_remember(headers: Sequence[str], columns: Sequence[str]) -> dict[str, str]:
    """The headers of a file with what they were taken to mean, for the next file of the same organization."""
    return {normal(header): field for header, field in zip(headers, columns, strict=True) if normal(header)}
