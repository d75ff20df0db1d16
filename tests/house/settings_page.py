"""Writes docs/settings.md from the settings themselves: python -m tests.house.settings_page."""

from courses.kernel.settings import Settings
from tests.house.sources import ROOT

PAGE = ROOT / "docs" / "settings.md"
HEAD = """# Settings

Read from the environment; `./manage` also reads `.env`. A value that cannot be used stops the start, with the setting's name.
This page is written by `python -m tests.house.settings_page` and a test compares it with the code.

| setting | default | meaning |
|---|---|---|
"""


def settings_page() -> str:
    """The page as the code says it should be."""
    return HEAD + "".join(f"| `{name}` | {_shown(default)} | {meaning.replace('|', chr(92) + '|')} |\n" for name, default, meaning in Settings.described())


def _shown(default: str) -> str:
    return f"`{default}`" if default not in {"", "()", "b''", "None"} else "none"


if __name__ == "__main__":
    PAGE.write_text(settings_page())
