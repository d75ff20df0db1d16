"""What a campaign asks, as data: whom it concerns, and what makes one of them trained. A change is a new version; the old ones still count."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from courses.kernel.words import Words, joined
from learning.organization.rules import ROLE_WORDS, STAGE_WORDS

MEANS_WORDS = {"all": Words("学完全部指定课程"), "any": Words("学完任意一门指定课程"), "hours": Words("学满规定学时"), "class": Words("参加培训班")}
MOST_QUARTERS = 4000
_ROUTES = {"online_training": "online", "self_study": "online", "home_delivery": "home"}  # other kinds of hours are study together


@dataclass(frozen=True)
class Terms:
    """One version. Empty `organization_ids` and `roles` ask for no restriction; `expectation` is no term, because the frail are asked of nothing (Art. 23)."""

    means: str = "all"
    course_ids: tuple[int, ...] = ()
    quarters: int = 0
    kinds: tuple[str, ...] = ()
    class_id: int | None = None
    times: int = 1
    organization_ids: tuple[int, ...] = ()
    stages: tuple[str, ...] = ("probationary", "full")
    roles: tuple[str, ...] = ()

    @property
    def names_courses(self) -> bool:
        return self.means in {"all", "any"}

    @property
    def named_courses(self) -> tuple[int, ...]:
        """The courses of which they ask all, or any one; none where they ask for something else."""
        return self.course_ids if self.names_courses else ()

    def concerns(self, path: str) -> bool:
        """Whether an organization, given by its path, belongs to those the campaign is for."""
        return not self.organization_ids or any(f"/{one}/" in path for one in self.organization_ids)


@dataclass(frozen=True)
class Fact:
    """Something done that may count: a course finished, hours credited for one, or a session of a class attended; entered `at`."""

    of: str  # 'course', 'hours' or 'class'
    key: int  # of the course, or of the class
    on: date
    at: datetime
    route: str
    kind: str = ""
    quarters: int = 0


@dataclass(frozen=True)
class Training:
    """A person meets the terms: since when, and under the route of what came last."""

    route: str
    on: date


def faults(terms: Terms) -> dict[str, str]:
    """What is wrong with the terms, by field; empty when they will do. Terms that name no course yet train nobody."""
    out: dict[str, str] = {}
    if not terms.stages:
        out["stages"] = Words("请至少选一类人员")
    if terms.means == "hours" and terms.quarters < 1:
        out["hours"] = Words("请填至少多少学时")
    if terms.means == "hours" and not terms.kinds:
        out["kinds"] = Words("请至少选一种学时")
    if terms.means == "class" and terms.class_id is None:
        out["class_id"] = Words("请选择培训班")
    return out


def unsaid(terms: Terms) -> dict[str, str]:
    """What whoever writes the terms by hand has left out: their faults, and the courses where courses are asked for."""
    return {**faults(terms), **({"courses": Words("请至少勾一门课程")} if terms.names_courses and not terms.course_ids else {})}


def unsaid_words(left_out: Mapping[str, str]) -> str:
    """What was left out, in one sentence."""
    return Words("“谁应训”或怎样算“已训”没有填全：%(what)s。", what=joined(left_out.values(), Words("；")))


def group(terms: Terms, stage: str, expectation: str, *, holds_role: bool) -> str:
    """Where one person is counted: 'required' is 应训; 'encouraged' and 'other' stand in neither side of the rate."""
    return expectation if stage in terms.stages and holds_role else "other"


def training(terms: Terms, facts: Iterable[Fact]) -> Training | None:
    """Whether someone is trained under one version of the terms. Terms that ask for nothing train nobody."""
    ordered = sorted(_counting(terms, facts), key=lambda fact: (fact.on, fact.at, fact.key))
    need = _need(terms)
    for place, fact in enumerate(ordered):
        if 0 < need <= _reached(terms, ordered[: place + 1]):
            return Training(fact.route, fact.on)
    return None


def decided(versions: Sequence[tuple[Terms, datetime | None]], facts: Sequence[Fact]) -> Training | None:
    """Whether someone is trained in a campaign: under the first version that was met by what had been entered before the next replaced it.

    So a change of the terms takes nothing from those who met the old ones, and whatever stands follows from facts alone.
    """
    for terms, replaced_at in versions:
        got = training(terms, [fact for fact in facts if replaced_at is None or fact.at <= replaced_at])
        if got is not None:
            return got
    return None


def progress(terms: Terms, facts: Iterable[Fact]) -> tuple[int, int]:
    """(done, asked) in courses, quarters or sessions; what is done beyond what is asked counts no further."""
    need = _need(terms)
    return min(need, _reached(terms, list(_counting(terms, facts)))), need


def progress_words(terms: Terms, done: int, asked: int) -> str:
    """How far someone is, in the measure of the terms."""
    if terms.means == "hours":
        return Words("要求 %(asked)s 学时，已有 %(done)s 学时", asked=f"{asked / 4:g}", done=f"{done / 4:g}")
    if terms.means == "class":
        return Words("要求到班 %(asked)s 场，已到 %(done)s 场", asked=asked, done=done)
    return (
        Words("必修 %(asked)s 门，学完 %(done)s 门", asked=asked, done=done)
        if terms.means == "all"
        else Words("任选 %(asked)s 门，学完 %(done)s 门", asked=asked, done=done)
    )


def scope_words(terms: Terms, places: Iterable[str]) -> str:
    """Whom a campaign concerns; `places` are the names of `organization_ids`."""
    where = joined(places, "、") or Words("所属各党组织")
    stages = joined((STAGE_WORDS[stage] for stage in terms.stages), "、")
    if not terms.roles:
        return Words("%(where)s的%(stages)s", where=where, stages=stages)
    return Words("%(where)s的%(stages)s，担任%(posts)s的", where=where, stages=stages, posts=joined((ROLE_WORDS[role] for role in terms.roles), "、"))


def means_words(terms: Terms, *, titles: Mapping[int, str], kinds: Mapping[str, str], class_title: str) -> str:
    """What makes one of them trained."""
    if terms.means == "hours":
        return Words("活动期间%(kinds)s满 %(hours)s 学时", kinds=joined((kinds[kind] for kind in terms.kinds), "、"), hours=f"{terms.quarters / 4:g}")
    if terms.means == "class":
        return Words("参加“%(title)s”至少 %(times)s 场", title=class_title, times=terms.times)
    named = joined((titles.get(key, "") for key in terms.course_ids), "、")
    return Words("%(means)s：%(named)s", means=MEANS_WORDS[terms.means], named=named) if named else Words("还没有设定必修课")


def _counting(terms: Terms, facts: Iterable[Fact]) -> Iterable[Fact]:
    """Those of the facts that these terms look at."""
    of = {"hours": "hours", "class": "class"}.get(terms.means, "course")
    keys = {"hours": None, "class": (terms.class_id,)}.get(terms.means, terms.course_ids)
    for fact in facts:
        if fact.of == of and (keys is None or fact.key in keys) and (of != "hours" or fact.kind in terms.kinds):
            yield fact


def _need(terms: Terms) -> int:
    if terms.names_courses:
        return len(set(terms.course_ids)) if terms.means == "all" else min(1, len(terms.course_ids))
    return terms.quarters if terms.means == "hours" else terms.times


def _reached(terms: Terms, facts: Sequence[Fact]) -> int:
    if terms.means == "hours":
        return sum(fact.quarters for fact in facts)
    return len({fact.key for fact in facts}) if terms.names_courses else len(facts)


def route_of(kind: str) -> str:
    """The route under which hours of a kind count."""
    return _ROUTES.get(kind, "class")
