"""Plain text out of HTML: paragraphs and lists stay, scripts and styles do not.

The scanner is our own, for the standard library's takes half a minute over some broken pages of a
hundred thousand signs. This one looks at every sign a fixed number of times.
"""

import re
from collections.abc import Iterator
from html import unescape

_LOOKS_LIKE_HTML = re.compile(r"</?[a-zA-Z][^<>]*>|&(?:#\d+|#x[0-9a-fA-F]+|[a-zA-Z]+);|<!--")
_TAG = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9]*)[^<>]*>|<[!?][^<>]*>")
_SPACE = re.compile(r"\s+")
_UNSEEN = frozenset({"script", "style", "template", "noscript", "head", "title", "iframe", "svg"})
_HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})
_BLOCKS = frozenset({"p", "div", "section", "article", "header", "footer", "blockquote", "pre"})
_LISTS = frozenset({"table", "ul", "ol", "dl", "hr"})
_BREAKS = {
    "li": "\n- ",
    **dict.fromkeys(("br", "tr", "dt", "dd", "option"), "\n"),
    **dict.fromkeys(_HEADINGS | _BLOCKS | _LISTS, "\n\n"),
}
_NO_BREAK_AFTER = frozenset({"li", "br", "tr", "dt", "dd", "option"})


def plain_text(text: str) -> str:
    """Give the words of a description that may be HTML; plain text stays as it is."""
    if not _LOOKS_LIKE_HTML.search(text):
        return _tidy(text)
    return _tidy("".join(_seen(_without_comments(text))))


def _without_comments(text: str) -> str:
    """Cut out comments; one that never ends hides the rest, as in a browser."""
    first, *others = text.split("<!--")
    return first + "".join(other.partition("-->")[2] for other in others)


def _seen(text: str) -> Iterator[str]:
    """Give what a reader of the page would see, piece by piece."""
    unseen, place = 0, 0
    for tag in _TAG.finditer(text):
        if not unseen:
            yield _words(text[place : tag.start()])
        place = tag.end()
        name, is_end = (tag[2] or "").lower(), bool(tag[1])
        if name in _UNSEEN:
            unseen = max(0, unseen + (-1 if is_end else 1))
        elif not unseen and not (is_end and name in _NO_BREAK_AFTER):
            yield _BREAKS.get(name, "")
    if not unseen:
        yield _words(text[place:])


def _words(text: str) -> str:
    return unescape(_SPACE.sub(" ", text))


def _tidy(text: str) -> str:
    """Leave no space at the ends of lines, and at most one empty line between paragraphs."""
    lines = [line.strip() for line in text.replace("\r\n", "\n").replace("\r", "\n").split("\n")]
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()


def shortened(text: str, most: int) -> str:
    """Keep whole sentences as far as they fit, else whole words and an ellipsis."""
    one_line = " ".join(text.split())
    if len(one_line) <= most:
        return one_line
    cut = one_line[:most]
    sentence = max(cut.rfind(". "), cut.rfind("! "), cut.rfind("? "))
    if sentence > most // 3:
        return cut[: sentence + 1]
    return cut[: max(cut.rfind(" ", 0, most - 1), 1)].rstrip(" ,;:-") + "…"
