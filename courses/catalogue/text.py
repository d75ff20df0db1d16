"""Markdown to safe HTML; the only importer of markdown-it and nh3."""

import nh3
from markdown_it import MarkdownIt

_TAGS = {"p", "br", "strong", "em", "ul", "ol", "li", "h2", "h3", "h4", "blockquote", "table", "thead", "tbody", "tr", "th", "td", "code", "pre", "hr", "a"}


def html(markdown: str) -> str:
    """The text as HTML from an allow-list of tags; headings begin at the third level, below the page's own."""
    rendered = MarkdownIt("commonmark", {"html": False}).enable("table").render(markdown)
    rendered = rendered.replace("<h1>", "<h3>").replace("</h1>", "</h3>").replace("<h2>", "<h3>").replace("</h2>", "</h3>")
    return nh3.clean(rendered, tags=_TAGS, attributes={"a": {"href"}}, url_schemes={"http", "https"}, link_rel="noopener noreferrer")
