"""Markdown to safe HTML; the only importer of markdown-it and nh3."""

from collections.abc import Callable, Iterable, Iterator
from html import escape

import nh3
from markdown_it import MarkdownIt
from markdown_it.token import Token

from courses.catalogue import rules
from courses.media.queries import Page

Picture = Callable[[int], Page | None]
_OF_WORDS = {"p", "br", "strong", "em", "ul", "ol", "li", "h2", "h3", "h4", "blockquote", "code", "pre", "hr", "a"}
_OF_TABLES = {"table", "thead", "tbody", "tr", "th", "td"}
_OF_PICTURES = {"picture", "source", "img"}
_ATTRIBUTES = {"a": {"href"}, "source": {"type", "srcset"}, "img": {"src", "alt", "width", "height", "loading"}}


def html(markdown: str, picture: Picture) -> str:
    """The text as HTML from an allow-list of tags; headings begin at the third level, below the page's own.

    A picture is shown if `picture` knows its number, which stands in place of an address; of any other its words alone.
    """
    parser = _parser()

    def shown(renderer: object, tokens: list[Token], at: int, options: object, env: object) -> str:
        return _shown(picture(_number(tokens[at])), tokens[at].content)

    parser.add_render_rule("image", shown)
    rendered = parser.render(markdown)
    rendered = rendered.replace("<h1>", "<h3>").replace("</h1>", "</h3>").replace("<h2>", "<h3>").replace("</h2>", "</h3>")
    return nh3.clean(
        rendered, tags=_OF_WORDS | _OF_TABLES | _OF_PICTURES, attributes=_ATTRIBUTES, url_schemes={"http", "https"}, link_rel="noopener noreferrer"
    )


def pictures(markdown: str) -> set[int]:
    """The numbers of the pictures that a text shows, each section read as `html` reads it, and of those that it only names."""
    shown = {_number(image) for _, body in rules.sections(markdown) for image in _images(_parser().parse(body))}
    return (shown | rules.pictures(markdown)) - {0}


def _parser() -> MarkdownIt:
    return MarkdownIt("commonmark", {"html": False}).enable("table")


def _number(image: Token) -> int:
    return rules.picture_number(str(image.attrGet("src")))


def _images(tokens: Iterable[Token]) -> Iterator[Token]:
    for token in tokens:
        if token.type == "image":
            yield token
        yield from _images(token.children or ())


def _shown(page: Page | None, words: str) -> str:
    if page is None:
        return escape(words)
    size = f'width="{page.width}" height="{page.height}"'
    return f'<picture><source type="image/webp" srcset="{escape(page.light)}"><img src="{escape(page.large)}" alt="{escape(words)}" {size} loading="lazy"></picture>'
