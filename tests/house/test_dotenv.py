import re

from soluto_shop.leash import PROJECT

READ_BY_SETTINGS = re.compile(r"""\benv(?:\.\w+)?\(\s*"([A-Z_]+)\"""")
READ_BY_WEB_SERVER = re.compile(r"""environ\.get\(["']([A-Z_]+)["']""")
LISTED = re.compile(r"^#?([A-Z_]+)=", re.MULTILINE)


def test_dotenv_example_lists_what_is_read_and_nothing_else() -> None:
    settings = (PROJECT / "soluto_shop" / "settings.py").read_text()
    web_server = (PROJECT / "soluto_shop" / "web_server.py").read_text()
    read = {*READ_BY_SETTINGS.findall(settings), *READ_BY_WEB_SERVER.findall(web_server)}
    listed = LISTED.findall((PROJECT / ".env.example").read_text())

    assert sorted(listed) == sorted(read)


def test_every_variable_has_its_comment() -> None:
    lines = (PROJECT / ".env.example").read_text().splitlines()
    for above, line in zip(["", *lines], lines, strict=False):
        if LISTED.match(line):
            assert above.startswith("# "), line
