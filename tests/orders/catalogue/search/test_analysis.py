import csv
import itertools
import re
import threading
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from orders.catalogue.search import analysis
from orders.catalogue.search.analysers import Analysis, Dictionary, NotInstalled, Voikko
from orders.catalogue.search.analysis import Analysers, code_terms
from tests import vectors
from tests.orders.catalogue.search.matching import found

ROWS = vectors.rows("search_relevance")
DEMO = Path(analysis.__file__).parents[1] / "demo" / "catalogue.csv"
#: The least share of relevant pairs found, and the most false ones, that each analyser may show.
EXPECTED = {"voikko": (0.98, 0), "simplemma": (0.95, 0)}


@pytest.fixture(scope="module", params=list(EXPECTED))
def analysers(request: pytest.FixtureRequest) -> Analysers:
    try:
        return analysis.chosen(request.param)
    except NotInstalled as missing:
        pytest.skip(f"apt install {missing}")


@pytest.fixture(scope="module")
def portable() -> Analysers:
    return analysis.chosen("simplemma")


def test_what_belongs_together_is_found(analysers: Analysers) -> None:
    least, _ = EXPECTED[analysers.name]
    relevant = [
        row for row in ROWS if row["expected"] == "match" and "Swedish" not in row["source"]
    ]
    missed = [
        (row["id"], row["query"], row["document"])
        for row in relevant
        if not found(analysers, row["query"], row["document"])
    ]

    assert len(relevant) > 150
    assert 1 - len(missed) / len(relevant) >= least, missed


def test_other_words_are_not_found(analysers: Analysers) -> None:
    _, most = EXPECTED[analysers.name]
    others = [row for row in ROWS if row["expected"] == "no match"]
    false = [
        (row["id"], row["query"], row["document"])
        for row in others
        if found(analysers, row["query"], row["document"])
    ]

    assert len(others) > 10
    assert len(false) <= most, false


@pytest.mark.parametrize(
    ("query", "document", "language"),
    [
        ("bryggare", "Kaffebryggare Moccamaster", "sv"),
        ("skor", "Vintersko", "sv"),
        ("sko", "Vinterskor för barn", "sv"),
        ("väska", "Skolväskor", "sv"),
        ("lampa", "Bordslampor av mässing", "sv"),
        ("kök", "Köksredskap", "sv"),
        ("barnvagn", "Regnskydd till barnvagnar", "sv"),
        ("knife", "Bread knives", "en"),
        ("shoes", "Winter shoe", "en"),
        ("child", "Raincoat for children", "en"),
    ],
)
def test_swedish_and_english_are_understood(
    portable: Analysers, query: str, document: str, language: str
) -> None:
    assert found(portable, query, document, language)


@pytest.mark.parametrize(
    ("query", "document"),
    [
        ("poyta", "Kirjoituspöytä koivua"),
        ("KAHVINKEITIN", "kahvinkeitin"),
        ("cafe", "Café-muki"),
        ("café", "Cafe-muki"),
        ("ledlamppu", "LED-lamput"),
        ("led-lamppu", "Lamppu, LED E27"),
        ("tpaita", "T-paidat"),
        ("moccamaster", "Moccamasterin suodatin"),
        ("levis", "Levi’s 501"),
        ("1,5 l", "Termospullo 1.5 l"),
        ("160x230", "Villamatto 160x230"),
        ("ｋａｈｖｉ", "kahvi"),
        ("matto ja kynnys", "Kynnysmatto"),
    ],
)
def test_other_ways_to_write_it_find_it_too(
    analysers: Analysers, query: str, document: str
) -> None:
    assert found(analysers, query, document)


@pytest.mark.parametrize(
    ("query", "document"),
    [
        ("saa", "Sääasema"),
        ("tuki", "Tukki"),
        ("kuu", "Kuusi"),
        ("kahvi tuoli", "Kahvikuppi"),
        ("5", "15 kpl"),
        ("", "Matto"),
        ("!!!", "Matto"),
    ],
)
def test_what_only_looks_alike_is_not_found(
    analysers: Analysers, query: str, document: str
) -> None:
    assert not found(analysers, query, document)


def test_every_run_of_adjacent_parts_is_a_term(analysers: Analysers) -> None:
    terms = {term.text for term in analysers.terms("Jääkaappipakastimet", "fi")}

    assert {"jää", "kaappi", "pakastin", "jääkaappi", "kaappipakastin"} <= terms


def test_a_whole_word_is_told_from_a_part(analysers: Analysers) -> None:
    terms = {term.text: term.is_whole for term in analysers.terms("Kahvinkeittimet", "fi")}

    assert terms["kahvinkeitin"]
    assert not terms["keitin"]


def test_an_article_number_is_found_with_its_signs_and_without() -> None:
    terms = {term.text for term in code_terms("KBG-741.AO/10")}

    assert {"kbg-741-ao-10", "kbg741ao10", "kbg", "741"} <= terms


def test_only_unknown_words_are_guessed_at(analysers: Analysers) -> None:
    query = analysers.query("kissa polkupörä abc 12345", "fi")

    assert [word.text for word in query.guessable] == ["polkupörä"]


@given(text=st.text(max_size=400))
@example(text="'\\'' | !& <-> :* (a)")
@example(text="\x00\ud800".encode("utf-8", "ignore").decode())
@settings(max_examples=200, deadline=None)
def test_no_text_gets_out_of_its_quotes(portable: Analysers, text: str) -> None:
    written = portable.query(text, "fi").tsquery()

    assert len(portable.query(text, "fi").words) <= analysis.MOST_WORDS
    assert set(re.sub(r"'(?:[^'\\]|''|\\\\)+'(?::\*)?", "", written)) <= set(" |&()")
    assert "\x00" not in written


@pytest.mark.parametrize(
    "text",
    [
        "kuusi" * 100_000,
        "a-" * 100_000,
        "työmaa " * 100_000,
        "pesukonekaappilavatietyö" * 10_000,
        "́" * 200_000,
        "ﷺ" * 50_000,
        "1." * 100_000,
    ],
)
def test_however_long_a_query_only_its_beginning_is_understood(
    analysers: Analysers, text: str
) -> None:
    query = analysers.query(text, "fi")

    assert len(query.words) <= 20
    assert len(query.tsquery()) < 50_000


@pytest.mark.parametrize("language", analysis.LANGUAGES)
def test_every_word_of_a_language_can_be_analysed(language: str) -> None:
    dictionary = Dictionary(language)
    words = [word for word in itertools.islice(dictionary._words, 0, None, 997) if word.islower()]
    joined = [a + b for a, b in itertools.pairwise(words)]

    assert len(words) > 50
    for word in (*words[:3000], *joined[:1000]):
        understood = dictionary.analyse(word)
        assert all((*understood.base_forms, *understood.parts))


def test_the_words_of_the_demo_catalogue_are_understood(analysers: Analysers) -> None:
    with DEMO.open(encoding="utf-8", newline="") as lines:
        rows = [row for row in csv.DictReader(lines) if row["name_fi"]]

    assert len(rows) > 50
    for row in rows:
        for language in analysis.LANGUAGES:
            text = f"{row[f'name_{language}']} {row[f'text_{language}']}"
            assert {term.text for term in analysers.terms(text, language)}
            assert found(analysers, row[f"name_{language}"], text, language)


def test_threads_do_not_share_a_handle() -> None:
    try:
        voikko = Voikko()
    except NotInstalled as missing:
        pytest.skip(f"apt install {missing}")
    words = ["kahvinkeittimet", "jääkaappipakastin", "villamatot", "kengät", "saappaat"] * 100
    expected = [voikko._analyse(word) for word in words]
    answers: list[list[Analysis]] = []

    def work() -> None:
        answers.append([voikko._analyse(word) for word in words])

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert answers == [expected] * 4


def test_voikko_by_name_is_refused_where_it_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    def missing(language: str) -> None:
        raise OSError("libvoikko.so.1: cannot open shared object file")

    monkeypatch.setattr("libvoikko.Voikko", missing)

    assert analysis.chosen().name == "simplemma"
    with pytest.raises(NotInstalled):
        analysis.chosen("voikko")
