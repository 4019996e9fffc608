"""Hand-written lines of voice switches: one answered call each, with single fields changed."""

from __future__ import annotations

ASTERISK_CUSTOM: dict[str, str] = {
    "clid": '"""Ann"" <+999601234567>"', "src": "+999601234567", "dst": "+999611234567",
    "dcontext": "default", "channel": "PJSIP/a-1", "dstchannel": "PJSIP/b-1", "lastapp": "Dial",
    "lastdata": "PJSIP/b", "start": "2026-03-02 10:00:00", "answer": "2026-03-02 10:00:05",
    "end": "2026-03-02 10:01:05", "duration": "65", "billsec": "60", "disposition": "ANSWERED",
    "amaflags": "DOCUMENTATION", "accountcode": "", "uniqueid": "1772442000.1", "userfield": "",
    "sequence": "1",
}  # fmt: skip
ASTERISK_CSV: tuple[str, ...] = (
    "accountcode", "src", "dst", "dcontext", "clid", "channel", "dstchannel", "lastapp",
    "lastdata", "start", "answer", "end", "duration", "billsec", "disposition", "amaflags",
)  # fmt: skip
FREESWITCH: dict[str, str] = {
    "caller_name": "Ann", "caller_number": "+999601234567", "destination": "+999611234567",
    "context": "default", "start": "2026-03-02 10:00:00", "answer": "2026-03-02 10:00:05",
    "end": "2026-03-02 10:01:05", "duration": "65", "billsec": "60", "cause": "NORMAL_CLEARING",
    "uuid": "d80e22e0-4c15-11ea-97a0-9dd79410affb", "bleg_uuid": "", "accountcode": "",
    "read_codec": "PCMU", "write_codec": "PCMU",
}  # fmt: skip
CUCM_CDR: dict[str, str] = {
    "cdrRecordType": "1", "globalCallID_callManagerId": "2", "globalCallID_callId": "700",
    "origLegCallIdentifier": "10", "dateTimeOrigination": "1772442000", "origIpAddr": "239138826",
    "callingPartyNumber": "+999601234567", "origCause_value": "16", "destLegIdentifier": "11",
    "destIpAddr": "0", "originalCalledPartyNumber": "+999611234567",
    "finalCalledPartyNumber": "+999611234567", "destCause_value": "0",
    "dateTimeConnect": "1772442005", "dateTimeDisconnect": "1772442065", "duration": "60",
    "globalCallId_ClusterID": "lab",
}  # fmt: skip
CUCM_CMR: dict[str, str] = {
    "cdrRecordType": "2", "globalCallID_callManagerId": "2", "globalCallID_callId": "700",
    "callIdentifier": "10", "dateTimeStamp": "1772442065", "numberPacketsSent": "3000",
    "numberPacketsReceived": "2990", "numberPacketsLost": "10", "jitter": "4", "latency": "7",
    "globalCallId_ClusterID": "lab", "varVQMetrics": "CCR=0.0011;CS=1;SCS=0;maxJitter=8",
    "duration": "60",
}  # fmt: skip


def csv_line(fields: dict[str, str], **changes: str) -> str:
    """Return the fields as one line, with some changed."""
    return ",".join((fields | changes).values())


def file_of(*lines: str) -> bytes:
    """Return lines as a file."""
    return ("\n".join(lines) + "\n").encode()


def asterisk_csv(**changes: str) -> str:
    """Return the same call in the order of cdr_csv, 16 columns."""
    fields = ASTERISK_CUSTOM | changes
    return ",".join(fields[name] for name in ASTERISK_CSV)


def cucm(fields: dict[str, str], *rows: str, names: bool = True) -> bytes:
    """Return a CUCM file: names, types, data lines."""
    heading = [",".join(f'"{name}"' for name in fields)] if names else []
    return file_of(*heading, ",".join("INTEGER" for _ in fields), *rows)


def ribbon(kind: str, width: int, **places: str) -> str:
    """Return one accounting record of `width` fields; `f15="..."` sets the fifteenth."""
    fields = [""] * width
    fields[:7] = [
        kind,
        "SBC1",
        "0x0001",
        "1000",
        "GMT-08:00-Pacific(US)",
        "03/02/2026",
        "10:00:00.5",
    ]
    for place, value in places.items():
        fields[int(place[1:]) - 1] = value
    return ",".join(fields)
