"""Points in another measure: a column's own maximum, its decimals, its decimal sign."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation

from grader.export.marks import ExportError, Mark, decimal, number


@dataclass(frozen=True)
class Measure:
    """How a column counts: its maximum (None: unknown) and its decimal sign."""

    maximum: Decimal | None
    comma: bool = False

    def written(self, mark: Mark, points: Decimal, scale: bool) -> str:
        """Write points with two decimals; raise ExportError where the maxima differ and nobody asked to convert."""
        own = decimal(mark.report.max_score)
        if self.maximum is not None and self.maximum != own:
            if not scale:
                raise ExportError(
                    f"The column has {number(self.maximum)} points and the submissions were graded out of "
                    f"{number(own)}. Add --scale to convert, or change the points on the platform."
                )
            points = points * self.maximum / own if own else points
        return self.text(points)

    def text(self, value: Decimal) -> str:
        """Write a number as the column does."""
        written = f"{value.quantize(Decimal('0.01'), ROUND_HALF_UP):f}"
        return written.replace(".", ",") if self.comma else written


def read_number(text: str) -> Decimal | None:
    """Read `100`, `100.00` or `100,00`; None for anything else."""
    try:
        value = Decimal(text.strip().replace(",", ".")) if text.strip() else None
    except InvalidOperation:
        return None
    return value if value is not None and value.is_finite() else None
