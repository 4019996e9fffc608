"""The design tokens charts need, in light and dark: the same values as `.streamlit/config.toml`."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Tokens:
    """Colours of one theme."""

    background: str
    surface: str
    text: str
    muted: str
    border: str
    primary: str
    good: str
    bad: str
    series: tuple[str, ...]
    sequential: tuple[str, ...]


LIGHT = Tokens(
    background="#FFFFFF",
    surface="#F4F6FA",
    text="#1B2233",
    muted="#5B6478",
    border="#D9DFEA",
    primary="#2766C4",
    good="#0B7A75",
    bad="#B8380F",
    series=("#2766C4", "#F75900", "#00A391", "#902E70", "#222438", "#919861"),
    sequential=(
        "#EAF1FC",
        "#D3E2F8",
        "#B4CDF2",
        "#8FB3EA",
        "#6A98DF",
        "#4A80D3",
        "#2766C4",
        "#2053A0",
        "#19427F",
        "#12305E",
    ),
)
DARK = Tokens(
    background="#0F172A",
    surface="#1A2438",
    text="#E8EDF6",
    muted="#9AA7BF",
    border="#2E3A52",
    primary="#3F74D1",
    good="#3CCFBF",
    bad="#FF9A62",
    series=("#5D95F4", "#E97A35", "#55DDAD", "#AB649A", "#CFDEEF", "#E9E55A"),
    sequential=(
        "#16233F",
        "#1B3157",
        "#204172",
        "#26528F",
        "#2F66AE",
        "#4079C6",
        "#5D95F4",
        "#85B0F8",
        "#AFCBFB",
        "#DCE9FE",
    ),
)
