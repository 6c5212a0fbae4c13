"""What a browser sends back of a page that nobody has touched."""

from html.parser import HTMLParser


class Filled(HTMLParser):
    """Reads what a browser would send back of a page's form, were nothing changed."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.sent: dict[str, str] = {}
        self.open = ""
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        facts = dict(attrs)
        name, kind = facts.get("name") or "", facts.get("type")
        if tag == "input" and name and kind not in {"submit", "file"}:
            if kind not in {"checkbox", "radio"} or "checked" in facts:
                self.sent[name] = facts.get("value") or ("on" if kind == "checkbox" else "")
        elif tag in {"select", "textarea"}:
            self.open = name
            if "multiple" not in facts:
                self.sent[name] = ""
        elif tag == "option" and "selected" in facts:
            self.sent[self.open] = facts.get("value") or ""

    def handle_data(self, data: str) -> None:
        if self.lasttag == "textarea" and self.open:
            self.sent[self.open] += data.removeprefix("\n")

    def handle_endtag(self, tag: str) -> None:
        if tag in {"select", "textarea"}:
            self.open = ""


def fields_of(page: str) -> dict[str, str]:
    """Read the form of a page of the staff's."""
    return Filled(page.partition('id="content-main"')[2]).sent
