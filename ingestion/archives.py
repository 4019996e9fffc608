"""Zip archives: their members as files of their own, within limits.

What belongs here: opening archives and judging members. What a member holds does not.
"""

import io
import re
import stat
import unicodedata
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from ingestion import limits
from ingestion.names import has_control
from ingestion.reasons import RefusedError

_MAGIC: Final = (b"PK\x03\x04", b"PK\x05\x06")
_ENCRYPTED: Final = 0x1
# What office programs put into their files, which are zip archives too.
_OFFICE: Final = frozenset({"[Content_Types].xml", "mimetype"})
_DRIVE: Final = re.compile(r"[A-Za-z]:")
_UNIX: Final = 3


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
    limits.ZIP_MEMBERS.check(len(files), "the zip archive")
    limits.check_expanded(sum(info.file_size for info in files), len(data), "the zip archive")
    return files


def members(data: bytes, infos: list[zipfile.ZipInfo]) -> Iterator[Member]:
    """Yield each member of an archive that `open_zip` has accepted, one at a time."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        for info in infos:
            try:
                yield Member(info.filename, _content(archive, info))
            except RefusedError as refusal:
                yield Member(info.filename, None, (refusal.code, refusal.detail))


def _check_name(info: zipfile.ZipInfo) -> None:
    """Refuse a member whose name is a path to somewhere else, or whose content is one.

    The name is only shown and looked at for the number of an API; nothing is ever written to it.
    """
    # The compatible form too: a full-width stop or slash becomes a plain one on some systems.
    for name in {info.orig_filename, unicodedata.normalize("NFKC", info.orig_filename)}:
        parts = name.replace("\\", "/").split("/")
        if ".." in parts or not parts[0] or _DRIVE.match(parts[0]):
            raise RefusedError(
                "malformed",
                "the member's name leaves the archive's folder; pack it without a path.",
            )
    if has_control(info.orig_filename):
        raise RefusedError(
            "malformed", "the member's name has control signs; pack it under a plain name."
        )
    size = len(info.orig_filename.encode("utf-8", "surrogatepass"))
    limits.NAME_BYTES.check(size, "the member's name")
    if info.create_system == _UNIX and stat.S_ISLNK(info.external_attr >> 16):
        raise RefusedError("malformed", "the member is a link to another file; pack that file.")


def _content(archive: zipfile.ZipFile, info: zipfile.ZipInfo) -> bytes:
    _check_name(info)
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
