"""The demo's courses: what each is called, its quiz, and where its text stands. Every word is our own; laws are cited by name and article."""

from dataclasses import dataclass
from pathlib import Path

from courses.questions.rules import TRUE_FALSE, NewItem

TEXTS = Path(__file__).resolve().parent / "texts"
SERIES = "空中大讲堂"
SERIES_ABOUT = "样例镇党委主办，一课一个主题，手机上随时可学，也可以在支部集中收看。内容为演示。"
PASS_MARK = 60
TOPICS = {"rules": "党务常识", "fire": "消防安全", "fraud": "反诈", "aid": "急救", "phone": "反诈", "village": "村级议事"}  # of each course's questions


@dataclass(frozen=True)
class DemoCourse:
    """A course that exists in full: a text (`texts/<key>.md`), a final quiz, and, where `lecture` or `deck` names one, a recording or slides."""

    key: str
    title: str
    summary: str
    reading: str
    items: tuple[NewItem, ...]
    lecture: str = ""
    deck: str = ""
    required: bool = False
    approved_quarters: int = 1  # no course is longer than a quarter of an hour
    drawn: str = ""  # the topic of the bank from which each paper's questions are drawn, as many as there are items; the items are among them

    @property
    def text(self) -> str:
        """The text lesson, in Markdown."""
        return (TEXTS / f"{self.key}.md").read_text(encoding="utf-8")


def single(stem: str, *options: str, answer: int, why: str) -> NewItem:
    """A single choice; `answer` is the place of the right option."""
    return NewItem("single", stem, options, (answer,), why)


def multiple(stem: str, *options: str, answer: tuple[int, ...], why: str) -> NewItem:
    """A multiple choice; `answer` are the places of the right options."""
    return NewItem("multiple", stem, options, answer, why)


def judge(stem: str, *, right: bool, why: str) -> NewItem:
    """A question of 对 or 错."""
    return NewItem("true_false", stem, TRUE_FALSE, (0 if right else 1,), why)


_HOTLINE = single(
    "全国反诈预警劝阻专线是哪个号码？",
    "12315",
    "96110",
    "12348",
    "12306",
    answer=1,
    why="96110 是反诈预警劝阻专线。接到这个号码打来的电话，说明您或家人可能正在被骗，请一定接听。",
)
_SAFE_ACCOUNT = judge("公安机关会通过电话要求群众把钱转入“安全账户”。", right=False, why="没有所谓“安全账户”。凡是电话里要求转账自证清白的，都是诈骗。")

COURSES = (
    DemoCourse(
        key="rules",
        title="党章党规基础：权利和义务（微课）",
        summary="从一位党员的一年说起：党章规定了哪些义务和权利，学习有什么要求，日常怎样落到行动上。",
        lecture="微课：权利和义务，一体两面",
        reading="读一读：党员的义务、权利和学习",
        required=True,
        items=(
            single(
                "党员每年集中学习培训时间一般不少于多少学时？",
                "16 学时",
                "24 学时",
                "32 学时",
                "56 学时",
                answer=2,
                why="《中国共产党党员教育管理工作条例》第二十条：党员每年集中学习培训时间一般不少于 32 学时。",
            ),
            single(
                "党支部应当每月开展几次主题党日？",
                "1 次",
                "2 次",
                "3 次",
                "4 次",
                answer=0,
                why="《中国共产党党员教育管理工作条例》第十六条：党支部每月开展 1 次主题党日。",
            ),
            single("预备党员的预备期为多长时间？", "半年", "1 年", "2 年", "3 年", answer=1, why="党章第七条：预备党员的预备期为一年。"),
        ),
    ),
    DemoCourse(
        key="fire",
        title="消防安全进家门（微课）",
        summary="家里最容易起火的几个地方、电动车停放和充电的规矩、闻到燃气味怎么办、着火了怎样逃。",
        lecture="微课：消防安全进家门",
        reading="读一读：家庭防火和逃生要点",
        required=True,
        items=(
            single("发现火灾应当拨打哪个电话？", "110", "119", "120", "122", answer=1, why="119 是全国统一的火警电话，报警不收费。"),
            judge("楼房着火时，应当乘普通电梯尽快下楼。", right=False, why="火灾中普通电梯可能断电停运、灌进浓烟，应走疏散楼梯。"),
            multiple(
                "高层住宅中，下面哪些地方不得停放电动自行车或为其充电？（多选）",
                "公共门厅",
                "疏散走道",
                "楼梯间",
                "安全出口",
                answer=(0, 1, 2, 3),
                why="《高层民用建筑消防安全管理规定》（应急管理部令第5号，2021年8月1日起施行）：这四处都不得停放电动自行车或为其充电。",
            ),
            multiple(
                "在家中闻到燃气味，应当怎么做？（多选）",
                "关闭阀门",
                "开窗通风",
                "到室外再打电话",
                "开灯查找漏点",
                answer=(0, 1, 2),
                why="开灯、打电话都可能产生火花。先关阀、开窗、人员撤到室外，再打电话报修。",
            ),
        ),
    ),
    DemoCourse(
        key="fraud",
        title="防范电信网络诈骗（微课）",
        summary="不到一分钟的微课：不轻信、不透露、不转账；再读一篇短文，认清几种常见骗术。",
        lecture="微课：一分钟守住钱袋子",
        reading="读一读：常见骗术和应对",
        required=True,
        items=(
            _HOTLINE,
            single(
                "《反电信网络诈骗法》自何时起施行？",
                "2021-12-01",
                "2022-09-02",
                "2022-12-01",
                "2023-01-01",
                answer=2,
                why="《中华人民共和国反电信网络诈骗法》2022年9月2日通过，自2022年12月1日起施行。",
            ),
            _SAFE_ACCOUNT,
        ),
    ),
    DemoCourse(
        key="aid",
        title="现场急救与AED（微课）",
        summary="身边有人倒下怎么办：判断、呼救、按压、用上自动体外除颤器；一氧化碳中毒先做什么。",
        lecture="微课：救命的头几分钟",
        reading="读一读：心肺复苏和AED",
        required=True,
        items=(
            single("需要医疗急救应当拨打哪个电话？", "119", "120", "12345", "96110", answer=1, why="120 是医疗急救电话，打通后先说清地点，听接线员指导。"),
            single(
                "成人心肺复苏的按压频率是每分钟多少次？",
                "60–80 次",
                "80–100 次",
                "100–120 次",
                "140 次以上",
                answer=2,
                why="急救指南：每分钟 100 到 120 次，太慢供血不足，太快胸廓来不及回弹。",
            ),
            single("成人心肺复苏，按压与吹气之比是多少？", "15:1", "30:2", "10:2", "5:1", answer=1, why="每按压 30 次，吹气 2 次。不会吹气也要坚持按压。"),
            single("AED 是指什么？", "呼吸机", "自动体外除颤器", "血压计", "担架", answer=1, why="AED 是自动体外除颤器，开机后按语音提示操作，普通人也能用。"),
            single(
                "发现有人一氧化碳中毒，首先应当怎么做？",
                "喂水",
                "确保自身安全、开窗通风并移到空气新鲜处",
                "等其自醒",
                "拍照",
                answer=1,
                why="先保证自己安全，再开窗通风、把人移到空气新鲜处，然后呼救。",
            ),
        ),
    ),
    DemoCourse(
        key="phone",
        drawn="反诈",
        title="手机防骗与个人信息保护（大字版）",
        summary="写给刚用上智能手机的同志：验证码、链接、红包、贷款，哪些不能点、不能说。只有文字，字大、句短。",
        reading="读一读：手机上的四个不",
        items=(
            _HOTLINE,
            _SAFE_ACCOUNT,
            judge("短信验证码可以告诉自称“客服”的人。", right=False, why="验证码等于钥匙，谁要都不给。真客服不会向您要验证码。"),
        ),
    ),
    DemoCourse(
        key="village",
        title="村级议事与“四议两公开”",
        summary="修路、用地、分红这样的大事怎么定：四步议、两次公开，每一步谁来做、留下什么。有课件，也有文字。",
        deck="看课件：四议两公开，五页看明白",
        reading="读一读：大事怎么议，结果怎么晒",
        items=(
            multiple(
                "“四议两公开”中的“两公开”是指哪两项？（多选）",
                "决议公开",
                "实施结果公开",
                "个人存款公开",
                "家庭住址公开",
                answer=(0, 1),
                why="公开的是大家的事：决议公开、实施结果公开。个人信息不在其中。",
            ),
            single(
                "“四议”的第一步是什么？",
                "村民代表会议决议",
                "村党组织提议",
                "党员大会审议",
                "村“两委”会议商议",
                answer=1,
                why="顺序是：村党组织提议、村“两委”会议商议、党员大会审议、村民会议或者村民代表会议决议。",
            ),
            single(
                "党支部应当每月开展几次主题党日？",
                "1 次",
                "2 次",
                "3 次",
                "4 次",
                answer=0,
                why="《中国共产党党员教育管理工作条例》第十六条：每月 1 次。村里的大事可以先在主题党日上听听意见。",
            ),
        ),
    ),
)


def by_title(title: str) -> DemoCourse:
    """The course of this title."""
    return next(course for course in COURSES if course.title == title)


def right_answers(title: str) -> dict[str, list[str]]:
    """The right options of each question that a course may ask, by its stem: for whoever walks through the demo."""
    course = by_title(title)
    others = [item for other in COURSES if course.drawn and TOPICS[other.key] == course.drawn for item in other.items]
    return {item.stem: [item.options[place] for place in item.places] for item in (*course.items, *others)}
