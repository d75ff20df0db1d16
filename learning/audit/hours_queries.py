"""Reads for correcting one person's hours by hand."""

from dataclasses import dataclass

from courses.catalogue import queries as catalogue
from learning.hours import queries as hours
from learning.hours.models import HoursEntry
from learning.organization.models import Person


@dataclass(frozen=True)
class Credited:
    """A course that someone was credited with: its lines in order, the credit first."""

    course_id: int
    title: str
    lines: tuple[HoursEntry, ...]

    @property
    def quarters(self) -> int:
        """What it comes to now."""
        return sum(line.quarters for line in self.lines)


def credited(person: Person) -> list[Credited]:
    """Every course in someone's ledger, in the order in which they were credited."""
    lines: dict[int, list[HoursEntry]] = {}
    for row in hours.entries_of([person.id]):
        lines.setdefault(row.course_id, []).append(row)
    titles = catalogue.titles(lines)
    return [Credited(course_id, titles.get(course_id, ""), tuple(rows)) for course_id, rows in lines.items()]
