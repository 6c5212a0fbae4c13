"""Furniture for work, and the small things that lie on it."""

from math import cos, pi, sin

from orders.catalogue.demo.draw.canvas import SHADE, WHITE, Canvas, dark, light, mix, scatter
from orders.catalogue.demo.draw.forms import (
    BIRCH,
    BLACK,
    BRASS,
    CHARCOAL,
    INK,
    LAKE,
    LARCH,
    LINGONBERRY,
    MOSS,
    OAK,
    OCHRE,
    OFF_WHITE,
    PAPER,
    SAND,
    SNOW,
    STEEL,
    Area,
    Turned,
    floor,
    grain,
    hanging,
    leaf,
    lying,
    rounded,
    standing,
    weave,
    wood,
)


def desk(c: Canvas) -> None:
    """Draw the Nousu desk with a laptop and a plant."""
    floor(c, "mist", 860)
    c.ellipse(620, 1030, 480, 46, fill=SHADE, opacity=0.22, filter=c.blur(22))
    desk_itself(c)
    c.path("M430 440l26 -180q3 -16 20 -16h250q17 0 20 16l26 180z", fill="#7d8789")
    c.path(
        "M452 424l22 -156q2 -8 10 -8h234q8 0 10 8l22 156z",
        fill=c.linear((0, "#3c5058"), (0.6, "#6a8a94"), (1, "#a9c0bf"), x2=1, y2=1),
    )
    c.path(
        "M380 456q0 -16 16 -16h410q16 0 16 16l10 10h-462z",
        fill=c.linear((0, "#dfe4e5"), (1, "#a9b2b4"), x2=0, y2=1),
    )
    pot = Turned(250, [(388, 50), (394, 51), (446, 42), (462, 38)], 0.14)
    for turn, size in ((-150, 110), (-124, 150), (-96, 180), (-70, 160), (-44, 140), (-24, 100)):
        leaf(
            c,
            250,
            392,
            size,
            turn,
            colour=mix("#4f7d56", "#8fae66", (turn + 150) / 180),
            width=0.34,
        )
    pot.paint(c, OFF_WHITE, 0.5)
    cup = Turned(930, [(404, 40), (408, 41), (452, 38), (462, 32)], 0.18)
    c.stroke("M966 418q40 2 34 20t-40 16", LAKE, 11)
    cup.paint(c, LAKE, 0.3)
    cup.opening(c, LAKE, 4, "#4a3022")


def desk_itself(c: Canvas) -> None:
    """Draw the sit-stand desk alone, to stand in other pictures too."""
    white = "#eef0ee"
    for x in (300, 860):
        c.path(f"M{x - 70} 1012q0 -18 18 -18h160q18 0 18 18v14h-196z", fill=c.falling(white, 0.16))
        c.rect(x, 540, 44, 460, fill=c.linear((0, "#ffffff"), (0.5, white), (1, "#bfc8c6")))
        c.rect(x - 7, 500, 58, 260, fill=c.linear((0, "#ffffff"), (0.45, white), (1, "#b3bdbb")))
    c.rect(280, 520, 660, 32, fill=c.linear((0, "#c3cbc9"), (1, "#e8ebe9"), x2=0, y2=1))
    top = "M170 452H1030L1090 488H110Z"
    wood(c, top, Area(110, 452, 980, 36), light(OAK, 0.2), seed=2, pitch=5)
    edge = "M110 488H1090V516Q1090 522 1084 522H116Q110 522 110 516Z"
    wood(c, edge, Area(110, 488, 980, 34), OAK, seed=3, pitch=8)
    c.rect(130, 522, 940, 26, fill=c.linear((0, SHADE, 0.3), (1, SHADE, 0), x2=0, y2=1))
    c.rect(900, 526, 90, 16, fill="#39413f", rx=6)
    for x in (916, 938, 960):
        c.circle(x, 534, 3.4, fill="#a9d3c3")


def task_chair(c: Canvas, colour: str) -> None:
    """Draw the Kaarre chair."""
    floor(c, {CHARCOAL: "blush", MOSS: "linen"}.get(colour, "mist"), 900)
    c.ellipse(630, 1060, 340, 44, fill=SHADE, opacity=0.28, filter=c.blur(20))
    chair_itself(c, colour)


def chair_itself(c: Canvas, colour: str) -> None:
    """Draw the task chair alone, to stand in other pictures too."""
    metal = c.linear((0, "#f0f3f3"), (0.4, "#c9d0d1"), (1, "#8b9597"))
    for x, y, size in (
        (330, 1052, 30),
        (880, 1052, 30),
        (470, 1078, 33),
        (742, 1078, 33),
        (604, 1030, 26),
    ):
        c.path(
            f"M590 930L{x} {y - size - 14}l12 20L616 960Z",
            fill=c.linear((0, "#dfe4e5"), (1, "#98a2a4"), x2=0, y2=1),
        )
        c.circle(x + 4, y, size, fill="#2f3638")
        c.circle(x, y, size * 0.86, fill=c.radial((0, "#6a7477"), (1, "#30383a"), x=0.35, y=0.3))
        c.circle(x, y, size * 0.3, fill="#aab3b5")
    c.rect(574, 760, 52, 190, fill=metal)
    c.rect(582, 720, 36, 110, fill=c.linear((0, "#6b7578"), (0.4, "#aab3b5"), (1, "#4d5659")))
    c.path("M486 706h236q22 0 22 20t-22 20H486z", fill="#4b5456")
    spine = "M690 730C800 720 850 660 846 520L836 400"
    c.stroke(spine, "#3d4547", 34)
    c.stroke(spine, "#7d888b", 9, transform="translate(-7 -4)", opacity=0.8)
    back = (
        "M770 130C850 126 878 170 884 260C892 400 884 500 846 600C832 636 790 640 776 606"
        "C748 520 744 300 730 190C726 150 742 132 770 130Z"
    )
    c.path(back, fill=dark(colour, 0.3), transform="translate(16 6)")
    c.path(
        back, fill=c.linear((0, light(colour, 0.2)), (0.5, colour), (1, dark(colour, 0.3)), y2=0.5)
    )
    weave(c, back, 8, 0.1, 20)
    c.stroke("M756 150C766 300 776 480 800 612", light(colour, 0.4), 5, opacity=0.6)
    seat = (
        "M330 640Q324 600 372 592C500 576 640 586 760 596Q806 602 802 646Q800 690 756 694"
        "L400 706Q340 706 330 640Z"
    )
    c.path(
        seat,
        fill=c.linear(
            (0, light(colour, 0.24)), (0.45, colour), (1, dark(colour, 0.36)), x2=0, y2=1
        ),
    )
    weave(c, seat, 8, 0.1, 8)
    c.stroke("M334 652C480 672 660 668 800 652", dark(colour, 0.4), 5, opacity=0.6)
    arm = "M470 720V520Q470 470 520 470H700"
    c.stroke(arm, "#3d4547", 30)
    c.stroke(arm, "#7d888b", 7, transform="translate(-7 -3)", opacity=0.8)
    rest = rounded(440, 440, 290, 44, 22)
    c.path(rest, fill=c.linear((0, "#6a7477"), (0.5, "#454e51"), (1, "#2f3638"), x2=0, y2=1))


def monitor_stand(c: Canvas) -> None:
    """Draw the Taso stand with a screen on it and a keyboard under it."""
    standing(c, "blush")
    c.ellipse(620, 930, 480, 40, fill=SHADE, opacity=0.26, filter=c.blur(18))
    with c.group(filter=c.cast(8, 12, 12, 0.2)):
        c.path(rounded(220, 170, 760, 470, 18), fill="#343c3f")
        c.path("M552 640h96l16 92h-128z", fill=c.linear((0, "#8f999b"), (1, "#c9d0d1"), x2=0, y2=1))
        c.path("M450 722h300q20 0 24 18H426q4 -18 24 -18z", fill="#aab3b5")
    c.path(
        rounded(236, 186, 728, 424, 8),
        fill=c.linear((0, "#9dbac4"), (0.5, "#dfcfc0"), (1, "#f2dcb9"), x2=0.2, y2=1),
    )
    with c.group(clip_path=c.clip(rounded(236, 186, 728, 424, 8))):
        c.circle(760, 400, 54, fill="#f4c08a")
        c.path("M236 470Q380 380 540 450T964 420V610H236Z", fill="#7f9ba0")
        c.path("M236 520Q460 450 660 520T964 500V610H236Z", fill="#4f7172")
        c.path("M236 186h360L400 610H236Z", fill=WHITE, opacity=0.12)
    shape = (
        "M170 740H1030Q1076 740 1076 786V926H1040V800Q1040 776 1016 776H184Q160 776 160 800"
        "V926H124V786Q124 740 170 740Z"
    )
    c.path("M160 776H1040V926H160Z", fill=SHADE, opacity=0.16)
    c.path("M300 898h600l26 28H274z", fill=SNOW)
    for row in range(2):
        for n in range(16):
            c.rect(304 + n * 37 - row * 4, 902 + row * 11, 32, 8, fill="#c5cccb", rx=2)
    c.path(shape, fill=BIRCH)
    wood(c, shape, Area(120, 740, 960, 190), BIRCH, seed=2, pitch=9)
    c.stroke("M166 749H1034Q1066 751 1067 788", WHITE, 5, opacity=0.6)
    for shift in (10, 20, 28):
        c.stroke(
            f"M{170} {740 + shift}H1030Q{1076 - shift} {740 + shift} {1076 - shift} 786V926",
            "#a9814c",
            2,
            opacity=0.45,
        )


def drawers(c: Canvas) -> None:
    """Draw the Lokero drawer unit on castors."""
    floor(c, "linen", 900)
    c.ellipse(660, 1052, 350, 40, fill=SHADE, opacity=0.3, filter=c.blur(20))
    for x, y in ((350, 1030), (760, 1030), (880, 986)):
        c.circle(x + 4, y, 32, fill="#2d3436")
        c.circle(x, y, 27, fill=c.radial((0, "#6a7477"), (1, "#30383a"), x=0.35, y=0.3))
    c.path(
        "M800 300l120 -70V930l-120 78z", fill=c.linear((0, "#d5dad7"), (1, "#aeb8b4"), x2=0.4, y2=1)
    )
    c.path(
        "M300 300l130 -70h490l-120 70z", fill=c.linear((0, "#ffffff"), (1, "#e9ecea"), x2=1, y2=1)
    )
    c.rect(300, 300, 500, 708, fill=c.falling("#f0f2f0", 0.08))
    for place, (y, tall) in enumerate(((322, 136), (472, 200), (686, 300))):
        front = rounded(320, y, 460, tall, 6)
        c.path(front, fill=SHADE, opacity=0.35, transform="translate(3 5)", filter=c.blur(3))
        wood(c, front, Area(320, y, 460, tall), "#dcc299", seed=place + 1.2, pitch=19)
        c.rect(490, y + 26, 120, 16, fill=dark(OAK, 0.5), rx=8)
        c.rect(
            490,
            y + 22,
            120,
            15,
            fill=c.linear((0, light(BRASS, 0.4)), (1, dark(BRASS, 0.2)), x2=0, y2=1),
            rx=7,
        )
    c.circle(742, 348, 12, fill=c.radial((0, "#ffffff"), (1, "#8b9597")))
    c.rect(740, 343, 4, 11, fill="#3b4446")
    pot = Turned(560, [(186, 60), (192, 61), (256, 50), (264, 46)], 0.16)
    for turn in (-150, -124, -100, -78, -52, -28):
        leaf(
            c, 560, 190, 130, turn, colour=mix("#587f5a", "#93ab62", (turn + 150) / 140), width=0.3
        )
    pot.paint(c, MOSS, 0.3)


def notebook(c: Canvas, colour: str) -> None:
    """Draw the cloth-bound notebook with its ribbons."""
    lying(c, {LINGONBERRY: "linen", LAKE: "blush"}.get(colour, "moss"))
    with c.group(transform="rotate(-10 600 600)"):
        for x, tone in ((560, OCHRE), (620, light(colour, 0.4))):
            c.stroke(f"M{x} 960q-8 60 10 120", tone, 15, stroke_linecap="butt")
        with c.group(filter=c.cast(22, 32, 26, 0.34)):
            c.path(rounded(342, 196, 540, 786, 16), fill=dark(colour, 0.3))
        c.path(rounded(350, 206, 520, 766, 8), fill="#f4eee0")
        for y in range(3):
            c.stroke(f"M352 {966 - y * 3}H868", "#cfc5b0", 1.4)
        for x in range(4):
            c.stroke(f"M{868 - x * 3} 214V966", "#cfc5b0", 1.4)
        cover = rounded(330, 186, 530, 776, 16)
        c.path(cover, fill=c.falling(colour, 0.12))
        weave(c, cover, 6, 0.13)
        c.rect(
            330,
            186,
            62,
            776,
            fill=c.linear((0, WHITE, 0.18), (0.5, SHADE, 0), (0.82, SHADE, 0.26), (1, WHITE, 0.16)),
        )
        label = rounded(520, 330, 240, 150, 6)
        with c.group(filter=c.cast(2, 3, 4, 0.2)):
            c.path(label, fill=PAPER)
        for y in (382, 418, 450):
            c.stroke(f"M556 {y}h168", "#b9ae9a", 3)


def fountain_pen(c: Canvas) -> None:
    """Draw the Harju pen beside its cap, on a written page."""
    lying(c, "dusk")
    with c.group(transform="rotate(-6 600 600)"):
        page = "M250 150h720v940h-720z"
        with c.group(filter=c.cast(14, 20, 20, 0.2)):
            c.path(page, fill=PAPER)
        for y in range(250, 1060, 66):
            c.stroke(f"M310 {y}H910", "#cdd8da", 2.5)
        for y, words in ((240, 5), (306, 6), (372, 4)):
            x = 320.0
            for n in range(words):
                d = f"M{x:.0f} {y}"
                for chance in scatter(5, y + n):
                    rise = 12 + chance * chance * 34
                    d += f"c4 {-rise:.0f} 15 {-rise:.0f} 10 {-rise * 0.3:.0f}"
                    d += f"c-5 {rise * 0.5:.0f} 0 {rise * 0.36:.0f} 7 {rise * 0.3:.0f}"
                c.stroke(d, "#2f4d68", 3.2, opacity=0.9)
                x += 104 + (n * 29) % 26
    with c.group(transform="translate(600 690) rotate(-34)"):
        body = "M-420 -34H120V34H-420Q-456 34 -456 0T-420 -34Z"
        with c.group(filter=c.cast(16, 20, 14, 0.4)):
            c.path(body, fill=OAK)
            c.path("M120 -33L250 -24V24L120 33Z", fill=BRASS)
            c.path("M250 -20Q320 -22 392 0Q320 22 250 20Z", fill=STEEL)
        bent = ((0, dark(OAK, 0.1)), (0.25, light(OAK, 0.4)), (0.55, OAK), (1, dark(OAK, 0.4)))
        c.path(body, fill=c.linear(*bent, x2=0, y2=1))
        grain(c, body, Area(-460, -36, 600, 72), "#6d4423", seed=2, pitch=9)
        ring_paint = c.linear(
            (0, dark(BRASS, 0.1)),
            (0.25, "#fff0c4"),
            (0.6, BRASS),
            (1, dark(BRASS, 0.4)),
            x2=0,
            y2=1,
        )
        c.path("M120 -33L250 -24V24L120 33Z", fill=ring_paint)
        for x in (120, 136):
            c.rect(x, -34, 7, 68, fill=dark(BRASS, 0.3), opacity=0.5)
        c.rect(-428, -35, 16, 70, fill=ring_paint)
        c.path(
            "M250 -20Q320 -22 392 0Q320 22 250 20Z",
            fill=c.linear((0, "#8f989b"), (0.3, "#f7f8f8"), (1, "#8b9597"), x2=0, y2=1),
        )
        c.stroke("M300 0H388", "#4b5456", 3)
        c.circle(298, 0, 6, fill="#4b5456")
    with c.group(transform="translate(760 930) rotate(-34)"):
        cap = "M-170 -42H130Q170 -42 170 0T130 42H-170Z"
        with c.group(filter=c.cast(16, 20, 14, 0.4)):
            c.path(cap, fill=OAK)
        c.path(
            cap,
            fill=c.linear(
                (0, dark(OAK, 0.1)),
                (0.25, light(OAK, 0.4)),
                (0.55, OAK),
                (1, dark(OAK, 0.4)),
                x2=0,
                y2=1,
            ),
        )
        grain(c, cap, Area(-176, -44, 350, 88), "#6d4423", seed=5, pitch=10)
        c.rect(-170, -42, 24, 84, fill=ring_paint)
        c.path("M150 -12Q152 -30 120 -30H-70q-14 0 -14 10t14 10H110Z", fill=ring_paint)


PENCILS = (LINGONBERRY, OCHRE, MOSS, "#2f5a4b", LAKE, SAND)


def pencils(c: Canvas) -> None:
    """Draw the twelve Pihka pencils in a row."""
    lying(c, "mist")
    with c.group(transform="rotate(-5 600 600)", filter=c.cast(14, 18, 12, 0.3)):
        for place in range(12):
            _pencil(c, 212 + place * 66, 210 + (place * 37) % 50, PENCILS[place // 2])
    band = "M190 800q410 -24 820 -72v74q-410 48 -820 72z"
    with c.group(filter=c.cast(6, 10, 8, 0.3)):
        c.path(band, fill=PAPER)
    c.path(
        band, fill=c.linear((0, SHADE, 0.14), (0.06, WHITE, 0.2), (0.9, WHITE, 0), (1, SHADE, 0.18))
    )
    with c.group(transform="rotate(-5 600 800)"):
        c.text(600, 826, "pihka  ·  12 × HB", 40, fill=INK, font_weight="600", letter_spacing="3")


def _pencil(c: Canvas, x: float, y: float, tone: str) -> None:
    tip, foot = 118, 830
    c.path(
        f"M{x} {y + tip}L{x + 28} {y}L{x + 56} {y + tip}Z",
        fill=c.linear((0, "#f2dcb4"), (0.5, "#e0bd86"), (1, "#b98d55")),
    )
    c.path(
        f"M{x + 19} {y + 40}L{x + 28} {y}L{x + 37} {y + 40}Q{x + 28} {y + 48} {x + 19} {y + 40}Z",
        fill="#3d4043",
    )
    for shift, share, lightness in ((0, 17, 0.24), (17, 22, 0.04), (39, 17, -0.3)):
        fill = light(tone, lightness) if lightness > 0 else dark(tone, -lightness)
        c.path(
            f"M{x + shift} {y + tip}q{share / 2} -26 {share} 0V{y + foot}H{x + shift}Z", fill=fill
        )
    c.rect(x, y + foot - 30, 56, 8, fill=BRASS, opacity=0.9)
    c.stroke(f"M{x + 21} {y + tip + 10}V{y + foot - 40}", WHITE, 3, opacity=0.35)


def organiser(c: Canvas) -> None:
    """Draw the Pesä organiser with pens, scissors and a phone."""
    standing(c, "moss")
    c.ellipse(640, 900, 440, 44, fill=SHADE, opacity=0.28, filter=c.blur(20))
    for x, tall, tone in (
        (290, 330, LINGONBERRY),
        (340, 400, OCHRE),
        (388, 350, "#2f5a4b"),
        (432, 300, LAKE),
    ):
        lean = (x - 360) * 0.2
        c.stroke(
            f"M{x} 640L{x + lean:.0f} {640 - tall}", dark(tone, 0.2), 30, stroke_linecap="butt"
        )
        c.stroke(
            f"M{x - 4} 640L{x + lean - 4:.0f} {640 - tall}",
            light(tone, 0.12),
            18,
            stroke_linecap="butt",
        )
        c.path(f"M{x + lean - 15:.0f} {640 - tall}l15 -46l15 46z", fill="#e6c894")
        c.path(f"M{x + lean - 5:.0f} {610 - tall}l5 -16l5 16z", fill="#3d4043")
    for side, x in ((-1, 560), (1, 590)):
        c.stroke(f"M575 660L{575 + side * 26} 480", "#aab3b5", 15)
        c.ellipse(
            x + side * 30,
            410,
            34,
            66,
            fill="none",
            stroke=BLACK,
            stroke_width=19,
            transform=f"rotate({side * 13} {x + side * 30} 410)",
        )
    phone = "M700 320q0 -28 28 -28h170q28 0 28 28v380h-226z"
    c.path(phone, fill="#2c3436")
    c.path(
        "M716 326q0 -16 16 -16h162q16 0 16 16v374h-194z",
        fill=c.linear((0, "#8fb0b6"), (0.6, "#e9d2b6"), (1, "#d9a97c"), x2=0.3, y2=1),
    )
    c.text(813, 430, "9.41", 64, fill=WHITE, font_weight="600")
    top = "M180 640L230 590H990L1040 640Z"
    wood(c, top, Area(180, 590, 860, 50), light(BIRCH, 0.2), seed=1, pitch=7)
    c.path("M262 632l22 -30h190l6 30z", fill="#8c6a3e")
    c.path("M520 632l4 -30h106l8 30z", fill="#8c6a3e")
    c.path("M690 630l6 -22h234l14 22z", fill="#8c6a3e")
    for x, tall, tone in (
        (290, 0, LINGONBERRY),
        (340, 0, OCHRE),
        (388, 0, "#2f5a4b"),
        (432, 0, LAKE),
    ):
        c.rect(x - 15, 604 + tall, 26, 34, fill=dark(tone, 0.1))
    c.rect(706, 604, 214, 24, fill="#2c3436")
    front = rounded(180, 636, 860, 254, 26)
    wood(c, front, Area(180, 636, 860, 254), BIRCH, seed=2.4, pitch=20)
    c.stroke("M206 642H1014", WHITE, 5, opacity=0.6)
    c.rect(180, 860, 860, 30, fill=c.linear((0, SHADE, 0), (1, SHADE, 0.24), x2=0, y2=1), rx=20)
    c.rect(204, 886, 812, 9, fill="#4b5350", rx=4)


SUNDAY = 6
HOLIDAYS = {1, 6}  # of January


def wall_calendar(c: Canvas) -> None:
    """Draw the Vuodenkierto calendar open at January 2027."""
    hanging(c, "linen")
    c.circle(600, 96, 8, fill="#7d8789")
    c.stroke("M470 168L600 96L730 168", "#8b9597", 4)
    sheet = "M290 160h620v920h-620z"
    with c.group(filter=c.cast(22, 32, 26, 0.3)):
        c.path(sheet, fill=PAPER)
    sky = c.linear((0, "#8ea7bd"), (0.6, "#d9cbd3"), (1, "#f0ddcf"), x2=0, y2=1)
    c.rect(320, 196, 560, 430, fill=sky)
    picture = "M320 196h560v430h-560z"
    with c.group(clip_path=c.clip(picture)):
        c.circle(720, 320, 46, fill="#fdf4e2", opacity=0.95)
        c.path("M300 520Q460 440 620 500T900 470V640H300Z", fill="#c5d0da")
        for place, x in enumerate((350, 420, 500, 590, 690, 780, 850)):
            tall = 150 + (place * 67) % 110
            _snowy_spruce(c, x, 590 - (place % 3) * 14, tall)
        c.path("M300 580Q520 540 700 586T900 560V640H300Z", fill="#f4f6f8")
    for chance_x, chance_y in zip(scatter(40, 1), scatter(40, 2), strict=True):
        c.circle(326 + chance_x * 546, 204 + chance_y * 400, 3, fill=WHITE, opacity=0.8)
    c.text(326, 706, "Tammikuu", 54, fill=INK, font_weight="600", text_anchor="start")
    c.text(876, 706, "2027", 54, fill=OAK, font_weight="600", text_anchor="end")
    for place, words in enumerate(("ma", "ti", "ke", "to", "pe", "la", "su")):
        c.text(364 + place * 79, 762, words, 26, fill="#7d8789")
    for day in range(1, 32):
        cell = day + 3
        tone = LINGONBERRY if cell % 7 == SUNDAY or day in HOLIDAYS else INK
        c.text(364 + cell % 7 * 79, 812 + cell // 7 * 54, str(day), 32, fill=tone)
    for x in range(310, 900, 26):
        c.path(f"M{x} 170v-22q0 -8 7 -8t7 8v22", stroke="#6b7578", stroke_width=4)
        c.circle(x + 7, 172, 5, fill="#d5d0c4")


def _snowy_spruce(c: Canvas, x: float, foot: float, tall: float) -> None:
    for step in range(4):
        y = foot - tall * step / 4.6
        wide = tall * (0.3 - step * 0.062)
        c.path(
            (
                f"M{x} {y - tall * 0.42:.0f}L{x + wide:.0f} {y:.0f}Q{x} {y - 16:.0f} "
                f"{x - wide:.0f} {y:.0f}Z"
            ),
            fill=mix("#3f6257", "#58776c", step / 4),
        )
        c.path(
            (
                f"M{x} {y - tall * 0.42:.0f}L{x + wide * 0.2:.0f} {y - 12:.0f}"
                f"L{x - wide * 0.85:.0f} {y - 6:.0f}Z"
            ),
            fill="#f2f5f8",
            opacity=0.85,
        )


def scissors(c: Canvas) -> None:
    """Draw the Terho scissors, slightly open."""
    lying(c, "blush")
    steel = c.linear((0, "#f6f8f8"), (0.4, "#c9d0d2"), (1, "#8f999c"), x2=1, y2=0.3)
    with c.group(transform="rotate(38 600 600)"), c.group(filter=c.cast(16, 18, 14, 0.36)):
        for side in (-1, 1):
            with c.group(
                transform=f"rotate({side * 11} 600 560) translate({600} 560) scale({side} 1)"
            ):
                c.path("M-24 40Q-30 -10 -22 -60L8 -440Q34 -240 30 40Z", fill=steel)
                c.stroke("M10 -420Q26 -240 24 0", WHITE, 4, opacity=0.8)
                c.path("M-22 20L26 20L104 200L66 216Z", fill=steel)
                c.ellipse(
                    140,
                    330,
                    84,
                    136,
                    fill="none",
                    stroke="#4a5254",
                    stroke_width=37,
                    transform="rotate(-16 140 330)",
                )
                c.ellipse(
                    136,
                    326,
                    84,
                    136,
                    fill="none",
                    stroke="#aab3b6",
                    stroke_width=29,
                    transform="rotate(-16 140 330)",
                )
                c.path("M50 300A84 136 -16 0 1 96 202", stroke=WHITE, stroke_width=7, opacity=0.7)
    x, y = 600 + 40 * sin(38 * pi / 180), 600 - 40 * cos(38 * pi / 180)
    c.circle(x + 2, y + 3, 25, fill=dark(BRASS, 0.5))
    c.circle(x, y, 23, fill=c.radial((0, "#fff0c4"), (1, dark(BRASS, 0.1)), x=0.35, y=0.3))
    c.stroke(f"M{x - 13:.0f} {y + 5:.0f}L{x + 13:.0f} {y - 5:.0f}", dark(BRASS, 0.5), 5)
    c.stroke("M200 980C320 900 360 1060 480 980S640 1000 700 940", LARCH, 6)
    c.stroke("M200 976C320 896 360 1056 480 976S640 996 700 936", light(LARCH, 0.4), 2)


def keyboard(c: Canvas, colour: str) -> None:
    """Draw the Naputin keyboard from above."""
    pale = colour != CHARCOAL
    lying(c, "linen" if pale else "mist")
    body = rounded(110, 400, 980, 400, 36)
    key = "#fdfcf8" if pale else "#565e62"
    ink = "#7b817e" if pale else "#d5dad8"
    with c.group(transform="translate(48 48) scale(0.92) rotate(-14 600 600)"):
        with c.group(filter=c.cast(18, 28, 22, 0.36)):
            c.path(body, fill=dark(colour, 0.2))
        c.path(body, fill=c.linear((0, light(colour, 0.25)), (1, dark(colour, 0.12)), x2=0.4, y2=1))
        for row, (shift, letters) in enumerate(
            ((0, "§1234567890+´"), (26, "qwertyuiopå¨"), (40, "asdfghjklöä'"), (6, "<zxcvbnm,.-"))
        ):
            for place, letter in enumerate(letters):
                x, y = 146 + shift + place * 68, 436 + row * 68
                _key(c, x, y, 60, tone=key, ink=ink, letter=letter)
        for x, y, wide in ((1024, 436, 34), (988, 504, 70), (900, 640, 158)):
            _key(c, x, y, wide, tone=key, ink=ink, letter="")
        _key(c, 1002, 572, 56, tone=OCHRE, ink=ink, letter="")
        for x, wide in (
            (146, 82),
            (236, 60),
            (304, 76),
            (388, 330),
            (726, 76),
            (810, 60),
            (878, 56),
            (942, 56),
            (1006, 52),
        ):
            _key(c, x, 708, wide, tone=key, ink=ink, letter="")
        c.stroke("M150 408H1050", WHITE, 4, opacity=0.5)


def _key(c: Canvas, x: float, y: float, wide: float, *, tone: str, ink: str, letter: str) -> None:
    c.rect(x, y + 4, wide, 58, fill=dark(tone, 0.34), rx=11)
    c.rect(
        x,
        y,
        wide,
        57,
        fill=c.linear((0, light(tone, 0.12)), (1, dark(tone, 0.06)), x2=0, y2=1),
        rx=11,
    )
    if letter:
        c.text(x + wide / 2, y + 38, letter.upper(), 25, fill=ink)


def mouse(c: Canvas, colour: str) -> None:
    """Draw the Sipaisu mouse."""
    lying(c, "moss" if colour != CHARCOAL else "blush")
    shape = (
        "M600 190C770 190 850 330 856 560C862 830 780 1010 604 1010C420 1010 330 850 344 590"
        "C356 340 440 190 600 190Z"
    )
    with c.group(transform="rotate(14 600 600)"):
        with c.group(filter=c.cast(30, 44, 34, 0.38)):
            c.path(shape, fill=dark(colour, 0.25))
        c.path(
            shape,
            fill=c.radial(
                (0, light(colour, 0.5)),
                (0.5, colour),
                (1, dark(colour, 0.36)),
                x=0.36,
                y=0.56,
                r=0.66,
            ),
        )
        c.path("M604 194C770 200 846 330 852 540Q730 500 604 500Z", fill=WHITE, opacity=0.1)
        c.stroke("M346 560Q470 502 602 502T852 548", dark(colour, 0.45), 5, opacity=0.7)
        c.stroke("M602 196V500", dark(colour, 0.45), 5, opacity=0.7)
        c.path(rounded(572, 270, 60, 150, 30), fill=dark(colour, 0.5))
        wheel = c.linear(
            (0, "#2d3335"), (0.3, "#7d878a"), (0.7, "#454d50"), (1, "#23292b"), x2=0, y2=1
        )
        c.path(rounded(582, 284, 40, 122, 20), fill=wheel)
        for y in range(298, 400, 14):
            c.stroke(f"M586 {y}h32", "#1f2527", 3, opacity=0.6)
        c.path("M352 700C372 900 460 996 590 1004C470 960 420 860 410 690Z", fill=OAK, opacity=0.9)
        c.ellipse(
            500,
            660,
            60,
            150,
            fill=WHITE,
            opacity=0.32,
            filter=c.blur(26),
            transform="rotate(12 500 660)",
        )
        c.circle(602, 560, 7, fill="#8fd0b4")


def headphones(c: Canvas, colour: str) -> None:
    """Draw the Hilja headphones."""
    standing(c, "mist" if colour == SAND else "linen")
    c.ellipse(620, 956, 420, 40, fill=SHADE, opacity=0.26, filter=c.blur(20))
    metal = "#b5a07c" if colour == SAND else "#8b9597"
    c.stroke("M300 640C270 120 930 120 900 640", dark(metal, 0.3), 26)
    c.stroke(
        "M300 640C270 120 930 120 900 640", light(metal, 0.2), 16, transform="translate(-3 -3)"
    )
    band = "M338 430C360 180 840 180 862 430L826 434C800 270 400 270 374 434Z"
    c.path(
        band,
        fill=c.linear(
            (0, light(colour, 0.3)), (0.45, colour), (1, dark(colour, 0.3)), x2=0.7, y2=1
        ),
    )
    weave(c, band, 8, 0.1)
    for side in (-1, 1):
        with c.group(transform=f"translate(600 0) scale({side} 1)"):
            c.path(rounded(196, 590, 96, 330, 48), fill=dark(colour, 0.42))
            pad = c.linear(
                (0, dark(colour, 0.2)), (0.5, dark(colour, 0.02)), (1, dark(colour, 0.3))
            )
            c.path(rounded(200, 584, 84, 330, 42), fill=pad)
            weave(c, rounded(200, 584, 84, 330, 42), 8, 0.14)
            shell = (
                "M266 566C350 560 392 640 392 746C392 860 350 936 266 930C286 820 286 680 266 566Z"
            )
            lit = (light(colour, 0.32), colour, dark(colour, 0.34))
            one, two, three = lit if side == 1 else lit[::-1]
            c.path(shell, fill=c.linear((0, one), (0.5, two), (1, three)))
            c.stroke(
                "M282 590C336 600 366 660 366 748C366 830 340 890 290 906",
                light(colour, 0.4),
                4,
                opacity=0.5,
            )
            c.circle(346, 748, 15, fill=metal)
            c.rect(
                286, 520, 26, 90, fill=c.linear((0, light(metal, 0.4)), (1, dark(metal, 0.2))), rx=8
            )


def charging_pad(c: Canvas) -> None:
    """Draw the stone-like Kivi pad with a phone on it."""
    lying(c, "blush")
    c.stroke("M600 800C560 960 760 940 800 1040S760 1160 700 1240", dark(SAND, 0.3), 15)
    c.stroke("M600 800C560 960 760 940 800 1040S760 1160 700 1240", SAND, 11)
    stone = "#8d9391"
    with c.group(filter=c.cast(22, 34, 26, 0.36)):
        c.ellipse(600, 620, 350, 338, fill=stone)
    c.ellipse(
        600,
        620,
        350,
        338,
        fill=c.radial(
            (0, light(stone, 0.4)), (0.7, stone), (1, dark(stone, 0.4)), x=0.38, y=0.34, r=0.68
        ),
    )
    disc = "M250 620a350 338 0 1 0 700 0a350 338 0 1 0 -700 0z"
    with c.group(clip_path=c.clip(disc)):
        for a, b, chance in zip(scatter(260, 1), scatter(260, 2), scatter(260, 3), strict=True):
            c.circle(
                250 + a * 700,
                282 + b * 680,
                1.5 + chance * 3,
                fill=(WHITE, SHADE)[round(chance)],
                opacity=0.16,
            )
        c.stroke("M280 500Q520 600 700 480T960 560", WHITE, 5, opacity=0.22)
    with c.group(transform="rotate(16 600 600)"):
        phone = rounded(450, 250, 310, 640, 50)
        with c.group(filter=c.cast(16, 24, 16, 0.44)):
            c.path(phone, fill="#262d2f")
        c.path(
            rounded(464, 264, 282, 612, 38),
            fill=c.linear((0, "#7fa3ad"), (0.5, "#dccdbd"), (1, "#c98f68"), x2=0.3, y2=1),
        )
        c.path(
            "M464 690Q560 630 640 690T746 680V838q0 38 -38 38H502q-38 0 -38 -38z",
            fill="#4f6f70",
            opacity=0.85,
        )
        c.text(605, 390, "9.41", 84, fill=WHITE, font_weight="600")
        c.circle(605, 560, 46, fill="none", stroke=WHITE, stroke_width=6, opacity=0.9)
        c.path("M612 530l-26 36h18l-6 26l26 -36h-18z", fill=WHITE)
        c.path("M464 302q0 -38 38 -38h90L464 640Z", fill=WHITE, opacity=0.16)


def speaker(c: Canvas) -> None:
    """Draw the small ash-wood Kaiku speaker."""
    standing(c, "moss")
    c.ellipse(640, 922, 430, 40, fill=SHADE, opacity=0.3, filter=c.blur(18))
    ash = "#dcc299"
    c.stroke("M946 420q130 60 60 260", "#7d5536", 24)
    c.stroke("M942 418q130 60 60 260", "#a5764d", 13)
    box_shape = rounded(200, 370, 800, 540, 70)
    wood(c, box_shape, Area(200, 370, 800, 540), ash, seed=2.2, pitch=20)
    c.path(
        box_shape, fill=c.linear((0, WHITE, 0.2), (0.5, SHADE, 0), (1, SHADE, 0.3), x2=0.9, y2=1)
    )
    front = rounded(244, 414, 712, 452, 40)
    c.path(front, fill="#8d8577", transform="translate(-3 -4)")
    cloth = "#d5ccbb"
    c.path(
        front,
        fill=c.linear((0, dark(cloth, 0.14)), (0.3, cloth), (1, light(cloth, 0.3)), x2=0.6, y2=1),
    )
    weave(c, front, 9, 0.17, 45)
    for x, r in ((430, 150), (760, 96)):
        c.circle(x, 640, r, fill=c.radial((0, SHADE, 0.16), (0.8, SHADE, 0.1), (1, SHADE, 0)))
    c.rect(880, 810, 40, 22, fill="#8a5f3c", rx=4)
    knob = Turned(780, [(318, 56), (322, 60), (366, 60), (376, 60)], 0.18)
    knob.paint(c, BRASS, 0.7)
    c.ellipse(780, 318, 56, 10, fill=light(BRASS, 0.45))
    for x in (320, 400, 480):
        c.ellipse(x, 378, 22, 6, fill=dark(ash, 0.34))
    for x in (300, 840):
        c.rect(x, 908, 60, 14, fill="#4b4238", rx=4)
