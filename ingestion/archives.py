"""Zip archives: their members as files of their own, within limits.

What belongs here: opening archives and judging members. What a member holds does not.
"""

import io
import re
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from ingestion import limits
from ingestion.reasons import RefusedError

MEMBERS: Final = 10_000
_MAGIC: Final = (b"PK\x03\x04", b"PK\x05\x06")
_ENCRYPTED: Final = 0x1
# What office programs put into their files, which are zip archives too.
_OFFICE: Final = frozenset({"[Content_Types].xml", "mimetype"})
_DRIVE: Final = re.compile(r"[A-Za-z]:")


@dataclass(frozen=True)
class Member:
    """One member of an archive: its content, or why it may not land.

    Attributes:
        name: as the archive has it.
        data: the content, None when refused.
        refusal: code of the closed list and one line saying why.
    """

    name: str
    data: bytes | None
    refusal: tuple[str, str] | None = None


def is_zip(data: bytes) -> bool:
    """Say whether the bytes start as a zip archive, an empty one included."""
    return data[:4] in _MAGIC


def open_zip(data: bytes) -> list[zipfile.ZipInfo] | None:
    """Return the members of an archive, None for the file of an office program.

    Raises:
        RefusedError: `truncated` when the directory at the end is missing or is that of another
            archive inside, or there is no member; `limit` for too many members or bytes.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            infos = archive.infolist()
    except (zipfile.BadZipFile, ValueError, OverflowError, NotImplementedError) as error:
        raise RefusedError(
            "truncated", f"the zip archive has no whole directory ({error}); resend it."
        ) from error
    if infos and min(info.header_offset for info in infos) != 0:
        raise RefusedError(
            "truncated", "the directory of the zip archive is not its own; resend it."
        )
    if _OFFICE & {info.filename for info in infos}:
        return None
    files = [info for info in infos if not info.is_dir()]
    if not files:
        raise RefusedError("truncated", "the zip archive holds no file; resend it.")
    if len(files) > MEMBERS:
        raise RefusedError(
            "limit", f"the zip archive has {len(files)} members, at most {MEMBERS}; split it."
        )
    bound = min(limits.EXPANDED_BYTES, max(limits.GZIP_FLOOR_BYTES, limits.GZIP_RATIO * len(data)))
    if (total := sum(info.file_size for info in files)) > bound:
        raise RefusedError(
            "limit",
            f"the zip archive expands to {total} bytes, at most {bound} ({limits.GZIP_RATIO}:1); "
            "send it in smaller files.",
        )
    return files


def members(data: bytes, infos: list[zipfile.ZipInfo]) -> Iterator[Member]:
    """Yield each member of an archive that `open_zip` has accepted, one at a time."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        for info in infos:
            try:
                yield Member(info.filename, _content(archive, info))
            except RefusedError as refusal:
                yield Member(info.filename, None, (refusal.code, refusal.detail))


def _content(archive: zipfile.ZipFile, info: zipfile.ZipInfo) -> bytes:
    parts = info.filename.replace("\\", "/").split("/")
    if ".." in parts or not parts[0] or _DRIVE.match(parts[0]):
        raise RefusedError(
            "malformed", "the member's name leaves the archive's folder; pack it without a path."
        )
    if info.flag_bits & _ENCRYPTED:
        raise RefusedError("unknown_format", "the member is encrypted; send it without a password.")
    try:
        with archive.open(info) as file:
            found = file.read(info.file_size + 1)  # the declared size is part of the bound
    except NotImplementedError as error:
        raise RefusedError(
            "unknown_format", f"the member is packed in a way that is not read ({error}); use zip."
        ) from error
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, ValueError) as error:
        raise RefusedError("malformed", f"the member is damaged ({error}); resend it.") from error
    if len(found) != info.file_size:
        raise RefusedError("truncated", f"the member has {len(found)} of {info.file_size} bytes.")
    if is_zip(found):
        raise RefusedError("limit", "a zip archive inside a zip archive is not opened; unpack it.")
    return found
