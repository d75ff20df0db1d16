"""Campaigns, what they ask in each version, each organization's share, who is trained, and each organization's own counts."""

from datetime import date, datetime

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from courses.kernel.db import Key, Model
from learning.goals.terms_rules import Terms
from learning.organization.models import Organization, Person


class Campaign(Model):
    """A drive such as 万名党员进党校: a target of people, dates, and terms that say whom it concerns and what makes them trained."""

    __tablename__ = "campaign"
    __table_args__ = (CheckConstraint("target > 0", name="target"),)

    id: Mapped[Key]
    organization_id: Mapped[int] = mapped_column(ForeignKey("organization.id"))
    title: Mapped[str] = mapped_column(String(80))
    target: Mapped[int]
    since: Mapped[date]
    until: Mapped[date]
    basis: Mapped[str] = mapped_column(String(300), default="")
    created_at: Mapped[datetime]

    organization: Mapped[Organization] = relationship()
    required: Mapped[list["CampaignCourse"]] = relationship(order_by="CampaignCourse.position")
    versions: Mapped[list["CampaignTerms"]] = relationship(order_by="CampaignTerms.number")

    @property
    def terms(self) -> Terms:
        """The terms in force."""
        return self.versions[-1].terms

    @property
    def all_terms(self) -> list[tuple[Terms, datetime | None]]:
        """Every version, oldest first, with the moment at which the next one replaced it."""
        ends = [row.at for row in self.versions[1:]]
        return [(row.terms, end) for row, end in zip(self.versions, [*ends, None], strict=True)]

    def concerns(self, organization: Organization) -> bool:
        """Whether those who belong to an organization are among those the campaign is for."""
        return organization.path.startswith(self.organization.path) and self.terms.concerns(organization.path)


class CampaignTerms(Model):
    """One version of what a campaign asks; a change adds a version with its reason, and none is altered."""

    __tablename__ = "campaign_terms"
    __table_args__ = (UniqueConstraint("campaign_id", "number"), CheckConstraint("means in ('all', 'any', 'hours', 'class')", name="means"))

    id: Mapped[Key]
    campaign_id: Mapped[int] = mapped_column(ForeignKey("campaign.id"))
    number: Mapped[int]
    means: Mapped[str] = mapped_column(String(8))
    course_ids: Mapped[list[int]] = mapped_column(JSON)
    quarters: Mapped[int]
    kinds: Mapped[list[str]] = mapped_column(JSON)
    class_id: Mapped[int | None] = mapped_column(ForeignKey("training_class.id"))
    times: Mapped[int]
    organization_ids: Mapped[list[int]] = mapped_column(JSON)
    stages: Mapped[list[str]] = mapped_column(JSON)
    roles: Mapped[list[str]] = mapped_column(JSON)
    reason: Mapped[str] = mapped_column(String(200))
    at: Mapped[datetime]
    by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))

    by: Mapped[Person | None] = relationship()

    @property
    def terms(self) -> Terms:
        """The version as a value."""
        lists = {name: tuple(getattr(self, name)) for name in ("course_ids", "kinds", "organization_ids", "stages", "roles")}
        return Terms(means=self.means, quarters=self.quarters, class_id=self.class_id, times=self.times, **lists)


class CampaignCourse(Model):
    """A course named by the terms in force, as a row to be joined with."""

    __tablename__ = "campaign_course"
    __table_args__ = (UniqueConstraint("campaign_id", "course_id"),)

    id: Mapped[Key]
    campaign_id: Mapped[int] = mapped_column(ForeignKey("campaign.id"))
    course_id: Mapped[int] = mapped_column(ForeignKey("course.id"), index=True)
    position: Mapped[int]


class Share(Model):
    """分配名额: how many of the target an organization is to reach."""

    __tablename__ = "share"
    __table_args__ = (UniqueConstraint("campaign_id", "organization_id"), CheckConstraint("people >= 0", name="people"))

    id: Mapped[Key]
    campaign_id: Mapped[int] = mapped_column(ForeignKey("campaign.id"))
    organization_id: Mapped[int] = mapped_column(ForeignKey("organization.id"))
    people: Mapped[int]


class Trained(Model):
    """A person meets the campaign's rule: once, dated, under the route of the course that completed it."""

    __tablename__ = "trained"
    __table_args__ = (
        UniqueConstraint("campaign_id", "person_id"),
        CheckConstraint("route in ('online', 'class', 'home')", name="route"),
        Index("ix_trained_campaign_id_on", "campaign_id", "on"),
    )

    id: Mapped[Key]
    campaign_id: Mapped[int] = mapped_column(ForeignKey("campaign.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    route: Mapped[str] = mapped_column(String(10))
    on: Mapped[date]
    at: Mapped[datetime]
    ended_at: Mapped[datetime | None]  # set when a revocation took away what made it true


class Count(Model):
    """An organization's own people in a campaign (without those below it), recounted from facts whenever one of them changes."""

    __tablename__ = "campaign_count"
    __table_args__ = (
        UniqueConstraint("campaign_id", "organization_id"),
        CheckConstraint("trained_online + trained_class + trained_home <= in_scope", name="rate"),
    )

    id: Mapped[Key]
    campaign_id: Mapped[int] = mapped_column(ForeignKey("campaign.id"))
    organization_id: Mapped[int] = mapped_column(ForeignKey("organization.id"), index=True)
    in_scope: Mapped[int] = mapped_column(default=0)
    trained_online: Mapped[int] = mapped_column(default=0)
    trained_class: Mapped[int] = mapped_column(default=0)
    trained_home: Mapped[int] = mapped_column(default=0)
    encouraged: Mapped[int] = mapped_column(default=0)
    encouraged_trained: Mapped[int] = mapped_column(default=0)
    others: Mapped[int] = mapped_column(default=0)
    others_trained: Mapped[int] = mapped_column(default=0)
    counted_at: Mapped[datetime]
