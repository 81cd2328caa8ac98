"""A text with marks under the parts that were seen in it, for a terminal and for plain text alike."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from rich.cells import cell_len
from rich.text import Text

from bot.cli.report.visible import runs
from bot.domain.judgement import Span

_MARK = "bold reverse"
_LINE_END = "⏎"


@dataclass(frozen=True, kw_only=True, slots=True)
class Drawing:
    """A text as it is drawn on one line."""

    #: what stands for each character
    pieces: tuple[str, ...]
    #: in which column each begins, and where the last ends
    columns: tuple[int, ...]

    def window(self, start: int, end: int, width: int) -> tuple[int, int]:
        """Return the part around some characters that fits into so many cells; all of it where it does."""
        if self.columns[-1] <= width:
            return 0, len(self.pieces)
        first, last = start, min(end, len(self.pieces))
        while self.columns[last] - self.columns[first] < width - 2:
            before, after = first, last
            first = max(0, first - 1)
            if self.columns[last] - self.columns[first] < width - 2:
                last = min(len(self.pieces), last + 1)
            if (first, last) == (before, after):
                break
        while self.columns[last] - self.columns[first] > width - 2 and last > first + 1:
            last -= 1
        return first, last


def draw(text: str) -> Drawing:
    """Return the text on one line, hidden characters spelt out."""
    pieces: list[str] = []
    for hidden, part in runs(text.replace("\r\n", " \n")):  # the length stays
        if hidden:
            pieces.append(f"⟨{part}⟩")
        else:
            pieces += (
                _LINE_END if character == "\n" else " " if character == "\t" else character for character in part
            )
    columns = [0]
    for piece in pieces:
        columns.append(columns[-1] + cell_len(piece))
    return Drawing(pieces=tuple(pieces), columns=tuple(columns))


def marked(text: str, spans: Sequence[tuple[Span, str]], width: int) -> Iterator[Text]:
    """Yield lines: the text with its parts marked, and below it what each of them is; again where it is too long."""
    drawing = draw(text)
    shown: tuple[int, int] | None = None
    for span, label in spans:
        window = drawing.window(span.start, span.end, width)
        if window != shown:
            shown = window
            yield _line(drawing, window, [one for one, _ in spans])
        first, last = window
        indent = drawing.columns[min(span.start, last)] - drawing.columns[first] + (1 if first else 0)
        length = drawing.columns[min(span.end, last)] - drawing.columns[min(span.start, last)]
        yield Text(" " * indent + "^" * max(1, length) + f"  {label}")


def _line(drawing: Drawing, window: tuple[int, int], spans: Sequence[Span]) -> Text:
    first, last = window
    line = Text("…" if first else "")
    for inside, part in groupby(
        range(first, last), key=lambda index: any(span.start <= index < span.end for span in spans)
    ):
        line.append("".join(drawing.pieces[index] for index in part), style=_MARK if inside else "")
    if last < len(drawing.pieces):
        line.append("…")
    return line
