"""The pages of the played payment service, in three languages, without a script."""

import base64
import hashlib
from collections.abc import Iterable
from html import escape

from soluto_shop.local.paytrail.transactions import NEW, OK, PENDING, Transaction

TROUBLES = ("", "timeout", "reset", "500", "400", "401", "404", "422", "garbage", "unsigned")
REFUNDS = ("ok", "pending", "fail", "unsupported")

STYLE = """
:root{color-scheme:light dark;
 --ink:#1c1a17;
 --paper:#f6f3ee;
 --card:#fff;
 --line:#cfc8bd;
 --deep:#14532d;
 --soft:#5b554c}
@media (prefers-color-scheme:dark){:root{
 --ink:#f1ede6;
 --paper:#16140f;
 --card:#211e19;
 --line:#4a453c;
 --deep:#86efac;
 --soft:#b9b1a4}}
*{box-sizing:border-box}
body{margin:0;font:1rem/1.5 system-ui,sans-serif;color:var(--ink);background:var(--paper)}
main{max-width:34rem;margin:0 auto;padding:1.5rem 1rem 3rem}
h1{font-size:1.5rem;line-height:1.25;margin:0 0 .5rem}h2{font-size:1.1rem;margin:0 0 .5rem}
.played{display:inline-block;border:1px solid var(--line);border-radius:1rem;padding:.1rem .7rem;
 font-size:.85rem;color:var(--soft);margin:0 0 1rem}
.card{background:var(--card);border:1px solid var(--line);border-radius:.75rem;padding:1.25rem;
 margin:0 0 1rem}
.sum{font-size:2rem;font-weight:700;margin:.25rem 0}
p{margin:0 0 .75rem}.soft{color:var(--soft);font-size:.9rem;overflow-wrap:anywhere}
.buttons{display:grid;gap:.6rem}
button,select{font:inherit;min-height:2.75rem;padding:.5rem 1rem;border-radius:.5rem;
 border:1px solid var(--line);background:var(--card);color:var(--ink);width:100%}
button.main{background:var(--deep);border-color:var(--deep);color:var(--card);font-weight:600}
button:focus-visible,select:focus-visible,a:focus-visible{outline:3px solid var(--deep);
 outline-offset:2px}
label{display:block;font-weight:600;margin:0 0 .25rem}.field{margin:0 0 1rem}
a{color:var(--deep)}
"""
STYLE_HASH = "sha256-" + base64.b64encode(hashlib.sha256(STYLE.encode()).digest()).decode()

WORDS = {
    "FI": {
        "title": "Maksa tilauksesi",
        "played": "Harjoitusmaksu: rahaa ei liiku",
        "reference": "Viitenumero",
        "calls": "Milloin kauppa saa tiedon",
        "before": "ennen paluuta",
        "after": "paluun jälkeen",
        "twice": "kahdesti",
        "at_once": "monta kertaa yhtä aikaa paluun kanssa",
        "late": "minuutin kuluttua",
        "never": "ei koskaan",
        "ok": "Maksa",
        "fail": "Maksu hylätään",
        "cancel": "Peruuta ja palaa kauppaan",
        "pending": "Maksu jää odottamaan",
        "delayed": "Maksu viipyy päiviä",
        "done": "Tämä maksu on jo maksettu.",
        "unknown": "Maksua ei löydy",
    },
    "SV": {
        "title": "Betala din beställning",
        "played": "Övningsbetalning: inga pengar rör sig",
        "reference": "Referensnummer",
        "calls": "När butiken får veta",
        "before": "före återkomsten",
        "after": "efter återkomsten",
        "twice": "två gånger",
        "at_once": "många gånger samtidigt med återkomsten",
        "late": "efter en minut",
        "never": "aldrig",
        "ok": "Betala",
        "fail": "Betalningen avslås",
        "cancel": "Avbryt och gå tillbaka till butiken",
        "pending": "Betalningen blir väntande",
        "delayed": "Betalningen dröjer i dagar",
        "done": "Den här betalningen är redan betald.",
        "unknown": "Betalningen hittas inte",
    },
    "EN": {
        "title": "Pay your order",
        "played": "Practice payment: no money moves",
        "reference": "Reference number",
        "calls": "When the shop is told",
        "before": "before the return",
        "after": "after the return",
        "twice": "twice",
        "at_once": "many times at once with the return",
        "late": "after a minute",
        "never": "never",
        "ok": "Pay",
        "fail": "The payment is refused",
        "cancel": "Cancel and return to the shop",
        "pending": "The payment is left waiting",
        "delayed": "The payment takes days",
        "done": "This payment has been paid already.",
        "unknown": "There is no such payment",
    },
}
CALLS = ("before", "after", "twice", "at_once", "late", "never")
OUTCOMES = ("ok", "fail", "cancel", "pending", "delayed")


def pay(transaction: Transaction) -> str:
    """Ask how a payment shall go."""
    words = WORDS[transaction.language]
    if transaction.status == OK:
        choices = f"<p>{words['done']}</p>"
    else:
        calls = "".join(f'<option value="{name}">{words[name]}</option>' for name in CALLS)
        buttons = "".join(
            f'<button name="outcome" value="{name}"{" class=main" if name == "ok" else ""}>'
            f"{words[name]}</button>"
            for name in OUTCOMES
        )
        choices = (
            f'<form method="post"><div class="field"><label for="calls">{words["calls"]}</label>'
            f'<select id="calls" name="calls">{calls}</select></div>'
            f'<div class="buttons">{buttons}</div></form>'
        )
    return _document(
        transaction.language,
        words["title"],
        f'<p class="played">{words["played"]}</p><h1>{words["title"]}</h1>'
        f'<div class="card"><p class="sum">{_euros(transaction.amount, transaction.language)}</p>'
        f'<p class="soft">{words["reference"]} {escape(transaction.reference)}</p></div>{choices}',
    )


def unknown() -> str:
    """Say that there is no such payment."""
    lines = "".join(f"<h1 lang={code.lower()}>{WORDS[code]['unknown']}</h1>" for code in WORDS)
    return _document("FI", WORDS["FI"]["unknown"], lines)


def overview(known: Iterable[Transaction], trouble: str, refunds: str) -> str:
    """Show all payments, and what goes wrong now."""
    rows = "".join(_row(transaction) for transaction in known)
    wishes = (
        '<form method="post" class="card"><div class="field"><label for="trouble">What the shop '
        'meets when it asks</label><select id="trouble" name="trouble">'
        f"{_options(TROUBLES, trouble)}"
        '</select></div><div class="field"><label for="refunds">How refunds go</label>'
        f'<select id="refunds" name="refunds">{_options(REFUNDS, refunds)}</select></div>'
        "<button>Set</button></form>"
    )
    return _document(
        "EN",
        "The played payment service",
        f'<p class="played">{WORDS["EN"]["played"]}</p><h1>The played payment service</h1>'
        f"{wishes}{rows}",
    )


def _row(transaction: Transaction) -> str:
    parts = [_part(transaction.id, transaction.status, transaction.status not in (NEW, OK))]
    parts += [_part(each.id, each.status, each.status == PENDING) for each in transaction.refunds]
    return (
        f'<div class="card"><h2>{_euros(transaction.amount, "EN")}</h2>'
        f'<p class="soft">{escape(transaction.reference)}</p>{"".join(parts)}</div>'
    )


def _part(key: str, status: str, is_open: bool) -> str:  # noqa: FBT001 (one truth about a row)
    buttons = "".join(
        f'<button name="outcome" value="{outcome}">{WORDS["EN"][outcome]}</button>'
        for outcome in ("ok", "fail")
    )
    form = (
        f'<form method="post"><input type="hidden" name="transaction" value="{key}">'
        f'<div class="buttons">{buttons}</div></form>'
    )
    return f'<p class="soft">{key}: {status}</p>{form if is_open else ""}'


def _options(values: Iterable[str], chosen: str) -> str:
    return "".join(
        f'<option value="{value}"{" selected" if value == chosen else ""}>{value or "nothing"}'
        "</option>"
        for value in values
    )


def _euros(cents: int, language: str) -> str:
    comma = "." if language == "EN" else ","
    return f"{cents // 100}{comma}{cents % 100:02d}&nbsp;€"


def _document(language: str, title: str, body: str) -> str:
    return (
        f'<!doctype html><html lang="{language.lower()}"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{title}</title><style>{STYLE}</style></head><body><main>{body}</main></body></html>"
    )
