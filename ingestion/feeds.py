"""The feeds: who sends, and under which folder of the inbox. Importing this costs nothing.

What belongs here: names of feeds. Formats and tables do not.
"""

from typing import Final

SWITCH_FEEDS: Final = (
    "switch_asterisk",
    "switch_freeswitch",
    "switch_opensips",
    "switch_cucm",
    "switch_ribbon",
)
FEEDS: Final = (
    "mediation",
    *SWITCH_FEEDS,
    "cdr3gpp",
    "tmf",
    "pm",
    "field_trace",
    "partner",
    "payments",
    "reference",
    "decks",
    "tap_in",
    "rap_in",
    "nrtrde_in",
)
