"""Great Expectations' pages in a frame of our own, which loads nothing from outside.

The library's own frame takes styles, scripts and icons from six public hosts: without a way out its
first page is empty, and with one they learn who reads which page.

What belongs here: where templates are looked for. What the pages say is the library's.
"""

from pathlib import Path
from typing import Any, Final, cast

from great_expectations.render.view.view import DefaultJinjaPageView
from jinja2 import BaseLoader, ChoiceLoader, FileSystemLoader

_TEMPLATES: Final = Path(__file__).parent / "page_templates"


class PageView(DefaultJinjaPageView):
    """Renders a page, templates of ours in place of the library's of the same name."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        library = cast(BaseLoader, self.env.loader)
        self.env.loader = ChoiceLoader([FileSystemLoader(_TEMPLATES), library])


def site_views() -> dict[str, Any]:
    """Return what makes a `SiteBuilder` render all its pages by `PageView`."""
    view = {"module_name": __name__, "class_name": PageView.__name__}
    return {
        "site_section_builders": {
            section: {"view": dict(view)} for section in ("expectations", "validations")
        },
        "site_index_builder": {"class_name": "DefaultSiteIndexBuilder", "view": dict(view)},
    }
