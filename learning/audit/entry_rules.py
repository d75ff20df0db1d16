"""What may be asked of the entries, and the words for each kind of act."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from courses.kernel.words import Words

ACT_WORDS = {
    "add_person": Words("加入名册"),
    "revise_person": Words("修改名册资料"),
    "rename": Words("更改姓名"),
    "transfer": Words("组织关系转接"),
    "import_roster": Words("导入名册"),
    "erase_person": Words("清除个人信息"),
    "found": Words("新设党组织"),
    "revise_organization": Words("修改党组织"),
    "close_organization": Words("撤销党组织"),
    "appoint": Words("任命职务"),
    "dismiss": Words("免去职务"),
    "set_names": Words("修改登录名和手机"),
    "hold_mobile": Words("手机号和别人重复"),
    "reset_password": Words("重设密码"),
    "issue_card": Words("发首次登录卡"),
    "revoke_card": Words("撤销首次登录卡"),
    "prepare_session": Words("开始自己签到"),
    "roll_call": Words("点名"),
    "correct_roll": Words("更正点名"),
    "open_class": Words("登记班次"),
    "revise_class": Words("修改班次"),
    "home_delivery": Words("送学上门"),
    "witness_practice": Words("现场见证实践课"),
    "answer_request": Words("答复更正申请"),
    "launch_campaign": Words("新建活动"),
    "revise_campaign": Words("修改活动"),
    "set_shares": Words("分配名额"),
    "confirm_branch": Words("确认支部完成记录"),
    "correct_certificate": Words("更正证明"),
    "revoke_certificate": Words("撤销证明"),
    "issue_policy": Words("设定学时规则"),
    "correct_hours": Words("更正学时"),
    "close_year": Words("年度学时结账"),
    "answer_feedback": Words("答复意见"),
    "post_notice": Words("发布通知"),
    "withdraw_notice": Words("撤回通知"),
    "issue_certificates": Words("批量补发证明"),
    "export": Words("导出文件"),
}


def asked_from(terms: Mapping[str, str]) -> "Asked":
    """A search from its terms."""
    days = {name: date.fromisoformat(terms[name]) for name in ("since", "until") if name in terms}
    return Asked(**{**{name: text for name, text in terms.items() if name not in days}, **days})  # type: ignore[arg-type]


@dataclass(frozen=True)
class Asked:
    """What someone looks for among the entries; empty asks for no restriction. `before` is the entry after which the next page begins."""

    words: str = ""
    person: str = ""
    by: str = ""
    place: str = ""
    act: str = ""
    since: date | None = None
    until: date | None = None
    before: int | None = None

    @property
    def terms(self) -> dict[str, str]:
        """What was asked, as the words of an address; without the place in the list."""
        days = {name: day.isoformat() for name, day in (("since", self.since), ("until", self.until)) if day}
        texts = {name: getattr(self, name) for name in ("words", "person", "by", "place", "act")}
        return {name: text for name, text in texts.items() if text} | days
