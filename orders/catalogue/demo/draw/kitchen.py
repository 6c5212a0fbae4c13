"""What stands on the kitchen table and hangs above it."""

from orders.catalogue.demo.draw.canvas import SHADE, WHITE, Canvas, dark, light, mix, scatter
from orders.catalogue.demo.draw.forms import (
    BIRCH,
    BLACK,
    BRASS,
    CLAY,
    COFFEE,
    LAKE,
    LINGONBERRY,
    MOSS,
    OAK,
    OFF_WHITE,
    STEEL,
    WALNUT,
    Area,
    Turned,
    berries,
    grain,
    line_through,
    lying,
    ring,
    rounded,
    smooth,
    soft_path,
    stand_shadow,
    standing,
    steam,
    weave,
    wood,
)


def speckle(
    c: Canvas, d: str, area: Area, colour: str, *, count: int = 90, seed: float = 2
) -> None:
    """Strew the small iron spots of stoneware over a form."""
    across, down, size = scatter(count, seed), scatter(count, seed + 1), scatter(count, seed + 2)
    with c.group(clip_path=c.clip(d)):
        for a, b, s in zip(across, down, size, strict=True):
            c.circle(
                area.x + a * area.width,
                area.y + b * area.height,
                1.2 + s * 2.6,
                fill=colour,
                opacity=0.25 + s * 0.35,
            )


def loop(c: Canvas, d: str, colour: str, width: float) -> None:
    """Draw a handle bent from a round rod."""
    c.stroke(d, dark(colour, 0.3), width)
    c.stroke(d, colour, width * 0.84, transform="translate(-2 -2)")
    c.stroke(d, light(colour, 0.35), width * 0.24, transform="translate(-6 -7)", opacity=0.7)


def mug(c: Canvas, glaze: str) -> None:
    """Draw the Kuura mug, dipped in a glaze."""
    standing(c, "linen" if glaze != OFF_WHITE else "mist")
    body = Turned(
        560, [(400, 214), (412, 216), (690, 214), (810, 204), (880, 168), (892, 156)], 0.17
    )
    stand_shadow(c, 560, 898, 200)
    loop(c, "M760 500C925 470 950 720 752 735", glaze, 50)
    body.paint(c, glaze)
    bare = body.band(742, 892)
    c.path(bare, fill=c.round(CLAY, 346, 774, 0.25))
    c.path(bare, fill=c.linear((0, SHADE, 0), (1, SHADE, 0.22), x2=0, y2=1))
    speckle(c, body.outline(), Area(346, 400, 430, 500), dark(CLAY, 0.2), count=120)
    c.stroke(body.seam(742), light(glaze, 0.35), 7, opacity=0.75)
    body.shine(c)
    body.opening(c, glaze, 12)
    c.ellipse(560, 414, 190, 25, fill=c.linear((0, "#3a2418"), (0.6, COFFEE), (1, "#7a5236")))
    steam(c, 560, 366)


def plates(c: Canvas) -> None:
    """Draw a stack of Kuura plates, three large and two small."""
    standing(c, "moss")
    stand_shadow(c, 600, 888, 350, 0.2)
    for y, r in ((848, 410), (796, 410), (744, 410), (678, 300), (632, 300)):
        _plate(c, 600, y, r)
    speckle(
        c,
        "M300 632a300 72 0 1 0 600 0a300 72 0 1 0 -600 0",
        Area(325, 580, 550, 140),
        CLAY,
        count=130,
    )


def _plate(c: Canvas, x: float, y: float, r: float) -> None:
    form = Turned(x, [(y, r), (y + 12, r * 0.97), (y + 34, r * 0.7), (y + 44, r * 0.56)], 0.24)
    c.ellipse(x + 14, y + 30, r * 0.92, r * 0.25, fill=SHADE, opacity=0.36, filter=c.blur(11))
    form.paint(c, OFF_WHITE, 0.5)
    c.ellipse(x, y, r, r * 0.24, fill=c.linear((0, "#fffdf8"), (1, "#e2d9c9"), x2=1, y2=0.4))
    c.ellipse(
        x, y, r - 3, r * 0.24 - 2, fill="none", stroke=mix(CLAY, OFF_WHITE, 0.45), stroke_width=5
    )
    well = c.linear((0, "#d9cfbe"), (0.35, "#ece5d8"), (1, "#fbf8f1"), x2=0.5, y2=1)
    c.ellipse(x, y + r * 0.015, r * 0.73, r * 0.165, fill=well)


def bowl(c: Canvas) -> None:
    """Draw the Lumme bowl with its blue inside."""
    standing(c, "linen")
    stand_shadow(c, 600, 888, 230, 0.2)
    body = Turned(
        600,
        [
            (520, 400),
            (530, 402),
            (620, 372),
            (730, 290),
            (820, 190),
            (852, 150),
            (852, 150),
            (886, 156),
        ],
        0.24,
    )
    body.paint(c, OFF_WHITE, 0.5)
    speckle(c, body.outline(), Area(200, 520, 800, 370), CLAY, count=110)
    body.shine(c, -0.6, 0.1, 0.6)
    body.opening(c, OFF_WHITE, 12, LAKE)
    inside = "M212 522a388 88 0 1 0 776 0a388 88 0 1 0 -776 0"
    with c.group(clip_path=c.clip(inside)):
        c.ellipse(600, 560, 300, 66, fill=light(LAKE, 0.22), opacity=0.75, filter=c.blur(16))
        for r, lift in ((330, 552), (250, 566), (170, 578)):
            c.ellipse(
                600, lift, r, r * 0.2, fill="none", stroke=WHITE, stroke_width=2.5, opacity=0.28
            )


def glass(c: Canvas, form: Turned, tint: str, strength: float = 0.4, veil: float = 0.18) -> None:
    """Draw a vessel of blown glass: nearly nothing in the middle, dark at the edges."""
    w = form.widest
    left, right = form.x - w, form.x + w
    outline = form.outline()
    c.path(outline, fill=WHITE, opacity=veil)
    c.path(
        outline,
        fill=c.linear(
            (0, dark(tint, 0.3), strength),
            (0.08, tint, strength * 0.75),
            (0.3, light(tint, 0.3), strength * veil * 2.2),
            (0.65, tint, strength * 0.3),
            (0.93, tint, strength * 0.85),
            (1, dark(tint, 0.35), strength),
            x1=left,
            x2=right,
            on_sheet=True,
        ),
    )
    y, r = form.profile[0]
    c.ellipse(
        form.x, y, r, r * form.tilt, fill=c.linear((0, tint, 0.28), (1, WHITE, 0.4), x2=0.6, y2=1)
    )
    c.ellipse(
        form.x,
        y,
        r - 2,
        r * form.tilt - 1,
        fill="none",
        stroke=dark(tint, 0.15),
        stroke_width=3,
        opacity=0.55,
    )
    c.ellipse(
        form.x, y, r - 5, r * form.tilt - 3, fill="none", stroke=WHITE, stroke_width=3, opacity=0.9
    )


def tumblers(c: Canvas, tint: str, strength: float) -> None:
    """Draw a pair of Usva tumblers with mist in their thick bases."""
    standing(c, "blush")
    for x, foot, scale in ((760, 828, 0.94), (450, 900, 1.0)):
        top = foot - 430 * scale
        body = Turned(
            x,
            [
                (top, 182 * scale),
                (top + 8, 182 * scale),
                (foot - 60, 158 * scale),
                (foot - 14, 150 * scale),
                (foot, 132 * scale),
            ],
            0.17,
        )
        stand_shadow(c, x, foot + 6, 150, 0.15)
        glass(c, body, tint, strength)
        base = body.band(foot - 72, foot)
        mist = c.linear((0, WHITE, 0), (0.5, WHITE, 0.5), (1, light(tint, 0.3), 0.75), x2=0, y2=1)
        c.path(base, fill=mist)
        c.path(
            body.band(foot - 240, foot - 40),
            fill=c.linear((0, WHITE, 0), (1, WHITE, 0.55), x2=0, y2=1),
        )
        c.ellipse(
            x, foot - 52, 146 * scale, 22, fill="none", stroke=WHITE, stroke_width=3, opacity=0.7
        )
        body.shine(c, -0.7, 0.1, 0.75)
        body.shine(c, 0.62, 0.05, 0.5)


def carafe(c: Canvas) -> None:
    """Draw the Puro carafe with water, lemon and a cork."""
    standing(c, "mist")
    tint = "#8fb0bb"
    body = Turned(
        600,
        [
            (270, 92),
            (280, 90),
            (380, 72),
            (470, 84),
            (610, 172),
            (760, 220),
            (880, 208),
            (914, 176),
        ],
        0.17,
    )
    stand_shadow(c, 600, 916, 190)
    water = body.band(560, 912)
    c.path(water, fill=c.linear((0, "#7fb0c4", 0.5), (0.4, "#cfe6ee", 0.35), (1, "#6d9fb5", 0.55)))
    r = body.radius(560)
    c.ellipse(600, 560, r, r * 0.17, fill="#dcecf1", opacity=0.9)
    with c.group(transform="rotate(-18 640 740)"):
        c.ellipse(640, 740, 88, 80, fill="#e9cf52")
        c.ellipse(640, 740, 78, 70, fill="#fbf3c4")
        c.ellipse(640, 740, 70, 62, fill="#f3de79")
        for x, y in ring(640, 740, 66, 9):
            c.stroke(f"M640 740L{x:.0f} {y:.0f}", "#fcf6d6", 6)
    glass(c, body, tint, 0.45)
    body.shine(c, -0.66, 0.1, 0.8)
    body.shine(c, 0.66, 0.05, 0.5)
    cork = Turned(600, [(196, 84), (200, 86), (284, 78), (292, 70)], 0.17)
    cork.paint(c, "#c99c6c")
    speckle(c, cork.outline(), Area(514, 196, 172, 110), "#7a5230", count=70)
    c.ellipse(600, 196, 84, 14, fill="#dcb68a")


STEEL_DOWN = ((0, "#eef1f2"), (0.35, "#cfd5d7"), (0.6, "#aab2b5"), (1, "#d9dee0"))


def cutlery(c: Canvas) -> None:
    """Draw the four pieces of the Hetki cutlery side by side."""
    lying(c, "moss")
    cloth = rounded(150, 110, 900, 980, 18)
    with c.group(filter=c.cast(10, 16, 18, 0.16)):
        c.path(cloth, fill=c.falling("#e8dfcd", 0.06))
    weave(c, cloth, 9, 0.07)
    c.stroke("M178 110V1090", "#c4b28f", 5, opacity=0.5)
    steel = c.linear(*STEEL_DOWN, x2=1, y2=0.15)
    with c.group(filter=c.cast(14, 16, 12, 0.34)):
        for x, tall in ((320, 0), (510, 0), (700, 0), (880, 130)):
            c.path(_handle(x, 520 + tall * 0.6, 1010), fill=steel)
        for x in (272, 304, 336, 368):
            c.path(f"M{x - 11} 205q11 -26 22 0l-1 190h-20z", fill=steel)
        c.path("M261 370h118c6 90 -14 130 -46 160h-26c-32 -30 -52 -70 -46 -160z", fill=steel)
        c.path("M489 540C470 420 466 270 500 180c44 60 52 220 32 360z", fill=steel)
        c.ellipse(700, 320, 78, 142, fill=steel)
        c.path("M686 440h28l4 100h-36z", fill=steel)
        c.ellipse(880, 420, 56, 100, fill=steel)
        c.path("M869 500h22l4 110h-30z", fill=steel)
    hollow = c.linear((0, "#9aa3a6"), (0.6, "#d3d9db"), (1, "#f4f6f6"), x2=0.7, y2=1)
    c.ellipse(700, 318, 62, 122, fill=hollow)
    c.ellipse(880, 418, 43, 83, fill=hollow)
    c.stroke("M506 220c20 80 22 210 8 310", WHITE, 4, opacity=0.7)


def _handle(x: float, top: float, foot: float) -> str:
    return (
        f"M{x - 13} {top:.0f}C{x - 14} {top + 160:.0f} {x - 25} {foot - 120} {x - 25} {foot - 24}"
        f"q25 46 50 0C{x + 25} {foot - 120} {x + 14} {top + 160:.0f} {x + 13} {top:.0f}Z"
    )


def runner(c: Canvas, colour: str) -> None:
    """Draw the Kanerva table runner, half unrolled."""
    lying(c, "mist" if colour != LAKE else "linen")
    with c.group(transform="rotate(-9 600 600)"):
        flap = "M390 380h420v560h-420z"
        with c.group(filter=c.cast(18, 20, 20, 0.28)):
            for place in range(36):
                x = 396 + place * 11.8
                sway = scatter(36, 5)[place] * 14 - 7
                c.stroke(f"M{x:.1f} 936q{sway:.1f} 30 {sway * 0.6:.1f} 62", light(colour, 0.12), 5)
            c.path(flap, fill=c.falling(colour, 0.1))
        weave(c, flap, 8, 0.12)
        for y, tall in ((820, 26), (866, 8), (802, 5)):
            c.rect(390, y, 420, tall, fill=mix(colour, "#ffffff", 0.62), opacity=0.85)
        c.rect(390, 440, 420, 70, fill=c.linear((0, SHADE, 0.32), (1, SHADE, 0), x2=0, y2=1))
        roll = rounded(372, 262, 456, 190, 34)
        with c.group(filter=c.cast(16, 14, 16, 0.26)):
            bent = (
                (0, light(colour, 0.12)),
                (0.3, light(colour, 0.32)),
                (0.62, colour),
                (1, dark(colour, 0.34)),
            )
            c.path(roll, fill=c.linear(*bent, x2=0, y2=1))
        weave(c, roll, 8, 0.1)
        c.ellipse(822, 357, 27, 93, fill=dark(colour, 0.12))
        for r in (0.82, 0.62, 0.42, 0.2):
            c.ellipse(
                824, 357, 27 * r, 93 * r, fill="none", stroke=light(colour, 0.35), stroke_width=5
            )
        band = "M560 258h70v200h-70z"
        c.path(band, fill="#efe6d4")
        c.path(band, fill=c.linear((0, WHITE, 0.5), (0.5, WHITE, 0), (1, SHADE, 0.3), x2=0, y2=1))


def board(c: Canvas) -> None:
    """Draw the Lastu chopping board with tomatoes and dill."""
    lying(c, "mist")
    shape = (
        "M330 400q0 -40 40 -40h138q40 0 44 -42l8 -96q6 -46 50 -46t50 46l8 96q4 42 44 42h138"
        "q40 0 40 40v640q0 40 -40 40h-480q-40 0 -40 -40z"
    )
    with c.group(transform="rotate(11 600 640)"):
        with c.group(filter=c.cast(18, 26, 22, 0.32)):
            c.path(shape, fill=dark(BIRCH, 0.2), transform="translate(5 9)")
            c.path(shape, fill=BIRCH)
        wood(c, shape, Area(330, 170, 560, 910), BIRCH, upright=True, seed=1.7, pitch=20)
        c.stroke("M334 1036V402q0 -38 38 -38h136", WHITE, 4, opacity=0.6)
        c.circle(610, 236, 21, fill=dark("#efe9de", 0.28))
        c.stroke("M610 236c-60 -90 -26 -150 6 -150s62 60 -4 150", "#7d5536", 9)
    with c.group(filter=c.cast(8, 10, 8, 0.24)):
        for turn in (-58, -30, -8, 16, 40):
            _dill(c, 470, 850, turn)
    berries(c, [(690, 720), (790, 780)], 62, "#c4503d")
    for x, y in ((690, 662), (790, 722)):
        for tip_x, tip_y in ring(x, y + 14, 30, 5, 0.4):
            c.stroke(f"M{x} {y + 12}L{tip_x:.0f} {tip_y:.0f}", "#587a45", 7)


def _dill(c: Canvas, x: float, y: float, turn: float) -> None:
    with c.group(transform=f"translate({x} {y}) rotate({turn})"):
        c.stroke("M0 0L0 -210", "#5f8a4f", 5)
        for step in range(9):
            at, reach = -60 - step * 18, 58 - step * 5
            for side in (-1, 1):
                c.stroke(f"M0 {at}l{side * reach} {-reach * 0.62:.0f}", "#6f9c58", 3)
                c.stroke(
                    f"M{side * reach * 0.5:.0f} {at - reach * 0.31:.0f}l{side * 4} -22",
                    "#7fac66",
                    2.6,
                )


def casserole(c: Canvas, enamel: str) -> None:
    """Draw the Hiillos casserole with its lid and brass knob."""
    standing(c, "linen" if enamel == LINGONBERRY else "blush")
    stand_shadow(c, 600, 892, 310, 0.18)
    for side in (-1, 1):
        x = 600 + side * 322
        loop(c, f"M{x} 610q{side * 100} -6 {side * 96} 44t{-side * 104} 38", enamel, 34)
    pot = Turned(
        600, [(560, 336), (570, 336), (760, 330), (850, 304), (884, 262), (890, 250)], 0.15
    )
    pot.paint(c, enamel, 0.26)
    pot.shine(c, -0.74, 0.12, 0.42)
    pot.shine(c, 0.66, 0.05, 0.2)
    c.path(pot.band(560, 586), fill=SHADE, opacity=0.25)
    lid = Turned(
        600,
        [(452, 60), (462, 150), (490, 262), (530, 330), (552, 350), (552, 350), (574, 348)],
        0.15,
    )
    lid.paint(c, enamel, 0.3, shaded=False)
    c.stroke(lid.seam(552), light(enamel, 0.4), 4, opacity=0.5)
    with c.group(clip_path=c.clip(lid.outline())):
        c.ellipse(
            440,
            520,
            130,
            26,
            fill=WHITE,
            opacity=0.35,
            filter=c.blur(10),
            transform="rotate(-14 440 520)",
        )
    knob = Turned(
        600, [(386, 30), (390, 48), (408, 54), (424, 44), (436, 26), (436, 26), (462, 32)], 0.2
    )
    knob.paint(c, BRASS, 0.6)


def frying_pan(c: Canvas) -> None:
    """Draw the Hiillos frying pan from above, with an egg."""
    lying(c, "linen")
    with c.group(transform="rotate(38 600 600)"):
        with c.group(filter=c.cast(26, 14, 22, 0.34)):
            grip = "M880 566q150 6 300 -10q40 0 40 44t-40 44q-150 -16 -300 -10z"
            c.path(grip, fill=OAK)
            c.circle(520, 600, 360, fill=BLACK)
            c.path("M850 560h90v80h-90z", fill=BLACK)
        wood(c, grip, Area(880, 550, 340, 100), OAK, seed=3, pitch=14)
        c.circle(1180, 600, 13, fill="#6d4a2b")
    c.circle(
        535, 549, 360, fill=c.linear((0, "#5a6164"), (0.5, "#363c3f"), (1, "#1f2426"), x2=1, y2=1)
    )
    c.circle(
        535, 549, 330, fill=c.linear((0, "#1f2426"), (0.5, "#363d40"), (1, "#565e61"), x2=1, y2=1)
    )
    c.circle(
        535,
        549,
        308,
        fill=c.radial((0, "#474e51"), (0.8, "#3a4144"), (1, "#2b3134"), x=0.4, y=0.4, r=0.6),
    )
    white = soft_path(
        [
            (400, 470),
            (470, 390),
            (570, 405),
            (660, 440),
            (700, 540),
            (650, 640),
            (545, 690),
            (430, 655),
            (370, 570),
        ],
        closed=True,
    )
    with c.group(filter=c.cast(6, 8, 8, 0.4)):
        c.path(white, fill=c.radial((0, "#ffffff"), (0.75, "#fdfaf0"), (1, "#e3c992"), r=0.58))
    yolk = c.radial((0, "#ffd977"), (0.5, "#f2ab35"), (1, "#d98520"), x=0.38, y=0.34, r=0.72)
    c.circle(530, 540, 84, fill=yolk)
    c.ellipse(503, 508, 22, 13, fill=WHITE, opacity=0.8, transform="rotate(-35 503 508)")
    for x, y, chance in zip(scatter(16, 8), scatter(16, 9), scatter(16, 3), strict=True):
        c.circle(430 + x * 220, 440 + y * 200, 2 + chance * 3, fill="#3b3b38", opacity=0.6)


def utensils(c: Canvas) -> None:
    """Draw the three carved tools of the Visa set."""
    lying(c, "moss")
    slant = (
        "M-58 -440Q-66 -470 -40 -476L44 -500Q62 -500 62 -470L50 -240Q40 -170 20 -120L20 410"
        "Q0 446 -20 410L-20 -120Q-42 -180 -48 -240Z"
    )
    turner = (
        "M-82 -470Q-82 -496 -56 -496H56Q82 -496 82 -470L66 -250Q52 -180 22 -140L20 410Q0 446 "
        "-20 410L-22 -140Q-52 -180 -66 -250Z"
    )
    spoon = (
        "M0 -500C64 -500 92 -430 88 -360C84 -280 40 -230 20 -190L20 410Q0 446 -20 410L-20 "
        "-190C-40 -230 -84 -280 -88 -360C-92 -430 -64 -500 0 -500Z"
    )
    for place, (d, x, turn, tone) in enumerate(
        ((slant, 360, -9, BIRCH), (turner, 600, 1, mix(BIRCH, OAK, 0.4)), (spoon, 845, 10, BIRCH))
    ):
        with c.group(transform=f"translate({x} 610) rotate({turn})"):
            with c.group(filter=c.cast(18, 16, 14, 0.32)):
                c.path(d, fill=tone)
            wood(c, d, Area(-95, -510, 190, 960), tone, upright=True, seed=place + 0.6, pitch=13)
            c.circle(0, 380, 8, fill=dark(tone, 0.5))
            if d == spoon:
                bowl_paint = c.linear(
                    (0, dark(tone, 0.34)), (0.5, tone), (1, light(tone, 0.4)), x2=0.6, y2=1
                )
                c.ellipse(0, -378, 66, 100, fill=bowl_paint)
            if d == turner:
                for x_slot in (-34, 0, 34):
                    c.stroke(f"M{x_slot} -440V-290", dark(tone, 0.42), 13)


def chef_knife(c: Canvas) -> None:
    """Draw the Terho chef's knife."""
    lying(c, "blush")
    blade = "M410 520L1010 520Q1050 522 1082 540Q980 650 760 676Q560 696 410 690Z"
    grip = "M120 548Q116 524 150 520L420 520V640Q330 610 250 622T140 606Q118 590 120 548Z"
    with c.group(transform="rotate(-27 600 600)"):
        with c.group(filter=c.cast(14, 26, 18, 0.36)):
            c.path(blade, fill=STEEL)
            c.path(grip, fill=OAK)
        c.path(
            blade,
            fill=c.linear(
                (0, "#b9c1c4"), (0.4, "#e6eaeb"), (0.7, "#c4cbce"), (1, "#eef1f1"), x2=0.2, y2=1
            ),
        )
        c.path(
            "M410 690Q560 696 760 676Q980 650 1082 540Q960 628 760 652Q560 670 410 664Z",
            fill="#f7f9f9",
        )
        c.stroke("M412 523H1010Q1050 524 1080 540", "#8c9598", 5)
        wood(c, grip, Area(110, 510, 320, 140), OAK, seed=2.2, pitch=12)
        c.path(
            "M408 516h26v180h-26z", fill=c.linear((0, "#8f989b"), (0.5, "#e4e8e9"), (1, "#9aa3a6"))
        )
        for x in (190, 280, 370):
            c.circle(
                x, 568, 11, fill=c.linear((0, light(BRASS, 0.5)), (1, dark(BRASS, 0.2)), x2=1, y2=1)
            )


def french_press(c: Canvas) -> None:
    """Draw the Pisara French press, half full of coffee."""
    standing(c, "linen")
    stand_shadow(c, 570, 912, 210)
    loop(c, "M740 430h70q60 0 60 60v230q0 60 -60 60h-70", BLACK, 38)
    body = Turned(570, [(370, 180), (380, 180), (900, 180), (908, 176)], 0.15)
    coffee = body.band(520, 890)
    c.path(coffee, fill=c.round("#3a2013", 390, 750, 0.1))
    c.ellipse(570, 520, 180, 27, fill=c.linear((0, "#6b4730"), (1, "#a3744c")))
    c.path(body.band(484, 522), fill="#c69a6b", opacity=0.65)
    c.ellipse(570, 484, 180, 27, fill="#d8b184", opacity=0.9)
    c.rect(562, 330, 16, 170, fill=c.linear((0, "#8a9396"), (0.4, "#f2f4f4"), (1, "#8a9396")))
    glass(c, body, "#94a4a6", 0.42, 0.05)
    for y in (400, 860):
        c.path(body.band(y, y + 26), fill=c.round(STEEL, 390, 750, 0.7))
    for x in (400, 566, 716):
        c.rect(
            x,
            410,
            13,
            460,
            fill=c.linear((0, "#8f989b"), (0.4, "#f2f4f4"), (1, "#949da0")),
            opacity=0.9,
        )
    body.shine(c, -0.8, 0.1, 0.6)
    lid = Turned(570, [(322, 96), (330, 140), (352, 182), (366, 192), (366, 192), (392, 192)], 0.15)
    lid.paint(c, STEEL, 0.75, shaded=False)
    c.rect(563, 250, 14, 80, fill=c.linear((0, "#8a9396"), (0.4, "#f2f4f4"), (1, "#8a9396")))
    knob = Turned(570, [(206, 22), (212, 40), (232, 46), (254, 34), (262, 20)], 0.18)
    knob.paint(c, WALNUT, 0.35)
    for side in (-1, 1):
        c.ellipse(570 + side * 130, 918, 26, 12, fill="#8f989b")


def teapot(c: Canvas) -> None:
    """Draw the round Kuura teapot with its rattan handle."""
    standing(c, "blush")
    stand_shadow(c, 590, 890, 270)
    rattan = "M392 560C380 250 800 250 788 560"
    c.stroke(rattan, "#8a6238", 30)
    c.stroke(rattan, "#c4955a", 24)
    c.stroke(rattan, "#e3c08c", 24, stroke_dasharray="9 15")
    spout = "M800 720C930 700 900 560 1010 520L960 486C860 530 880 620 780 620Z"
    c.path(
        spout,
        fill=c.linear((0, MOSS), (0.5, light(MOSS, 0.2)), (1, dark(MOSS, 0.25)), x2=0.5, y2=1),
    )
    c.ellipse(985, 503, 31, 16, fill=dark(MOSS, 0.45), transform="rotate(35 985 503)")
    body = Turned(
        590,
        [(556, 128), (566, 160), (620, 238), (710, 276), (800, 254), (868, 190), (886, 164)],
        0.18,
    )
    body.paint(c, MOSS, 0.32)
    bare = body.band(826, 886)
    c.path(bare, fill=c.round(CLAY, 330, 850, 0.2))
    c.path(bare, fill=SHADE, opacity=0.14)
    speckle(c, body.outline(), Area(314, 556, 560, 330), dark(MOSS, 0.5), count=140)
    body.shine(c, -0.62, 0.16, 0.42)
    lid = Turned(590, [(512, 40), (518, 80), (540, 124), (556, 138), (562, 136)], 0.18)
    lid.paint(c, MOSS, 0.35, shaded=False)
    c.stroke(lid.seam(557), dark(MOSS, 0.35), 4, opacity=0.6)
    Turned(590, [(462, 18), (468, 30), (486, 34), (504, 24), (516, 20)], 0.2).paint(c, CLAY, 0.35)
    steam(c, 1010, 470, 130)


def spice_mill(c: Canvas, tone: str) -> None:
    """Draw the turned Visa mill, with peppercorns."""
    standing(c, "moss" if tone == WALNUT else "dusk")
    stand_shadow(c, 580, 916, 150)
    body = Turned(
        580,
        [
            (452, 110),
            (462, 122),
            (520, 128),
            (600, 96),
            (680, 92),
            (780, 130),
            (860, 152),
            (904, 150),
            (912, 142),
        ],
        0.15,
    )
    head = Turned(580, [(262, 60), (276, 96), (330, 132), (400, 128), (436, 112), (444, 108)], 0.15)
    for part, seed in ((body, 1.0), (head, 2.0)):
        part.paint(c, tone, 0.35)
        y, foot = part.profile[0][0], part.profile[-1][0]
        area = Area(580 - part.widest, y - 20, part.widest * 2, foot - y + 60)
        grain(c, part.outline(), area, dark(tone, 0.4), upright=True, seed=seed, pitch=15)
        part.shine(c, -0.55, 0.12, 0.42)
    c.path(
        Turned(580, [(440, 112), (456, 112)], 0.15).outline(), fill=c.round(STEEL, 468, 692, 0.7)
    )
    Turned(580, [(222, 20), (228, 34), (246, 38), (262, 26)], 0.2).paint(c, STEEL, 0.8)
    for x, y in ((800, 930), (850, 960), (760, 975), (880, 918), (826, 1004)):
        berries(c, [(x, y)], 15, "#4b3a30")


def kettle(c: Canvas, colour: str) -> None:
    """Draw the swan-necked Tuisku kettle on its base."""
    standing(c, "mist" if colour == BLACK else "moss")
    stand_shadow(c, 600, 918, 270, 0.14)
    base = Turned(600, [(890, 262), (898, 266), (914, 266), (920, 258)], 0.13)
    base.paint(c, dark(colour, 0.1), 0.25)
    neck = smooth([(800, 800), (880, 790), (920, 700), (915, 580), (950, 500), (1020, 470)])
    c.stroke(line_through(neck), dark(colour, 0.34), 46)
    c.stroke(line_through(neck), colour, 38, transform="translate(-3 -3)")
    c.stroke(line_through(neck), light(colour, 0.5), 9, transform="translate(-9 -9)", opacity=0.7)
    arch = "M410 560C300 500 240 640 280 790"
    c.stroke(arch, dark(colour, 0.3), 36)
    c.stroke(arch, light(colour, 0.08), 28, transform="translate(-2 -3)")
    hold = "M290 600C262 650 262 710 276 772"
    c.stroke(hold, dark(OAK, 0.25), 52)
    c.stroke(hold, OAK, 44, transform="translate(-2 -2)")
    c.stroke(hold, light(OAK, 0.35), 10, transform="translate(-11 -4)", opacity=0.7)
    body = Turned(
        600, [(500, 150), (512, 162), (600, 190), (760, 228), (860, 240), (886, 234)], 0.14
    )
    body.paint(c, colour, 0.34)
    body.shine(c, -0.64, 0.14, 0.4)
    lid = Turned(600, [(462, 70), (470, 118), (490, 148), (500, 156), (510, 156)], 0.14)
    lid.paint(c, colour, 0.34, shaded=False)
    Turned(600, [(412, 24), (420, 36), (442, 34), (462, 22)], 0.2).paint(c, OAK, 0.4)
    c.path(base.band(896, 906), fill=WHITE, opacity=0.18)
    steam(c, 1040, 440, 140)
