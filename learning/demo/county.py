"""The demo county as plain data: its organizations, its people and their posts. All of it is invented."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

PLACEHOLDERS = ("张甲", "李乙", "王丙", "赵丁", "陈戊", "刘己", "杨庚", "周辛", "吴壬", "郑癸")
SURNAMES = "钱孙冯卫蒋沈韩朱秦许何吕施孔曹严金魏陶姜谢邹窦章苏潘范彭鲁韦马"
GIVEN = ("一一", "二二", "三三")


@dataclass(frozen=True)
class Place:
    """An organization: its code, name and kind, and the code of the one above it."""

    code: str
    name: str
    kind: str
    parent: str | None


@dataclass(frozen=True)
class Post:
    """A post held at the organization of this code."""

    role: str
    place: str
    note: str = ""


@dataclass(frozen=True)
class Someone:
    """A person on the roster of a branch. Whoever is not online has no account: paper cards and home delivery reach them."""

    name: str
    branch: str
    stage: str = "full"
    frail: bool = False
    floating: bool = False
    online: bool = True
    contact: str = ""
    user_name: str = ""
    mobile: str = ""
    posts: tuple[Post, ...] = ()

    @property
    def is_member(self) -> bool:
        return self.stage in {"full", "probationary"}


PLACES = (
    Place("QC", "晴川县委", "county", None),
    Place("QC01", "样例镇党委", "township", "QC"),
    Place("QC0101", "向阳社区党委", "community_committee", "QC01"),
    Place("QC010101", "第一支部", "branch", "QC0101"),
    Place("QC010102", "第二支部", "branch", "QC0101"),
    Place("QC010103", "第三支部", "branch", "QC0101"),
    Place("QC0102", "荷塘社区党委", "community_committee", "QC01"),
    Place("QC010201", "东区支部", "branch", "QC0102"),
    Place("QC010202", "西区支部", "branch", "QC0102"),
    Place("QC0103", "样例镇两新组织联合党委", "enterprise_committee", "QC01"),
    Place("QC010301", "示例物业支部", "branch", "QC0103"),
    Place("QC010302", "样品商砼支部", "branch", "QC0103"),
    Place("QC010303", "范例电商支部", "branch", "QC0103"),
    Place("QC0104", "柳荫村党支部", "branch", "QC01"),
    Place("QC0105", "石桥村党支部", "branch", "QC01"),
    Place("QC0106", "北岗村党支部", "branch", "QC01"),
    Place("QC0107", "镇机关党支部", "branch", "QC01"),
    Place("QC0108", "离退休党支部", "branch", "QC01"),
)
WILLOW, BRIDGE, NORTH, OFFICE, RETIRED = "QC0104", "QC0105", "QC0106", "QC0107", "QC0108"
BRANCHES = tuple(place.code for place in PLACES if place.kind == "branch")


@dataclass(frozen=True)
class _Make:
    """A branch's roster in short: how many of each kind after its secretary, in this order."""

    ordinary: int
    offline: int = 0  # required, but without a phone
    floating: int = 0
    frail: int = 0  # encouraged only, still online
    frail_offline: int = 0
    probationary: int = 0
    activists: int = 0
    candidates: int = 0


_MAKES = {
    "QC010101": _Make(ordinary=6, offline=1, probationary=1),
    "QC010102": _Make(ordinary=6, offline=1, activists=1),
    "QC010103": _Make(ordinary=5, offline=1, floating=1),
    "QC010201": _Make(ordinary=6, offline=1, candidates=1),
    "QC010202": _Make(ordinary=4, offline=1, floating=1),
    "QC010301": _Make(ordinary=4, activists=1),
    "QC010302": _Make(ordinary=3, floating=1),
    "QC010303": _Make(ordinary=2, floating=2, probationary=1, activists=1),
    WILLOW: _Make(ordinary=2, offline=1, floating=2, probationary=1, activists=1),  # and the named ones below
    BRIDGE: _Make(ordinary=4, offline=1, floating=2, frail_offline=1, activists=1),
    NORTH: _Make(ordinary=1, offline=1, floating=2, frail_offline=1, candidates=1, probationary=1),
    OFFICE: _Make(ordinary=0),
    RETIRED: _Make(ordinary=0, offline=2, frail=2, frail_offline=1),
}

_FIRMS = tuple(Post("adviser", code, "联系两新组织支部") for code in ("QC010301", "QC010302", "QC010303"))
_NAMED = (
    Someone("张甲", WILLOW, user_name="member"),
    Someone("李乙", WILLOW, frail=True, online=False, contact="王丙"),
    Someone("王丙", WILLOW, user_name="clerk", posts=(Post("branch_clerk", WILLOW),)),
    Someone("赵丁", WILLOW, floating=True, contact="王丙"),
    Someone("陈戊", WILLOW, user_name="secretary", posts=(Post("branch_secretary", WILLOW),)),
    Someone("刘己", OFFICE, user_name="trainer", posts=(Post("trainer", "QC01", "聘期一年"),)),
    Someone("杨庚", OFFICE, user_name="reviewer", posts=(Post("reviewer", "QC01"),)),
    Someone("周辛", OFFICE, user_name="town", posts=(Post("town_admin", "QC01"),)),
    Someone("吴壬", OFFICE, user_name="county", posts=(Post("county_admin", "QC"),)),
    Someone("郑癸", OFFICE, user_name="auditor", posts=(Post("auditor", "QC"),)),
    Someone("钱四四", OFFICE, user_name="adviser", posts=_FIRMS),
)


def names() -> Iterator[str]:
    """Names by the rule of the demo after the ten placeholders, no two alike: 钱一一, 孙一一, ..., 钱二二, ..."""
    return (surname + given for given in GIVEN for surname in SURNAMES)


def people() -> tuple[Someone, ...]:
    """Everyone, branch by branch: 96 members, 5 activists and 2 candidates for admission."""
    fresh = names()
    rows: list[Someone] = []
    for code in BRANCHES:
        rows += [row for row in _NAMED if row.branch == code]
        rows += _roster(code, _MAKES[code], fresh)
    return tuple(_with_mobiles(rows))


def _roster(code: str, make: _Make, fresh: Iterator[str]) -> list[Someone]:
    named = [row for row in _NAMED if row.branch == code]
    rows: list[Someone] = []
    if not any(post.role == "branch_secretary" for row in named for post in row.posts):
        rows.append(Someone(next(fresh), code, posts=(Post("branch_secretary", code),)))
    contact = (rows or [row for row in named if row.posts])[0].name
    rows += [Someone(next(fresh), code) for _ in range(make.ordinary)]
    rows += [Someone(next(fresh), code, online=False, contact=contact) for _ in range(make.offline)]
    rows += [Someone(next(fresh), code, floating=True, contact=contact) for _ in range(make.floating)]
    rows += [Someone(next(fresh), code, frail=True, contact=contact) for _ in range(make.frail)]
    rows += [Someone(next(fresh), code, frail=True, online=False, contact=contact) for _ in range(make.frail_offline)]
    rows += [Someone(next(fresh), code, stage="probationary") for _ in range(make.probationary)]
    rows += [Someone(next(fresh), code, stage="activist") for _ in range(make.activists)]
    rows += [Someone(next(fresh), code, stage="admission_candidate") for _ in range(make.candidates)]
    return rows


def _with_mobiles(rows: list[Someone]) -> Iterator[Someone]:
    for place, row in enumerate(rows, 1):
        yield replace(row, mobile=f"1990000{place:04d}") if row.online else row
