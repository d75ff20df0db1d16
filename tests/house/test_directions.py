"""Imports run one way. The contract is the table below; HOUSE.md calls it the arrows that do not turn."""

from tests.house.laws import for_each
from tests.house.sources import Source, imported, sources

# From the roof to the floor: (rooms on this storey, why they stand here). A room may import any room on a lower storey of its
# own package or of courses; rooms on one storey do not know each other.
STOREYS = (
    (("learning.demo",), "the demo county uses every room and no room may depend on invented data"),
    (("learning.study", "learning.audit"), "they compose pages of the rooms below; the learner's desk and the secretary's change for different reasons"),
    (("learning.goals",), "who is trained is decided from records, so records cannot ask about goals"),
    (("learning.records",), "settle() recomputes from facts, so the rooms of facts cannot depend on what was recorded"),
    (
        ("learning.progress", "learning.quizzes", "learning.hours", "learning.classes"),
        "four kinds of facts; each is true on its own and is put together in records alone",
    ),
    (("learning.roster",), "a roster's file is compared with people and their numbers, and knows nobody's study"),
    (("learning.exports",), "how a file is made in the background and kept; what stands in it is written by the rooms above"),
    (("learning.notices",), "what an organization tells its people; no fact of study hangs on it"),
    (("learning.accounts",), "how one signs in; facts about study do not depend on passwords, but may ask who a person is"),
    (("learning.organization",), "everyone belongs somewhere; the tree itself knows nobody's study"),
    (("courses.importers",), "reads files into the catalogue"),
    (("courses.catalogue",), "a course is made of media and questions"),
    (("courses.media", "courses.questions"), "a video and a question do not need each other"),
    (("courses.kernel",), "the floor imports nothing of ours"),
)
STOREY = {room: height for height, (rooms, _) in enumerate(STOREYS) for room in rooms}


@for_each("source", sources)
def test_imports_run_down(source: Source):
    ours = sorted(name for name in imported(source) if name.split(".")[0] in {"app", "courses", "learning"} and name.count("."))
    assert not any(name.split(".")[0] == "app" for name in imported(source)), f"{source.where} imports app. Nothing may: pass what it needs as an argument."
    if source.module == "app" or source.room not in STOREY:
        assert source.module in {"app", "courses", "learning"}, f"{source.where} stands in no known room. Give {source.room} a storey here, with its reason."
        return
    here = STOREY[source.room]
    for name in ours:
        room = ".".join(name.split(".")[:2])
        if room == source.room:
            continue
        assert room in STOREY, f"{source.where} imports {room}, which has no storey in this contract. Add it with its reason."
        reason = STOREYS[STOREY[room]][1] if STOREY[room] <= here else ""
        assert STOREY[room] > here, (
            f"{source.where} imports {name}, upwards or sideways: {reason}. Pass a value in, or move the function to the room above both."
        )


def test_no_module_imports_itself_through_others():
    graph = {source.module: {name for name in imported(source) if name != source.module} for source in sources()}
    graph = {module: {name for name in names if name in graph} for module, names in graph.items()}
    done: set[str] = set()

    def visit(module: str, trail: tuple[str, ...]) -> None:
        assert module not in trail, f"a circle of imports: {' -> '.join((*trail, module))}. Split the one that both ends need from it."
        if module in done:
            return
        for name in graph[module]:
            visit(name, (*trail, module))
        done.add(module)

    for module in graph:
        visit(module, ())
