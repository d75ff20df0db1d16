"""Accounts, signed-in devices, first sign-in cards and failed attempts. No mobile number is stored in the clear."""

from datetime import date, datetime

from sqlalchemy import ForeignKey, Index, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from courses.kernel.db import Key, Model
from learning.organization.models import Person


class Account(Model):
    """How a person signs in: a user name, a mobile number (sealed, and found by a keyed hash), a password."""

    __tablename__ = "account"

    id: Mapped[Key]
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), unique=True)
    user_name: Mapped[str | None] = mapped_column(String(40), unique=True)
    mobile_index: Mapped[str | None] = mapped_column(String(64), unique=True)
    # The hash of a number that was someone else's when it was entered, instead: nobody signs in by it, and whoever entered it is not told.
    mobile_held: Mapped[str | None] = mapped_column(String(64), index=True)
    mobile_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    password_hash: Mapped[str | None] = mapped_column(String(200))
    must_change: Mapped[bool] = mapped_column(default=False)
    # Who handed out the card or temporary password from which the present password descends, and so could have chosen it; None: nobody.
    password_from_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    created_at: Mapped[datetime]

    person: Mapped[Person] = relationship(foreign_keys=[person_id])
    password_from: Mapped[Person | None] = relationship(foreign_keys=[password_from_id])

    @property
    def mobile_hash(self) -> str | None:
        """The hash of the number that was entered, whether it can be signed in by or not."""
        return self.mobile_index or self.mobile_held


class SignedIn(Model):
    """One device that is signed in; the cookie carries the token, the table its hash."""

    __tablename__ = "signed_in"

    id: Mapped[Key]
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    device: Mapped[str] = mapped_column(String(60))
    since: Mapped[datetime]
    until: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    last_on: Mapped[date | None]  # the county's day on which a page was last opened with it, shown to its owner alone; never an hour

    person: Mapped[Person] = relationship()


class SignInCard(Model):
    """A printed card (QR and PIN) for a first sign-in; single use, revocable."""

    __tablename__ = "sign_in_card"

    id: Mapped[Key]
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    pin_hash: Mapped[str] = mapped_column(String(200))
    issued_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    issued_at: Mapped[datetime]
    until: Mapped[datetime]
    used_at: Mapped[datetime | None]
    revoked_at: Mapped[datetime | None]

    person: Mapped[Person] = relationship(foreign_keys=[person_id])


class Failure(Model):
    """A wrong password or PIN, by keyed hash of what was typed as the name; swept once no card could be as old."""

    __tablename__ = "sign_in_failure"
    __table_args__ = (Index("ix_sign_in_failure_whose_at", "whose", "at"),)

    id: Mapped[Key]
    whose: Mapped[str] = mapped_column(String(64))
    at: Mapped[datetime]
