"""The cast: a small county in which the tests take place, with the names of DOMAIN.md section 7."""

from dataclasses import dataclass
from datetime import UTC, date, datetime

from courses.kernel.db import transaction
from learning.organization.actions import Belonging, admit, appoint, found
from learning.organization.models import Organization, Person

NOW = datetime(2026, 11, 2, 2, 0, tzinfo=UTC)
TODAY = date(2026, 11, 2)


@dataclass
class County:
    """Ids only, so that a test may use them after the session was emptied."""

    county: int
    town: int
    other_town: int
    willow: int  # 柳荫村党支部, in the town
    bridge: int  # 石桥村党支部, in the town
    far: int  # a branch of the other township
    member: int  # 张甲, of willow
    old_member: int  # 李乙, of willow, encouraged only and not online
    activist: int  # 王丙, of willow
    neighbour: int  # 赵丁, of bridge
    secretary: int  # 陈戊, of willow
    trainer: int  # 刘己, at the town
    reviewer: int  # 杨庚, at the town
    town_admin: int  # 周辛
    county_admin: int  # 吴壬
    auditor: int  # 郑癸


def make_county() -> County:
    """Write the cast, in one transaction."""
    with transaction():
        county = found("QC", "晴川县委", kind="county", parent=None, now=NOW)
        town = found("QC01", "样例镇党委", kind="township", parent=county, now=NOW)
        other = found("QC02", "邻镇党委", kind="township", parent=county, now=NOW)
        willow = found("QC0101", "柳荫村党支部", kind="branch", parent=town, now=NOW)
        bridge = found("QC0102", "石桥村党支部", kind="branch", parent=town, now=NOW)
        far = found("QC0201", "远山村党支部", kind="branch", parent=other, now=NOW)
        office = found("QC0103", "镇机关党支部", kind="branch", parent=town, now=NOW)

        def person(name: str, where: Organization, **belonging: object) -> Person:
            return admit(name, where, Belonging(**belonging), since=date(2026, 1, 1), actor=None, now=NOW)  # type: ignore[arg-type]

        made = {
            "member": person("张甲", willow),
            "old_member": person("李乙", willow, expectation="encouraged", online=False),
            "activist": person("王丙", willow, stage="activist"),
            "neighbour": person("赵丁", bridge),
            "secretary": person("陈戊", willow),
            "trainer": person("刘己", office),
            "reviewer": person("杨庚", office),
            "town_admin": person("周辛", office),
            "county_admin": person("吴壬", office),
            "auditor": person("郑癸", office),
        }
        posts = {
            "secretary": ("branch_secretary", willow),
            "trainer": ("trainer", town),
            "reviewer": ("reviewer", town),
            "town_admin": ("town_admin", town),
            "county_admin": ("county_admin", county),
            "auditor": ("auditor", county),
        }
        for who, (role, where) in posts.items():
            appoint(made[who], role, where, since=date(2026, 1, 1), actor=None, now=NOW)
        ids = {who: row.id for who, row in made.items()}
        return County(county=county.id, town=town.id, other_town=other.id, willow=willow.id, bridge=bridge.id, far=far.id, **ids)
