"""Books, magazines, things to download and the shop's services."""

from math import pi

from orders.catalogue.demo.draw.canvas import SHADE, WHITE, Canvas, dark, light, mix, scatter
from orders.catalogue.demo.draw.forms import (
    BIRCH,
    BLACK,
    BRASS,
    INK,
    LAKE,
    LINGONBERRY,
    MOSS,
    OAK,
    OCHRE,
    PAPER,
    SPRUCE,
    STEEL,
    Area,
    berries,
    floor,
    grain,
    knit,
    leaf,
    lying,
    ring,
    rounded,
    soft_path,
    spruce_twig,
    standing,
    weave,
    wood,
)
from orders.catalogue.demo.draw.workplace import chair_itself, desk_itself


def _hardback(c: Canvas, tone: str) -> None:
    """Draw an upright hardback, ready for its cover picture (340–880 by 190–920)."""
    c.ellipse(660, 930, 380, 36, fill=SHADE, opacity=0.32, filter=c.blur(18))
    c.path("M880 196L958 168V872L880 924Z", fill="#e6dac3")
    for n in range(1, 9):
        x = 880 + n * 8.4
        c.stroke(f"M{x:.1f} {196 - n * 3}V{922 - n * 5.6:.1f}", "#bfb193", 1.6)
    c.path("M316 190L396 160H962L958 172L884 196Z", fill="#f4eee0")
    c.path("M952 164l12 -4V866l-12 8z", fill=dark(tone, 0.2))
    c.path("M316 186q0 -6 6 -6h558v750H322q-6 0 -6 -6z", fill=c.falling(tone, 0.1))
    weave(c, "M316 180h564v750H316z", 7, 0.06)
    c.rect(
        316,
        180,
        46,
        750,
        fill=c.linear((0, WHITE, 0.24), (0.6, SHADE, 0.02), (0.9, SHADE, 0.26), (1, WHITE, 0.14)),
    )


def craft_book(c: Canvas) -> None:
    """Draw Pieni puutyökirja, a knife and shavings on its cover."""
    standing(c, "moss")
    tone = "#d8b98a"
    _hardback(c, tone)
    c.text(620, 330, "Pieni", 92, fill=INK, font_weight="700")
    c.text(620, 420, "puutyökirja", 92, fill=INK, font_weight="700")
    with c.group(transform="rotate(-32 620 650)"):
        grip = "M400 620q-16 30 0 60q90 14 190 -4v-52q-100 -20 -190 -4z"
        c.path(grip, fill=OAK)
        grain(c, grip, Area(390, 610, 200, 80), "#6d4423", seed=2, pitch=10)
        c.rect(584, 622, 22, 54, fill=BRASS)
        c.path(
            "M606 628H800Q850 636 872 668Q740 680 606 672Z",
            fill=c.linear((0, "#8f999c"), (0.5, "#eef1f1"), (1, "#b3bcbe"), x2=0, y2=1),
        )
    for x, y, r in ((500, 800, 34), (570, 836, 24), (720, 820, 30), (800, 850, 20), (440, 850, 22)):
        c.stroke(
            (
                f"M{x - r} {y}a{r} {r} 0 1 1 {r} {r}a{r * 0.6:.0f} {r * 0.6:.0f} 0 1 1 "
                f"{-r * 0.5:.0f} {-r * 0.7:.0f}"
            ),
            "#fbf0d8",
            11,
        )
        c.stroke(f"M{x - r} {y}a{r} {r} 0 1 1 {r} {r}", "#b88f55", 2.5)
    c.text(620, 900, "tuohisivu", 26, fill=INK, letter_spacing="3")


def cookbook(c: Canvas) -> None:
    """Draw Hidas keittiö, a steaming pot on its cover."""
    standing(c, "blush")
    _hardback(c, "#39575a")
    c.text(620, 320, "Hidas", 104, fill="#f8efdd", font_weight="700")
    c.text(620, 420, "keittiö", 104, fill="#f8efdd", font_weight="700")
    c.path(
        "M450 690h340v90q0 70 -70 70H520q-70 0 -70 -70z",
        fill=c.linear((0, "#e9a561"), (1, "#c4693c"), x2=1, y2=1),
    )
    c.path("M440 690q0 -46 180 -50q180 4 180 50z", fill="#dd8a4d")
    c.circle(620, 630, 20, fill="#f8efdd")
    c.stroke("M450 730q-60 0 -56 30t56 24M790 730q60 0 56 30t-56 24", "#dd8a4d", 22)
    for x in (550, 620, 690):
        c.stroke(f"M{x} 590c-34 -36 34 -64 0 -104", "#f8efdd", 9, opacity=0.85)
    c.stroke("M430 870H810", "#f8efdd", 5)
    c.text(620, 906, "50 uuniruokaa", 30, fill="#f8efdd", letter_spacing="3")


def magazine(c: Canvas) -> None:
    """Draw two issues of Tupa, one over the other."""
    lying(c, "mist")
    for place, (turn, x, y) in enumerate(((11, 60, -10), (-7, -40, 20))):
        with c.group(transform=f"translate({x} {y}) rotate({turn} 600 600)"):
            with c.group(filter=c.cast(18, 26, 24, 0.34)):
                c.path("M310 170h570v800h-570z", fill=PAPER)
            ground = ("#c9d3c0", "#ecdcc8")[place]
            c.rect(310, 170, 570, 800, fill=c.falling(ground, 0.06))
            (_cover_one, _cover_two)[place](c)
            c.text(595, 336, "tupa", 180, fill=INK, font_weight="700", letter_spacing="-4")
            c.text(856, 206, f"{5 + place}/2026", 22, fill=INK, text_anchor="end")
            c.rect(
                310, 170, 40, 800, fill=c.linear((0, SHADE, 0.16), (0.4, WHITE, 0.2), (1, SHADE, 0))
            )


def _cover_one(c: Canvas) -> None:
    for place, turn in enumerate((-150, -128, -106, -84, -60, -34)):
        leaf(c, 600, 800, 330, turn, colour=mix(MOSS, SPRUCE, place / 7), width=0.34)


def _cover_two(c: Canvas) -> None:
    c.rect(310, 770, 570, 200, fill="#cfa77c")
    c.ellipse(600, 860, 230, 26, fill=SHADE, opacity=0.25, filter=c.blur(8))
    c.path("M448 800l-20 66h18l26 -60zM752 800l20 66h-18l-26 -60z", fill=dark(OAK, 0.2))
    pale, deep = light(LAKE, 0.2), dark(LAKE, 0.3)
    c.path(
        "M446 640V470Q446 410 506 410H694Q754 410 754 470V640Z",
        fill=c.linear((0, pale), (1, deep), x2=1, y2=1),
    )
    c.stroke("M600 430V640", deep, 4, opacity=0.5)
    c.path(
        rounded(460, 650, 280, 86, 34), fill=c.linear((0, light(LAKE, 0.34)), (1, LAKE), x2=0, y2=1)
    )
    c.path("M460 720h280v90h-280z", fill=c.linear((0, LAKE), (1, deep), x2=0, y2=1))
    for d in (rounded(396, 590, 78, 224, 36), rounded(726, 590, 78, 224, 36)):
        c.path(d, fill=c.linear((0, pale), (0.5, LAKE), (1, deep), x2=1, y2=0.6))
    c.path(rounded(540, 560, 130, 110, 24), fill=OCHRE, transform="rotate(-9 600 610)")
    c.text(595, 930, "Mistä koti alkaa?", 38, fill=PAPER, font_weight="600")


def tablet_guide(c: Canvas) -> None:
    """Draw the ergonomics guide on a tablet."""
    lying(c, "moss")
    with c.group(transform="rotate(-8 600 600)"):
        with c.group(filter=c.cast(22, 34, 28, 0.38)):
            c.path(rounded(290, 130, 620, 900, 44), fill="#2d3537")
        c.path(rounded(294, 134, 612, 892, 42), fill=c.falling("#3b4446", 0.1))
        screen = rounded(324, 172, 552, 816, 14)
        c.path(screen, fill="#f2ead9")
        with c.group(clip_path=c.clip(screen)):
            c.rect(324, 172, 552, 816, fill=c.linear((0, "#f7efe0"), (1, "#e8dcc6"), x2=0.4, y2=1))
            c.rect(324, 850, 552, 140, fill="#c8a67c")
            with c.group(transform="translate(356 540) scale(0.33)"):
                chair_itself(c, MOSS)
            with c.group(transform="translate(530 554) scale(0.3)"):
                desk_itself(c)
            c.stroke("M790 700V620M760 620H820", INK, 7)
            c.path("M700 500q60 -70 120 0l-20 10q-40 -40 -80 0z", fill=OCHRE)
            c.stroke("M760 476V380", INK, 5)
            c.path("M712 512L680 640H840L808 512Z", fill="#fff0c4", opacity=0.6)
            c.text(360, 290, "Ergonominen", 62, fill=INK, font_weight="700", text_anchor="start")
            c.text(360, 356, "työpiste", 62, fill=INK, font_weight="700", text_anchor="start")
            c.text(360, 408, "Opas kotiin ja toimistoon", 28, fill="#56705f", text_anchor="start")
        c.path("M324 186q0 -14 14 -14h250L324 760Z", fill=WHITE, opacity=0.14)


def knitting_pattern(c: Canvas) -> None:
    """Draw the sock pattern with yarn and a sock begun."""
    lying(c, "linen")
    with c.group(transform="rotate(7 600 600)"):
        with c.group(filter=c.cast(16, 22, 20, 0.24)):
            c.path("M400 140h560v780h-560z", fill=PAPER)
        c.text(440, 220, "Tupa-sukat", 60, fill=INK, font_weight="700", text_anchor="start")
        c.text(440, 262, "koot 34–46", 30, fill="#6d7d76", text_anchor="start")
        for row in range(14):
            for column in range(16):
                filled = (row // 2 + column // 2) % 3 == 0 or row in {6, 7}
                c.rect(
                    444 + column * 22,
                    300 + row * 22,
                    20,
                    20,
                    fill=LINGONBERRY if filled else "#ebe3d3",
                )
        for y in range(650, 880, 32):
            c.stroke(f"M444 {y}h{360 + (y * 7) % 110}", "#c4bba8", 6)
    ball = c.radial(
        (0, light(LINGONBERRY, 0.3)),
        (0.7, LINGONBERRY),
        (1, dark(LINGONBERRY, 0.4)),
        x=0.36,
        y=0.3,
        r=0.75,
    )
    c.stroke("M340 900C480 1080 640 960 700 1060S900 1080 980 1000", LINGONBERRY, 11)
    with c.group(filter=c.cast(20, 30, 22, 0.38)):
        c.circle(330, 780, 200, fill=ball)
    with c.group(clip_path=c.clip("M130 780a200 200 0 1 0 400 0a200 200 0 1 0 -400 0z")):
        for n in range(15):
            c.ellipse(
                330,
                780,
                205,
                26 + n * 13,
                fill="none",
                stroke=dark(LINGONBERRY, 0.3),
                stroke_width=4,
                opacity=0.5,
                transform=f"rotate({-40 + n * 3} 330 780)",
            )
        for n in range(9):
            c.ellipse(
                300,
                760,
                150,
                20 + n * 15,
                fill="none",
                stroke=light(LINGONBERRY, 0.35),
                stroke_width=4,
                opacity=0.55,
                transform=f"rotate({52 + n * 4} 300 760)",
            )
    piece = "M600 760h300v230q0 26 -26 26H626q-26 0 -26 -26z"
    with c.group(filter=c.cast(14, 20, 16, 0.36)):
        c.path(piece, fill=LINGONBERRY)
    knit(c, piece, LINGONBERRY, 24)
    knit(c, "M600 850h300v40h-300z", mix(LINGONBERRY, "#f4eee2", 0.8), 24)
    with c.group(filter=c.cast(8, 12, 8, 0.34)):
        for d in ("M540 770L960 742", "M570 720L940 800"):
            c.stroke(d, "#b98d55", 15)
            c.stroke(d, "#ecd2a3", 5, transform="translate(-1 -3)")


def assembly(c: Canvas) -> None:
    """Draw a stool half assembled, with the tools for it."""
    lying(c, "linen")
    with c.group(filter=c.cast(24, 34, 26, 0.34)):
        c.circle(470, 520, 300, fill=BIRCH)
    disc = "M170 520a300 300 0 1 0 600 0a300 300 0 1 0 -600 0z"
    wood(c, disc, Area(170, 220, 600, 600), BIRCH, seed=1.7, pitch=20)
    for place, (x, y) in enumerate(ring(470, 520, 190, 3, -pi / 2)):
        c.circle(x, y, 50, fill=dark(BIRCH, 0.18))
        if place == 0:
            c.circle(x, y, 36, fill=c.radial((0, "#4d361f"), (1, "#7d5a36")))
            continue
        c.ellipse(x + 24, y + 34, 60, 46, fill=SHADE, opacity=0.3, filter=c.blur(12))
        c.path(
            (
                f"M{x - 40:.0f} {y:.0f}L{x - 10:.0f} {y - 90:.0f}a28 24 0 0 1 56 0"
                f"L{x + 40:.0f} {y:.0f}a40 36 0 0 1 -80 0z"
            ),
            fill=c.linear((0, light(OAK, 0.3)), (1, dark(OAK, 0.3))),
        )
        c.ellipse(x + 18, y - 92, 28, 23, fill=light(OAK, 0.4))
    with c.group(transform="rotate(24 880 500)"):
        leg = "M846 180Q880 160 914 180L902 860Q880 876 858 860Z"
        with c.group(filter=c.cast(18, 24, 16, 0.34)):
            c.path(leg, fill=OAK)
        wood(c, leg, Area(840, 160, 80, 720), OAK, upright=True, seed=3, pitch=11)
        c.path("M862 180v-40q18 -12 36 0v40z", fill=dark(OAK, 0.2))
    with c.group(transform="translate(-70 -96) rotate(-58 560 960)"):
        with c.group(filter=c.cast(14, 20, 14, 0.4)):
            c.path(
                "M330 918q-30 0 -30 42t30 42h180q40 -4 60 -26h20v-32h-20q-20 -22 -60 -26z",
                fill=LINGONBERRY,
            )
            c.path("M590 950h300l24 -8v36l-24 -8H590z", fill=STEEL)
        c.path(
            "M330 918q-30 0 -30 42t30 42h180q40 -4 60 -26h20v-32h-20q-20 -22 -60 -26z",
            fill=c.linear(
                (0, light(LINGONBERRY, 0.35)),
                (0.5, LINGONBERRY),
                (1, dark(LINGONBERRY, 0.35)),
                x2=0,
                y2=1,
            ),
        )
        for y in (942, 960, 978):
            c.stroke(f"M340 {y}H500", dark(LINGONBERRY, 0.4), 6, opacity=0.5)
        c.path(
            "M590 950h300l24 -8v36l-24 -8H590z",
            fill=c.linear((0, "#8f999c"), (0.35, "#f6f8f8"), (1, "#8b9597"), x2=0, y2=1),
        )
    for x, y, turn in ((240, 930, 20), (800, 1060, -30), (200, 1030, 70), (900, 1020, -10)):
        with c.group(transform=f"rotate({turn} {x} {y})", filter=c.cast(6, 8, 6, 0.4)):
            c.path(
                f"M{x} {y - 8}h66l14 8l-14 8h-66z",
                fill=c.linear((0, "#9aa3a6"), (0.4, "#f0f3f3"), (1, "#7d8789"), x2=0, y2=1),
            )
            for step in range(6):
                c.stroke(f"M{x + 14 + step * 10} {y - 9}l-4 18", "#6b7578", 2.5)
            c.circle(x - 4, y, 18, fill=c.radial((0, "#f4f6f6"), (1, "#8b9597"), x=0.35, y=0.3))
            c.stroke(f"M{x - 12} {y}h16", "#4b5456", 4)


def ergonomics(c: Canvas) -> None:
    """Draw a chair and a desk being measured."""
    floor(c, "mist", 880)
    c.ellipse(620, 1010, 500, 36, fill=SHADE, opacity=0.22, filter=c.blur(20))
    with c.group(transform="translate(430 330) scale(0.64)"):
        desk_itself(c)
    with c.group(transform="translate(716 410) scale(0.3)"):
        c.path(rounded(330, 170, 560, 400, 20), fill="#343c3f")
        c.path(
            rounded(350, 190, 520, 340, 8),
            fill=c.linear((0, "#9dbac4"), (1, "#ecd7bd"), x2=0.4, y2=1),
        )
        c.path("M560 570h100l16 120H544z", fill=STEEL)
    with c.group(transform="translate(640 320) scale(-0.66 0.66) translate(-840 0)"):
        chair_itself(c, MOSS)
    c.path(
        "M236 240h52v760h-52z",
        fill=c.linear((0, "#f6d571"), (0.5, "#f0c348"), (1, "#d8a62f")),
        filter=c.cast(6, 8, 8, 0.3),
    )
    for n in range(38):
        y = 260 + n * 19.4
        c.stroke(f"M238 {y:.0f}h{30 if n % 5 == 0 else 16}", INK, 3)
    c.path(
        rounded(206, 170, 112, 96, 20),
        fill=c.falling("#c9503f", 0.16),
        filter=c.cast(6, 10, 8, 0.3),
    )
    c.circle(262, 218, 28, fill="#f0e6d6")
    for y, x in ((650, 620), (742, 470)):
        c.stroke(f"M300 {y}H{x}", LINGONBERRY, 5, stroke_dasharray="2 15")
        c.circle(x, y, 10, fill=LINGONBERRY)


def lighting_plan(c: Canvas) -> None:
    """Draw a floor plan with lamps marked on it, a pencil and a ruler."""
    lying(c, "dusk")
    with c.group(transform="rotate(-6 600 600)"):
        with c.group(filter=c.cast(18, 26, 24, 0.28)):
            c.path("M190 210h820v740h-820z", fill="#f7f9f8")
        for x in range(230, 1000, 40):
            c.stroke(f"M{x} 214V946", "#dfe8ea", 1.6)
        for y in range(250, 940, 40):
            c.stroke(f"M194 {y}H1006", "#dfe8ea", 1.6)
        c.stroke(
            "M280 300H920V860H700M620 860H280V300M280 590H470M560 590H640V300",
            INK,
            15,
            stroke_linecap="butt",
        )
        c.stroke("M620 860A80 80 0 0 1 700 780V860", INK, 4)
        c.stroke("M470 590A90 90 0 0 1 560 500V590", INK, 4)
        for x in (400, 780):
            c.rect(x - 60, 291, 120, 18, fill="#f7f9f8", stroke=INK, stroke_width=4)
        c.path(rounded(310, 640, 200, 90, 22), fill="none", stroke="#7d8f8a", stroke_width=6)
        c.circle(780, 620, 74, fill="none", stroke="#7d8f8a", stroke_width=6)
        c.rect(310, 340, 120, 150, fill="none", stroke="#7d8f8a", stroke_width=6, rx=8)
        for x, y, r in ((780, 620, 150), (410, 770, 110), (560, 400, 96), (860, 800, 84)):
            c.circle(
                x,
                y,
                r,
                fill=c.radial((0, "#ffd67d", 0.75), (0.6, "#ffe3a6", 0.35), (1, "#ffe3a6", 0)),
            )
            c.circle(x, y, 20, fill=OCHRE, stroke=INK, stroke_width=5)
            for a, b in ring(x, y, 38, 8):
                c.stroke(
                    f"M{x + (a - x) * 0.78:.0f} {y + (b - y) * 0.78:.0f}L{a:.0f} {b:.0f}", INK, 4
                )
    with c.group(transform="rotate(38 900 900)"), c.group(filter=c.cast(14, 18, 12, 0.38)):
        c.rect(
            880, 560, 46, 480, fill=c.linear((0, "#5f9a86"), (0.5, SPRUCE), (1, dark(SPRUCE, 0.3)))
        )
        c.path("M880 560l23 -84l23 84z", fill="#ecd2a3")
        c.path("M895 506l8 -30l8 30z", fill="#3d4043")
        c.rect(880, 1000, 46, 14, fill=BRASS)
    with c.group(transform="rotate(-19 300 1010)", filter=c.cast(10, 14, 10, 0.3)):
        rule = "M120 970h520v74h-520z"
        wood(c, rule, Area(120, 970, 520, 74), BIRCH, seed=2, pitch=14)
        for n in range(25):
            c.stroke(f"M{136 + n * 20} 972v{26 if n % 5 == 0 else 15}", INK, 2.6)


def sharpening(c: Canvas) -> None:
    """Draw a knife on a wet stone."""
    lying(c, "moss")
    with c.group(transform="rotate(-8 600 640)"):
        with c.group(filter=c.cast(18, 28, 22, 0.32)):
            c.path(rounded(220, 440, 760, 380, 26), fill=OAK)
        tray = rounded(220, 440, 760, 380, 26)
        wood(c, tray, Area(220, 440, 760, 380), OAK, seed=2, pitch=22)
        with c.group(filter=c.cast(8, 12, 8, 0.36)):
            c.path(rounded(270, 496, 660, 268, 12), fill="#6f7f86")
        c.path(
            rounded(270, 496, 660, 268, 12),
            fill=c.linear((0, "#a9b7bc"), (0.5, "#8899a0"), (1, "#6b7b82"), x2=0.4, y2=1),
        )
        for a, b, chance in zip(scatter(160, 1), scatter(160, 2), scatter(160, 3), strict=True):
            c.circle(
                280 + a * 640,
                504 + b * 250,
                1 + chance * 2.6,
                fill=(WHITE, SHADE)[round(chance)],
                opacity=0.22,
            )
        pool = soft_path(
            [
                (320, 560),
                (470, 530),
                (640, 560),
                (800, 540),
                (880, 620),
                (760, 720),
                (560, 700),
                (380, 730),
            ],
            closed=True,
        )
        c.path(
            pool,
            fill=c.linear((0, WHITE, 0.5), (0.5, "#bcd3da", 0.25), (1, WHITE, 0.36), x2=1, y2=1),
        )
        for x, y, r in (
            (350, 530, 11),
            (860, 720, 14),
            (900, 690, 7),
            (320, 720, 9),
            (700, 730, 8),
        ):
            c.circle(
                x,
                y,
                r,
                fill=c.radial(
                    (0, WHITE, 0.9), (0.7, "#cfe1e6", 0.5), (1, "#7d949c", 0.6), x=0.35, y=0.3
                ),
            )
    with c.group(transform="rotate(-40 600 600)"):
        blade = "M420 540L960 540Q1010 544 1036 566Q940 660 740 690Q560 704 420 700Z"
        grip = "M110 562Q106 540 140 538L430 540V652Q330 630 240 640T128 624Q106 610 110 562Z"
        with c.group(filter=c.cast(16, 24, 14, 0.42)):
            c.path(blade, fill=STEEL)
            c.path(grip, fill=BLACK)
        c.path(
            blade,
            fill=c.linear(
                (0, "#aeb7ba"), (0.4, "#eef1f1"), (0.7, "#c4cbce"), (1, "#f4f6f6"), x2=0.2, y2=1
            ),
        )
        c.path(
            "M420 700Q560 704 740 690Q940 660 1036 566Q930 644 740 668Q560 680 420 676Z",
            fill="#ffffff",
        )
        c.path(grip, fill=c.linear((0, "#6d5442"), (0.4, "#46342a"), (1, "#2a1e18"), x2=0, y2=1))
        c.path(
            "M418 536h26v168h-26z", fill=c.linear((0, "#8f989b"), (0.5, "#e4e8e9"), (1, "#9aa3a6"))
        )
        for x in (190, 280, 370):
            c.circle(x, 590, 11, fill=BRASS)


def gift_wrapping(c: Canvas) -> None:
    """Draw a present in kraft paper with a ribbon and a sprig."""
    standing(c, "blush")
    c.ellipse(660, 930, 430, 44, fill=SHADE, opacity=0.3, filter=c.blur(20))
    kraft, linen = "#cda877", "#efe3cd"
    c.path(
        "M800 500L980 430V860L800 924Z",
        fill=c.linear((0, dark(kraft, 0.14)), (1, dark(kraft, 0.34)), x2=0.6, y2=1),
    )
    c.path(
        "M240 500L440 430H980L800 500Z",
        fill=c.linear((0, light(kraft, 0.34)), (1, light(kraft, 0.12)), x2=1, y2=1),
    )
    c.rect(240, 500, 560, 424, fill=c.falling(kraft, 0.1))
    for d in ("M240 620L300 500M800 700L740 924", "M980 560L920 452"):
        c.stroke(d, dark(kraft, 0.3), 3, opacity=0.35)
    ribbon = c.linear((0, dark(linen, 0.12)), (0.3, light(linen, 0.4)), (1, dark(linen, 0.1)))
    c.rect(486, 500, 68, 424, fill=ribbon)
    c.path("M486 500L680 430H748L554 500Z", fill=light(linen, 0.3))
    c.path("M330 468L870 472L846 484H296Z", fill=linen)
    c.path("M870 472v428l26 -10V462z", fill=dark(linen, 0.2))
    with c.group(filter=c.cast(8, 12, 10, 0.3)):
        spruce_twig(c, 590, 470, 300, -158)
        spruce_twig(c, 600, 468, 270, -30)
        for d in (
            "M600 462C480 300 380 360 400 420C420 470 520 470 600 462Z",
            "M600 462C700 290 830 340 810 410C790 470 690 474 600 462Z",
        ):
            c.path(
                d,
                fill=c.linear(
                    (0, light(linen, 0.4)), (0.5, linen), (1, dark(linen, 0.24)), x2=0.6, y2=1
                ),
            )
        c.path(
            "M590 466C560 540 520 570 470 600l40 26C560 590 600 540 612 470Z",
            fill=dark(linen, 0.06),
        )
        c.path(
            "M600 466C630 540 680 580 740 596l-26 40C650 610 610 560 588 476Z",
            fill=light(linen, 0.1),
        )
        c.path(
            (
                "M430 420C440 396 500 420 580 458C500 456 440 450 430 420ZM782 412C770 384 "
                "700 410 620 458C700 462 770 448 782 412Z"
            ),
            fill=dark(linen, 0.36),
        )
        c.ellipse(
            600,
            462,
            34,
            27,
            fill=c.radial((0, light(linen, 0.5)), (1, dark(linen, 0.16)), x=0.4, y=0.3),
        )
    berries(c, [(664, 430), (700, 450), (650, 398)], 18)
    with c.group(transform="rotate(9 330 720)", filter=c.cast(6, 10, 8, 0.3)):
        c.path("M300 660h150v110h-150l-26 -55z", fill=PAPER)
        c.circle(300, 715, 8, fill=dark(kraft, 0.3))
        for y in (700, 722, 744):
            c.stroke(f"M326 {y}h{90 - (y - 700)}", "#b9ae9a", 4)
    c.rect(240, 500, 560, 20, fill=c.linear((0, SHADE, 0.18), (1, SHADE, 0), x2=0, y2=1))
    weave(c, "M486 520h68v404h-68z", 7, 0.1)


def storage_locker(c: Canvas) -> None:
    """Draw a locker of slats with its door open: boxes, a pair of skis, and the key in the lock."""
    floor(c, "moss", 930)
    c.ellipse(640, 966, 470, 34, fill=SHADE, opacity=0.34, filter=c.blur(18))
    frame, inside = BIRCH, "#4a4438"
    c.rect(290, 150, 640, 800, fill=c.linear((0, dark(inside, 0.3)), (1, inside), x2=0, y2=1))
    for x in range(306, 930, 52):
        c.rect(x, 166, 38, 770, fill=dark(mix(frame, inside, 0.55), 0.1), opacity=0.55)
    _skis(c)
    _moving_box(c, Area(330, 700, 250, 220), "#c79c68")
    _moving_box(c, Area(360, 540, 190, 160), "#d6b07e")
    _moving_box(c, Area(600, 770, 190, 150), "#bb8e5b")
    with c.group(filter=c.cast(4, 8, 8, 0.4)):
        c.rect(612, 690, 170, 80, rx=36, fill=c.falling(LAKE, 0.2))  # a sleeping bag, rolled up
        for x in (650, 736):
            c.rect(x, 688, 14, 84, fill=dark(LAKE, 0.4))
    beams = ((270, 130, 680, 40), (270, 130, 40, 830), (910, 130, 40, 830), (270, 920, 680, 40))
    for seed, (x, y, width, height) in enumerate(beams, 3):
        with c.group(filter=c.cast(3, 5, 5, 0.3)):
            wood(
                c,
                rounded(x, y, width, height, 4),
                Area(x, y, width, height),
                frame,
                upright=height > width,
                seed=seed,
            )
    _open_door(c, frame)


def _moving_box(c: Canvas, area: Area, tone: str) -> None:
    """Draw a cardboard box with tape over its lid and a hole to lift it by."""
    x, y, width, height = area.x, area.y, area.width, area.height
    with c.group(filter=c.cast(5, 10, 9, 0.42)):
        c.rect(x, y, width, height, rx=4, fill=c.falling(tone, 0.16))
    c.rect(x, y, width, height * 0.2, rx=4, fill=light(tone, 0.16))
    c.rect(x + width * 0.42, y, width * 0.16, height * 0.5, fill=light(tone, 0.42), opacity=0.7)
    c.rect(
        x + width * 0.36,
        y + height * 0.66,
        width * 0.28,
        height * 0.12,
        rx=9,
        fill=dark(tone, 0.55),
    )


def _skis(c: Canvas) -> None:
    """Draw a pair of skis and a pole against the back wall."""
    for x, turn in ((826, -2), (868, 2)):
        with c.group(transform=f"rotate({turn} {x} 920)", filter=c.cast(5, 6, 6, 0.45)):
            c.path(
                f"M{x - 15} 920V290Q{x - 15} 226 {x} 206Q{x + 15} 226 {x + 15} 290V920Z",
                fill=c.linear(
                    (0, light(LINGONBERRY, 0.14)), (1, dark(LINGONBERRY, 0.2)), x2=1, y2=0
                ),
            )
            c.rect(x - 15, 470, 30, 16, fill=PAPER)
            c.rect(x - 17, 590, 34, 96, rx=8, fill=INK)
    c.stroke("M804 920L792 330", STEEL, 7, stroke_linecap="round")
    c.ellipse(803, 862, 22, 7, fill=INK)


def _open_door(c: Canvas, frame: str) -> None:
    """Draw the door that stands open towards who looks, with a padlock at its edge."""
    with c.group(filter=c.cast(14, 18, 16, 0.34)):
        for number in range(6):
            x, y = 250 - number * 30, 150 + (250 - number * 30) * -0.16 + 52
            height = 760 + (250 - x) * 0.46
            c.path(
                f"M{x} {y:.1f}L{x - 23} {y - 1:.1f}V{y + height + 11:.1f}L{x} {y + height:.1f}Z",
                fill=c.linear(
                    (0, dark(frame, 0.06)), (0.5, light(frame, 0.2)), (1, dark(frame, 0.16))
                ),
            )
        for y, rise in ((250, -6), (840, 10)):
            c.path(
                f"M272 {y}L72 {y + rise}V{y + 46 + rise}L272 {y + 40}Z",
                fill=c.falling(dark(frame, 0.1), 0.14),
            )
    with c.group(filter=c.cast(4, 6, 5, 0.4)):
        c.stroke("M84 560V536Q84 510 106 510T128 536V560", STEEL, 11)
        c.rect(
            68,
            556,
            76,
            66,
            rx=10,
            fill=c.linear((0, light(BRASS, 0.3)), (1, dark(BRASS, 0.2)), x2=1, y2=1),
        )
        c.circle(106, 582, 8, fill=INK)
        c.rect(102, 584, 8, 22, fill=INK)
