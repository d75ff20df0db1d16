"""Reads for the certificates of an organization and all below it: what there is, and by what the list can be narrowed."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from courses.catalogue import queries as catalogue
from courses.kernel.errors import Missing
from courses.kernel.words import Words
from learning.classes import queries as classes
from learning.organization import queries as organization
from learning.organization.models import Organization
from learning.records import bulk_queries
from learning.records.bulk_queries import Scope, Tally
from learning.records.models import Issuance


@dataclass(frozen=True)
class Shelf:
    """The certificates at and below an organization, as far as they were asked for; the choices are of the whole place."""

    where: Organization
    scope: Scope
    tally: Tally
    courses: dict[int, str]
    classes: dict[int, str]
    years: dict[int, str]
    issuances: list[Issuance]

    @property
    def busy(self) -> Issuance | None:
        """What is being issued here now."""
        return next((row for row in self.issuances if row.ended_at is None), None)

    @property
    def title(self) -> str:
        """What is on the shelf, in words."""
        parts = [self.courses.get(self.scope.course_id or 0), self.classes.get(self.scope.class_id or 0), self.years.get(self.scope.year or 0)]
        return "".join([f"{self.where.name}结业证明", *(f"（{part}）" for part in parts if part)])


def shelf(actor: Any, capability: str, organization_id: int, asked: Mapping[str, int | None]) -> Shelf:
    """The certificates of a place where `actor` may do `capability`; raises `Missing` for what is asked beyond the place's own."""
    where = organization.organization_for(actor, capability, organization_id)
    whole = Scope(where.path)
    courses = catalogue.titles(bulk_queries.courses_in(whole))
    held = {row.id: row.title for row in classes.classes_at([*where.line, *(row.id for row in organization.subtree(where))])}
    years: dict[int, str] = {year: Words("%(year)s 年", year=year) for year in bulk_queries.years_in(whole)}
    scope = Scope(
        where.path,
        course_id=_known(asked.get("course_id"), courses),
        class_id=_known(asked.get("class_id"), held),
        year=_known(asked.get("year"), years),
    )
    return Shelf(where, scope, bulk_queries.tally(scope), courses, held, years, bulk_queries.issuances(where.id))


def issuing(actor: Any, organization_id: int) -> Issuance | None:
    """What is being issued at a place now."""
    where = organization.organization_for(actor, "see_people", organization_id)
    return next((row for row in bulk_queries.issuances(where.id) if row.ended_at is None), None)


def _known(value: int | None, choices: Collection[int]) -> int | None:
    if value is not None and value not in choices:
        raise Missing
    return value
