"""Who is asking, and the declaration every route must make about who may use it."""

from collections.abc import Callable
from typing import Any, Protocol, TypeVar
from urllib.parse import urlsplit

from flask import Flask, current_app, g, redirect, request, url_for
from flask.typing import ResponseReturnValue

from courses.kernel.errors import Forbidden, unsent, wants_json
from courses.kernel.words import Words

View = TypeVar("View", bound=Callable[..., Any])


class Actor(Protocol):
    """Whoever is asking. `id` is None for a stranger."""

    @property
    def id(self) -> Any: ...

    def may(self, capability: str, organization: Any = None) -> bool:
        """Whether one of their posts grants `capability`, at `organization` (a row with a `path`) if given, else anywhere."""

    def reach(self, capability: str) -> list[str]:
        """The paths of the organizations at which their posts grant `capability`; it holds below each of them."""


class Stranger:
    """Someone who has not signed in."""

    id = None
    name = ""

    posts: tuple[Any, ...] = ()

    def may(self, capability: str, organization: Any = None) -> bool:
        return False

    def reach(self, capability: str) -> list[str]:
        return []


def public(view: View) -> View:
    """Anyone may use this route."""
    return _declared(view, ("public",))


def signed_in(view: View) -> View:
    """Whoever has signed in may use this route."""
    return _declared(view, ("signed_in",))


def may(*capabilities: str) -> Callable[[View], View]:
    """Whoever holds a post that grants one of `capabilities` somewhere may use this route; what they reach is scoped by the query."""

    def declare(view: View) -> View:
        return _declared(view, ("may", *capabilities))

    return declare


def shortcut(attempt: Callable[..., Any]) -> Callable[[View], View]:
    """`attempt` may answer before anything else is asked: it authorises by itself, within its own write, and answers None for all that is unusual.

    For the few routes that a whole county uses twice a minute. It is told what a script says (door.py) and the address's values, and returns what JSON can say.
    """

    def declare(view: View) -> View:
        view.shortcut = attempt  # type: ignore[attr-defined]
        return view

    return declare


def actor() -> Any:
    """The person asking, or a `Stranger`; read with their posts when first asked for."""
    if "actor" not in g:
        g.actor = g.get("read_actor", Stranger)()
    return g.actor


def actor_id() -> int | None:
    """The id of the person asking, without reading who they are; None for a stranger."""
    found: int | None = g.get("actor_id")
    return found


def own_id() -> int:
    """The id of the person asking, on a route for whoever has signed in."""
    found = actor_id()
    assert found is not None, "a route that is open to strangers asks whose it is"
    return found


def recognise(person_id: int | None, read: Callable[[], Any]) -> None:
    """Say who is asking in this request; `read` fetches them, should anyone want more than their id."""
    g.pop("actor", None)
    g.actor_id, g.read_actor = person_id, read


def install(app: Flask) -> None:
    """Check the declaration of the route of every request; a route that declares nothing is refused."""
    app.before_request(_guard)


def _guard() -> ResponseReturnValue | None:
    if request.endpoint is None:
        return None
    declaration = getattr(current_app.view_functions[request.endpoint], "access", None)
    if declaration is None:
        raise RuntimeError(f"route {request.endpoint} declares no access: add @public, @signed_in or @may")
    kind, *capabilities = declaration
    if kind == "public":
        return None
    if actor_id() is None:
        if wants_json():
            return {"error": Words("请先登录。"), "signed_out": True}, 401
        if request.method == "POST" and (given_back := unsent(401)):
            return given_back
        # Nothing was typed: back to its page once signed in; what scripts keep is still in the browser.
        back = request.full_path.rstrip("?") if request.method in {"GET", "HEAD"} else _path_of(request.referrer or "/")
        return redirect(url_for("accounts.sign_in", then=back))
    if kind == "may" and not any(actor().may(capability) for capability in capabilities):
        raise Forbidden
    return None


def _path_of(address: str) -> str:
    """The path of an address that a browser, or anyone, claims to come from."""
    try:
        return urlsplit(address).path
    except ValueError:
        return "/"


def _declared(view: View, declaration: tuple[str, ...]) -> View:
    view.access = declaration  # type: ignore[attr-defined]
    return view
