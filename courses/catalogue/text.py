"""Markdown to safe HTML; the only importer of markdown-it and nh3."""

from collections.abc import Callable
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
    parser = MarkdownIt("commonmark", {"html": False}).enable("table")

    def shown(renderer: object, tokens: list[Token], at: int, options: object, env: object) -> str:
        return _shown(picture(rules.picture_number(str(tokens[at].attrGet("src")))), tokens[at].content)

    parser.add_render_rule("image", shown)
    rendered = parser.render(markdown)
    rendered = rendered.replace("<h1>", "<h3>").replace("</h1>", "</h3>").replace("<h2>", "<h3>").replace("</h2>", "</h3>")
    return nh3.clean(
        rendered, tags=_OF_WORDS | _OF_TABLES | _OF_PICTURES, attributes=_ATTRIBUTES, url_schemes={"http", "https"}, link_rel="noopener noreferrer"
    )


def _shown(page: Page | None, words: str) -> str:
    if page is None:
        return escape(words)
    size = f'width="{page.width}" height="{page.height}"'
    return f'<picture><source type="image/webp" srcset="{escape(page.light)}"><img src="{escape(page.large)}" alt="{escape(words)}" {size} loading="lazy"></picture>'
