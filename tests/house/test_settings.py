"""docs/settings.md is what Settings says of itself, word by word."""

from courses.kernel.settings import Settings
from tests.house.settings_page import PAGE, settings_page


def test_every_setting_has_a_meaning():
    for name, _default, meaning in Settings.described():
        assert len(meaning) > 15, f"{name} is not explained. Say what it does and when to change it."


def test_the_page_is_up_to_date():
    assert PAGE.read_text() == settings_page(), "docs/settings.md differs from Settings.described(). Write it again: python -m tests.house.settings_page"
