"""Draw the demo catalogue's pictures anew: `python -m orders.catalogue.demo.draw [NAME ...]`.

Each drawing is an SVG; Chromium turns it into pixels and Pillow into WebP. Only names that begin
with one of the given words are drawn; without words, all are.
"""

import argparse
import io
from base64 import b64encode
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from PIL import Image
from playwright.sync_api import Page, sync_playwright

from orders.catalogue.demo.draw.canvas import Canvas
from orders.catalogue.demo.draw.pictures import PICTURES
from orders.catalogue.demo.draw.scene import hero_dark, hero_light, link_picture

HERE = Path(__file__).resolve().parent
PICTURE_FOLDER = HERE.parent / "pictures"
SHOP = HERE.parents[3] / "soluto_shop" / "static" / "soluto_shop"
SMALL = 32


@contextmanager
def browser_page(program: str | None) -> Iterator[Page]:
    """Open an empty page in Chromium."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program)
        try:
            yield browser.new_page()
        finally:
            browser.close()


def lettering() -> str:
    """Give the style sheet of the shop's own typeface, for labels."""
    font = (SHOP / "fonts" / "familjen-grotesk-latin.woff2").read_bytes()
    source = f"url(data:font/woff2;base64,{b64encode(font).decode()})"
    return f"@font-face{{font-family:'Familjen Grotesk';src:{source};font-weight:400 700}}"


def pixels(page: Page, canvas: Canvas) -> Image.Image:
    """Turn a drawing into pixels."""
    page.set_viewport_size({"width": int(canvas.width), "height": int(canvas.height)})
    page.set_content(
        f"<style>{lettering()}body{{margin:0}}svg{{display:block}}</style>{canvas.svg()}"
    )
    page.evaluate("document.fonts.ready")
    return Image.open(io.BytesIO(page.screenshot(type="png"))).convert("RGB")


def draw_pictures(page: Page, names: Sequence[str], svg_folder: Path | None) -> None:
    """Draw the pictures of products."""
    for name, drawing in PICTURES.items():
        if names and not name.startswith(tuple(names)):
            continue
        canvas = Canvas()
        drawing(canvas)
        if svg_folder:
            (svg_folder / f"{name}.svg").write_text(canvas.svg(), encoding="utf-8")
        pixels(page, canvas).save(PICTURE_FOLDER / f"{name}.webp", quality=82, method=6)


def draw_house(page: Page) -> None:
    """Draw what the shop's own pages show: the room, the link picture and the icons."""
    pixels(page, hero_light()).save(SHOP / "hero-light.webp", quality=80, method=6)
    pixels(page, hero_dark()).save(SHOP / "hero-dark.webp", quality=80, method=6)
    pixels(page, link_picture()).save(SHOP / "link.jpg", quality=84, optimize=True)
    icon = (SHOP / "favicon.svg").read_text(encoding="utf-8")
    for name, size in (("favicon-32.png", 32), ("apple-touch-icon.png", 180)):
        page.set_viewport_size({"width": size, "height": size})
        drawn = icon if size == SMALL else icon.replace('rx="8"', "")  # telephones round it
        page.set_content(f"<style>body{{margin:0}}svg{{display:block;width:100vw}}</style>{drawn}")
        page.screenshot(path=SHOP / name, omit_background=size == SMALL)


def main() -> None:
    """Read the command line and draw."""
    parser = argparse.ArgumentParser(prog="python -m orders.catalogue.demo.draw")
    parser.add_argument("names", nargs="*", help="beginnings of picture names; none means all")
    parser.add_argument("--chromium", help="path of the Chromium program to use")
    parser.add_argument("--house", action="store_true", help="draw the room and icons instead")
    parser.add_argument("--svg", type=Path, help="folder in which to keep the SVGs as well")
    arguments = parser.parse_args()
    with browser_page(arguments.chromium) as page:
        if arguments.house:
            draw_house(page)
        else:
            draw_pictures(page, arguments.names, arguments.svg)


if __name__ == "__main__":
    main()
