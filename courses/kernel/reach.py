"""Which organizations lie within someone's reach. The tree belongs to learning; courses know of it only where something of theirs hangs."""

from sqlalchemy import Select, column, false, or_, select, table

from courses.kernel.access import Actor

_organization = table("organization", column("id"), column("path"), column("name"))


def organizations(actor: Actor, *capabilities: str) -> Select[tuple[int]]:
    """The ids of the organizations at or below those where a post of `actor` grants one of the capabilities."""
    prefixes = {prefix for capability in capabilities for prefix in actor.reach(capability)}
    under = or_(false(), *(_organization.c.path.startswith(prefix, autoescape=True) for prefix in prefixes))
    return select(_organization.c.id).where(under)


def homes(actor: Actor, capability: str) -> Select[tuple[int, str]]:
    """(id, name) of the organizations at which a post of `actor` grants the capability itself."""
    return select(_organization.c.id, _organization.c.name).where(_organization.c.path.in_(actor.reach(capability))).order_by(_organization.c.id)
