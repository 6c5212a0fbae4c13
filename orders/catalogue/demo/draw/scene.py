"""The room on the home page, by day and by evening, and the picture that links to the shop show."""

from orders.catalogue.demo.draw.canvas import SHADE, WHITE, Canvas, dark, light, mix, scatter
from orders.catalogue.demo.draw.decor import (
    plant_itself,
    poster_itself,
    shelf_itself,
    stool_itself,
)
from orders.catalogue.demo.draw.forms import (
    BRASS,
    LAKE,
    MOSS,
    OAK,
    OCHRE,
    OFF_WHITE,
    SPRUCE,
    Turned,
    leaf,
    rounded,
    steam,
    weave,
)
from orders.catalogue.demo.draw.lighting import floor_lamp_itself, halo
from orders.catalogue.demo.draw.workplace import chair_itself, desk_itself

WIDE = (2000, 900)
SHARED = (1200, 630)


def hero_light() -> Canvas:
    """Draw the room on a winter morning."""
    c = Canvas(*WIDE, view="0 0 2000 900")
    _room(c, evening=False)
    return c


def hero_dark() -> Canvas:
    """Draw the room in the evening, the lamps lit."""
    c = Canvas(*WIDE, view="0 0 2000 900")
    _room(c, evening=True)
    return c


def link_picture() -> Canvas:
    """Draw the picture shown where someone links to the shop: the room and the shop's name."""
    c = Canvas(*SHARED, view="0 0 1200 630")
    with c.group(transform="translate(-290 0) scale(0.745)"):
        _room(c, evening=False)
    c.rect(
        0,
        0,
        1200,
        630,
        fill=c.linear((0, "#11493d", 0.94), (0.42, "#11493d", 0.8), (0.72, "#11493d", 0)),
    )
    c.text(
        76,
        330,
        "soluto",
        150,
        fill=WHITE,
        font_weight="700",
        letter_spacing="-6",
        text_anchor="start",
    )
    c.circle(474, 318, 20, fill="#f3b13c")
    c.text(82, 404, "Kaunista ja kestävää", 40, fill="#dcebe4", text_anchor="start")
    c.text(82, 456, "kotiin ja toimistoon", 40, fill="#dcebe4", text_anchor="start")
    return c


def _room(c: Canvas, *, evening: bool) -> None:
    wall = "#e4eae5"
    c.rect(
        0, 0, 2000, 900, fill=c.linear((0, light(wall, 0.45)), (1, dark(wall, 0.04)), x2=1, y2=1)
    )
    _view(c, evening=evening)
    _window_frame(c)
    _floor(c)
    with c.group(transform="translate(34 40) scale(0.36)"):
        poster_itself(c)
    with c.group(transform="translate(1452 -20) scale(0.44)"):
        shelf_itself(c, OAK)
    with c.group(transform="translate(1560 400) scale(0.37)"):
        chair_itself(c, OCHRE)
    with c.group(transform="translate(1400 366) scale(0.48)"):
        desk_itself(c)
    _laptop(c)
    with c.group(transform="translate(158 300) scale(0.5)"):
        plant_itself(c)
    with c.group(transform="translate(1020 214) scale(0.54)"):
        floor_lamp_itself(c)
    if not evening:
        c.path("M600 740H1000L1240 900H720Z", fill="#fff6e0", opacity=0.5, filter=c.blur(14))
    _rug(c)
    _sofa(c)
    with c.group(transform="translate(942 590) scale(0.27)"):
        stool_itself(c)
    _cup(c)
    if evening:
        _dusk(c)


def _view(c: Canvas, *, evening: bool) -> None:
    """Draw a frozen lake with an island outside the window, under a low sun or the stars."""
    pane = "M540 70h560v450h-560z"
    with c.group(clip_path=c.clip(pane)):
        sky = c.linear((0, "#a9c2d4"), (0.55, "#e5d6d2"), (1, "#f6dfc2"), x2=0, y2=1)
        c.rect(540, 70, 560, 450, fill=sky)
        c.circle(930, 300, 120, fill=c.radial((0, "#fff3d8", 0.9), (1, "#fff3d8", 0)))
        c.circle(930, 300, 34, fill="#fff7e6")
        c.path("M520 350Q660 300 800 344T1120 320V400H520Z", fill="#9db2bd")
        for place, chance in enumerate(scatter(26, 4)):
            x = 540 + place * 23
            tall = 26 + chance * 40
            c.path(f"M{x} {366 - tall:.0f}l12 {tall:.0f}h-24z", fill="#6f8c8c", opacity=0.85)
        c.rect(
            520,
            364,
            600,
            160,
            fill=c.linear((0, "#f3e3d2"), (0.3, "#dfe5ea"), (1, "#c7d5de"), x2=0, y2=1),
        )
        for place, chance in enumerate(scatter(9, 8)):
            foot, tall = 600 + place * 19 + chance * 8, 70 + chance * 80
            for step in range(3):
                y = 392 - step * tall * 0.24
                wide, high = tall * (0.25 - step * 0.06), tall * 0.42
                c.path(
                    f"M{foot:.0f} {y - high:.0f}l{wide:.0f} {high:.0f}h{-2 * wide:.0f}z",
                    fill=mix("#2f5550", "#4d7570", chance),
                )
        c.path("M570 396Q680 372 800 396Z", fill="#f4f6f7")
        c.path("M560 404h250l-60 60h-130z", fill="#8fa5ad", opacity=0.35, filter=c.blur(5))
        if evening:
            _stars(c)


def _stars(c: Canvas) -> None:
    night = c.linear((0, "#2d5470", 0.97), (0.6, "#557f98", 0.9), (1, "#7d9fb0", 0.75), x2=0, y2=1)
    c.rect(540, 70, 560, 450, fill=night)
    for a, b, chance in zip(scatter(46, 21), scatter(46, 22), scatter(46, 23), strict=True):
        c.circle(
            545 + a * 550, 76 + b * 220, 1 + chance * 1.8, fill=WHITE, opacity=0.4 + chance * 0.6
        )


def _window_frame(c: Canvas) -> None:
    """Draw the window's frame, its sill and the linen curtains."""
    frame = "#fbfaf6"
    for d in ("M526 56h588v478h-588z",):
        c.path(d, stroke=frame, stroke_width=28)
    c.stroke("M820 70V520", frame, 18, stroke_linecap="butt")
    c.path("M540 70h560M540 70v450", stroke=SHADE, stroke_width=5, opacity=0.14)
    c.rect(490, 528, 660, 24, fill=c.linear((0, WHITE), (1, "#d6dcd8"), x2=0, y2=1), rx=4)
    c.rect(500, 552, 640, 12, fill=SHADE, opacity=0.12, filter=c.blur(4))
    c.rect(430, 26, 780, 10, fill=BRASS, rx=5)
    for x, wide in ((440, 130), (1070, 130)):
        curtain = f"M{x} 34h{wide}c-6 200 10 420 4 700h{-wide - 8}c10 -240 -8 -480 4 -700z"
        c.path(curtain, fill="#f3ede0", opacity=0.93)
        for fold in range(5):
            at = x + fold * wide / 5
            c.rect(
                at,
                34,
                wide / 5,
                700,
                fill=c.linear((0, SHADE, 0.1), (0.4, WHITE, 0.3), (1, SHADE, 0.03)),
                opacity=0.8,
            )
    for turn in (-150, -125, -98, -72, -46, -24):
        leaf(
            c, 700, 486, 84, turn, colour=mix("#4f7d56", "#93ab62", (turn + 150) / 150), width=0.36
        )
    Turned(700, [(484, 36), (488, 37), (524, 29), (530, 27)], 0.14).paint(c, OFF_WHITE, 0.5)


def _floor(c: Canvas) -> None:
    boards = "#d9c3a0"
    c.rect(0, 716, 2000, 16, fill="#fbfaf6")
    c.rect(
        0,
        732,
        2000,
        168,
        fill=c.linear((0, dark(boards, 0.08)), (1, light(boards, 0.2)), x2=0, y2=1),
    )
    for x in range(-900, 3000, 120):
        c.stroke(f"M{x} 732L{x + (x - 1000) * 0.4:.0f} 900", dark(boards, 0.3), 2, opacity=0.25)
    c.rect(0, 730, 2000, 8, fill=SHADE, opacity=0.12)


def _rug(c: Canvas) -> None:
    rug = "M560 800H1290L1370 892H480Z"
    c.path(rug, fill=SHADE, opacity=0.2, filter=c.blur(8), transform="translate(4 6)")
    c.path(rug, fill="#efe7d8")
    with c.group(clip_path=c.clip(rug)):
        for y, tall, tone in (
            (806, 5, LAKE),
            (818, 3, OCHRE),
            (836, 8, LAKE),
            (856, 3, SPRUCE),
            (868, 9, OCHRE),
            (884, 4, LAKE),
        ):
            c.rect(460, y, 940, tall, fill=tone, opacity=0.75)
    weave(c, rug, 8, 0.08)


def _sofa(c: Canvas) -> None:
    tone = MOSS
    c.ellipse(880, 806, 400, 26, fill=SHADE, opacity=0.35, filter=c.blur(12))
    for x in (560, 1180):
        c.path(f"M{x} 770h20l-4 40h-12z", fill=dark(OAK, 0.2))
    back = rounded(520, 494, 700, 210, 46)
    c.path(
        back, fill=c.linear((0, light(tone, 0.22)), (0.5, tone), (1, dark(tone, 0.2)), x2=0.2, y2=1)
    )
    c.stroke("M870 500V660", dark(tone, 0.3), 4, opacity=0.5)
    for x in (552, 872):
        seat = rounded(x, 632, 316, 84, 30)
        c.path(
            seat,
            fill=c.linear((0, light(tone, 0.3)), (0.5, tone), (1, dark(tone, 0.22)), x2=0, y2=1),
        )
    c.path(
        rounded(548, 700, 644, 78, 18),
        fill=c.linear((0, dark(tone, 0.1)), (1, dark(tone, 0.32)), x2=0, y2=1),
    )
    for x in (484, 1176):
        arm = rounded(x, 572, 82, 210, 36)
        c.path(
            arm,
            fill=c.linear((0, light(tone, 0.26)), (0.5, tone), (1, dark(tone, 0.26)), x2=1, y2=0.5),
        )
    weave(c, back, 7, 0.05)
    for x, y, turn, colour in ((588, 534, -7, OCHRE), (668, 552, 6, OFF_WHITE)):
        with c.group(transform=f"rotate({turn} {x + 55} {y + 55})"):
            c.path(
                rounded(x, y, 116, 108, 26),
                fill=c.radial(
                    (0, light(colour, 0.4)),
                    (0.6, colour),
                    (1, dark(colour, 0.2)),
                    x=0.4,
                    y=0.35,
                    r=0.75,
                ),
                filter=c.cast(4, 6, 6, 0.25),
            )
    throw = "M1096 492q60 -8 100 4l18 210q-60 14 -116 4z"
    c.path(
        throw,
        fill=c.linear((0, light(LAKE, 0.2)), (1, dark(LAKE, 0.16)), x2=0.3, y2=1),
        filter=c.cast(4, 6, 6, 0.25),
    )
    with c.group(clip_path=c.clip(throw)):
        for y, tall in ((620, 16), (646, 5), (660, 5), (608, 4)):
            c.rect(1080, y, 150, tall, fill="#f1ebdd", opacity=0.9)
    weave(c, throw, 6, 0.1, 45)
    for n in range(15):
        c.stroke(
            f"M{1101 + n * 7.8:.0f} {710 + n * 0.2:.0f}v{17 + n % 3 * 2}", light(LAKE, 0.15), 3.4
        )
    _cat(c)


def _cat(c: Canvas) -> None:
    """Draw the cat, asleep where it always is."""
    fur = "#8a8580"
    c.ellipse(968, 640, 92, 12, fill=SHADE, opacity=0.35, filter=c.blur(6))
    body = c.radial((0, light(fur, 0.28)), (0.6, fur), (1, dark(fur, 0.34)), x=0.45, y=0.25, r=0.75)
    c.path(
        "M876 630C870 570 930 556 986 562C1050 570 1062 610 1052 634Q968 652 876 630Z", fill=body
    )
    c.stroke("M1050 630C1010 652 940 652 906 636", dark(fur, 0.16), 19)
    c.stroke("M1046 626C1010 646 946 646 912 632", light(fur, 0.14), 6, opacity=0.6)
    c.path("M868 594l4 -34l24 18zM926 578l18 -26l10 34z", fill=dark(fur, 0.2))
    c.ellipse(
        908,
        604,
        43,
        35,
        fill=c.radial((0, light(fur, 0.3)), (0.7, fur), (1, dark(fur, 0.26)), x=0.4, y=0.3, r=0.75),
    )
    c.stroke("M884 606q8 7 16 0M916 606q8 7 16 0", "#2f3331", 3.4)
    c.path("M903 616h10l-5 6z", fill="#b5857c")


def _laptop(c: Canvas) -> None:
    c.path("M1640 576l10 -84q1 -8 9 -8h122q8 0 9 8l10 84z", fill="#6d777a")
    c.path(
        "M1650 570l9 -76q1 -4 5 -4h112q4 0 5 4l9 76z",
        fill=c.linear((0, "#7fa0aa"), (1, "#d9cdbd"), x2=1, y2=1),
    )
    c.path(
        rounded(1622, 574, 196, 11, 5), fill=c.linear((0, "#eef1f1"), (1, "#a9b2b4"), x2=0, y2=1)
    )


def _cup(c: Canvas) -> None:
    cup = Turned(1096, [(648, 22), (651, 22), (680, 20), (688, 16)], 0.18)
    c.stroke("M1116 656q22 0 18 12t-22 10", "#a8433f", 7)
    cup.paint(c, "#a8433f", 0.3)
    cup.opening(c, "#a8433f", 3, "#4a3022")
    with c.group(transform="translate(1096 644) scale(0.45)"):
        steam(c, 0, 0, 150)


def _dusk(c: Canvas) -> None:
    """Let the evening in: everything sinks in blue shade, and the lamp lights its corner."""
    shadow = c.radial(
        (0, "#ffe9c4"),
        (0.22, "#e3bd8a"),
        (0.5, "#7f8478"),
        (0.85, "#3d5358"),
        (1, "#314850"),
        x=1344,
        y=440,
        r=1150,
        on_sheet=True,
    )
    c.rect(0, 0, 2000, 900, fill=shadow, style="mix-blend-mode:multiply")
    c.rect(0, 0, 2000, 900, fill="#0e1d1c", opacity=0.16)
    shade = "M1247 295A97 11 0 0 1 1441 295L1483 458A139 15 0 0 1 1205 458Z"
    glow = c.radial(
        (0, "#fffbea"), (0.5, "#ffe8b4"), (1, "#efbd72"), x=1344, y=390, r=160, on_sheet=True
    )
    c.path(shade, fill=glow)
    c.ellipse(1344, 458, 138, 15, fill="#fff7e0")
    halo(c, 1344, 390, 430, 0.42)
    c.path("M1650 570l9 -76q1 -4 5 -4h112q4 0 5 4l9 76z", fill="#cfe6e8", opacity=0.5)
    halo(c, 1720, 540, 130, 0.2)
    _tealight(c, 1058)


def _tealight(c: Canvas, x: float) -> None:
    halo(c, x, 640, 80, 0.55)
    c.rect(x - 12, 642, 24, 19, fill="#f1c27a", rx=4)
    c.path(f"M{x} 616q10 14 0 24q-10 -10 0 -24z", fill="#fff3cf")
