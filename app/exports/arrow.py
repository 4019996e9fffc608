"""Arrow's compute functions under a name type checkers accept: Arrow registers them at import."""

from typing import Any

import pyarrow.compute

pc: Any = pyarrow.compute
