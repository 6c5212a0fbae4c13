"""How the commands that take files in tell what they remark upon."""

from collections.abc import Iterator

from privacy.intake.report import AnyReport, Issue

MOST_SHOWN = 200
STATES = ("new", "changed", "unchanged")


def remarks(report: AnyReport, *, dry_run: bool) -> Iterator[str]:
    """Give the first remarks, a line each, and how the file was read."""
    issues = report.all()
    yield from (_line(issue) for issue in issues[:MOST_SHOWN])
    if len(issues) > MOST_SHOWN:
        yield f"… and {len(issues) - MOST_SHOWN} more."
    yield ""
    yield f"Format: {report.format}{' (dry run)' if dry_run else ''}"


def _line(issue: Issue) -> str:
    """Write a remark as compilers do: place, weight, reason."""
    place = f"line {issue.line}" if issue.line else "file"
    column = f", {issue.column}" if issue.column else ""
    return f"{place}{column}: {issue.weight}: {issue.reason}"


def of_a_kind(report: AnyReport, noun: str, words: str, *, width: int) -> str:
    """Say how many of something are new, changed and unchanged."""
    new, changed, same = (report.counts[f"{noun}_{state}"] for state in STATES)
    return f"{words:{width}} {new} new, {changed} changed, {same} unchanged"


def of_the_rows(report: AnyReport, *, width: int) -> str:
    """Say how many rows there were, and how many of them were remarked upon."""
    counts = report.counts
    told = f"{counts['rows']}, {counts['error']} errors, {counts['warning']} warnings"
    return f"{'Rows':{width}} {told}"
