"""What may be asked of the entries, and the words for each kind of act."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

ACT_WORDS = {
    "add_person": "加入名册",
    "revise_person": "修改名册资料",
    "rename": "更改姓名",
    "transfer": "组织关系转接",
    "import_roster": "导入名册",
    "erase_person": "清除个人信息",
    "found": "新设党组织",
    "revise_organization": "修改党组织",
    "close_organization": "撤销党组织",
    "appoint": "任命职务",
    "dismiss": "免去职务",
    "set_names": "修改登录名和手机",
    "hold_mobile": "手机号和别人重复",
    "reset_password": "重设密码",
    "issue_card": "发首次登录卡",
    "revoke_card": "撤销首次登录卡",
    "prepare_session": "开始自己签到",
    "roll_call": "点名",
    "correct_roll": "更正点名",
    "open_class": "登记班次",
    "revise_class": "修改班次",
    "home_delivery": "送学上门",
    "witness_practice": "现场见证实践课",
    "answer_request": "答复更正申请",
    "launch_campaign": "新建活动",
    "revise_campaign": "修改活动",
    "set_shares": "分配名额",
    "confirm_branch": "确认支部完成记录",
    "correct_certificate": "更正证明",
    "revoke_certificate": "撤销证明",
    "issue_policy": "设定学时规则",
    "correct_hours": "更正学时",
    "close_year": "年度学时结账",
    "answer_feedback": "答复意见",
    "post_notice": "发布通知",
    "withdraw_notice": "撤回通知",
    "issue_certificates": "批量补发证明",
    "export": "导出文件",
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
