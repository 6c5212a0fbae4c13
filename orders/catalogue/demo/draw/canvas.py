"""A drawing board: marks are put on it one over another, and it writes them as one SVG."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from html import escape
from math import sin

Style = str | float
Stop = tuple[float, str] | tuple[float, str, float]

WHITE = "#ffffff"
SHADE = "#22302c"  # shadows are never black: they carry the green of a northern evening


def mix(first: str, second: str, share: float) -> str:
    """Blend two colours; the share is the second one's."""
    pairs = (
        (int(first[place : place + 2], 16), int(second[place : place + 2], 16))
        for place in (1, 3, 5)
    )
    return "#" + "".join(f"{round(a + (b - a) * share):02x}" for a, b in pairs)


def light(colour: str, share: float) -> str:
    """Bring a colour towards white."""
    return mix(colour, WHITE, share)


def dark(colour: str, share: float) -> str:
    """Bring a colour towards shadow."""
    return mix(colour, SHADE, share)


def scatter(count: int, seed: float = 0.0) -> list[float]:
    """Give numbers between 0 and 1 that look strewn and are the same at every drawing."""
    return [(sin((place + 1) * 127.1 + seed * 311.7) * 43758.5453) % 1 for place in range(count)]


def number(value: Style) -> str:
    """Write a number with at most three decimals, and a word as it is."""
    if isinstance(value, str):
        return value
    return f"{value:.3f}".rstrip("0").rstrip(".")


def written(style: dict[str, Style]) -> str:
    """Write a mark's attributes; underscores stand for hyphens."""
    return "".join(
        f' {name.rstrip("_").replace("_", "-")}="{number(value)}"' for name, value in style.items()
    )


class Canvas:
    """A sheet on which a picture is composed, from the back to the front."""

    def __init__(
        self, width: float = 1200, height: float = 1200, view: str = "50 66 1100 1100"
    ) -> None:
        self.width = width
        self.height = height
        self.view = view
        self._definitions: dict[str, str] = {}
        self._marks: list[str] = []

    def svg(self) -> str:
        """Write the whole sheet."""
        return (
            f'<svg xmlns="http://www.w3.org/2000/svg" width="{self.width:g}" '
            f'height="{self.height:g}" viewBox="{self.view}">'
            f"<defs>{''.join(self._definitions.values())}</defs>{''.join(self._marks)}</svg>\n"
        )

    def _define(self, template: str) -> str:
        """Keep a definition once, and give the reference to it."""
        if template not in self._definitions:
            name = f"d{len(self._definitions)}"
            self._definitions[template] = template.replace("NAME", name, 1)
            return f"url(#{name})"
        place = list(self._definitions).index(template)
        return f"url(#d{place})"

    # Marks

    def put(self, tag: str, **style: Style) -> None:
        """Put any SVG element on the sheet."""
        self._marks.append(f"<{tag}{written(style)}/>")

    def path(self, d: str, **style: Style) -> None:
        """Put a path on the sheet; without a fill it is an open stroke."""
        style.setdefault("fill", "none")
        self.put("path", d=d, **style)

    def stroke(self, d: str, colour: str, width: float, **style: Style) -> None:
        """Put a round-ended line on the sheet."""
        style = {"stroke_linecap": "round", "stroke_linejoin": "round", **style}
        self.put("path", d=d, fill="none", stroke=colour, stroke_width=width, **style)

    def ellipse(self, x: float, y: float, rx: float, ry: float, **style: Style) -> None:
        """Put an ellipse on the sheet, by its centre."""
        self.put("ellipse", cx=x, cy=y, rx=rx, ry=ry, **style)

    def circle(self, x: float, y: float, r: float, **style: Style) -> None:
        """Put a circle on the sheet, by its centre."""
        self.put("circle", cx=x, cy=y, r=r, **style)

    def rect(self, x: float, y: float, width: float, height: float, **style: Style) -> None:
        """Put a rectangle on the sheet, by its upper left corner."""
        self.put("rect", x=x, y=y, width=width, height=height, **style)

    def text(self, x: float, y: float, words: str, size: float, **style: Style) -> None:
        """Put a line of lettering on the sheet, centred unless the style says otherwise."""
        style = {
            "font_family": "Familjen Grotesk, Figtree, sans-serif",
            "text_anchor": "middle",
            **style,
        }
        self._marks.append(
            f"<text{written({'x': x, 'y': y, 'font_size': size, **style})}>{escape(words)}</text>"
        )

    @contextmanager
    def group(self, **style: Style) -> Iterator[None]:
        """Put what is drawn inside it under one transform, clip, filter or opacity."""
        self._marks.append(f"<g{written(style)}>")
        yield
        self._marks.append("</g>")

    # Paints

    def linear(
        self,
        *stops: Stop,
        x1: float = 0,
        y1: float = 0,
        x2: float = 1,
        y2: float = 0,
        on_sheet: bool = False,
    ) -> str:
        """Mix a paint that changes along a line, within the mark or across the sheet."""
        frame = {"x1": x1, "y1": y1, "x2": x2, "y2": y2}
        return self._gradient("linearGradient", stops, frame, on_sheet=on_sheet)

    def radial(
        self,
        *stops: Stop,
        x: float = 0.5,
        y: float = 0.5,
        r: float = 0.5,
        on_sheet: bool = False,
    ) -> str:
        """Mix a paint that changes outwards from a point."""
        frame = {"cx": x, "cy": y, "r": r}
        return self._gradient("radialGradient", stops, frame, on_sheet=on_sheet)

    def _gradient(
        self, tag: str, stops: Sequence[Stop], frame: dict[str, float], *, on_sheet: bool
    ) -> str:
        units = "userSpaceOnUse" if on_sheet else "objectBoundingBox"
        coloured = "".join(
            f'<stop offset="{stop[0]:g}" stop-color="{stop[1]}"'
            + "".join(f' stop-opacity="{opacity}"' for opacity in stop[2:])
            + "/>"
            for stop in stops
        )
        return self._define(
            f'<{tag} id="NAME" gradientUnits="{units}"{written(dict(frame))}>{coloured}</{tag}>'
        )

    def falling(self, colour: str, depth: float = 0.14) -> str:
        """Mix the paint of a surface that the light of the upper left falls on."""
        return self.linear(
            (0, light(colour, depth)), (0.55, colour), (1, dark(colour, depth)), x2=0.8, y2=1
        )

    def round(self, colour: str, left: float, right: float, gloss: float = 0.3) -> str:
        """Mix the paint of a form that bends away from the light on both sides."""
        return self.linear(
            (0, dark(colour, 0.16)),
            (0.12, colour),
            (0.32, light(colour, gloss)),
            (0.58, colour),
            (0.9, dark(colour, 0.3)),
            (1, dark(colour, 0.22)),
            x1=left,
            x2=right,
            on_sheet=True,
        )

    def pattern(self, width: float, height: float, content: str, transform: str = "") -> str:
        """Mix a paint that repeats a small drawing: a weave, a knit, a net."""
        turned = f' patternTransform="{transform}"' if transform else ""
        return self._define(
            f'<pattern id="NAME" width="{width:g}" height="{height:g}" '
            f'patternUnits="userSpaceOnUse"{turned}>{content}</pattern>'
        )

    def clip(self, d: str) -> str:
        """Give a stencil in the form of a path."""
        return self._define(f'<clipPath id="NAME"><path d="{d}"/></clipPath>')

    def blur(self, deviation: float) -> str:
        """Give a filter that softens."""
        return self._define(
            '<filter id="NAME" x="-50%" y="-50%" width="200%" height="200%">'
            f'<feGaussianBlur stdDeviation="{deviation:g}"/></filter>'
        )

    def cast(
        self, across: float = 14, down: float = 22, soft: float = 20, strength: float = 0.26
    ) -> str:
        """Give a filter by which things lying or hanging cast a shadow to the lower right."""
        return self._define(
            '<filter id="NAME" x="-30%" y="-30%" width="160%" height="170%">'
            f'<feDropShadow dx="{across * 0.25:g}" dy="{down * 0.2:g}" '
            f'stdDeviation="{soft * 0.18:g}" flood-color="{SHADE}" '
            f'flood-opacity="{strength * 0.8:g}"/>'
            f'<feDropShadow dx="{across:g}" dy="{down:g}" stdDeviation="{soft:g}" '
            f'flood-color="{SHADE}" flood-opacity="{strength:g}"/></filter>'
        )
