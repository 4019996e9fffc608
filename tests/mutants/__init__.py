"""`make mutants`: does a test notice when a rule of the rating SQL is changed?

What belongs here: making wrong SQL, running what must notice, and saying what nothing noticed.
"""

import sys
from pathlib import Path

# The worlds, the golden cases and the engine are those of the rating tests.
sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "rating"))
