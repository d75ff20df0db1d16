"""A branch's roster in groups, what would help, memberships in words, and who may help whom to sign in."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from courses.kernel.words import Words, joined
from learning.organization.rules import EXPECTATION_WORDS, HOMES, STAGE_WORDS, TOWNS, is_member

# Where each post may be held. 审核人 is a post of township or county; whoever signs for a branch holds the post in it.
_AND = Words("，")
COMMITTEES = ("county", *TOWNS, "community_committee", "enterprise_committee")
POST_KINDS: Mapping[str, tuple[str, ...]] = {
    "group_leader": ("group",),
    "branch_secretary": HOMES,
    "branch_clerk": HOMES,
    "adviser": (*HOMES, "community_committee", "enterprise_committee"),
    "trainer": COMMITTEES,
    "reviewer": ("county", *TOWNS),
    "town_admin": TOWNS,
    "county_admin": ("county",),
    "auditor": ("county", *TOWNS),
}
_RANKS = {"branch_secretary": 1, "branch_clerk": 1, "town_admin": 2, "county_admin": 3}
_NEEDS = {"reviewer": 3, "town_admin": 3, "county_admin": 3, "auditor": 3}


@dataclass(frozen=True)
class Line:
    """One person of a roster, relative to a campaign; `state` is None while no campaign is under way."""

    person_id: int
    name: str
    stage: str
    expectation: str
    floating: bool
    online: bool
    contact: str
    state: str | None
    progress: str  # how far they are, in words
    placed: str | None  # where the campaign counts them

    @property
    def group(self) -> str:
        """'help', 'doing' or 'done' for those of whom study is asked; 'encouraged', 'other', or 'everyone' without a campaign."""
        if self.state is None:
            return "everyone"
        return self.state if self.placed == "required" else self.placed or "other"


@dataclass(frozen=True)
class Post:
    """A post held: the role, and the path of the organization."""

    role: str
    path: str


def grouped(lines: Iterable[Line]) -> dict[str, list[Line]]:
    """The lines by group, each in the order given, which is by name."""
    out: dict[str, list[Line]] = {name: [] for name in ("help", "doing", "done", "encouraged", "other", "everyone")}
    for line in lines:
        out[line.group].append(line)
    return out


def advice(line: Line) -> str:
    """What would help this person, in words; empty when nothing is left to do."""
    if line.state in {None, "done"}:
        return ""
    if not line.online:
        if line.state == "doing":
            return Words("没有手机或不上网：%(progress)s，其余的可以再送一次，或请来集中收看", progress=line.progress)
        return Words("没有手机或不上网：建议送学上门，或请来集中收看")
    if line.floating:
        words = Words("外出流动：电话联系，可以在手机上学")
        return Words("外出流动：电话联系，可以在手机上学（联系人 %(contact)s）", contact=line.contact) if line.contact else words
    if line.group == "encouraged":
        if line.state == "doing":
            return Words("愿意学就学，%(progress)s", progress=line.progress)
        return Words("愿意学就学，可以送学上门")
    if line.state == "doing":
        return Words("%(progress)s，问问有没有不顺手的地方", progress=line.progress)
    return Words("提醒一下，帮着点开第一课")


def belonging_words(stage: str, expectation: str, *, floating: bool, online: bool, contact: str, host: str = "") -> str:
    """What a membership says, in words: 正式党员，应训，外出流动（联系人 …），不上网."""
    words: list[str] = [STAGE_WORDS[stage]]
    if is_member(stage):
        words.append(EXPECTATION_WORDS[expectation])
    if floating:
        known = joined([Words("联系人 %(contact)s", contact=contact)] * bool(contact) + [Words("流入地 %(host)s", host=host)] * bool(host), _AND)
        words.append(Words("外出流动（%(known)s）", known=known) if known else Words("外出流动"))
    if not online:
        words.append(Words("没有手机或不上网"))
    return joined(words, _AND)


def may_help_sign_in(actor: Iterable[Post], target: Iterable[Post]) -> bool:
    """Whether posts of `actor` suffice to reset the way in of someone with posts `target`.

    Whoever resets a password could enter with it. So someone with a branch's post is helped by a township's or county's
    administrator at or above it, and someone who reviews, administers or audits by a county's administrator alone.
    """
    return all(any(_RANKS.get(mine.role, 0) >= _NEEDS.get(post.role, 2) and post.path.startswith(mine.path) for mine in actor) for post in target)
