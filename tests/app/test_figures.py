"""The chart factory: our colours, our notation, nothing that leaves the machine."""

from __future__ import annotations

import re
import tomllib
from datetime import date
from pathlib import Path

import pandas as pd
import plotly.graph_objects as go
import pytest

from app import figures, figures_churn, figures_roaming, tokens
from app.formats import MINUS
from app.repository import Repository
from app.scope import Filters

OCTOBER = Filters(date(2026, 10, 1))
CONFIG = Path(figures.__file__).parent / ".streamlit" / "config.toml"


def drawn(repository: Repository, theme: tokens.Tokens) -> dict[str, go.Figure]:
    trust = repository.frame("churn_trust")
    deciles = trust[trust["decile"] > 0]
    pairs = deciles.pivot_table(index="decile", columns="metric", values="value").reset_index()
    values = OCTOBER.parameters()
    networks = repository.frame("roaming_by_network", **values).assign(label="<b>FRAHX</b>")
    return {
        "trend": figures.trend(
            repository.kpi_history(OCTOBER, ["service_revenue"]), theme, unit="EUR"
        ),
        "bridge": figures.bridge(
            repository.revenue_bridge(OCTOBER, date(2026, 9, 1)), theme, currency="EUR"
        ),
        "bars": figures.bars(
            repository.frame("churn_reasons", **values),
            theme,
            label="reason",
            value="value_at_risk",
            currency="EUR",
        ),
        "heat": figures.heat(repository.frame("churn_where", **values), theme, currency="EUR"),
        "moves": figures_churn.base_moves(repository.frame("roll_forward", **values), theme),
        "lift": figures_churn.lift(deciles[deciles["metric"] == "lift"], theme),
        "caps": figures_roaming.charged_and_allowed(networks, theme),
        "reliability": figures_churn.reliability(pairs, theme),
    }


@pytest.mark.parametrize("theme", [tokens.LIGHT, tokens.DARK], ids=["light", "dark"])
def test_every_figure_uses_token_colours_only(repository: Repository, theme: tokens.Tokens) -> None:
    known = {colour.lower() for colour in (*theme.series, *theme.sequential)} | {
        value.lower() for value in vars(theme).values() if isinstance(value, str)
    }
    for name, figure in drawn(repository, theme).items():
        figure.update_layout(template=None)
        used = {colour.lower() for colour in re.findall(r"#[0-9A-Fa-f]{6}", figure.to_json())}
        assert used <= known | {"#ffffff"}, (name, used - known)
        assert figure.data


def test_the_bridge_ends_in_the_sum_of_all_parts(repository: Repository) -> None:
    frame = repository.revenue_bridge(OCTOBER, date(2026, 9, 1))
    figure = figures.bridge(frame, tokens.LIGHT, currency="EUR", parts=2)
    waterfall = figure.data[0]
    assert list(waterfall.y)[-2:] == ["Other", "Net change"]
    assert sum(waterfall.x) == pytest.approx(float(sum(frame["amount"])))


def test_last_year_is_dotted_and_actual_is_solid(repository: Repository) -> None:
    figure = drawn(repository, tokens.LIGHT)["trend"]
    dashes = {trace.name: trace.line.dash for trace in figure.data}
    assert dashes["Last year"] == "dot"
    assert dashes["Actual"] is None


def test_a_figure_survives_missing_values(repository: Repository) -> None:
    frame = repository.kpi_history(OCTOBER, ["ic_net_position"])
    figure = figures.trend(frame, tokens.LIGHT, unit="EUR")
    assert "Target" not in {trace.name for trace in figure.data}


def test_an_html_export_has_no_share_button(repository: Repository) -> None:
    html = drawn(repository, tokens.LIGHT)["bars"].to_html(
        include_plotlyjs=False, config=figures.PLOTLY_CONFIG
    )
    assert '"showSendToCloud": false' in html
    assert "https://" not in html


def test_tokens_equal_the_theme_of_the_server() -> None:
    theme = tomllib.loads(CONFIG.read_text())["theme"]
    for name, token in (("light", tokens.LIGHT), ("dark", tokens.DARK)):
        section = theme[name]
        assert token.background == section["backgroundColor"]
        assert token.surface == section["secondaryBackgroundColor"]
        assert token.text == section["textColor"]
        assert token.border == section["borderColor"]
        assert token.primary == section["primaryColor"]
        assert token.good == section["greenColor"]
        assert token.bad == section["redColor"]
        assert list(token.series) == section["chartCategoricalColors"]
        assert list(token.sequential) == section["chartSequentialColors"]


def test_the_axis_starts_above_zero_only_where_the_line_would_lie_flat() -> None:
    def start(*values: float) -> float:
        frame = pd.DataFrame({"actual": values, "same_month_last_year": None, "target": None})
        return figures.axis_start(frame)

    assert start(30_400, 32_900) == 28_000
    assert start(100, 900) == 0
    assert start(-5, 5) == 0
    assert start() == 0


def test_charges_against_caps_keep_every_network_and_no_markup(repository: Repository) -> None:
    networks = repository.frame("roaming_by_network", **OCTOBER.parameters())
    networks["label"] = ["<b>Welle</b> of the far north", "Hexagone", "SWENB"]
    figure = figures_roaming.charged_and_allowed(networks, tokens.LIGHT, top=1)
    charged, _, allowed, words = figure.data
    assert charged.x == pytest.approx((11.2, 16.462 + 0.3))
    assert allowed.x == pytest.approx((10.4, 16.592 + 0.44))
    assert [text.strip() for text in words.text] == ["▲ 11.20 (+0.80)", f"16.76 ({MINUS}0.27)"]
    assert figure.layout.yaxis.ticktext == ("&lt;b&gt;Welle&lt;/b&gt; of the f…", "Other")
    assert charged.customdata[0].endswith("far north")
