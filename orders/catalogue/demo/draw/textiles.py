"""Woven and knitted things."""

from orders.catalogue.demo.draw.canvas import SHADE, WHITE, Canvas, dark, light, mix, scatter
from orders.catalogue.demo.draw.forms import (
    CHARCOAL,
    HEATHER,
    LAKE,
    LARCH,
    LINGONBERRY,
    MOSS,
    OAK,
    OCHRE,
    OFF_WHITE,
    SAND,
    Area,
    Point,
    floor,
    knit,
    lying,
    rounded,
    soft_path,
    standing,
    weave,
    wood,
)


def throw(c: Canvas, colour: str) -> None:
    """Draw the folded Tunturi throw."""
    lying(c, "linen" if colour != OCHRE else "mist")
    pale = mix(colour, "#f4eee2", 0.78)
    with c.group(transform="rotate(-8 600 600)"):
        under = rounded(330, 250, 580, 640, 30)
        with c.group(filter=c.cast(20, 30, 28, 0.32)):
            c.path(under, fill=dark(colour, 0.24))
            _fringe(c, (350, 900), 892, 78, colour)
        weave(c, under, 10, 0.1, 45)
        top = rounded(290, 220, 580, 640, 34)
        with c.group(filter=c.cast(12, 16, 14, 0.26)):
            _fringe(c, (306, 856), 858, 84, light(colour, 0.12))
            c.path(top, fill=c.falling(colour, 0.14))
        with c.group(clip_path=c.clip(top)):
            for y, tall in ((610, 84), (718, 26), (766, 12), (568, 12)):
                c.rect(280, y, 600, tall, fill=pale, opacity=0.92)
            c.rect(286, 220, 74, 660, fill=c.linear((0, WHITE, 0.34), (1, WHITE, 0)))
            c.rect(800, 220, 74, 660, fill=c.linear((0, SHADE, 0), (1, SHADE, 0.26)))
            c.rect(280, 530, 600, 10, fill=SHADE, opacity=0.12, filter=c.blur(5))
        weave(c, top, 10, 0.13, 45)
        tag = "M300 300l-46 6v56l46 6z"
        c.path(tag, fill=OAK)
        c.stroke("M264 318v32", light(OAK, 0.5), 3, stroke_dasharray="5 6")


def _fringe(c: Canvas, span: Point, y: float, length: float, colour: str) -> None:
    left, right = span
    count = int((right - left) / 17)
    for place, chance in enumerate(scatter(count, 7)):
        x = left + place * 17
        sway = chance * 18 - 9
        c.stroke(f"M{x} {y - 6}q{sway:.1f} {length * 0.5:.0f} {sway * 0.5:.1f} {length}", colour, 8)
        c.circle(x + sway * 0.2, y + 8, 6, fill=light(colour, 0.1))


def bed_linen(c: Canvas, colour: str) -> None:
    """Draw the Halla set: a pillow on folded linen."""
    standing(c, "blush" if colour == LAKE else "mist")
    c.ellipse(640, 952, 420, 46, fill=SHADE, opacity=0.26, filter=c.blur(20))
    for y, left, wide, tone in ((800, 250, 700, 0.0), (672, 268, 664, 0.14)):
        fold = rounded(left, y, wide, 140, 58)
        c.path(
            fold,
            fill=c.linear(
                (0, light(colour, 0.3 - tone)), (0.4, colour), (1, dark(colour, 0.22)), x2=0, y2=1
            ),
        )
        weave(c, fold, 8, 0.08)
        for drop in (44, 74, 100):
            c.stroke(
                f"M{left + 34} {y + drop}Q600 {y + drop + 9} {left + wide - 16} {y + drop - 3}",
                dark(colour, 0.3),
                3.5,
                opacity=0.45,
            )
        c.path(
            f"M{left + 20} {y + 122}q330 24 {wide - 40} 0l0 14q-330 14 {40 - wide} 0z",
            fill=SHADE,
            opacity=0.18,
            filter=c.blur(6),
        )
    for x in (420, 540, 660, 780):
        c.circle(x, 870, 13, fill=dark(colour, 0.2))
        c.circle(x - 1, 868, 12, fill=c.radial((0, "#ffffff"), (1, "#d8d6d2"), x=0.35, y=0.3))
        for hole in (-4, 4):
            c.circle(x + hole, 868, 1.8, fill="#8d8a86")
    pillow = soft_path(
        [
            (250, 404),
            (420, 420),
            (600, 396),
            (780, 420),
            (950, 400),
            (934, 520),
            (956, 660),
            (780, 676),
            (600, 690),
            (420, 678),
            (244, 664),
            (266, 530),
        ],
        closed=True,
    )
    c.path(pillow, fill=SHADE, opacity=0.25, filter=c.blur(14), transform="translate(10 18)")
    puff = c.radial(
        (0, light(colour, 0.5)),
        (0.55, light(colour, 0.16)),
        (1, dark(colour, 0.2)),
        x=0.4,
        y=0.36,
        r=0.72,
    )
    c.path(pillow, fill=puff)
    weave(c, pillow, 8, 0.07)
    for d in (
        "M270 420q70 60 130 74",
        "M930 418q-60 66 -140 80",
        "M262 650q60 -46 120 -56",
        "M938 646q-70 -40 -130 -46",
    ):
        c.stroke(d, dark(colour, 0.3), 5, opacity=0.35, filter=c.blur(2))


def cushion(c: Canvas, colour: str) -> None:
    """Draw the nubbly Rae cushion."""
    standing(c, {SAND: "moss", OCHRE: "mist"}.get(colour, "blush"))
    c.ellipse(640, 938, 360, 44, fill=SHADE, opacity=0.3, filter=c.blur(18))
    shape = soft_path(
        [
            (262, 300),
            (420, 338),
            (600, 326),
            (780, 338),
            (938, 296),
            (906, 460),
            (916, 620),
            (904, 780),
            (946, 934),
            (780, 908),
            (600, 924),
            (420, 908),
            (256, 938),
            (294, 780),
            (284, 620),
            (296, 460),
        ],
        closed=True,
    )
    c.path(shape, fill=colour)
    bead = (
        f'<circle cx="9" cy="9.5" r="7.4" fill="{dark(colour, 0.3)}"/>'
        f'<circle cx="8.4" cy="8.4" r="6.8" fill="{colour}"/>'
        f'<circle cx="7" cy="6.6" r="3" fill="{light(colour, 0.4)}"/>'
    )
    c.path(shape, fill=c.pattern(18, 17, bead, "rotate(3) skewX(-6)"))
    puff = c.radial(
        (0, WHITE, 0.34),
        (0.5, WHITE, 0.06),
        (0.75, SHADE, 0.06),
        (1, SHADE, 0.42),
        x=0.4,
        y=0.38,
        r=0.72,
    )
    c.path(shape, fill=puff)
    c.path(shape, stroke=dark(colour, 0.34), stroke_width=6, opacity=0.6)
    for d in (
        "M270 310q70 60 110 130",
        "M930 308q-60 70 -96 140",
        "M266 926q60 -60 92 -130",
        "M934 922q-60 -56 -96 -130",
    ):
        c.stroke(d, dark(colour, 0.4), 8, opacity=0.3, filter=c.blur(4))


def towels(c: Canvas, colour: str) -> None:
    """Draw a stack of Aava waffle towels."""
    standing(c, "moss" if colour == OFF_WHITE else "linen")
    c.ellipse(640, 940, 380, 44, fill=SHADE, opacity=0.28, filter=c.blur(18))
    cell = (
        f'<rect width="24" height="24" fill="{dark(colour, 0.12)}"/>'
        f'<rect x="4" y="4" width="20" height="20" fill="{light(colour, 0.12)}"/>'
        f'<rect x="8" y="8" width="16" height="16" fill="{dark(colour, 0.05)}"/>'
    )
    waffle = c.pattern(24, 24, cell)
    for place, (left, wide) in enumerate(((276, 660), (288, 640), (270, 664), (292, 630))):
        y = 806 - place * 132
        fold = rounded(left, y, wide, 130, 56)
        c.path(fold, fill=waffle)
        c.path(
            fold,
            fill=c.linear(
                (0, WHITE, 0.42),
                (0.35, WHITE, 0),
                (0.65, SHADE, 0.03),
                (1, SHADE, 0.34),
                x2=0,
                y2=1,
            ),
        )
        c.stroke(f"M{left + 40} {y + 66}H{left + wide - 6}", dark(colour, 0.4), 5, opacity=0.5)
        c.path(
            fold,
            fill=c.linear((0, SHADE, 0.2), (0.1, SHADE, 0), (0.86, SHADE, 0), (1, SHADE, 0.26)),
        )
        c.rect(left + wide - 110, y + 10, 14, 50, fill=mix(colour, OAK, 0.55), rx=5)
    _eucalyptus(c)


def _eucalyptus(c: Canvas) -> None:
    with c.group(filter=c.cast(6, 8, 6, 0.25)):
        c.stroke("M350 396Q560 320 800 376", "#7a8a72", 7)
        for place in range(9):
            x = 390 + place * 48
            y = 384 - 46 * (1 - ((x - 580) / 230) ** 2)
            for side in (-1, 1):
                tone = mix("#8aa391", "#b8c7b4", scatter(9, place)[0])
                c.ellipse(
                    x,
                    y + side * 24,
                    28,
                    21,
                    fill=c.falling(tone, 0.16),
                    transform=f"rotate({side * 40} {x} {y})",
                )


RUG = (
    LAKE,
    OFF_WHITE,
    CHARCOAL,
    SAND,
    LINGONBERRY,
    OFF_WHITE,
    MOSS,
    SAND,
    LAKE,
    OCHRE,
    OFF_WHITE,
    HEATHER,
)


def rag_rug(c: Canvas) -> None:
    """Draw the Kotipolku rug, half rolled, on a floor."""
    floor(c, "mist", 330)
    c.path(
        "M330 600H870L1050 1090H150Z",
        fill=SHADE,
        opacity=0.3,
        filter=c.blur(20),
        transform="translate(14 14)",
    )
    for place in range(42):
        x = 168 + place * 20.6
        c.stroke(f"M{x:.0f} 1076l{(place - 21) * 1.1:.0f} 46", "#efe6d4", 6)
    rug = "M330 560H870L1040 1084H160Z"
    c.path(rug, fill=OFF_WHITE)
    with c.group(clip_path=c.clip(rug)):
        y, step = 560.0, 0
        for chance in scatter(60, 5):
            tall = (10 + chance * 26) * (0.55 + (y - 560) / 620)
            tone = mix(RUG[step % len(RUG)], "#efe6d4", 0.18)
            c.rect(
                100,
                y,
                1000,
                tall + 1,
                fill=c.linear(
                    (0, light(tone, 0.16)), (0.6, tone), (1, dark(tone, 0.2)), x2=0, y2=1
                ),
            )
            y += tall
            step += 1 + int(chance * 3)
        c.rect(100, 560, 1000, 90, fill=c.linear((0, SHADE, 0.4), (1, SHADE, 0), x2=0, y2=1))
    weave(c, rug, 12, 0.1)
    roll = rounded(306, 400, 590, 200, 40)
    with c.group(filter=c.cast(10, 16, 14, 0.22)):
        c.path(roll, fill=OFF_WHITE)
    with c.group(clip_path=c.clip(roll)):
        y = 396.0
        for step, chance in enumerate(scatter(20, 9)):
            tall = 8 + chance * 14
            c.rect(300, y, 610, tall + 1, fill=mix(RUG[(step * 5) % len(RUG)], "#efe6d4", 0.2))
            y += tall
        bent = ((0, WHITE, 0.2), (0.3, WHITE, 0.3), (0.6, SHADE, 0.05), (1, SHADE, 0.5))
        c.rect(300, 396, 610, 210, fill=c.linear(*bent, x2=0, y2=1))
    weave(c, roll, 12, 0.1)
    c.ellipse(878, 500, 34, 98, fill="#e4d8c2")
    for r in (0.84, 0.66, 0.48, 0.3, 0.14):
        c.ellipse(
            879, 500, 34 * r, 98 * r, fill="none", stroke=mix(LAKE, CHARCOAL, r), stroke_width=6
        )


def socks(c: Canvas, colour: str) -> None:
    """Draw a pair of Tupa socks."""
    lying(c, "linen" if colour == CHARCOAL else "mist")
    for x, y, turn in ((520, 165, 9), (790, 145, -3)):
        with c.group(transform=f"translate({x} {y}) rotate({turn})"):
            _sock(c, colour)


def _sock(c: Canvas, colour: str) -> None:
    pale = mix(colour, "#f4eee2", 0.8)
    shape = (
        "M-112 40Q-112 8 -80 8H92Q124 8 124 40L118 560Q120 640 60 710L-120 860Q-190 906 -250 850"
        "Q-300 790 -244 730L-130 600Q-104 566 -106 500Z"
    )
    with c.group(filter=c.cast(18, 20, 18, 0.3)):
        c.path(shape, fill=colour)
    knit(c, shape, colour, 23)
    with c.group(clip_path=c.clip(shape)):
        for y, tall in ((210, 52), (292, 18), (330, 18), (168, 18)):
            knit(c, f"M-140 {y}h280v{tall}h-280z", pale, 23)
        knit(c, "M20 520q130 30 110 130l-60 70q-70 -60 -50 -200z", pale, 23)
        knit(c, "M-330 780l110 -60q60 60 40 180l-120 20z", pale, 23)
        rib = (
            f'<rect width="9" height="20" fill="{dark(colour, 0.2)}"/><rect width="13" x="6" '
            f'height="20" rx="5" fill="{light(colour, 0.1)}"/>'
        )
        c.path("M-130 0h270v150h-270z", fill=c.pattern(21, 20, rib))
        c.path("M-130 142h270v12h-270z", fill=SHADE, opacity=0.22, filter=c.blur(4))
    c.path(
        shape,
        fill=c.linear((0, WHITE, 0.26), (0.35, WHITE, 0), (0.7, SHADE, 0.02), (1, SHADE, 0.36)),
    )


def bench_towel(c: Canvas, colour: str) -> None:
    """Draw the Laine towel over a sauna bench."""
    wall = "#cfa577"
    c.rect(0, 0, 1200, 1200, fill=wall)
    for place, y in enumerate(range(0, 620, 124)):
        board = f"M0 {y}h1200v120h-1200z"
        wood(
            c, board, Area(0, y, 1200, 120), mix(LARCH, "#e3c096", 0.5), seed=place + 0.3, pitch=17
        )
        c.rect(0, y + 118, 1200, 8, fill="#7b5430", opacity=0.45)
    c.rect(0, 0, 1200, 640, fill=c.linear((0, "#fff1d6", 0.42), (1, "#7b5430", 0.16), x2=0.6, y2=1))
    c.rect(0, 600, 1200, 600, fill=c.linear((0, "#5f4129"), (1, "#80593a"), x2=0, y2=1))
    for y in (600, 668):
        top = f"M0 {y}h1200v56h-1200z"
        wood(c, top, Area(0, y, 1200, 56), light(LARCH, 0.34), seed=y / 100, pitch=12)
        c.rect(0, y + 54, 1200, 12, fill="#4c3220", opacity=0.55)
    front = "M0 736h1200v150h-1200z"
    wood(c, front, Area(0, 736, 1200, 150), LARCH, seed=5, pitch=18)
    c.rect(0, 884, 1200, 40, fill=c.linear((0, SHADE, 0.5), (1, SHADE, 0), x2=0, y2=1))
    towel = (
        "M330 590Q330 578 344 578H852Q866 578 866 590L884 740L872 1050Q610 1070 338 1052L318 740Z"
    )
    with c.group(filter=c.cast(16, 14, 14, 0.4)):
        for place in range(38):
            c.stroke(f"M{346 + place * 14} 1048v{34 + place % 3 * 5}", light(colour, 0.2), 6)
        c.path(towel, fill=colour)
    with c.group(clip_path=c.clip(towel)):
        for y in range(560, 1070, 26):
            wave = f"M300 {y}" + "".join(f"q16 {-13 if n % 2 else 13} 32 0" for n in range(20))
            c.stroke(wave, light(colour, 0.5), 8, opacity=0.8)
            c.stroke(wave, dark(colour, 0.25), 3, opacity=0.4, transform="translate(0 7)")
        c.rect(300, 560, 600, 178, fill=c.linear((0, WHITE, 0.4), (1, WHITE, 0.1), x2=0, y2=1))
        c.rect(300, 734, 600, 330, fill=c.linear((0, SHADE, 0.06), (1, SHADE, 0.2), x2=0, y2=1))
        c.rect(300, 726, 600, 14, fill=WHITE, opacity=0.4, filter=c.blur(5))
    weave(c, towel, 8, 0.08)
