"""Someone at a browser: goes, taps, reads, and looks at each page as a critic would (axe, weight, strays)."""

from urllib.parse import urlsplit

from axe_playwright_python.base import AxeResults
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import CDPSession, Page, Request, Response

from tests import databases
from tests.walks.line import Line

RULES = {"runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]}, "resultTypes": ["violations"]}
HEAVIEST = 100 * 1024
SIZES = ({"width": 360, "height": 780}, {"width": 1280, "height": 800})


class Visitor:
    """A page with a person's habits. `strayed` and `broken` collect what must not happen."""

    def __init__(self, page: Page, url: str, passwords: dict[str, str]) -> None:
        self.page, self.url, self.passwords = page, url, passwords
        self.strayed: list[str] = []
        self.broken: list[str] = []
        self.expected: set[int] = set()
        self.line: Line | None = None
        self.throttle: CDPSession | None = None
        self.homes = {urlsplit(url).netloc}
        page.on("request", self._watch_request)
        page.on("response", self._watch_response)
        page.on("pageerror", lambda fault: self.broken.append(f"script: {fault}"))
        page.on("console", lambda said: self.broken.append(said.text) if said.type == "error" and "status of" not in said.text else None)

    def go(self, path: str) -> "Visitor":
        self.page.goto(path if path.startswith("http") else f"{self.url}{path}")
        return self

    def sign_in(self, name: str, password: str | None = None) -> "Visitor":
        self.go("/sign-in")
        self.page.get_by_label("手机号或用户名").fill(name)
        self.page.get_by_label("密码").fill(password or self.passwords[name])
        self.page.get_by_role("main").get_by_role("button", name="登录").click()
        self.page.wait_for_load_state()
        return self

    def tap(self, words: str, *, role: str | None = None, exact: bool = False) -> "Visitor":
        """Tap the first button or link with these words in the main part of the page."""
        main = self.page.get_by_role("main")
        roles = [role] if role else ["button", "link"]
        found = next((main.get_by_role(one, name=words, exact=exact) for one in roles if main.get_by_role(one, name=words, exact=exact).count()), None)  # type: ignore[arg-type]
        assert found is not None, f"nothing to tap that says {words!r} on {self.page.url}:\n{self.words()[:1500]}"
        found.first.click()
        self.page.wait_for_load_state()
        return self

    def fill(self, label: str, value: str) -> "Visitor":
        self.page.get_by_label(label).first.fill(value)
        return self

    def words(self) -> str:
        return self.page.get_by_role("main").inner_text()

    def sees(self, *expected: str) -> "Visitor":
        text = self.page.locator("body").inner_text()
        for words in expected:
            assert words in text, f"{words!r} is not on {self.page.url}:\n{text[:2500]}"
        return self

    def sees_in_order(self, *expected: str) -> "Visitor":
        text, place = self.words(), 0
        for words in expected:
            found = text.find(words, place)
            assert found >= 0, f"{words!r} does not follow on {self.page.url}:\n{text[place : place + 2500]}"
            place = found + len(words)
        return self

    def sees_not(self, *unwanted: str) -> "Visitor":
        text = self.page.locator("body").inner_text()
        for words in unwanted:
            assert words not in text, f"{words!r} is on {self.page.url}"
        return self

    def looks_right(self) -> "Visitor":
        """No axe violation and no sideways scrolling, at both sizes; looked at on SQLite alone, for no page looks otherwise on another database."""
        if databases.chosen != "sqlite":
            return self
        before = self.page.viewport_size
        self.page.evaluate(Axe().axe_script)
        for size in SIZES:
            self.page.set_viewport_size(size)  # type: ignore[arg-type]
            wide = self.page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
            assert wide <= 1, f"{self.page.url} scrolls sideways by {wide} px at {size['width']}"
            found = AxeResults(self.page.evaluate("rules => axe.run(rules)", RULES))
            assert found.violations_count == 0, f"{self.page.url} at {size['width']}:\n{found.generate_report()}"
        if before:
            self.page.set_viewport_size(before)
        return self

    def is_light(self) -> "Visitor":
        """The page and all it loads weigh at most 100 KB on the wire, from an empty cache; weighed on SQLite alone, as `looks_right` looks."""
        if databases.chosen != "sqlite":
            return self
        session = self.page.context.new_cdp_session(self.page)
        session.send("Network.enable")
        session.send("Network.setCacheDisabled", {"cacheDisabled": True})
        session.send("Network.setBypassServiceWorker", {"bypass": True})
        received: list[float] = []
        session.on("Network.loadingFinished", lambda event: received.append(event["encodedDataLength"]))
        self.page.reload(wait_until="networkidle")
        session.detach()
        assert 0 < sum(received) <= HEAVIEST, f"{self.page.url} weighs {sum(received) / 1024:.0f} KB"
        return self

    def by(self, line: Line) -> "Visitor":
        """Call the site over a line that can be cut, also under what is on its way, which the browser's own switch leaves alone."""
        self.line, self.url = line, line.url
        self.homes.add(urlsplit(line.url).netloc)
        return self

    def cut(self) -> None:
        """Cut the line, and let the browser know."""
        assert self.line is not None, "call the site by() a line first"
        self.page.context.set_offline(True)
        self.line.cut()

    def mend(self) -> None:
        """Give the line back."""
        assert self.line is not None, "call the site by() a line first"
        self.line.good()
        self.page.context.set_offline(False)

    def slow_down(self, bytes_a_second: int = -1) -> None:
        """Send no faster than this from now on; without a number, as fast as can be."""
        if self.throttle is None:  # one session alone: of two that set the state of the line, the first would win
            self.throttle = self.page.context.new_cdp_session(self.page)
            self.throttle.send("Network.enable")
        self.throttle.send("Network.emulateNetworkConditions", {"offline": False, "latency": 0, "downloadThroughput": -1, "uploadThroughput": bytes_a_second})

    def _watch_request(self, request: Request) -> None:
        parts = urlsplit(request.url)
        if parts.scheme in {"http", "https", "ws", "wss"} and parts.netloc not in self.homes:
            self.strayed.append(request.url)

    def _watch_response(self, response: Response) -> None:
        if response.status >= 400 and response.status not in self.expected:
            self.broken.append(f"{response.status} {response.url}")
