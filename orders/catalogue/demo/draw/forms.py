"""Forms that many things share: turned, boxed, woven, grown; and the rooms they stand in."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import cos, pi, sin

from orders.catalogue.demo.draw.canvas import SHADE, WHITE, Canvas, dark, light, mix, scatter

Point = tuple[float, float]

# The shop's own colours, used by every picture

OFF_WHITE = "#f1ece2"
SNOW = "#f7f7f4"
CHARCOAL = "#454c50"
BLACK = "#2c3133"
LAKE = "#5f86a0"
MOSS = "#7d9068"
OCHRE = "#d7a04a"
LINGONBERRY = "#a8433f"
SAND = "#d9c7aa"
HEATHER = "#a98a9c"
SMOKE = "#8b9694"
BIRCH = "#e6cda2"
OAK = "#c99b63"
WALNUT = "#85603f"
LARCH = "#cf9a68"
BRASS = "#c9a354"
STEEL = "#c3c9cb"
CLAY = "#c58a66"
LEAF = "#5d7f56"
SPRUCE = "#2f5a4b"
INK = "#27443c"
PAPER = "#faf7f0"
COFFEE = "#4a3022"

GROUNDS = {
    "snow": "#e9efec",
    "linen": "#efe9de",
    "mist": "#e2eaed",
    "moss": "#e4eadc",
    "blush": "#f2e6dd",
    "dusk": "#e4e6ee",
}


# Rooms


def standing(c: Canvas, ground: str) -> None:
    """Prepare a table against a wall, for things seen from the front."""
    wall = GROUNDS[ground]
    c.rect(
        0, 0, 1200, 1200, fill=c.linear((0, light(wall, 0.35)), (1, dark(wall, 0.03)), x2=1, y2=1)
    )
    _window(c, 0.42)
    table = mix(wall, "#d8c9b2", 0.16)
    paint = c.linear((0, dark(table, 0.07)), (0.3, table), (1, light(table, 0.3)), x2=0, y2=1)
    c.rect(-40, 838, 1280, 400, fill=paint, filter=c.blur(5))


def lying(c: Canvas, ground: str) -> None:
    """Prepare a table seen from straight above, for flat things."""
    top = GROUNDS[ground]
    c.rect(0, 0, 1200, 1200, fill=c.linear((0, light(top, 0.45)), (1, dark(top, 0.05)), x2=1, y2=1))
    _window(c, 0.5)


def hanging(c: Canvas, ground: str) -> None:
    """Prepare a wall, for things that hang."""
    wall = GROUNDS[ground]
    c.rect(
        0, 0, 1200, 1200, fill=c.linear((0, light(wall, 0.4)), (1, dark(wall, 0.06)), x2=1, y2=1)
    )
    _window(c, 0.45)


def floor(c: Canvas, ground: str, edge: float = 900) -> None:
    """Prepare a corner of a room with a floor from an edge down, for furniture."""
    wall = GROUNDS[ground]
    c.rect(
        0, 0, 1200, 1200, fill=c.linear((0, light(wall, 0.35)), (1, dark(wall, 0.03)), x2=1, y2=1)
    )
    _window(c, 0.4)
    boards = mix(wall, "#d3b990", 0.34)
    paint = c.linear((0, dark(boards, 0.06)), (1, light(boards, 0.22)), x2=0, y2=1)
    c.rect(0, edge, 1200, 1200 - edge, fill=paint)
    for place, x in enumerate(range(-600, 1900, 130)):
        lean = (x - 600) * (1200 - edge) * 0.0018
        c.stroke(
            f"M{x} {edge}L{x + lean:.0f} 1200",
            dark(boards, 0.25),
            2,
            opacity=0.22 + place % 2 * 0.08,
        )
    c.rect(0, edge - 28, 1200, 28, fill=light(wall, 0.5))
    c.rect(0, edge - 4, 1200, 6, fill=SHADE, opacity=0.08)


def _window(c: Canvas, strength: float) -> None:
    """Let the window's light fall across the room."""
    with c.group(opacity=strength, filter=c.blur(16)):
        for left in (470, 690):
            for top in (-40, 250):
                c.path(f"M{left} {top}l190 -70v250l-190 70z", fill=WHITE, opacity=0.55)


def stand_shadow(c: Canvas, x: float, y: float, width: float, depth: float = 0.16) -> None:
    """Seat a standing thing on the table: close dark, far soft."""
    c.ellipse(
        x + width * 0.22,
        y + width * depth * 0.25,
        width * 1.18,
        width * depth * 1.1,
        fill=SHADE,
        opacity=0.2,
        filter=c.blur(24),
    )
    c.ellipse(
        x + width * 0.05,
        y + 3,
        width * 1.0,
        width * depth * 0.75,
        fill=SHADE,
        opacity=0.36,
        filter=c.blur(9),
    )


# Turned forms


def smooth(points: Sequence[Point], steps: int = 12) -> list[Point]:
    """Run a soft line through points; a point said twice stays a corner."""
    runs: list[list[Point]] = [[points[0]]]
    for before, point in pairwise(points):
        if before == point:
            runs.append([point])
        else:
            runs[-1].append(point)
    line: list[Point] = []
    for run in runs:
        line += _smooth_run(run, steps)
    return line


def _smooth_run(run: Sequence[Point], steps: int) -> list[Point]:
    if len(run) == 1:
        return list(run)
    padded = [run[0], *run, run[-1]]
    line = [run[0]]
    for a, b, d, e in zip(padded, padded[1:], padded[2:], padded[3:], strict=False):
        for step in range(1, steps + 1):
            t = step / steps
            line.append((_through(a[0], b[0], d[0], e[0], t), _through(a[1], b[1], d[1], e[1], t)))
    return line


def _through(a: float, b: float, d: float, e: float, t: float) -> float:
    """Interpolate between b and d so that the line also heeds its neighbours a and e."""
    return 0.5 * (
        2 * b + (d - a) * t + (2 * a - 5 * b + 4 * d - e) * t * t + (3 * b - a - 3 * d + e) * t**3
    )


def line_through(points: Sequence[Point]) -> str:
    """Write a path through points."""
    return "M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in points)


def soft_path(points: Sequence[Point], *, closed: bool = False) -> str:
    """Write a soft path through points."""
    if not closed:
        return line_through(smooth(points))
    around = smooth([*points[-2:], *points, *points[:2]])
    return line_through(around[24:-12]) + "Z"


@dataclass(frozen=True)
class Turned:
    """A form turned about an upright axis, as potters and wood-turners make them."""

    x: float
    profile: Sequence[Point]  # (height on the sheet, radius), from the top down
    tilt: float = 0.16  # how much of the round is seen from above

    @property
    def side(self) -> list[Point]:
        return smooth(self.profile)

    @property
    def widest(self) -> float:
        return max(radius for _, radius in self.profile)

    def radius(self, y: float) -> float:
        """Tell the radius at a height."""
        side = self.side
        for (y1, r1), (y2, r2) in pairwise(side):
            if y1 <= y <= y2 and y2 > y1:
                return r1 + (r2 - r1) * (y - y1) / (y2 - y1)
        return side[0][1] if y < side[0][0] else side[-1][1]

    def outline(self) -> str:
        """Write the whole silhouette."""
        return self.band(self.profile[0][0], self.profile[-1][0], whole=True)

    def band(self, top: float, bottom: float, *, whole: bool = False) -> str:
        """Write the part between two heights, as a label or a dip of glaze goes round it."""
        inner = [(y, r) for y, r in self.side if top < y < bottom]
        side = [(top, self.radius(top)), *inner, (bottom, self.radius(bottom))]
        left = [(self.x - r, y) for y, r in side]
        right = [(self.x + r, y) for y, r in reversed(side)]
        low, high = side[-1][1], side[0][1]
        turn = 0 if whole else 1
        return (
            line_through(left)
            + f"A{low:.1f} {low * self.tilt:.1f} 0 0 0 {self.x + low:.1f} {bottom:.1f}L"
            + line_through(right)[1:]
            + f"A{high:.1f} {high * self.tilt:.1f} 0 0 {turn} {self.x - high:.1f} {top:.1f}Z"
        )

    def seam(self, y: float) -> str:
        """Write the line that goes round the front at a height."""
        r = self.radius(y)
        return (
            f"M{self.x - r:.1f} {y:.1f}A{r:.1f} {r * self.tilt:.1f} 0 0 0 {self.x + r:.1f} {y:.1f}"
        )

    def paint(self, c: Canvas, colour: str, gloss: float = 0.3, *, shaded: bool = True) -> None:
        """Draw the body in the light of the room."""
        w = self.widest
        outline = self.outline()
        c.path(outline, fill=c.round(colour, self.x - w, self.x + w, gloss))
        if shaded:
            foot = c.linear((0, SHADE, 0), (0.6, SHADE, 0.02), (1, SHADE, 0.2), x2=0, y2=1)
            c.path(outline, fill=foot)

    def opening(self, c: Canvas, colour: str, rim: float = 8, inside: str = "") -> None:
        """Draw the mouth of a vessel: its rim, and what is seen inside."""
        y, r = self.profile[0]
        deep = inside or dark(colour, 0.3)
        c.ellipse(self.x, y, r, r * self.tilt, fill=light(colour, 0.35))
        hollow = c.linear((0, dark(deep, 0.32)), (0.5, deep), (1, light(deep, 0.2)), x2=0.9, y2=0.4)
        c.ellipse(self.x, y + rim * 0.2, r - rim, max(r * self.tilt - rim * 0.6, 2), fill=hollow)

    def shine(
        self, c: Canvas, at: float = -0.42, width: float = 0.1, strength: float = 0.5
    ) -> None:
        """Draw the window's reflection along the body."""
        side = self.side[2:-2]
        left = [(self.x + r * at, y) for y, r in side]
        right = [(self.x + r * (at + width), y) for y, r in reversed(side)]
        with c.group(clip_path=c.clip(self.outline())):
            c.path(
                line_through([*left, *right]) + "Z", fill=WHITE, opacity=strength, filter=c.blur(7)
            )


# Boxes


def rounded(x: float, y: float, width: float, height: float, r: float) -> str:
    """Write a rectangle with round corners as a path."""
    return (
        f"M{x + r} {y}h{width - 2 * r}a{r} {r} 0 0 1 {r} {r}v{height - 2 * r}"
        f"a{r} {r} 0 0 1 {-r} {r}h{2 * r - width}a{r} {r} 0 0 1 {-r} {-r}v{2 * r - height}"
        f"a{r} {r} 0 0 1 {r} {-r}z"
    )


# Materials


@dataclass(frozen=True)
class Area:
    """The part of the sheet that a material has to cover."""

    x: float
    y: float
    width: float
    height: float


def wood(
    c: Canvas,
    d: str,
    area: Area,
    colour: str,
    *,
    upright: bool = False,
    seed: float = 1,
    pitch: float = 22,
) -> None:
    """Fill a form with wood: a warm ground and the year rings of one plank."""
    c.path(d, fill=c.falling(colour, 0.12))
    grain(
        c, d, area, dark(mix(colour, "#7a4a22", 0.4), 0.12), upright=upright, seed=seed, pitch=pitch
    )


def grain(
    c: Canvas,
    d: str,
    area: Area,
    colour: str,
    *,
    upright: bool = False,
    seed: float = 1,
    pitch: float = 22,
) -> None:
    """Draw the year rings of a plank inside a form."""
    across = area.width if upright else area.height
    along = area.height if upright else area.width
    count = max(int(across / pitch), 3)
    with c.group(clip_path=c.clip(d)):
        for place, chance in enumerate(scatter(count, seed)):
            at = (place + chance * 0.8) * across / count
            points: list[Point] = []
            for step in range(9):
                away = along * step / 8
                wave = sin(step * 0.55 + seed * 3 + at * 0.012) * across * 0.03
                points.append((away, at + wave + sin(step * 1.3 + chance * 6) * 1.6))
            placed = [
                (area.x + b, area.y + a) if upright else (area.x + a, area.y + b) for a, b in points
            ]
            c.stroke(soft_path(placed), colour, 1.2 + chance * 2.2, opacity=0.1 + chance * 0.22)


def weave(c: Canvas, d: str, pitch: float = 7, strength: float = 0.1, turn: float = 0) -> None:
    """Lay the threads of a plain weave over a form."""
    half = pitch / 2
    threads = (
        f'<path d="M0 {half:g}H{pitch:g}" stroke="{SHADE}" stroke-width="{pitch * 0.22:g}" '
        f'opacity="{strength:g}"/>'
        f'<path d="M{half:g} 0V{pitch:g}" stroke="#ffffff" stroke-width="{pitch * 0.3:g}" '
        f'opacity="{strength * 1.3:g}"/>'
    )
    c.path(d, fill=c.pattern(pitch, pitch, threads, f"rotate({turn:g})" if turn else ""))


def knit(c: Canvas, d: str, colour: str, size: float = 22, turn: float = 0) -> None:
    """Fill a form with stockinette: columns of small leaning stitches."""
    w, h = size, size * 0.82
    deep, high = dark(colour, 0.26), light(colour, 0.16)
    stitch = (
        f'<rect width="{w:g}" height="{h:g}" fill="{deep}"/>'
        f'<path d="M{w * 0.06:g} {-h * 0.3:g}L{w * 0.44:g} {h * 0.5:g}V{h * 1.12:g}'
        f'L{w * 0.06:g} {h * 0.4:g}Z" fill="{high}"/>'
        f'<path d="M{w * 0.06:g} {h * 0.7:g}L{w * 0.44:g} {h * 1.5:g}V{h * 2.1:g}'
        f'L{w * 0.06:g} {h * 1.4:g}Z" fill="{high}"/>'
        f'<path d="M{w * 0.94:g} {-h * 0.3:g}L{w * 0.56:g} {h * 0.5:g}V{h * 1.12:g}'
        f'L{w * 0.94:g} {h * 0.4:g}Z" fill="{colour}"/>'
        f'<path d="M{w * 0.94:g} {h * 0.7:g}L{w * 0.56:g} {h * 1.5:g}V{h * 2.1:g}'
        f'L{w * 0.94:g} {h * 1.4:g}Z" fill="{colour}"/>'
    )
    c.path(d, fill=c.pattern(w, h, stitch, f"rotate({turn:g})" if turn else ""))


# Growing things


def leaf(
    c: Canvas,
    x: float,
    y: float,
    length: float,
    turn: float,
    *,
    colour: str = LEAF,
    width: float = 0.4,
) -> None:
    """Draw one leaf from its stalk outwards; turn 0 points right, -90 up."""
    w = length * width / 2
    with c.group(transform=f"translate({x:.1f} {y:.1f}) rotate({turn:.1f})"):
        c.path(
            f"M0 0C{length * 0.25:.1f} {-w * 1.5:.1f} {length * 0.7:.1f} {-w:.1f} {length} 0"
            f"C{length * 0.7:.1f} {w:.1f} {length * 0.25:.1f} {w * 1.5:.1f} 0 0Z",
            fill=c.linear((0, light(colour, 0.16)), (1, dark(colour, 0.14)), x2=0, y2=1),
        )
        c.stroke(
            f"M0 0L{length * 0.88:.1f} 0", light(colour, 0.3), max(length * 0.018, 1), opacity=0.7
        )


def twig(
    c: Canvas,
    x: float,
    y: float,
    length: float,
    turn: float,
    *,
    colour: str = LEAF,
    leaves: int = 9,
) -> None:
    """Draw a twig with leaves on both sides."""
    with c.group(transform=f"translate({x:.1f} {y:.1f}) rotate({turn:.1f})"):
        c.stroke(
            f"M0 0Q{length * 0.5:.1f} {-length * 0.06:.1f} {length} 0",
            mix(colour, "#6b4f35", 0.5),
            max(length * 0.014, 2.5),
        )
        for place in range(leaves):
            at = length * (0.2 + 0.8 * place / max(leaves - 1, 1))
            size = length * (0.3 - 0.14 * place / leaves)
            lift = -length * 0.11 * sin(pi * at / length) * 0.5
            lean = 0.0 if place == leaves - 1 else (48 if place % 2 else -48)
            leaf(c, at, lift, size, lean, colour=mix(colour, "#a8b86a", place % 3 * 0.1))


def spruce_twig(c: Canvas, x: float, y: float, length: float, turn: float) -> None:
    """Draw a twig of spruce."""
    green = "#3f6a50"
    with c.group(transform=f"translate({x:.1f} {y:.1f}) rotate({turn:.1f})"):
        c.stroke(f"M0 0L{length} 0", "#7a5a3e", 5)
        count = int(length / 9)
        for place, chance in enumerate(scatter(count * 2, 4)):
            at = length * (0.06 + 0.94 * (place // 2) / count)
            reach = length * 0.2 * (1.05 - 0.55 * at / length) * (0.85 + chance * 0.3)
            side = -1 if place % 2 else 1
            c.stroke(
                f"M{at:.1f} 0l{reach * 0.75:.1f} {side * reach:.1f}",
                mix(green, "#8fae7a", chance * 0.5),
                4.2,
            )
        c.stroke(f"M{length} 0l{length * 0.08:.1f} 0", "#8fae7a", 4)


def berries(c: Canvas, places: Sequence[Point], r: float, colour: str = LINGONBERRY) -> None:
    """Draw round berries with the light on them."""
    for x, y in places:
        c.ellipse(x + r * 0.3, y + r * 0.75, r, r * 0.5, fill=SHADE, opacity=0.22, filter=c.blur(5))
        ball = c.radial(
            (0, light(colour, 0.45)), (0.45, colour), (1, dark(colour, 0.4)), x=0.35, y=0.3, r=0.8
        )
        c.circle(x, y, r, fill=ball)
        c.circle(x - r * 0.3, y - r * 0.35, r * 0.2, fill=WHITE, opacity=0.7)


def ring(x: float, y: float, r: float, count: int, start: float = 0) -> list[Point]:
    """Give points at even distances round a circle."""
    return [
        (x + r * cos(start + 2 * pi * n / count), y + r * sin(start + 2 * pi * n / count))
        for n in range(count)
    ]


def steam(c: Canvas, x: float, y: float, height: float = 170) -> None:
    """Draw two ribbons of steam."""
    for shift, tall in ((-22, 1.0), (24, 0.78)):
        h = height * tall
        c.stroke(
            f"M{x + shift} {y}c-34 {-h * 0.3:.1f} 34 {-h * 0.55:.1f} 4 {-h:.1f}",
            WHITE,
            15,
            opacity=0.5,
            filter=c.blur(8),
        )
