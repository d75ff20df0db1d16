"""What a file would change in the rosters that stand: decided on values, so that it can be shown before it is done, and done as shown."""

import hashlib
import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from courses.kernel.words import Told, Words, joined
from learning.organization.rules import EXPECTATION_WORDS, STAGE_WORDS, is_member
from learning.roster.cell_rules import evened, words_of
from learning.roster.column_rules import FIELD_WORDS
from learning.roster.table_rules import Line

_AND = Words("，")
_NOTHING = Words("没有")
_SEVERAL = Words("名册里有几位同名的同志。是其中一位，请在“系统编号”一栏写导出的名册里的编号；是另一位，请在这一栏写“新”，并写上手机号")
_ANOTHER_NUMBER = Words(
    "名册里已有一位同名的同志，登记的是另一个手机号。是同一位换了号码，请在“系统编号”一栏写 %(id)s；是另一位，请在这一栏写“新”。文件里没有这一栏，加上就行"
)
_GUARDED = Words(
    "名册里已有一位同名的同志，登记的是另一个手机号。是同一位，这位同志担任着职务，号码请上级管理员更换；是另一位，请在“系统编号”一栏写“新”。文件里没有这一栏，加上就行"
)
_WHICH = Words(
    "文件里有几行同名，名册里已有一位同名的同志，还没有登记手机号。是这位同志的那一行，请在“系统编号”一栏写 %(id)s；是另一位，请在这一栏写“新”。文件里没有这一栏，加上就行"
)
KEPT = ("stage", "expectation", "online", "floating", "contact", "host")
USUAL: Mapping[str, Any] = {"stage": "full", "expectation": "required", "online": True, "floating": False, "contact": "", "host": ""}


@dataclass(frozen=True)
class Home:
    """A branch within reach; `full` is its name with those above it, `label` the shorter of the two that names it alone."""

    id: int
    code: str
    name: str
    full: str
    label: str


@dataclass(frozen=True)
class Standing:
    """Someone on a roster within reach, as the file is compared with them."""

    id: int
    name: str
    home: int
    values: Mapping[str, Any]  # the fields of KEPT, and joined_on
    mobile: str | None = None  # the keyed hash of their number
    untouchable: bool = False  # the one who imports
    guarded: bool = False  # holds a post: how they sign in is someone higher's to change


@dataclass(frozen=True)
class Change:
    """One person put on a roster, or what is said of one changed; `fields` are (field, before, after) in words."""

    row: int
    person_id: int | None
    name: str
    home: Home
    fields: tuple[tuple[str, str, str], ...]
    values: Mapping[str, Any]

    @property
    def words(self) -> str:
        """The change for whoever reads the entries: 类别由“预备党员”改为“正式党员”."""
        if self.person_id is None:
            return Words("加入%(branch)s名册：%(fields)s", branch=self.home.name, fields=joined((after for _, _, after in self.fields if after), _AND))
        said = (Words("%(what)s由“%(before)s”改为“%(after)s”", what=what, before=was or _NOTHING, after=will or _NOTHING) for what, was, will in self.fields)
        return joined(said, Words("；"))


@dataclass(frozen=True)
class Complaint:
    """Why a line is not taken, or what of it was left out."""

    row: int
    name: str
    words: str
    refused: bool


@dataclass(frozen=True)
class Plan:
    """Everything an import would do. `same` lines say what stands already; `unnamed` stand on the rosters and not in the file, and stay."""

    changes: tuple[Change, ...]
    complaints: tuple[Complaint, ...]
    same: int
    unnamed: int

    @property
    def added(self) -> int:
        return sum(change.person_id is None for change in self.changes)

    @property
    def refused(self) -> int:
        return sum(complaint.refused for complaint in self.complaints)

    @property
    def fingerprint(self) -> str:
        """The same for the same changes: what was shown is what is done, or nothing is."""
        said = [(change.row, change.person_id, change.home.id, change.name, change.fields) for change in self.changes]
        return hashlib.sha256(repr(said).encode()).hexdigest()


class Refusal(Told):
    """A line that is not taken."""


@dataclass
class _Desk:
    """What the lines are compared with, found quickly."""

    homes: Sequence[Home]
    default: Home | None
    people: Mapping[int, Standing]
    taken: Mapping[str, int]  # keyed hash of a number: whose it is, within reach or not
    hashed: Callable[[str], str]
    named: dict[tuple[int, str], list[Standing]] = field(default_factory=lambda: defaultdict(list))
    found: dict[str, Home | str] = field(default_factory=dict)
    spoken_for: set[int] = field(default_factory=set)  # whom a line means by their id or by their own number
    unsure: Counter[tuple[int, str]] = field(default_factory=Counter)  # lines of one name whose numbers are nobody's yet


def plan(
    lines: Iterable[Line], *, homes: Sequence[Home], default: Home | None, people: Iterable[Standing], taken: Mapping[str, int], hashed: Callable[[str], str]
) -> Plan:
    """Compare the lines with the rosters; a line that cannot be taken is a complaint and stops no other."""
    desk = _Desk(homes, default, {one.id: one for one in people}, taken, hashed)
    for one in desk.people.values():
        desk.named[one.home, evened(one.name)].append(one)
    changes: list[Change] = []
    complaints: list[Complaint] = []
    same, met = 0, set[int]()
    placed = _placed(lines, desk)
    _compare(placed, desk)
    for line, home, refusal in placed:
        said = str(line.values.get("name", ""))
        try:
            change = _decided(line, home, refusal, desk, met)
        except Refusal as fault:
            complaints.append(Complaint(line.number, said, fault.message, refused=True))
            continue
        complaints += [Complaint(line.number, said, words, refused=False) for words in line.notes]
        if change is None:
            same += 1
        else:
            changes.append(change)
    return Plan(tuple(changes), tuple(complaints), same, sum(one.id not in met for one in desk.people.values()))


def _decided(line: Line, home: Home | None, refusal: str, desk: _Desk, met: set[int]) -> Change | None:
    """What a line changes, None for nothing; raises `Refusal`. Whoever it is about is added to those `met`."""
    if refusal or home is None:
        raise Refusal(refusal)
    standing = _met(line, home, desk)
    if standing is not None:
        if standing.id in met:
            raise Refusal("和前面的一行是同一位同志")
        met.add(standing.id)
    return _change(line, home, standing, desk)


def branch_named(text: str, homes: Sequence[Home]) -> Home | str:
    """The branch that words mean: by code, by name, or by name with as many of those above as it takes; else why none is meant."""
    by_code = [one for one in homes if one.code.lower() == text.lower()]
    wanted = _key(text)
    fits = by_code or [one for one in homes if wanted.endswith(_key(one.name)) and _key(one.full).endswith(wanted)]
    if len(fits) == 1:
        return fits[0]
    return Words("没有这个支部，或者不在您的管理范围内") if not fits else Words("有几个支部叫这个名字，请写上级的名称，或写支部代码")


def values_words(values: Mapping[str, Any]) -> dict[str, str]:
    """The fields in the words in which they are shown and exported."""
    words = {"stage": STAGE_WORDS, "expectation": EXPECTATION_WORDS}
    return {name: words[name][value] if name in words else _word(value) for name, value in values.items()}


def _placed(lines: Iterable[Line], desk: _Desk) -> list[tuple[Line, Home | None, str]]:
    """Each line with its branch, or why it is refused; lines of one name in one branch that nothing tells apart are refused together."""
    out: list[tuple[Line, Home | None, str]] = []
    for line in lines:
        home, refusal = _home_of(line, desk) if not line.faults else (None, joined(line.faults, Words("；")))
        out.append((line, home, refusal))
    names = Counter((home.id, line.values["name"]) for line, home, _ in out if home and line.values.get("id") is None)
    numbers = Counter(line.values["mobile"] for line, home, _ in out if home and "mobile" in line.values)
    for place, (line, home, _) in enumerate(out):
        if home is None:
            continue
        if "mobile" in line.values and numbers[line.values["mobile"]] > 1:
            out[place] = (line, None, Words("手机号和另一行相同，一个号码只能登记给一位同志"))
        elif line.values.get("id") is None and names[home.id, line.values["name"]] > 1 and "mobile" not in line.values:
            out[place] = (line, None, Words("这个支部里有两行同名。是同一位就删去一行；是两位请写上手机号，或用导出的名册里的系统编号"))
    return out


def _home_of(line: Line, desk: _Desk) -> tuple[Home | None, str]:
    text = line.values.get("branch", "")
    if not text and "id" in line.values and line.values["id"] in desk.people:
        home = next((one for one in desk.homes if one.id == desk.people[line.values["id"]].home), None)
        return home, "" if home else Words("没有写支部")
    if not text:
        return desk.default, "" if desk.default else Words("没有写支部")
    if text not in desk.found:
        desk.found[text] = branch_named(text, desk.homes)
    found = desk.found[text]
    return (None, found) if isinstance(found, str) else (found, "")


def _key(name: str) -> str:
    return re.sub(r"\s|中国共产党|中共|委员会", "", name).replace("党支部", "支部")


def _compare(placed: Iterable[tuple[Line, Home | None, str]], desk: _Desk) -> None:
    """Note whom the lines mean beyond doubt, and how many of a name say by their number alone who they are."""
    for line, home, _ in placed:
        if home is None:
            continue
        known = _known(line, home, desk)
        if known is not None:
            desk.spoken_for.add(known.id)
        elif "mobile" in line.values and "id" not in line.values:
            desk.unsure[home.id, line.values["name"]] += 1


def _known(line: Line, home: Home, desk: _Desk) -> Standing | None:
    """Whom a line means beyond doubt: by their id, or by their name with their own number."""
    if line.values.get("id") is not None:
        one = desk.people.get(line.values["id"])
        return one if one is not None and one.home == home.id else None
    if "mobile" not in line.values:
        return None
    hashed = desk.hashed(line.values["mobile"])
    owner = desk.taken.get(hashed)
    return next((one for one in desk.named.get((home.id, line.values["name"]), []) if one.id == owner or (owner is None and one.mobile == hashed)), None)


def _met(line: Line, home: Home, desk: _Desk) -> Standing | None:
    """Who of the roster the line is about; None for someone new."""
    values, known = line.values, _known(line, home, desk)
    if known is not None:
        return known
    if values.get("id") is not None:
        if values["id"] in desk.people:
            raise Refusal("这位同志登记在另一个支部。换支部请办理组织关系转出、转入")
        raise Refusal("系统编号不是这里名册里的，请核对；新同志请留空")
    if "mobile" in values and desk.hashed(values["mobile"]) in desk.taken:
        raise Refusal("这个手机号已经登记给别的同志。是同一位同志换支部，请办理组织关系转出、转入")
    namesakes = desk.named.get((home.id, values["name"]), [])
    if "mobile" in values:
        return _numbered(line, namesakes, desk)
    if namesakes and "id" in values:
        raise Refusal("名册里已有同名的同志。写了“新”的一行要有手机号，才分得清；没有手机的，请在支部页点“添加同志”")
    if len(namesakes) > 1:
        raise Refusal(_SEVERAL)
    return namesakes[0] if namesakes else None


def _numbered(line: Line, namesakes: Sequence[Standing], desk: _Desk) -> Standing | None:
    """Who a line with a number that is nobody's yet is about: of one name with another number are two people, unless the file says that they are one."""
    if "id" in line.values or all(one.id in desk.spoken_for for one in namesakes):
        return None
    if len(namesakes) > 1:
        raise Refusal(_SEVERAL)
    one = namesakes[0]
    if one.mobile is not None and one.guarded:
        raise Refusal(_GUARDED)
    if one.mobile is not None:
        raise Refusal(_ANOTHER_NUMBER, id=one.id)
    if desk.unsure[one.home, line.values["name"]] > 1:
        raise Refusal(_WHICH, id=one.id)
    return one


def _change(line: Line, home: Home, standing: Standing | None, desk: _Desk) -> Change | None:
    values = {name: line.values[name] for name in (*KEPT, "joined_on", "since") if name in line.values}
    if standing is None:
        return _newcomer(line, home, values)
    after = {name: value for name, value in values.items() if name != "since" and not _stands(name, value, standing)}
    fields = _fields(standing.values, after)
    if line.values["name"] != evened(standing.name):
        after["name"] = line.values["name"]
        fields.append((FIELD_WORDS["name"], standing.name, line.values["name"]))
    if "mobile" in line.values and desk.hashed(line.values["mobile"]) != standing.mobile:
        if standing.guarded:
            raise Refusal("这位同志担任着职务，手机号请上级管理员登记")
        after["mobile"] = line.values["mobile"]
        fields.append((FIELD_WORDS["mobile"], Words("已登记") if standing.mobile else "", Words("更换") if standing.mobile else Words("已登记")))
    if not after:
        return None
    if standing.untouchable:
        raise Refusal("这是您自己，自己的资料请其他同志修改")
    return Change(line.number, standing.id, standing.name, home, tuple(fields), after)


def _stands(name: str, value: Any, standing: Standing) -> bool:
    """Whether a field says what stands, as far as a file can say it: words are read without the numbers in them."""
    before = standing.values.get(name)
    return value == before or (name in {"contact", "host"} and value == words_of(str(before))[0])


def _newcomer(line: Line, home: Home, values: Mapping[str, Any]) -> Change:
    said = {**USUAL, **values}
    shown = {name: value for name, value in said.items() if name not in KEPT or value != USUAL[name] or name == "stage"}
    if is_member(said["stage"]):
        shown["expectation"] = said["expectation"]
    fields = _fields({}, shown)
    if "mobile" in line.values:
        said = {**said, "mobile": line.values["mobile"]}
        fields.append((FIELD_WORDS["mobile"], "", Words("手机号已登记")))
    return Change(line.number, None, line.values["name"], home, tuple(fields), said)


def _fields(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[tuple[str, str, str]]:
    was, will = values_words({name: before[name] for name in after if name in before}), values_words(after)
    return [(FIELD_WORDS[name], was.get(name, ""), _said(name, will[name]) if not before else will[name]) for name in FIELD_WORDS if name in will]


def _said(name: str, words: str) -> str:
    """How a field of someone new reads without its heading."""
    return words if name in {"stage", "expectation"} else joined((FIELD_WORDS[name], words), " ") if words else ""


def _word(value: Any) -> str:
    if isinstance(value, bool):
        return Words("是") if value else Words("否")
    if isinstance(value, date):
        return value.isoformat()
    return "" if value is None else str(value)
