"""A progress bar on a terminal, and silence elsewhere."""

from types import TracebackType
from typing import Self, TextIO

WIDTH = 40


class Bar:
    """Draws how far something is, over and over on the same line."""

    def __init__(self, terminal: TextIO) -> None:
        self.terminal = terminal if terminal.isatty() else None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        trouble: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self.terminal is not None:
            self.terminal.write("\r\033[K")
            self.terminal.flush()

    def show(self, done: int, of: int) -> None:
        """Draw the bar."""
        if self.terminal is None or not of:
            return
        full = WIDTH * done // of
        self.terminal.write(f"\r[{'█' * full}{'·' * (WIDTH - full)}] {done:,} / {of:,}")
        self.terminal.flush()
