"""Values and their intervals drawn on a scale, as SVG that stands inside a page."""

from __future__ import annotations

from html import escape

from suggest.audit.blocks import Bars, number
from suggest.printable import one_line

ROW, TOP, LEFT, WIDTH, RIGHT = 22, 30, 290, 420, 150
LONGEST = 44


def lowest(bars: Bars) -> float:
    """Where the scale begins: further down, by steps of a fifth, where an interval reaches there."""
    low = min([bars.low, *(figure.low for _, figure in bars.rows if figure.low is not None)])
    return max(-1.0, -0.2 * -(-low // -0.2)) if low < bars.low else bars.low


def ticks(bars: Bars) -> list[float]:
    """Where the scale is marked: every fifth."""
    low = lowest(bars)
    return [tick / 5 for tick in range(-5, 6) if low - 1e-9 <= tick / 5 <= bars.high + 1e-9]


def drawn(bars: Bars) -> str:
    """One row for each value: a dot, a line for its interval, the figures in words beside it."""
    low = lowest(bars)
    span = bars.high - low
    height = TOP + ROW * len(bars.rows) + 8
    parts = [
        f'<svg viewBox="0 0 {LEFT + WIDTH + RIGHT} {height}" width="{LEFT + WIDTH + RIGHT}" height="{height}" '
        f'role="img" aria-label="{escape(one_line(bars.caption))}">'
    ]
    for tick in ticks(bars):
        x = LEFT + WIDTH * (tick - low) / span
        strong = "#8b949e" if tick == 0 else "#d5dbe1"
        parts.append(f'<line x1="{x:.1f}" y1="{TOP - 8}" x2="{x:.1f}" y2="{height - 6}" stroke="{strong}"/>')
        parts.append(f'<text x="{x:.1f}" y="{TOP - 14}" text-anchor="middle" fill="#59636e">{tick:.1f}</text>')
    for row, (label, figure) in enumerate(bars.rows):
        y = TOP + ROW * row + ROW / 2
        parts.append(
            f'<text x="{LEFT - 12}" y="{y + 4:.1f}" text-anchor="end" fill="#1b1f24">{escape(_short(label))}</text>'
        )
        if figure.value is None:
            continue

        def at(value: float) -> float:
            return LEFT + WIDTH * (value - low) / span

        words = number(figure.value)
        if figure.low is not None and figure.high is not None:
            parts.append(
                f'<line x1="{at(figure.low):.1f}" y1="{y:.1f}" x2="{at(figure.high):.1f}" y2="{y:.1f}" '
                'stroke="#1f5f8b" stroke-width="2"/>'
            )
            words += f"  ({number(figure.low)} to {number(figure.high)})"
        parts.append(f'<circle cx="{at(figure.value):.1f}" cy="{y:.1f}" r="4.5" fill="#1f5f8b"/>')
        parts.append(f'<text x="{LEFT + WIDTH + 14}" y="{y + 4:.1f}" fill="#1b1f24">{words}</text>')
    parts.append("</svg>")
    return "".join(parts)


def _short(label: str) -> str:
    label = one_line(label).rpartition(" > ")[2]
    return label if len(label) <= LONGEST else f"{label[: LONGEST - 1]}…"
