"""The shape of usage in memory: one column per fact, one entry per record a switch writes.

Only the container and its code lists; how events come about is in `voice` and `messages`.
"""

from __future__ import annotations

from dataclasses import dataclass, fields

import numpy as np

MOC, MTC, SMS_MO, SMS_MT, DATA, TRANSIT = range(6)
RECORD_TYPES = ("moc", "mtc", "sms_mo", "sms_mt", "data", "transit")
SERVICES = ("voice", "sms", "data")
SERVICE_OF = np.array([0, 0, 1, 1, 2, 0])
IS_IN = np.array([False, True, False, True, False, False])
DIRECTIONS = ("out", "in", "transit", "visitors", "roamers")
OUT, IN, CARRIED, VISITORS, ROAMERS = range(5)
DIRECTION_OF = np.array([OUT, IN, OUT, IN, OUT, CARRIED])
NODES = ("msc1", "fix1", "pgw1", "pgw2", "sip1")
GATEWAY, PROXY = 3, 4
"""The nodes from here on send files of their own; mediation writes those of the nodes before."""
ABROAD = len(NODES)
"""`node` of what a foreign network recorded: this, plus its place among the networks."""
OUTCOMES = ("answered", "busy", "no_answer", "rejected", "failed")
INTERNATIONAL, SHORT, ALPHA, NO_NUMBER = 0, 1, 2, 3
NUMBER_TYPES = ("international", "short", "alpha", "")
SENDERS = ("AURBANK", "PARCELS", "CLINIC24", "TICKETO")
UNKNOWN, TEST, VISITOR = -1, -2, -3
ACCESS_POINTS = ("internet", "selfcare", "music")
_SELFCARE_BYTES = 2_000_000


@dataclass
class Events:
    """Usage records, one array entry each.

    `owner` indexes subscriptions (-1 none of ours, -2 test number, -3 and below a visitor, see
    `network`); `node` is one of `NODES`, or abroad, see `visited`; `start` is an epoch second;
    `a` and `b` are E.164 digits as integers (0 = none; an index into `SENDERS` where the type is
    alpha); `cell`, `trunk_in` and `trunk_out` are indices (-1 = none); durations are whole seconds.
    """

    record_type: np.ndarray
    node: np.ndarray
    owner: np.ndarray
    start: np.ndarray
    duration: np.ndarray
    ring: np.ndarray
    up: np.ndarray
    down: np.ndarray
    cause: np.ndarray
    outcome: np.ndarray
    cell: np.ndarray
    trunk_in: np.ndarray
    trunk_out: np.ndarray
    a: np.ndarray
    a_type: np.ndarray
    b: np.ndarray
    b_type: np.ndarray
    imsi: np.ndarray
    imei: np.ndarray

    def __len__(self) -> int:
        """Return the number of records."""
        return len(self.start)

    def take(self, index: np.ndarray) -> Events:
        """Return the chosen entries, in the order given (a mask or positions)."""
        return Events(**{f.name: getattr(self, f.name)[index] for f in fields(self)})

    @staticmethod
    def joined(parts: list[Events]) -> Events:
        """Return several groups of records as one."""
        return Events(
            **{
                f.name: np.concatenate([getattr(part, f.name) for part in parts])
                for f in fields(Events)
            }
        )

    @property
    def network(self) -> np.ndarray:
        """Return the home network of visitors as an index into `NETWORKS`, else -1."""
        return np.where(self.owner <= VISITOR, VISITOR - self.owner, -1)

    @property
    def visited(self) -> np.ndarray:
        """Return the foreign network that recorded the event, by its place, else -1."""
        return np.where(self.node >= ABROAD, self.node - ABROAD, -1)

    @property
    def volume(self) -> np.ndarray:
        """Return bytes up plus down."""
        return self.up + self.down

    @property
    def messages(self) -> np.ndarray:
        """Return the event count: 1 for a message, else 0."""
        return (SERVICE_OF[self.record_type] == 1).astype(np.int64)

    @property
    def access(self) -> np.ndarray:
        """Return the access point of data sessions, -1 of all else.

        Told from the record itself: a share of the sessions is music, of the small ones self-care.
        """
        pick = (self.start * 7_919 + self.down * 104_729) % 100
        point = np.where(
            (pick < 20) & (self.volume < _SELFCARE_BYTES), 1, np.where(pick > 87, 2, 0)
        )
        return np.where(self.record_type == DATA, point, -1)

    @property
    def quantity(self) -> np.ndarray:
        """Return what is charged: seconds of voice, bytes of data, messages."""
        service = SERVICE_OF[self.record_type]
        return np.select([service == 0, service == 1], [self.duration, self.messages], self.volume)


def blank(count: int) -> dict[str, np.ndarray]:
    """Return columns of `count` records with nothing in them, to be overwritten."""
    columns = {f.name: np.zeros(count, np.int64) for f in fields(Events)}
    for name in ("cell", "trunk_in", "trunk_out"):
        columns[name] -= 1
    columns["b_type"] += NO_NUMBER
    columns["cause"] += 16
    return columns
