"""The tree of organizations, people, dated memberships and dated appointments."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from courses.kernel.db import Key, Model
from learning.organization.rules import EXPECTATIONS, KINDS, ROLES, STAGES, grants


def _one_of(column: str, values: tuple[str, ...]) -> str:
    return f"{column} in ({', '.join(repr(value) for value in values)})"


class Organization(Model):
    """A node of the tree. `path` is '/1/4/9/': the ids from the root down to itself, so that a subtree is one prefix."""

    __tablename__ = "organization"
    __table_args__ = (CheckConstraint(_one_of("kind", KINDS), name="kind"),)

    id: Mapped[Key]
    code: Mapped[str] = mapped_column(String(20), unique=True)
    name: Mapped[str] = mapped_column(String(80))
    kind: Mapped[str] = mapped_column(String(24))
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("organization.id"), index=True)
    path: Mapped[str] = mapped_column(String(200), index=True)
    created_at: Mapped[datetime]
    type: Mapped[str] = mapped_column(String(24), default="")  # of TYPES, or empty where it says nothing
    closed_on: Mapped[date | None]

    parent: Mapped["Organization | None"] = relationship(remote_side="Organization.id")

    @property
    def is_branch(self) -> bool:
        return self.kind == "branch"

    @property
    def line(self) -> list[int]:
        """The ids from the root down to itself."""
        return [int(part) for part in self.path.strip("/").split("/")]


class Person(Model):
    """Everyone who signs in or is on a roster. Satisfies the kernel's `Actor`."""

    __tablename__ = "person"

    id: Mapped[Key]
    name: Mapped[str] = mapped_column(String(40))
    name_key: Mapped[str] = mapped_column(String(120), index=True)  # pinyin, for sorting and search
    created_at: Mapped[datetime]
    large_type: Mapped[bool] = mapped_column(default=False)
    joined_on: Mapped[date | None]  # 入党日期; where a roster gives the month alone, its first day

    memberships: Mapped[list["Membership"]] = relationship(back_populates="person", order_by="Membership.id", foreign_keys="Membership.person_id")
    appointments: Mapped[list["Appointment"]] = relationship(back_populates="person", order_by="Appointment.id", foreign_keys="Appointment.person_id")

    @property
    def membership(self) -> "Membership | None":
        """The membership in force."""
        return next((row for row in reversed(self.memberships) if row.until is None), None)

    @property
    def posts(self) -> list["Appointment"]:
        """The appointments in force."""
        return [row for row in self.appointments if row.until is None]

    def may(self, capability: str, organization: Any = None) -> bool:
        """Whether a post in force grants `capability`; at `organization` (a row) if given, which must lie at or below the post's."""
        return any(grants(post.role, capability) and (organization is None or organization.path.startswith(post.organization.path)) for post in self.posts)

    def reach(self, capability: str) -> list[str]:
        """The paths of the organizations at which a post in force grants `capability`."""
        return [post.organization.path for post in self.posts if grants(post.role, capability)]


class Membership(Model):
    """A person in an organization for a span of days [since, until); a change of stage or expectation closes it and opens another."""

    __tablename__ = "membership"
    __table_args__ = (
        CheckConstraint(_one_of("stage", STAGES), name="stage"),
        CheckConstraint(_one_of("expectation", EXPECTATIONS), name="expectation"),
        CheckConstraint("until is null or until >= since", name="span"),
        Index("uq_membership_open", "person_id", unique=True, sqlite_where=text("until is null"), postgresql_where=text("until is null")),
        Index("ix_membership_organization_id_until", "organization_id", "until"),
    )

    id: Mapped[Key]
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    organization_id: Mapped[int] = mapped_column(ForeignKey("organization.id"))
    stage: Mapped[str] = mapped_column(String(20))
    expectation: Mapped[str] = mapped_column(String(12), default="required")
    floating: Mapped[bool] = mapped_column(default=False)
    online: Mapped[bool] = mapped_column(default=True)  # false: no phone or not online; learns by viewing and home delivery
    contact: Mapped[str] = mapped_column(String(40), default="")  # contact person of a floating member
    host: Mapped[str] = mapped_column(String(80), default="")  # the organization that helps a floating member where they are
    since: Mapped[date]
    until: Mapped[date | None]
    entered_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    entered_at: Mapped[datetime]

    person: Mapped[Person] = relationship(back_populates="memberships", foreign_keys=[person_id])
    organization: Mapped[Organization] = relationship()


class Appointment(Model):
    """A post held at an organization for a span of days; leaving office fills in `until` and ends access that moment."""

    __tablename__ = "appointment"
    __table_args__ = (
        CheckConstraint(_one_of("role", ROLES), name="role"),
        Index(
            "uq_appointment_open",
            "person_id",
            "role",
            "organization_id",
            unique=True,
            sqlite_where=text("until is null"),
            postgresql_where=text("until is null"),
        ),
    )

    id: Mapped[Key]
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    role: Mapped[str] = mapped_column(String(20))
    organization_id: Mapped[int] = mapped_column(ForeignKey("organization.id"), index=True)
    since: Mapped[date]
    until: Mapped[date | None]
    ends_on: Mapped[date | None]  # the last day of the term for which it was given (聘期); it is ended on the next
    note: Mapped[str] = mapped_column(String(200), default="")
    appointed_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    appointed_at: Mapped[datetime]

    person: Mapped[Person] = relationship(back_populates="appointments", foreign_keys=[person_id])
    organization: Mapped[Organization] = relationship()


class Transfer(Model):
    """组织关系转接: asked for by the branch that someone leaves ('out') or comes to ('in'), answered by the other.

    The old branch stays responsible until it is accepted. A branch that asks for someone knows their name alone: who that is, the branch they leave says.
    """

    __tablename__ = "transfer"
    __table_args__ = (
        CheckConstraint("side in ('out', 'in')", name="side"),
        CheckConstraint("outcome in ('accepted', 'refused', 'withdrawn')", name="outcome"),
        CheckConstraint("source_id <> target_id", name="elsewhere"),
        Index("uq_transfer_open", "person_id", unique=True, sqlite_where=text("answered_at is null"), postgresql_where=text("answered_at is null")),
    )

    id: Mapped[Key]
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    person_name: Mapped[str] = mapped_column(String(40))
    source_id: Mapped[int] = mapped_column(ForeignKey("organization.id"), index=True)
    target_id: Mapped[int] = mapped_column(ForeignKey("organization.id"), index=True)
    side: Mapped[str] = mapped_column(String(3))
    asked_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    asked_at: Mapped[datetime]
    outcome: Mapped[str | None] = mapped_column(String(10))
    reason: Mapped[str] = mapped_column(String(200), default="")
    answered_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    answered_at: Mapped[datetime | None]

    person: Mapped[Person | None] = relationship(foreign_keys=[person_id])
    source: Mapped[Organization] = relationship(foreign_keys=[source_id])
    target: Mapped[Organization] = relationship(foreign_keys=[target_id])
    asked_by: Mapped[Person] = relationship(foreign_keys=[asked_by_id])

    @property
    def answers_at(self) -> Organization:
        """The organization that answers."""
        return self.target if self.side == "out" else self.source

    @property
    def asked_at_organization(self) -> Organization:
        """The organization that asked."""
        return self.source if self.side == "out" else self.target
