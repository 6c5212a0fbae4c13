"""Set the papers that the demo sells as downloads, and lay them in."""

from datetime import UTC, datetime
from pathlib import Path

from django.core.files.base import ContentFile

from orders.catalogue.exclusions import Exclusion
from orders.catalogue.models import Product, Variant, in_language
from orders.catalogue.ware_files import lay_in
from orders.catalogue.wares import Ware
from privacy.paper.typesetting import typeset

FILES = Path(__file__).parent / "files"
LANGUAGES = {"fi": "suomeksi", "sv": "på svenska", "en": "in English"}
MADE_AT = datetime(2026, 11, 29, tzinfo=UTC)
"""The same words give the same file."""


def fill_demo_files(*, at: datetime) -> int:
    """Lay each paper to its variant in each language; tell how many."""
    laid_in = 0
    for sku in sorted({path.name.split(".")[0] for path in FILES.glob("*.txt")}):
        variant = Variant.objects.select_related("product").filter(sku=sku).first()
        if variant is None or variant.product.wares.exists():
            continue
        Product.objects.filter(pk=variant.product_id).update(withdrawal_exclusion=Exclusion.DIGITAL)
        for position, language in enumerate(LANGUAGES):
            name = in_language(variant.product, "name", language).removesuffix(", PDF")
            ware = Ware(
                product=variant.product,
                name=f"{name}, {LANGUAGES[language]}",
                position=position,
            )
            content = ContentFile(paper_of(sku, language), name="paper.pdf")
            lay_in(ware=ware, file=content, at=at)
            laid_in += 1
    return laid_in


def paper_of(sku: str, language: str) -> bytes:
    """Set a paper in a language."""
    title, _newline, text = (FILES / f"{sku}.{language}.txt").read_text("utf-8").partition("\n")
    said = {"language": language, "title": title, "footer": title, "blocks": _blocks(text)}
    return typeset("booklet", said, folder=FILES, made_at=MADE_AT)


def _blocks(text: str) -> list[dict[str, object]]:
    """Read headings, paragraphs and lists out of plain text."""
    found: list[dict[str, object]] = []
    items: list[str] = []
    for line in filter(None, text.splitlines()):
        if line.startswith("- "):
            if not items:
                found.append({"kind": "list", "items": items})
            items.append(line.removeprefix("- "))
            continue
        items = []
        kind = "section" if line.startswith("## ") else "paragraph"
        found.append({"kind": kind, "words": line.removeprefix("## ")})
    return found
