"""Lamps, lit: their light falls on what stands round them."""

from math import cos, pi, sin

from orders.catalogue.demo.draw.canvas import SHADE, WHITE, Canvas, dark, light, mix
from orders.catalogue.demo.draw.forms import (
    BLACK,
    BRASS,
    OAK,
    OFF_WHITE,
    STEEL,
    Area,
    Turned,
    floor,
    grain,
    hanging,
    stand_shadow,
    standing,
    weave,
)

WARM = "#ffd58a"
GLOW = "#fff1cf"


def halo(c: Canvas, x: float, y: float, r: float, strength: float = 0.6) -> None:
    """Let a lamp's light spread in the air."""
    paint = c.radial((0, GLOW, strength), (0.4, WARM, strength * 0.45), (1, WARM, 0))
    c.circle(x, y, r, fill=paint)


def table_lamp(c: Canvas, colour: str) -> None:
    """Draw the mushroom-shaped Kajo lamp."""
    standing(c, "dusk" if colour == OFF_WHITE else "linen")
    halo(c, 580, 640, 560, 0.75)
    stand_shadow(c, 580, 930, 190)
    c.ellipse(580, 930, 420, 62, fill=GLOW, opacity=0.75, filter=c.blur(22))
    c.stroke("M700 926C860 940 960 880 1230 936", dark(colour, 0.25), 9)
    foot = Turned(580, [(884, 120), (890, 150), (912, 168), (926, 166)], 0.14)
    foot.paint(c, colour, 0.35)
    stem = Turned(580, [(560, 44), (700, 46), (820, 58), (876, 96), (890, 112)], 0.14)
    stem.paint(c, "#dcbc8c", 0.3, shaded=False)
    grain(c, stem.outline(), Area(460, 540, 240, 370), "#8a6238", upright=True, seed=2, pitch=14)
    lit = c.linear((0, "#fff3d4", 0.95), (0.5, "#ffe2a4", 0.35), (1, WARM, 0), x2=0, y2=1)
    c.path(stem.outline(), fill=lit)
    dome = Turned(580, [(336, 40), (342, 90), (386, 200), (460, 276), (556, 318), (596, 320)], 0.13)
    c.ellipse(580, 600, 316, 40, fill=GLOW)
    c.ellipse(580, 606, 300, 34, fill="#fffaea", filter=c.blur(3))
    dome.paint(c, colour, 0.42, shaded=False)
    rim = c.linear((0, WARM, 0), (0.7, WARM, 0), (1, "#ffe6b0", 0.55), x2=0, y2=1)
    c.path(dome.outline(), fill=rim)
    dome.shine(c, -0.5, 0.16, 0.4)
    c.stroke(dome.seam(596), "#fff3d4", 6, opacity=0.9)
    Turned(580, [(312, 12), (318, 20), (340, 22)], 0.2).paint(c, BRASS, 0.6)


def pendant(c: Canvas) -> None:
    """Draw the Kaarna pendant, its veneers like the slats of a bud."""
    hanging(c, "moss")
    halo(c, 600, 650, 560, 0.8)
    c.rect(596, 0, 8, 320, fill="#6a5a48")
    glow = c.radial(
        (0, "#fffaf0"),
        (0.35, "#ffeac0"),
        (0.75, "#efc785"),
        (1, "#c99a5c"),
        x=600,
        y=660,
        r=340,
        on_sheet=True,
    )
    with c.group(filter=c.cast(10, 30, 30, 0.16)):
        c.path(_bulge(600, 330, 960, -330) + _bulge(600, 330, 960, 330), fill=glow)
    count = 9
    for place in range(count):
        start = -cos(pi * place / count) * 330
        end = -cos(pi * (place + 1) / count) * 330
        edge = abs(place - 4) / 4
        strip = _between(600, 330, 960, start, end)
        c.path(strip, fill=mix("#ffedc6", "#b98a52", edge * 0.75), opacity=0.5)
        tone = c.linear((0, SHADE, 0.28), (0.25, SHADE, 0.02), (1, WHITE, 0.22))
        c.path(strip, fill=tone)
        grain(c, strip, Area(270, 330, 660, 640), "#9a6a35", upright=True, seed=place, pitch=60)
    for place in range(1, count):
        bend = -cos(pi * place / count) * 330
        c.path(_bulge(600, 330, 960, bend), stroke="#a9773f", stroke_width=4, opacity=0.65)
    for y, r, top in ((318, 96, 300), (944, 84, 930)):
        hub = Turned(600, [(top, r), (y + 24, r)], 0.16)
        hub.paint(c, OAK, 0.35, shaded=False)
        c.ellipse(600, top, r, r * 0.16, fill=light(OAK, 0.3))
    Turned(600, [(258, 16), (266, 24), (300, 26)], 0.16).paint(c, BRASS, 0.6)


def _bulge(x: float, top: float, foot: float, bend: float) -> str:
    reach = bend * 1.32
    return f"M{x} {top}C{x + reach:.1f} {top + 90} {x + reach:.1f} {foot - 90} {x} {foot}"


def _between(x: float, top: float, foot: float, start: float, end: float) -> str:
    back = start * 1.32
    return (
        _bulge(x, top, foot, end)
        + f"C{x + back:.1f} {foot - 90} {x + back:.1f} {top + 90} {x} {top}Z"
    )


def floor_lamp(c: Canvas) -> None:
    """Draw the three-legged Haikara lamp."""
    floor(c, "blush")
    halo(c, 600, 330, 520, 0.7)
    c.ellipse(600, 1040, 360, 60, fill=GLOW, opacity=0.55, filter=c.blur(26))
    floor_lamp_itself(c)


def floor_lamp_itself(c: Canvas) -> None:
    """Draw the floor lamp alone, to stand in other pictures too."""
    c.ellipse(640, 1060, 330, 50, fill=SHADE, opacity=0.16, filter=c.blur(24))
    for reach, foot, wide in ((30, 1010, 15), (-236, 1066, 19), (214, 1080, 19)):
        top = 600 + reach * 0.1
        c.ellipse(600 + reach + 14, foot + 4, 40, 9, fill=SHADE, opacity=0.35, filter=c.blur(6))
        leg = (
            f"M{top - wide} 470L{top + wide} 470L{600 + reach + wide * 0.6:.1f} {foot}"
            f"H{600 + reach - wide * 0.6:.1f}Z"
        )
        c.path(leg, fill=c.linear((0, light(OAK, 0.22)), (0.5, OAK), (1, dark(OAK, 0.28))))
        grain(c, leg, Area(300, 470, 600, 620), "#7d5530", upright=True, seed=reach, pitch=40)
    c.stroke("M520 700Q600 726 680 700", BRASS, 9)
    Turned(600, [(446, 30), (452, 40), (500, 40), (506, 34)], 0.16).paint(c, BRASS, 0.6)
    shade = Turned(600, [(150, 180), (150, 180), (452, 258), (452, 258)], 0.11)
    outline = shade.outline()
    glow = c.radial(
        (0, "#fffdf4"),
        (0.4, "#fff0cc"),
        (0.8, "#f1d6a2"),
        (1, "#d8b57c"),
        x=600,
        y=330,
        r=310,
        on_sheet=True,
    )
    c.ellipse(600, 452, 256, 27, fill="#fff7e0")
    c.path(outline, fill=glow)
    weave(c, outline, 8, 0.05)
    c.path(shade.band(150, 164), fill=WHITE, opacity=0.4)
    c.path(shade.band(438, 452), fill=WHITE, opacity=0.4)
    c.ellipse(600, 150, 180, 20, fill="#fff3d6")
    c.ellipse(600, 152, 168, 15, fill="#fffdf6")


def lantern(c: Canvas) -> None:
    """Draw the rechargeable Yölintu lantern."""
    standing(c, "dusk")
    halo(c, 600, 640, 540, 0.75)
    stand_shadow(c, 600, 930, 180)
    c.ellipse(600, 936, 420, 60, fill=GLOW, opacity=0.7, filter=c.blur(22))
    arch = "M452 470C440 150 760 150 748 470"
    c.stroke(arch, BLACK, 15)
    c.stroke(arch, "#6f7778", 4, transform="translate(-3 -3)")
    c.stroke("M520 250Q600 212 680 250", dark(OAK, 0.2), 46)
    c.stroke("M520 248Q600 210 680 248", OAK, 38)
    c.stroke("M524 240Q600 204 674 238", light(OAK, 0.4), 8, opacity=0.8)
    glass = Turned(600, [(500, 136), (510, 142), (640, 164), (770, 150), (806, 136)], 0.16)
    glow = c.radial(
        (0, "#ffffff"),
        (0.3, "#fff4d3"),
        (0.7, "#ffdc97"),
        (1, "#e9b566"),
        x=600,
        y=660,
        r=200,
        on_sheet=True,
    )
    c.path(glass.outline(), fill=glow)
    glass.shine(c, -0.66, 0.1, 0.8)
    for place in (-1, 0, 1):
        x = 600 + place * 112
        c.stroke(
            f"M{x} 500C{x + place * 42} 600 {x + place * 42} 720 {x} 812", BLACK, 9, opacity=0.85
        )
    foot = Turned(600, [(796, 140), (810, 160), (900, 172), (922, 164)], 0.16)
    foot.paint(c, BLACK, 0.3)
    foot.shine(c, -0.6, 0.1, 0.3)
    c.circle(600, 880, 10, fill="#ffd27a")
    cap = Turned(600, [(414, 40), (420, 70), (456, 140), (486, 156), (504, 152)], 0.16)
    cap.paint(c, BLACK, 0.32, shaded=False)
    cap.shine(c, -0.5, 0.12, 0.3)


def bulb(c: Canvas) -> None:
    """Draw the Hehku bulb hanging from its cord."""
    hanging(c, "linen")
    halo(c, 600, 700, 520, 0.85)
    c.rect(594, 0, 12, 250, fill="#56493b")
    socket = Turned(600, [(240, 36), (252, 62), (340, 74), (404, 76), (412, 70)], 0.14)
    glass = Turned(
        600,
        [
            (400, 70),
            (440, 74),
            (530, 120),
            (650, 214),
            (760, 238),
            (870, 196),
            (936, 100),
            (956, 20),
        ],
        0.16,
    )
    c.path(
        glass.outline(), fill=c.radial((0, "#fff3d0", 0.9), (0.6, "#ffe0a0", 0.4), (1, WHITE, 0.35))
    )
    edge = c.linear(
        (0, "#8d8164", 0.55),
        (0.1, "#d9c9a0", 0.25),
        (0.5, WHITE, 0),
        (0.9, "#d9c9a0", 0.3),
        (1, "#7f7458", 0.55),
        x1=362,
        x2=838,
        on_sheet=True,
    )
    c.path(glass.outline(), fill=edge)
    c.stroke("M570 420V560M630 420V560", "#a08a5e", 5)
    spiral = [(600 + sin(n * 0.42) * (60 + n * 1.1), 560 + n * 5.2) for n in range(46)]
    d = "M" + "L".join(f"{x:.0f} {y:.0f}" for x, y in spiral)
    c.stroke(d, "#ffb545", 20, opacity=0.7, filter=c.blur(10))
    c.stroke(d, "#ffc867", 9)
    c.stroke(d, "#fffbe9", 4)
    glass.shine(c, -0.7, 0.12, 0.75)
    glass.shine(c, 0.6, 0.05, 0.5)
    socket.paint(c, BRASS, 0.6, shaded=False)
    for y in (300, 330, 360):
        c.stroke(socket.seam(y), dark(BRASS, 0.35), 5, opacity=0.5)


def string_lights(c: Canvas) -> None:
    """Draw the Suvi lanterns on a summer night."""
    sky = c.linear((0, "#8fa5ba"), (0.5, "#c9c3c4"), (0.75, "#edc9a9"), (1, "#e8d3b4"), x2=0, y2=1)
    c.rect(0, 0, 1200, 1200, fill=sky)
    c.ellipse(600, 980, 900, 60, fill="#93a6ac", opacity=0.6, filter=c.blur(10))
    far = "M0 900" + "".join(
        f"L{x} {900 - 40 - abs(sin(x * 0.037)) * 90:.0f}L{x + 14} 892" for x in range(0, 1210, 28)
    )
    c.path(f"{far}L1200 940L0 940Z", fill="#5f7a7c", opacity=0.75)
    c.rect(
        0,
        930,
        1200,
        270,
        fill=c.linear((0, "#d9c6b0"), (0.5, "#aebcc0"), (1, "#8ea2ab"), x2=0, y2=1),
    )
    for y in range(960, 1200, 34):
        c.stroke(f"M{(y * 7) % 300} {y}h{260 + (y * 3) % 300}", WHITE, 4, opacity=0.22)
    for path, lamps, size in (
        (((-40, 250), (500, 620), (1240, 150)), 6, 92),
        (((-40, 560), (640, 850), (1240, 480)), 5, 74),
    ):
        _lanterns(c, path, lamps, size)


def _lanterns(c: Canvas, bend: tuple[tuple[float, float], ...], count: int, size: float) -> None:
    (x1, y1), (x2, y2), (x3, y3) = bend
    c.stroke(f"M{x1} {y1}Q{x2} {y2} {x3} {y3}", "#3b4648", 6)
    for place in range(count):
        t = (place + 0.6) / (count + 0.2)
        x = (1 - t) ** 2 * x1 + 2 * t * (1 - t) * x2 + t * t * x3
        y = (1 - t) ** 2 * y1 + 2 * t * (1 - t) * y2 + t * t * y3
        halo(c, x, y + size, size * 2.4, 0.75)
        c.rect(x - 9, y - 2, 18, 26, fill=BLACK, rx=4)
        ball = Turned(
            x,
            [
                (y + 18, size * 0.3),
                (y + 34, size * 0.66),
                (y + size, size),
                (y + size * 1.8, size * 0.6),
                (y + size * 1.94, size * 0.28),
            ],
            0.14,
        )
        paint = c.radial((0, "#ffffff"), (0.5, "#fff3d2"), (1, "#f2cf95"), x=0.5, y=0.5, r=0.62)
        c.path(ball.outline(), fill=paint)
        for step in range(1, 8):
            c.stroke(ball.seam(y + 18 + step * size * 0.22), "#d9b173", 2, opacity=0.55)


def task_lamp(c: Canvas, colour: str) -> None:
    """Draw the jointed Vartti lamp over a desk."""
    standing(c, "mist" if colour != BLACK else "linen")
    cone = c.linear((0, GLOW, 0.85), (1, WARM, 0), x2=0, y2=1)
    c.path("M690 470L470 925H1130L880 500Z", fill=cone, filter=c.blur(14))
    c.ellipse(800, 925, 330, 46, fill=GLOW, opacity=0.9, filter=c.blur(18))
    stand_shadow(c, 350, 930, 150, 0.14)
    foot = Turned(350, [(884, 120), (890, 148), (912, 158), (928, 156)], 0.15)
    foot.paint(c, colour, 0.35)
    for d in ("M350 880L250 520", "M250 520L640 270"):
        c.stroke(d, dark(colour, 0.32), 30)
        c.stroke(d, colour, 24, transform="translate(-2 -2)")
        c.stroke(d, light(colour, 0.45), 5, transform="translate(-7 -6)", opacity=0.7)
    for x, y in ((350, 872), (250, 520), (640, 270)):
        c.circle(x + 2, y + 3, 33, fill=dark(colour, 0.4))
        c.circle(
            x, y, 30, fill=c.radial((0, light(BRASS, 0.5)), (1, dark(BRASS, 0.15)), x=0.35, y=0.3)
        )
        c.circle(x, y, 9, fill=dark(BRASS, 0.4))
    with c.group(transform="rotate(10 720 330)"):
        head = Turned(
            760, [(250, 50), (262, 76), (330, 94), (420, 150), (478, 196), (484, 196)], 0.14
        )
        c.ellipse(760, 486, 194, 26, fill="#fffbe8")
        head.paint(c, colour, 0.4, shaded=False)
        head.shine(c, -0.5, 0.14, 0.4)
        c.stroke(head.seam(482), light(colour, 0.5), 5, opacity=0.8)
        Turned(760, [(222, 26), (228, 38), (256, 44)], 0.18).paint(c, STEEL, 0.7)
    c.path("M640 270L726 270", stroke=dark(colour, 0.2), stroke_width=22, stroke_linecap="round")
