"""Things to eat and drink, and the jars and bags they come in."""

from orders.catalogue.demo.draw.canvas import SHADE, WHITE, Canvas, dark, light, mix, scatter
from orders.catalogue.demo.draw.forms import (
    BRASS,
    COFFEE,
    INK,
    LEAF,
    LINGONBERRY,
    OAK,
    OCHRE,
    PAPER,
    SPRUCE,
    Turned,
    berries,
    leaf,
    lying,
    ring,
    stand_shadow,
    standing,
)
from orders.catalogue.demo.draw.kitchen import glass


def coffee_bag(c: Canvas) -> None:
    """Draw the Aamunkoi bag, a sunrise on it and beans before it."""
    standing(c, "mist")
    c.ellipse(650, 940, 360, 44, fill=SHADE, opacity=0.32, filter=c.blur(20))
    bag = (
        "M350 270C342 480 330 760 346 930Q600 950 854 930C870 760 858 480 850 270Q600 256 350 270Z"
    )
    tone = "#3e5b63"
    c.path(bag, fill=c.round(tone, 330, 870, 0.26))
    with c.group(clip_path=c.clip(bag)):
        c.circle(600, 640, 150, fill=c.linear((0, "#f6c98c"), (1, "#e78f55"), x2=0, y2=1))
        for r, strength in ((190, 0.3), (232, 0.2), (276, 0.12)):
            c.circle(600, 640, r, fill="none", stroke="#f6c98c", stroke_width=10, opacity=strength)
        c.path("M320 690Q460 600 600 676T880 650V960H320Z", fill="#6f9296")
        c.path("M320 750Q480 680 640 744T880 730V960H320Z", fill="#a9c0bd")
        c.path("M320 820Q480 770 680 812T880 800V960H320Z", fill="#e9e4d6")
        c.rect(330, 240, 60, 720, fill=c.linear((0, SHADE, 0.3), (0.5, WHITE, 0.18), (1, SHADE, 0)))
        c.rect(
            800, 240, 70, 720, fill=c.linear((0, SHADE, 0), (0.6, WHITE, 0.06), (1, SHADE, 0.34))
        )
        c.path(
            "M420 300C440 520 410 700 440 940",
            stroke=WHITE,
            stroke_width=16,
            opacity=0.14,
            filter=c.blur(6),
        )
    c.text(600, 420, "aamunkoi", 84, fill="#fdf6e8", font_weight="600", letter_spacing="1")
    c.text(600, 462, "vaaleapaahtoinen kahvi", 29, fill="#fdf6e8", letter_spacing="2", opacity=0.9)
    c.text(600, 892, "luomu · 250 g", 32, fill=INK, letter_spacing="2")
    fold = "M344 196q256 -16 512 0l-6 84q-250 -14 -500 0z"
    c.path(
        fold, fill=c.linear((0, light(tone, 0.22)), (0.6, tone), (1, dark(tone, 0.3)), x2=0, y2=1)
    )
    c.path(
        "M330 232q270 -16 540 0l-1 24q-269 -16 -538 0z",
        fill=c.linear((0, light(BRASS, 0.4)), (1, dark(BRASS, 0.15)), x2=0, y2=1),
    )
    for x, y, turn in (
        (250, 960, 20),
        (310, 1004, -30),
        (390, 976, 60),
        (880, 984, -20),
        (950, 950, 40),
        (820, 1022, 10),
        (464, 1022, 5),
    ):
        _bean(c, x, y, turn)


def _bean(c: Canvas, x: float, y: float, turn: float) -> None:
    c.ellipse(x + 6, y + 14, 34, 14, fill=SHADE, opacity=0.3, filter=c.blur(5))
    with c.group(transform=f"rotate({turn} {x} {y})"):
        c.ellipse(
            x,
            y,
            36,
            25,
            fill=c.radial((0, "#8a5f3f"), (0.6, COFFEE), (1, "#2c1b12"), x=0.36, y=0.3, r=0.75),
        )
        c.stroke(f"M{x - 33} {y + 2}Q{x - 10} {y - 11} {x} {y}T{x + 33} {y - 2}", "#27170f", 4.5)


def tea_tin(c: Canvas) -> None:
    """Draw the Metsäpolku tin, its forest going round it."""
    standing(c, "blush")
    stand_shadow(c, 590, 922, 230)
    body = Turned(590, [(420, 228), (424, 228), (908, 228), (918, 226)], 0.16)
    body.paint(c, SPRUCE, 0.26)
    with c.group(clip_path=c.clip(body.band(424, 914))):
        for x, foot, tall in (
            (400, 880, 170),
            (470, 900, 250),
            (548, 906, 190),
            (640, 910, 280),
            (724, 900, 210),
            (790, 884, 160),
        ):
            tone = mix("#4f8068", "#7fa588", (x % 90) / 90)
            for step in range(4):
                y = foot - tall * step * 0.2
                wide = tall * (0.27 - step * 0.05)
                c.path(
                    (
                        f"M{x} {y - tall * 0.42:.0f}L{x + wide:.0f} {y:.0f}Q{x} {y - 14:.0f} "
                        f"{x - wide:.0f} {y:.0f}Z"
                    ),
                    fill=tone,
                )
        c.path("M350 900Q460 868 590 926T840 880V980H350Z", fill="#24493d")
        c.path(body.band(500, 680), fill="#f4ecd8")
        for x, turn in ((548, -150), (572, -118), (608, -62), (632, -30)):
            leaf(c, x, 592, 44, turn, colour=LEAF, width=0.55)
        for x, y in ((566, 596), (590, 586), (614, 596)):
            c.circle(x, y, 14, fill="#4b5a86")
            c.circle(x - 4, y - 4, 4, fill=WHITE, opacity=0.7)
    c.text(590, 664, "metsäpolku", 58, fill=INK, font_weight="600")
    c.text(590, 702, "yrttitee", 30, fill="#56705f", letter_spacing="4")
    gleam = (
        (0, SHADE, 0.34),
        (0.14, SHADE, 0),
        (0.28, WHITE, 0.28),
        (0.4, WHITE, 0),
        (0.8, SHADE, 0.06),
        (1, SHADE, 0.42),
    )
    c.path(body.outline(), fill=c.linear(*gleam))
    lid = Turned(590, [(318, 226), (326, 234), (430, 234), (436, 230)], 0.16)
    lid.paint(c, "#c9b27c", 0.6, shaded=False)
    c.stroke(lid.seam(420), dark(BRASS, 0.4), 4, opacity=0.5)
    c.ellipse(
        590,
        320,
        226,
        36,
        fill=c.linear((0, "#f3e6c0"), (0.5, "#d6bf86"), (1, "#b89a58"), x2=1, y2=0.5),
    )
    c.ellipse(590, 322, 186, 27, fill="none", stroke=dark(BRASS, 0.2), stroke_width=3, opacity=0.5)


def biscuits(c: Canvas) -> None:
    """Draw a stack of Kaurapolku biscuits beside their packet."""
    standing(c, "moss")
    c.ellipse(660, 926, 430, 44, fill=SHADE, opacity=0.28, filter=c.blur(20))
    packet = "M600 330Q740 310 880 330L896 900Q740 922 584 900Z"
    c.path(packet, fill=c.round("#e7d3ab", 584, 896, 0.4))
    c.path("M590 700Q740 722 890 700L894 800Q740 824 586 800Z", fill=OCHRE)
    c.path(
        "M596 330l24 -60h240l24 60q-144 -20 -288 0z",
        fill=c.linear((0, "#f4e6c8"), (1, "#c9b283"), x2=0, y2=1),
    )
    c.text(740, 470, "kaura-", 66, fill=INK, font_weight="600")
    c.text(740, 536, "polku", 66, fill=INK, font_weight="600")
    c.text(740, 766, "kaurakeksejä", 34, fill=PAPER, font_weight="600", letter_spacing="1")
    for x, lean in ((716, -10), (740, 0), (764, 10)):
        with c.group(transform=f"rotate({lean} {x} 680)"):
            c.stroke(f"M{x} 680V590", "#a8873f", 4)
            for y in range(590, 660, 18):
                for side in (-1, 1):
                    c.ellipse(
                        x + side * 8,
                        y,
                        5,
                        10,
                        fill="#b8964a",
                        transform=f"rotate({side * 28} {x + side * 8} {y})",
                    )
    c.path(
        packet,
        fill=c.linear(
            (0, SHADE, 0.2), (0.12, SHADE, 0), (0.3, WHITE, 0.2), (0.5, WHITE, 0), (1, SHADE, 0.26)
        ),
    )
    for place in range(7):
        x = 380 + (place * 31) % 22 - 10
        y = 884 - place * 58
        _biscuit(c, x, y, place)


def _biscuit(c: Canvas, x: float, y: float, seed: float) -> None:
    form = Turned(x, [(y - 22, 176), (y - 16, 184), (y + 16, 184), (y + 24, 174)], 0.2)
    c.ellipse(x + 8, y + 34, 180, 36, fill=SHADE, opacity=0.28, filter=c.blur(8))
    form.paint(c, "#c8924f", 0.22)
    c.ellipse(x, y - 22, 178, 36, fill=c.radial((0, "#e5bd80"), (0.7, "#d6a562"), (1, "#b97f3f")))
    for a, b, chance in zip(
        scatter(26, seed), scatter(26, seed + 1), scatter(26, seed + 2), strict=True
    ):
        across = (a - 0.5) * 300
        c.ellipse(
            x + across,
            y - 22 + (b - 0.5) * 46 * (1 - (across / 176) ** 2) ** 0.5,
            13 + chance * 9,
            4,
            fill=light("#e8c894", chance * 0.5),
            transform=f"rotate({chance * 70 - 35} {x + across:.0f} {y - 22})",
        )
    for a, chance in zip(scatter(14, seed + 4), scatter(14, seed + 5), strict=True):
        c.ellipse(
            x + (a - 0.5) * 330,
            y + 6 + chance * 30 - abs(a - 0.5) * 44,
            10,
            5,
            fill="#e5c28a",
            opacity=0.8,
        )


def honey(c: Canvas) -> None:
    """Draw a jar of meadow honey with a dipper and clover."""
    standing(c, "mist")
    stand_shadow(c, 540, 918, 230)
    body = Turned(
        540, [(440, 190), (448, 206), (500, 226), (820, 232), (890, 220), (914, 198)], 0.16
    )
    inside = Turned(540, [(486, 206), (510, 216), (820, 220), (884, 208), (900, 190)], 0.16)
    gold = c.linear(
        (0, "#b87416"),
        (0.2, "#eaa52f"),
        (0.4, "#ffd672"),
        (0.7, "#e39a26"),
        (1, "#a3620f"),
        x1=320,
        x2=760,
        on_sheet=True,
    )
    c.path(inside.outline(), fill=gold)
    c.ellipse(540, 700, 130, 150, fill="#ffe6a0", opacity=0.5, filter=c.blur(40))
    glass(c, body, "#c9a765", 0.3, 0.04)
    body.shine(c, -0.72, 0.1, 0.8)
    body.shine(c, 0.66, 0.05, 0.5)
    with c.group(clip_path=c.clip(body.band(580, 790))):
        c.rect(400, 560, 280, 300, fill=PAPER)
    for x, y in ((540, 640), (508, 640), (572, 640), (524, 612), (556, 612)):
        hexagon = "M" + "L".join(f"{a:.1f} {b:.1f}" for a, b in ring(x, y, 17, 6, 0.5236)) + "Z"
        c.path(hexagon, stroke=OCHRE, stroke_width=5)
    c.text(540, 734, "niittyhunaja", 42, fill=INK, font_weight="600")
    c.text(540, 782, "350 g", 30, fill="#7a6a4a", letter_spacing="2")
    lid = Turned(540, [(362, 200), (368, 206), (440, 208), (450, 204)], 0.16)
    lid.paint(c, "#d9b562", 0.5, shaded=False)
    c.ellipse(540, 364, 200, 31, fill=c.linear((0, "#f7e3ad"), (1, "#caa24b"), x2=1, y2=0.4))
    with c.group(filter=c.cast(10, 16, 10, 0.3)):
        c.stroke("M760 960L1060 800", dark(OAK, 0.1), 24)
        c.stroke("M756 956L1058 796", light(OAK, 0.2), 9)
        with c.group(transform="rotate(-28 720 978)"):
            c.ellipse(720, 978, 92, 56, fill=OAK)
            for place in range(5):
                x = 656 + place * 32
                c.ellipse(
                    x,
                    978,
                    14,
                    (34, 52, 58, 52, 34)[place],
                    fill=c.linear((0, light(OAK, 0.4)), (1, dark(OAK, 0.4)), x2=0, y2=1),
                )
    c.path("M640 1010q-60 16 -20 40t120 -6q40 -20 -10 -40z", fill="#f0b23e", opacity=0.9)
    _clover(c, 260, 1000)


def _clover(c: Canvas, x: float, y: float) -> None:
    c.stroke(f"M{x} {y}Q{x - 60} {y + 30} {x - 110} {y + 20}", "#6d8f58", 8)
    for turn in (150, 210, 270):
        leaf(c, x - 70, y + 24, 70, turn, colour="#6d9a5a", width=0.8)
    for count, r, tone in ((13, 50, "#b9709a"), (10, 34, "#cf8fb2"), (6, 17, "#e6b6cf")):
        for a, b in ring(x + 20, y - 26, r, count):
            c.ellipse(
                a,
                b,
                13,
                22,
                fill=tone,
                transform=f"rotate({(a - x - 20) * 1.4:.0f} {a:.0f} {b:.0f})",
            )


def jam(c: Canvas) -> None:
    """Draw a jar of lingonberry jam under a checked cloth."""
    standing(c, "moss")
    stand_shadow(c, 560, 924, 240)
    body = Turned(
        560, [(420, 200), (430, 220), (480, 238), (840, 240), (900, 226), (918, 204)], 0.16
    )
    inside = Turned(560, [(480, 216), (500, 224), (840, 228), (892, 214), (904, 196)], 0.16)
    c.path(inside.outline(), fill=c.round("#8f2733", 336, 784, 0.2))
    with c.group(clip_path=c.clip(inside.outline())):
        for a, b, chance in zip(scatter(70, 1), scatter(70, 2), scatter(70, 3), strict=True):
            x, y, r = 340 + a * 440, 490 + b * 430, 18 + chance * 12
            c.circle(
                x,
                y,
                r,
                fill=c.radial(
                    (0, "#d65a5a"), (0.6, "#a32c38"), (1, "#6d1722"), x=0.36, y=0.3, r=0.75
                ),
                opacity=0.85,
            )
    glass(c, body, "#b79a98", 0.34, 0.04)
    body.shine(c, -0.74, 0.1, 0.75)
    body.shine(c, 0.68, 0.05, 0.45)
    with c.group(clip_path=c.clip(body.band(600, 800))):
        c.rect(410, 590, 300, 290, fill=PAPER)
    c.text(560, 712, "puolukka-", 52, fill=LINGONBERRY, font_weight="600")
    c.text(560, 768, "hillo", 52, fill=LINGONBERRY, font_weight="600")
    c.text(560, 808, "400 g", 28, fill="#7a6a5a", letter_spacing="2")
    cloth = (
        "M340 400C346 350 420 322 560 322S774 350 780 400L838 500q-30 30 -66 4q-30 34 "
        "-74 10q-40 30 -84 4"
        "q-40 26 -84 0q-44 24 -80 -6q-38 22 -76 -8q-40 18 -92 -6z"
    )
    check = (
        '<rect width="44" height="44" fill="#fbf6ec"/><rect width="22" height="44" '
        f'fill="{LINGONBERRY}" opacity="0.5"/>'
        f'<rect width="44" height="22" fill="{LINGONBERRY}" opacity="0.5"/>'
    )
    with c.group(filter=c.cast(6, 12, 10, 0.3)):
        c.path(cloth, fill=c.pattern(44, 44, check, "rotate(8)"))
    c.path(
        cloth,
        fill=c.linear((0, SHADE, 0.3), (0.3, WHITE, 0.2), (0.6, SHADE, 0.02), (1, SHADE, 0.36)),
    )
    for x in (410, 478, 560, 640, 706):
        c.stroke(
            f"M{560 + (x - 560) * 0.86:.0f} 424Q{x} 460 {560 + (x - 560) * 1.18:.0f} 506",
            SHADE,
            6,
            opacity=0.16,
        )
    c.stroke("M338 408Q560 470 782 408", "#b58f5c", 11)
    c.stroke("M338 404Q560 466 782 404", "#e0c08e", 4, stroke_dasharray="10 7")
    with c.group(filter=c.cast(6, 8, 6, 0.25)):
        c.stroke("M826 1010Q900 930 1010 900", "#6b5a3c", 6)
        for x, y, turn in (
            (860, 976, -120),
            (900, 944, -10),
            (950, 918, -120),
            (1000, 902, -30),
            (880, 966, 40),
        ):
            leaf(c, x, y, 76, turn, colour="#4f7a4e", width=0.55)
    berries(c, [(820, 1000), (876, 1018), (780, 1028), (930, 1000), (850, 1050)], 27)


def chocolate(c: Canvas) -> None:
    """Draw the Suolamaa bar, half unwrapped."""
    lying(c, "linen")
    with c.group(transform="rotate(-14 600 600)"):
        bar = "M360 160H840V720H360Z"
        with c.group(filter=c.cast(18, 26, 20, 0.4)):
            c.path(bar, fill="#3a2318")
        lines = ((360, 290), (470, 330), (560, 270), (690, 340), (840, 300))
        cells = (
            ((360, 160), (520, 160), (500, 330), (360, 300)),
            ((520, 160), (690, 160), (700, 300), (500, 330)),
            ((690, 160), (840, 160), (840, 330), (700, 300)),
            ((360, 300), (500, 330), (470, 500), (360, 470)),
            ((500, 330), (700, 300), (680, 480), (470, 500)),
            ((700, 300), (840, 330), (840, 500), (680, 480)),
            ((360, 470), (470, 500), (520, 720), (360, 720)),
            ((470, 500), (680, 480), (660, 720), (520, 720)),
            ((680, 480), (840, 500), (840, 720), (660, 720)),
        )
        for cell in cells:
            _piece(c, cell)
        for (x, y), chance in zip(lines * 8, scatter(40, 6), strict=True):
            c.rect(
                x - 130 + chance * 240,
                y - 110 + chance * 380,
                5 + chance * 5,
                5 + chance * 4,
                fill=WHITE,
                opacity=0.85,
                rx=1,
            )
        for a, b, chance in zip(scatter(24, 11), scatter(24, 12), scatter(24, 13), strict=True):
            c.ellipse(
                380 + a * 440,
                180 + b * 500,
                12 + chance * 6,
                6,
                fill="#d9b983",
                opacity=0.8,
                transform=f"rotate({chance * 160:.0f} {380 + a * 440:.0f} {180 + b * 500:.0f})",
            )
        foil = (
            "M346 640L384 600L420 640L470 590L520 650L580 600L640 646L700 594L750 640L800 600"
            "L856 650V740H346Z"
        )
        c.path(
            foil,
            fill=c.linear(
                (0, "#f3f4f2"), (0.4, "#c4cac8"), (0.6, "#eceeec"), (1, "#aeb6b4"), x2=1, y2=0.4
            ),
        )
        wrap = "M340 700Q600 680 862 700V1040H340Z"
        with c.group(filter=c.cast(14, 20, 18, 0.34)):
            c.path(wrap, fill="#d8e0dc")
        c.path(wrap, fill=c.falling("#cfdbd8", 0.1))
        with c.group(clip_path=c.clip(wrap)):
            for place, y in enumerate((960, 990, 1020)):
                c.path(
                    f"M340 {y}q90 -40 180 0t180 0t180 0V1060H340Z",
                    fill=mix("#9db7b4", SPRUCE, place * 0.28),
                )
        c.text(600, 826, "suolamaa", 80, fill=INK, font_weight="600")
        c.text(
            600, 876, "tumma suklaa 70 % · kaura · suola", 27, fill="#4b655d", letter_spacing="1"
        )
    for x, y in ((960, 330), (1000, 420), (930, 260)):
        c.rect(x, y, 16, 14, fill=WHITE, rx=3, filter=c.cast(4, 5, 4, 0.3))


def _piece(c: Canvas, cell: tuple[tuple[float, float], ...]) -> None:
    middle = (sum(x for x, _ in cell) / 4, sum(y for _, y in cell) / 4)
    inner = [(x + (middle[0] - x) * 0.16, y + (middle[1] - y) * 0.16) for x, y in cell]
    outer = "M" + "L".join(f"{x:.0f} {y:.0f}" for x, y in cell) + "Z"
    c.path(outer, fill="#4a2d1e", stroke="#2a170e", stroke_width=5)
    top = (
        "M" + "L".join(f"{x:.0f} {y:.0f}" for x, y in (cell[0], cell[1], inner[1], inner[0])) + "Z"
    )
    foot = (
        "M" + "L".join(f"{x:.0f} {y:.0f}" for x, y in (cell[3], cell[2], inner[2], inner[3])) + "Z"
    )
    c.path(top, fill="#7d553c", opacity=0.8)
    c.path(foot, fill="#22120b", opacity=0.7)
    face = "M" + "L".join(f"{x:.0f} {y:.0f}" for x, y in inner) + "Z"
    c.path(face, fill=c.linear((0, "#6d4630"), (0.5, "#523222"), (1, "#432818"), x2=1, y2=1))
