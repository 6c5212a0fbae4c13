"""What a scanner reads on the pages of an invoice."""

import io
from pathlib import Path

import typst
import zxingcpp
from PIL import Image

from orders.invoicing import paper
from orders.invoicing.document import document_of
from orders.invoicing.models import Invoice
from privacy.paper import typesetting

PPI = 300


def picture_of(invoice: Invoice) -> Image.Image:
    """Give the last page of an invoice as a picture in grey."""
    room, letters = Path(paper.__file__).parent, Path(typesetting.__file__).parent / "fonts"
    said = paper.said_of(document_of(invoice))
    pages = typst.compile(
        str(room / "invoice.typ"),
        root=str(room.parents[1]),
        font_paths=[str(letters)],
        ignore_system_fonts=True,
        format="png",
        ppi=PPI,
        sys_inputs={"said": typesetting.setting_of(said)},
    )
    last = pages if isinstance(pages, bytes) else pages[-1]
    return Image.open(io.BytesIO(last)).convert("L")


def scanned(picture: Image.Image) -> dict[str, str]:
    """Give what each code on a page says, by its kind."""
    return {code.format.name: code.text for code in zxingcpp.read_barcodes(picture)}
