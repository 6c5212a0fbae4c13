"""The bar code and the QR code of an invoice as drawings (SVG), for paper and for the page."""

from collections.abc import Iterable

import qrcode

from orders.barcode import bars

_QUIET_BARS, _QUIET_QR = 10, 4
"""White beside the code, in modules, without which no reader finds it."""


def barcode_svg(digits: str) -> str:
    """Draw 54 digits in Code 128 C."""
    place, parts = _QUIET_BARS, []
    for number, width in enumerate(bars(digits)):
        if number % 2 == 0:
            parts.append(f"M{place} 0h{width}v50h-{width}z")
        place += width
    return _drawing(place + _QUIET_BARS, 50, parts)


def qr_modules(text: str) -> list[list[bool]]:
    """Give the squares of a QR code, row by row, without white around them (EPC069-12: level M)."""
    code = qrcode.QRCode(error_correction=qrcode.constants.ERROR_CORRECT_M, border=0)
    code.add_data(text.encode())
    code.make(fit=True)
    return [[bool(module) for module in row] for row in code.get_matrix()]


def qr_svg(text: str) -> str:
    """Draw a QR code."""
    modules = qr_modules(text)
    side = len(modules) + 2 * _QUIET_QR
    parts = [
        f"M{column + _QUIET_QR} {row + _QUIET_QR}h1v1h-1z"
        for row, line in enumerate(modules)
        for column, is_dark in enumerate(line)
        if is_dark
    ]
    return _drawing(side, side, parts)


def _drawing(width: int, height: int, parts: Iterable[str]) -> str:
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" '
        f'shape-rendering="crispEdges"><rect width="{width}" height="{height}" fill="#fff"/>'
        f'<path d="{"".join(parts)}" fill="#000"/></svg>'
    )
