"""Things that make a room one's own, and the sauna's."""

from math import cos, pi, sin

from orders.catalogue.demo.draw.canvas import SHADE, WHITE, Canvas, dark, light, mix, scatter
from orders.catalogue.demo.draw.forms import (
    BIRCH,
    BLACK,
    BRASS,
    CHARCOAL,
    CLAY,
    INK,
    LAKE,
    LARCH,
    LEAF,
    LINGONBERRY,
    MOSS,
    OAK,
    OCHRE,
    OFF_WHITE,
    PAPER,
    SAND,
    SPRUCE,
    Area,
    Turned,
    floor,
    grain,
    hanging,
    leaf,
    lying,
    ring,
    rounded,
    spruce_twig,
    stand_shadow,
    standing,
    twig,
    weave,
    wood,
)
from orders.catalogue.demo.draw.kitchen import glass, speckle


def vase(c: Canvas, tint: str) -> None:
    """Draw the Kielo vase with a branch."""
    standing(c, {LAKE: "linen", MOSS: "blush"}.get(tint, "mist"))
    stand_shadow(c, 590, 926, 190)
    with c.group():
        c.stroke("M590 860C580 600 560 420 640 130", "#7b6247", 9)
        c.stroke("M582 470C520 400 470 330 400 270", "#7b6247", 7)
        for x, y, turn, size in (
            (640, 140, -70, 130),
            (628, 190, -8, 140),
            (610, 250, -165, 140),
            (600, 330, 4, 150),
            (400, 272, -140, 120),
            (440, 306, -64, 120),
            (486, 356, 170, 120),
            (560, 420, -120, 100),
        ):
            leaf(c, x, y, size, turn, colour=mix(LEAF, "#9aae62", size % 30 / 60))
    body = Turned(
        590,
        [
            (430, 62),
            (440, 58),
            (520, 52),
            (590, 84),
            (680, 184),
            (790, 226),
            (880, 186),
            (922, 140),
        ],
        0.16,
    )
    water = body.band(690, 916)
    c.path(water, fill=c.linear((0, light(tint, 0.2), 0.5), (1, dark(tint, 0.1), 0.55), x2=0, y2=1))
    glass(c, body, tint, 0.95)
    c.path(body.outline(), fill=tint, opacity=0.26)
    body.shine(c, -0.66, 0.12, 0.75)
    body.shine(c, 0.62, 0.06, 0.45)


def mirror(c: Canvas) -> None:
    """Draw the round Tyyni mirror."""
    hanging(c, "moss")
    with c.group(filter=c.cast(24, 34, 28, 0.3)):
        c.circle(600, 600, 390, fill=OAK)
    c.circle(
        600,
        600,
        390,
        fill=c.linear((0, light(OAK, 0.4)), (0.5, OAK), (1, dark(OAK, 0.3)), x2=1, y2=1),
    )
    for r in (384, 376, 368):
        c.circle(600, 600, r, fill="none", stroke=dark(OAK, 0.3), stroke_width=1.6, opacity=0.35)
    c.circle(600, 600, 360, fill=dark(OAK, 0.45))
    sheet = c.linear(
        (0, "#f4f8f8"), (0.45, "#cfdde0"), (0.75, "#b4c8cd"), (1, "#dbe6e7"), x2=1, y2=1
    )
    c.circle(600, 600, 354, fill=sheet)
    inside = "M246 600a354 354 0 1 0 708 0a354 354 0 1 0 -708 0z"
    with c.group(clip_path=c.clip(inside)):
        c.rect(240, 760, 720, 240, fill="#c9c2b2", opacity=0.5, filter=c.blur(3))
        c.path("M660 220h210v330h-210z", fill="#eef6f8", opacity=0.8)
        c.stroke("M765 220v330M660 385h210", "#b9c6c6", 9)
        twig(c, 380, 900, 400, -78, colour="#7d9a80", leaves=11)
        c.path("M150 700L620 150H760L230 880Z", fill=WHITE, opacity=0.26)
        c.path("M330 900L900 240H950L400 920Z", fill=WHITE, opacity=0.2)
    c.circle(600, 600, 354, fill="none", stroke=SHADE, stroke_width=8, opacity=0.22)


def candle(c: Canvas) -> None:
    """Draw the Havu candle burning, its lid leaning beside it."""
    standing(c, "dusk")
    glow = c.radial((0, "#ffe9b8", 0.75), (0.5, "#ffdc97", 0.25), (1, "#ffdc97", 0))
    c.circle(560, 420, 470, fill=glow)
    stand_shadow(c, 560, 916, 230)
    with c.group(transform="rotate(-24 870 850)"):
        c.ellipse(872, 852, 150, 132, fill=dark(OAK, 0.3))
        lid = c.linear((0, light(OAK, 0.3)), (1, dark(OAK, 0.1)), x2=1, y2=1)
        c.ellipse(864, 848, 146, 130, fill=lid)
        c.ellipse(864, 848, 34, 30, fill=dark(OAK, 0.12))
    body = Turned(560, [(540, 216), (550, 220), (820, 220), (890, 206), (910, 190)], 0.17)
    body.paint(c, SPRUCE, 0.22)
    bare = body.band(820, 910)
    c.path(bare, fill=c.round(CLAY, 340, 780, 0.2))
    speckle(c, body.outline(), Area(340, 540, 440, 370), "#17352c", count=90)
    body.shine(c, -0.66, 0.12, 0.34)
    label = body.band(620, 760)
    with c.group(clip_path=c.clip(label)):
        c.rect(450, 600, 220, 190, fill=PAPER)
    c.text(560, 700, "havu", 62, fill=INK, font_weight="600", letter_spacing="3")
    c.stroke("M510 738h100", OCHRE, 5)
    body.opening(c, SPRUCE, 12, "#f3e6c8")
    wax = c.radial((0, "#fffdf2"), (0.5, "#fff0c8"), (1, "#e9d3a0"))
    c.ellipse(560, 546, 202, 30, fill=wax)
    c.stroke("M560 548q-3 -26 2 -48", "#3a2c22", 7)
    flame = (
        "M562 340C600 410 606 450 594 478Q580 506 562 506Q538 506 530 476C522 440 548 400 562 340Z"
    )
    c.path(flame, fill="#ffb640", opacity=0.7, filter=c.blur(16))
    c.path(
        flame,
        fill=c.linear(
            (0, "#fff6d8"), (0.5, "#ffd873"), (0.85, "#ff9f3a"), (1, "#6f8fd0"), x2=0, y2=1
        ),
    )
    c.ellipse(562, 468, 14, 26, fill="#fffdf0", opacity=0.9)
    with c.group(filter=c.cast(8, 10, 8, 0.3)):
        spruce_twig(c, 210, 1010, 330, -12)
        spruce_twig(c, 250, 1030, 240, 14)


LEANING = 6


def shelf(c: Canvas, colour: str) -> None:
    """Draw the Orsi shelf with books, a bowl and a plant."""
    hanging(c, "linen" if colour == BLACK else "mist")
    shelf_itself(c, colour)


def shelf_itself(c: Canvas, colour: str) -> None:
    """Draw the shelf alone, to hang in other pictures too."""
    metal = BLACK if colour != BLACK else BRASS
    with c.group(filter=c.cast(20, 34, 24, 0.28)):
        for at in (330, 870):
            c.path(f"M{at - 11} 690h22v170q0 12 -11 12t-11 -12z", fill=metal)
            c.stroke(f"M{at} 860Q{at + 6} 730 {at + 96} 716", metal, 13)
        c.rect(160, 676, 880, 42, fill=colour, rx=5)
    plank = rounded(160, 676, 880, 42, 5)
    wood(c, plank, Area(160, 676, 880, 42), colour, seed=2, pitch=8)
    c.rect(160, 676, 880, 7, fill=WHITE, opacity=0.3, rx=3)
    x = 236.0
    for place, tone in enumerate((LINGONBERRY, SAND, SPRUCE, OCHRE, LAKE, OFF_WHITE, CHARCOAL)):
        wide = 34 + (place * 17) % 22
        tall = 220 + (place * 53) % 76
        with c.group(transform=f"rotate({9 if place == LEANING else 0} {x} 676)"):
            c.rect(x, 676 - tall, wide, tall, fill=c.round(tone, x, x + wide, 0.16), rx=4)
            c.rect(x, 676 - tall + 34, wide, 9, fill=light(tone, 0.5), opacity=0.7)
            c.rect(x, 640, wide, 5, fill=light(tone, 0.5), opacity=0.7)
        x += wide + (10 if place == LEANING - 1 else 2)
    bowl = Turned(666, [(610, 92), (614, 93), (650, 66), (672, 42), (676, 42)], 0.14)
    bowl.paint(c, MOSS, 0.3)
    bowl.opening(c, MOSS, 5)
    pot = Turned(890, [(566, 86), (574, 87), (650, 72), (676, 64)], 0.13)
    for reach, drop, turn in (
        (-150, 40, 0),
        (-96, 240, 1),
        (104, 330, 2),
        (140, 120, 3),
        (40, 420, 4),
    ):
        c.stroke(
            (
                f"M890 560C{890 + reach * 0.4:.0f} 470 {890 + reach:.0f} 500 {890 + reach} "
                f"{560 + drop}"
            ),
            "#5f7d4f",
            5,
        )
        for step in range(6):
            t = (step + 1) / 6
            at_x = 890 + reach * (0.25 + 0.75 * t)
            at_y = 545 - 60 * sin(pi * min(t * 1.1, 1)) + drop * t * t
            side = 40 if step % 2 else 140
            leaf(
                c,
                at_x,
                at_y,
                62 - step * 3,
                side + turn * 4,
                colour=mix(LEAF, "#93ab62", step / 9),
                width=0.72,
            )
    for turn in (-150, -118, -92, -62, -30):
        leaf(c, 890, 570, 150, turn, colour=mix(LEAF, "#8aa860", (turn + 150) / 260), width=0.5)
    pot.paint(c, OFF_WHITE, 0.5)
    c.stroke(pot.seam(590), CLAY, 5, opacity=0.6)


def plant_pot(c: Canvas) -> None:
    """Draw the Lehto pot on its saucer, with a rubber plant."""
    standing(c, "mist")
    plant_itself(c)


def plant_itself(c: Canvas) -> None:
    """Draw the potted plant alone, to stand in other pictures too."""
    stand_shadow(c, 600, 946, 250)
    c.stroke("M600 700C590 560 610 420 596 240", "#6b7a4d", 12)
    c.stroke("M600 690C560 600 500 560 440 520", "#6b7a4d", 9)
    c.stroke("M602 690C650 600 700 560 770 540", "#6b7a4d", 9)
    for x, y, turn, size in (
        (600, 560, 196, 250),
        (602, 540, -16, 260),
        (440, 522, -150, 170),
        (770, 542, -30, 170),
        (600, 440, -142, 270),
        (600, 420, -38, 280),
        (598, 320, -112, 240),
        (600, 300, -62, 230),
        (440, 530, 170, 120),
        (768, 550, 12, 120),
    ):
        leaf(c, x, y, size, turn, colour=mix("#3f6f52", "#7fa062", (size % 50) / 70), width=0.5)
    saucer = Turned(600, [(900, 236), (908, 240), (934, 214), (944, 190)], 0.15)
    saucer.paint(c, CLAY, 0.3)
    c.ellipse(600, 902, 226, 30, fill=dark(CLAY, 0.25))
    body = Turned(600, [(690, 196), (700, 194), (880, 160), (918, 148)], 0.15)
    body.paint(c, CLAY, 0.32)
    speckle(c, body.outline(), Area(400, 640, 400, 290), "#f3dcc8", count=70)
    rim = Turned(600, [(628, 214), (634, 218), (694, 216), (700, 208)], 0.15)
    rim.paint(c, CLAY, 0.34, shaded=False)
    c.path(body.band(700, 722), fill=SHADE, opacity=0.22)
    c.ellipse(600, 629, 198, 24, fill="#4b382b")
    for a, b, chance in zip(scatter(40, 2), scatter(40, 3), scatter(40, 4), strict=True):
        c.circle(430 + a * 340, 618 + b * 22, 3 + chance * 6, fill="#6a513e")
    c.stroke("M598 630C596 600 598 580 598 560", "#6b7a4d", 14)


def wall_clock(c: Canvas) -> None:
    """Draw the Verkka clock at ten past ten."""
    hanging(c, "blush")
    with c.group(filter=c.cast(22, 34, 28, 0.3)):
        c.circle(600, 600, 370, fill=LARCH)
    c.circle(
        600, 600, 370, fill=c.linear((0, light(BIRCH, 0.3)), (1, dark(BIRCH, 0.2)), x2=1, y2=1)
    )
    c.circle(600, 600, 344, fill=dark(SAND, 0.18))
    c.circle(
        602,
        604,
        340,
        fill=c.radial((0, "#f8f4ea"), (0.8, "#efe8da"), (1, "#ddd3c0"), x=0.4, y=0.36, r=0.7),
    )
    face = "M260 600a340 340 0 1 0 680 0a340 340 0 1 0 -680 0z"
    weave(c, face, 6, 0.05, 30)
    for n in range(12):
        turn = n * pi / 6
        inner, wide = (268, 13) if n % 3 == 0 else (288, 8)
        x1, y1 = 600 + sin(turn) * inner, 600 - cos(turn) * inner
        x2, y2 = 600 + sin(turn) * 314, 600 - cos(turn) * 314
        c.stroke(f"M{x1:.1f} {y1:.1f}L{x2:.1f} {y2:.1f}", INK, wide)
    with c.group(filter=c.cast(12, 18, 8, 0.36)):
        for turn, length, wide, tone in ((-57, 200, 26, LARCH), (60, 282, 18, OAK)):
            with c.group(transform=f"rotate({turn} 600 600)"):
                hand = (
                    f"M{600 - wide / 2} 660L{600 - wide * 0.36:.1f} {600 - length}"
                    f"q{wide * 0.36:.1f} -14 {wide * 0.72:.1f} 0L{600 + wide / 2} 660"
                    f"q{-wide / 2} 12 {-wide} 0z"
                )
                c.path(hand, fill=c.linear((0, light(tone, 0.2)), (1, dark(tone, 0.3))))
        c.circle(600, 600, 26, fill=dark(LARCH, 0.3))
    c.circle(
        598, 598, 20, fill=c.radial((0, light(BRASS, 0.6)), (1, dark(BRASS, 0.15)), x=0.35, y=0.3)
    )


def poster(c: Canvas) -> None:
    """Draw the framed poster of a lake in the morning."""
    hanging(c, "snow")
    poster_itself(c)


def poster_itself(c: Canvas) -> None:
    """Draw the framed poster alone, to hang in other pictures too."""
    with c.group(filter=c.cast(26, 38, 30, 0.32)):
        c.rect(262, 130, 676, 930, fill=OAK)
    frame = "M262 130h676v930h-676z"
    wood(c, frame, Area(262, 130, 676, 930), OAK, upright=True, seed=1, pitch=60)
    c.rect(286, 154, 628, 882, fill="#fbf9f4")
    c.rect(286, 154, 628, 10, fill=SHADE, opacity=0.2, filter=c.blur(3))
    sky = c.linear((0, "#a9bfca"), (0.45, "#e6cfc0"), (0.62, "#f4dcb8"), (1, "#f7e6c8"), x2=0, y2=1)
    c.rect(346, 214, 508, 330, fill=sky)
    c.rect(
        346,
        540,
        508,
        436,
        fill=c.linear((0, "#f3dcbb"), (0.3, "#b9c6c9"), (1, "#5f7f92"), x2=0, y2=1),
    )
    c.circle(690, 450, 52, fill="#f6b27a")
    c.ellipse(690, 640, 46, 60, fill="#f6b27a", opacity=0.55)
    c.path("M346 500Q460 470 560 498T854 482V548H346Z", fill="#8fa6ab", opacity=0.8)
    island = "M430 556Q520 520 640 552L650 560H420Z"
    trees = "".join(
        f"M{x} 552l{w} {-h}l{w} {h}z"
        for x, w, h in (
            (446, 15, 84),
            (468, 19, 128),
            (500, 22, 168),
            (536, 20, 140),
            (566, 17, 104),
            (592, 14, 66),
        )
    )
    c.path(island + trees, fill="#2f4d4b")
    with c.group(transform="translate(0 1116) scale(1 -1)", opacity=0.5):
        c.path(island + trees, fill="#2f4d4b")
    for y, x, wide in (
        (620, 380, 130),
        (660, 600, 190),
        (706, 420, 90),
        (760, 560, 240),
        (830, 390, 200),
        (900, 600, 180),
    ):
        c.stroke(f"M{x} {y}h{wide}", "#f7ead2", 4, opacity=0.55)
    c.rect(346, 556, 508, 40, fill=WHITE, opacity=0.3, filter=c.blur(10))
    c.path("M286 700L620 154H760L286 940Z", fill=WHITE, opacity=0.14)


def basket(c: Canvas) -> None:
    """Draw the splint basket with its arched handle."""
    standing(c, "mist")
    stand_shadow(c, 600, 926, 290)
    c.stroke("M330 580C310 60 890 60 870 580", dark(OAK, 0.35), 36)
    c.stroke("M330 580C310 60 890 60 870 580", OAK, 28, transform="translate(-3 -2)")
    c.stroke(
        "M336 520C340 120 860 120 862 500",
        light(OAK, 0.4),
        7,
        opacity=0.7,
        transform="translate(-8 -14)",
    )
    body = Turned(600, [(560, 330), (570, 330), (760, 306), (880, 268), (918, 240)], 0.17)
    c.ellipse(600, 560, 330, 56, fill="#6d4c2c")
    c.ellipse(600, 572, 312, 46, fill="#57391f")
    outline = body.outline()
    c.path(body.band(560, 918), fill="#8a6238")
    with c.group(clip_path=c.clip(body.band(560, 918))):
        for row in range(8):
            for column in range(-9, 10):
                top = 556 + row * 48
                r = body.radius(min(top + 24, 917))
                x1, x2 = (600 + r * sin((column + n - 0.5) * pi / 19) for n in (0, 1))
                sag = 52 * cos(column * pi / 19) * r / 330
                tone = light("#e0b878", 0.22 * (((column + row) * 7) % 5) / 5)
                upright = (column + row) % 2
                inset = 3 if upright else 0
                c.path(
                    (
                        f"M{x1 + inset:.1f} {top + sag:.1f}L{x2 - inset:.1f} {top + sag:.1f}"
                        f"V{top + sag + 44:.1f}H{x1 + inset:.1f}Z"
                    ),
                    fill=c.linear(
                        (0, dark(tone, 0.28)), (0.3, tone), (0.7, tone), (1, dark(tone, 0.28))
                    )
                    if upright
                    else c.linear(
                        (0, dark(tone, 0.2)),
                        (0.35, light(tone, 0.12)),
                        (1, dark(tone, 0.28)),
                        x2=0,
                        y2=1,
                    ),
                )
    c.path(
        outline,
        fill=c.linear((0, SHADE, 0.3), (0.3, WHITE, 0.14), (0.6, SHADE, 0.02), (1, SHADE, 0.5)),
        clip_path=c.clip(body.band(560, 918)),
    )
    rim = Turned(600, [(548, 336), (552, 340), (596, 338), (600, 330)], 0.17)
    c.path(rim.band(552, 596), fill=c.round("#d3a561", 260, 940, 0.3))
    c.path("M264 550a336 57 0 0 0 672 0", stroke="#f0d3a0", stroke_width=5)
    for x in range(-300, 301, 50):
        y = 552 + 57 * (1 - (x / 336) ** 2) ** 0.5
        c.stroke(f"M{600 + x} {y:.0f}l14 44", "#9a6f3e", 7)
    c.stroke("M322 560v70M878 560v70", "#8a6238", 16)


def stool(c: Canvas) -> None:
    """Draw the three-legged Pysäkki stool."""
    floor(c, "moss", 850)
    stool_itself(c)


def stool_itself(c: Canvas) -> None:
    """Draw the stool alone, to stand in other pictures too."""
    c.ellipse(650, 1010, 330, 60, fill=SHADE, opacity=0.24, filter=c.blur(26))
    for reach, foot, wide in ((24, 936, 30), (-226, 1000, 34), (216, 1014, 34)):
        top = 600 + reach * 0.62
        c.ellipse(600 + reach + 16, foot + 2, 54, 11, fill=SHADE, opacity=0.4, filter=c.blur(7))
        leg = (
            f"M{top - wide:.0f} 430H{top + wide:.0f}L{600 + reach + wide * 0.55:.0f} {foot}"
            f"q{-wide * 0.55:.0f} 9 {-wide * 1.1:.0f} 0Z"
        )
        c.path(leg, fill=c.linear((0, light(BIRCH, 0.2)), (0.5, BIRCH), (1, dark(BIRCH, 0.34))))
        grain(c, leg, Area(300, 430, 600, 600), "#a9814c", upright=True, seed=reach, pitch=16)
    c.path(
        "M330 430H870V520Q600 590 330 520Z",
        fill=SHADE,
        opacity=0.3,
        filter=c.blur(20),
        clip_path=c.clip("M396 436L340 700H860L780 436Z"),
    )
    seat = Turned(600, [(366, 300), (372, 306), (410, 306), (424, 292)], 0.24)
    seat.paint(c, BIRCH, 0.3, shaded=False)
    c.stroke(seat.seam(392), dark(BIRCH, 0.2), 3, opacity=0.4)
    disc = "M300 366a300 72 0 1 0 600 0a300 72 0 1 0 -600 0z"
    wood(c, disc, Area(300, 294, 600, 144), light(BIRCH, 0.16), seed=1.4, pitch=9)
    c.ellipse(600, 370, 236, 50, fill=c.linear((0, SHADE, 0.14), (1, WHITE, 0.4), x2=0.3, y2=1))


def pail(c: Canvas) -> None:
    """Draw the Kuulas sauna pail with its ladle."""
    standing(c, "blush")
    stand_shadow(c, 560, 922, 250)
    body = Turned(560, [(520, 250), (530, 250), (900, 222), (914, 218)], 0.17)
    for side in (-1, 1):
        ear = (
            f"M{560 + side * 238} 560v-130q0 -18 {-side * 20} -18h{-side * 24}q{-side * 18} "
            f"0 {-side * 18} 18v120z"
        )
        wood(c, ear, Area(300, 400, 540, 170), LARCH, upright=True, seed=3, pitch=14)
    c.stroke("M330 456C350 250 770 250 790 456", dark(LARCH, 0.35), 32)
    c.stroke("M330 456C350 250 770 250 790 456", LARCH, 25, transform="translate(-2 -3)")
    c.stroke(
        "M344 420C390 270 720 268 770 410",
        light(LARCH, 0.45),
        6,
        opacity=0.8,
        transform="translate(-4 -8)",
    )
    body.opening(c, LARCH, 16, "#6f4a2c")
    body.paint(c, LARCH, 0.32)
    grain(c, body.outline(), Area(300, 480, 520, 480), "#7a4a22", upright=True, seed=1.5, pitch=12)
    for n in range(-6, 7):
        r1, r2 = 250 * sin(n * pi / 14), 220 * sin(n * pi / 14)
        sag = 42 * cos(n * pi / 14)
        c.stroke(
            f"M{560 + r1:.0f} {520 + sag:.0f}L{560 + r2:.0f} {912 + sag * 0.9:.0f}",
            "#6d4325",
            3.5,
            opacity=0.5,
        )
    for y in (600, 830):
        c.path(body.band(y, y + 30), fill=c.round(BRASS, 310, 810, 0.7))
        c.stroke(body.seam(y + 30), SHADE, 4, opacity=0.3)
    c.ellipse(560, 520, 250, 42, fill=light(LARCH, 0.25))
    c.ellipse(560, 523, 228, 35, fill=c.linear((0, "#5b3d26"), (1, "#8a6240")))
    c.ellipse(
        560,
        530,
        212,
        27,
        fill=c.linear((0, "#6f8f96"), (0.5, "#a9c5c9"), (1, "#dbe9ea"), x2=1, y2=0.2),
    )
    with c.group(filter=c.cast(10, 14, 10, 0.28)):
        grip = "M560 520L1010 232q22 -10 34 8t-8 34L590 552Z"
        c.path(grip, fill=LARCH)
    wood(c, grip, Area(540, 220, 520, 340), LARCH, seed=2, pitch=12)
    c.stroke("M572 516L1010 238", light(LARCH, 0.5), 5, opacity=0.7)
    scoop = Turned(548, [(478, 92), (488, 92), (536, 76), (548, 64)], 0.24)
    scoop.paint(c, BRASS, 0.6)
    scoop.opening(c, BRASS, 6, dark(BRASS, 0.2))


def soap(c: Canvas) -> None:
    """Draw the dark Terva soap on its wooden dish."""
    lying(c, "moss")
    dish = rounded(240, 360, 720, 500, 120)
    with c.group(transform="rotate(-8 600 610)"):
        with c.group(filter=c.cast(18, 28, 24, 0.32)):
            c.path(dish, fill=OAK)
        wood(c, dish, Area(240, 360, 720, 500), OAK, seed=1.2, pitch=22)
        c.path(rounded(290, 408, 620, 404, 84), fill=dark(OAK, 0.18), opacity=0.7)
        for x in range(360, 880, 64):
            c.path(
                rounded(x, 440, 24, 340, 12),
                fill=c.linear((0, "#4a321d"), (1, "#6b4a2b")),
                opacity=0.75,
            )
        bar = rounded(352, 450, 500, 316, 70)
        with c.group(filter=c.cast(14, 20, 14, 0.42)):
            c.path(bar, fill="#43342a")
        c.path(bar, fill=c.linear((0, "#7a6351"), (0.4, "#4b3a2f"), (1, "#2d231c"), x2=0.7, y2=1))
        c.path(
            rounded(376, 470, 452, 274, 56),
            fill=c.linear((0, "#5a483a"), (1, "#3c2f26"), x2=0.6, y2=1),
        )
        c.ellipse(
            450,
            492,
            80,
            12,
            fill=WHITE,
            opacity=0.3,
            filter=c.blur(5),
            transform="rotate(-4 450 492)",
        )
        band = "M478 446h244v324h-244z"
        with c.group(filter=c.cast(4, 6, 6, 0.3)):
            c.path(band, fill=PAPER)
        c.path(
            band,
            fill=c.linear(
                (0, SHADE, 0.16), (0.12, WHITE, 0.2), (0.88, WHITE, 0), (1, SHADE, 0.18), x2=0, y2=1
            ),
        )
        c.text(600, 596, "terva", 74, fill="#4a3a2e", font_weight="600", letter_spacing="2")
        c.text(600, 650, "saunasaippua 100 g", 24, fill="#6d5c4e", letter_spacing="1")
        c.path("M560 516l14 -26l14 26zM586 520l18 -38l18 38zM620 516l14 -26l14 26z", fill="#4f6d55")
    for x, y, r in ((912, 300, 40), (980, 360, 22), (876, 246, 18), (1010, 300, 12)):
        c.circle(x, y, r, fill=WHITE, opacity=0.4)
        c.circle(x, y, r, fill="none", stroke="#b8c7c7", stroke_width=3, opacity=0.7)
        c.circle(x - r * 0.35, y - r * 0.35, r * 0.2, fill=WHITE)


def sauna_gauge(c: Canvas) -> None:
    """Draw the Kelo sauna thermometer on a boarded wall."""
    for place, x in enumerate(range(0, 1200, 172)):
        board = f"M{x} 0h168v1200h-168z"
        wood(
            c,
            board,
            Area(x, 0, 168, 1200),
            mix(LARCH, "#ead0a8", 0.62),
            upright=True,
            seed=place + 0.4,
            pitch=20,
        )
        c.rect(x + 165, 0, 8, 1200, fill="#7b5430", opacity=0.4)
    c.rect(0, 0, 1200, 1200, fill=c.linear((0, "#fff3dc", 0.5), (1, "#7b5430", 0.16), x2=1, y2=1))
    with c.group(filter=c.cast(24, 34, 26, 0.4)):
        c.circle(600, 610, 340, fill=BIRCH)
    disc = "M260 610a340 340 0 1 0 680 0a340 340 0 1 0 -680 0z"
    wood(c, disc, Area(260, 270, 680, 680), light(BIRCH, 0.24), seed=2.5, pitch=26)
    c.circle(600, 610, 262, fill=dark(BIRCH, 0.3))
    c.circle(
        603, 614, 256, fill=c.radial((0, "#fdfbf5"), (0.85, "#f5efe2"), (1, "#d9cfbc"), r=0.55)
    )
    for n in range(61):
        turn = (-135 + n * 4.5) * pi / 180
        inner = 206 if n % 10 == 0 else 222 if n % 5 == 0 else 230
        hot = mix(INK, LINGONBERRY, max(0.0, (n - 30) / 30))
        c.stroke(
            f"M{600 + sin(turn) * inner:.1f} {610 - cos(turn) * inner:.1f}"
            f"L{600 + sin(turn) * 240:.1f} {610 - cos(turn) * 240:.1f}",
            hot,
            6 if n % 10 == 0 else 3,
        )
    for n, words in enumerate(("0", "20", "40", "60", "80", "100", "120")):
        turn = (-135 + n * 45) * pi / 180
        c.text(600 + sin(turn) * 174, 623 - cos(turn) * 174, words, 38, fill=INK, font_weight="600")
    for dot_x, dot_y in ring(600, 610, 110, 21, pi * 0.75)[:16]:
        c.circle(dot_x, dot_y, 4, fill=LAKE)
    c.text(600, 812, "°C", 36, fill=INK)
    with c.group(filter=c.cast(8, 12, 6, 0.36)):
        c.path("M592 640L600 400L608 640Z", fill=LINGONBERRY, transform="rotate(42 600 610)")
        c.path("M595 630L600 508L605 630Z", fill=LAKE, transform="rotate(-64 600 610)")
    c.circle(
        600, 610, 22, fill=c.radial((0, light(BRASS, 0.6)), (1, dark(BRASS, 0.2)), x=0.35, y=0.3)
    )
    c.path("M420 450A250 250 0 0 1 640 366L560 560Z", fill=WHITE, opacity=0.25)
