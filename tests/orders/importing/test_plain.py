"""Plain text out of HTML."""

import time

from orders.importing.plain import plain_text, shortened


def test_paragraphs_and_lists_stay() -> None:
    html = "<h2>Lyhty</h2><p>Kestää <b>tuulen</b> &amp;\nsateen.<br>Aina.</p>"
    html += "<ul><li>Lasia<li>Terästä</ul>"

    assert plain_text(html) == "Lyhty\n\nKestää tuulen & sateen.\nAina.\n\n- Lasia\n- Terästä"


def test_scripts_and_styles_go() -> None:
    html = "<style>p{}</style><p>A</p><script>alert('<p>B</p>')</script><!-- C --><p>D</p>"

    assert plain_text(html) == "A\n\nD"


def test_what_is_no_html_stays_as_it_is() -> None:
    assert plain_text("koko < 5 & > 3\r\n\r\n\r\n- a") == "koko < 5 & > 3\n\n- a"


def test_broken_html_is_read_in_no_time() -> None:
    begun = time.process_time()
    for bad in ("<" * 50_000, "<a " * 20_000, "<!--" * 20_000, "</p" * 20_000, "&" * 50_000):
        plain_text(f"<p>{bad}")

    assert time.process_time() - begun < 5


def test_a_summary_ends_with_a_sentence_or_a_word() -> None:
    assert shortened("Yksi lause. Toinen lause on tässä.", 20) == "Yksi lause."
    assert shortened("Vain yksi pitkä lause", 12) == "Vain yksi…"
    assert len(shortened("x" * 400, 300)) <= 300
