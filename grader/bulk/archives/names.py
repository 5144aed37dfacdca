"""File names as archives give them: which are kept, how they are made safe, and what is wrong with one. No contents."""

from __future__ import annotations

import re
import unicodedata

from grader.bulk.archives.limits import ArchiveError

ENDINGS = (".zip", ".tar", ".tar.gz", ".tgz", ".tar.bz2", ".tbz2", ".tar.xz", ".txz")
UNREAD_ENDINGS = (".7z", ".rar", ".gz", ".bz2", ".xz", ".zst", ".lz4", ".cab", ".ar", ".cpio", ".dmg", ".iso")
_SKIPPED_FOLDERS = frozenset(
    (
        *("__MACOSX", "__pycache__", ".git", ".hg", ".svn", ".venv", "venv", "env", "node_modules", "site-packages"),
        *(".mypy_cache", ".pytest_cache", ".ruff_cache", ".idea", ".vscode", ".ipynb_checkpoints"),
    )
)
_SKIPPED_FILES = frozenset((".DS_Store", "Thumbs.db", "desktop.ini", "Icon\r"))
_DRIVE = re.compile(r"[A-Za-z]:")
_DEEPEST = 32
_LONGEST_NAME = 1_000


def is_archive(name: str) -> bool:
    """Say whether a file's name is that of an archive, of a kind that is read or not."""
    return name.lower().endswith((*ENDINGS, *UNREAD_ENDINGS))


def is_skipped(name: str) -> bool:
    """Say whether a file is none of the student's: systems, editors and environments leave it about."""
    *folders, last = name.split("/")
    return (
        last in _SKIPPED_FILES
        or last.endswith((".pyc", ".pyo"))
        or any(part in _SKIPPED_FOLDERS or part.startswith("._") for part in (*folders, last))
    )


def collision_key(name: str) -> str:
    """Give what two names share that some file system takes for one."""
    return unicodedata.normalize("NFC", unicodedata.normalize("NFC", name).casefold())


def odd(name: str) -> str:
    """Say what is wrong with a name that no honest file has; '' where nothing is."""
    if any(unicodedata.category(sign) in ("Cc", "Cs", "Zl", "Zp") for sign in name):
        return "named with a control character"
    if any(part.startswith("-") for part in name.split("/")):
        return "named with a leading dash, which commands take for an option"
    return ""


def shown(name: str) -> str:
    """Write a stranger's file name on one line."""
    text = name if name.isprintable() else ascii(name)
    return text if len(text) <= 200 else f"{text[:120]}…{text[-60:]}"


def relative(raw: str) -> str:
    """Make an entry's name a relative POSIX one ('' for none); raise ArchiveError where it points elsewhere."""
    if "\0" in raw:
        raise ArchiveError(f"it holds a name with a NUL character ({shown(raw)})")
    name = raw.replace("\\", "/")
    if name.startswith("/") or _DRIVE.match(name):
        raise ArchiveError(f"it holds an absolute path ({shown(raw)})")
    parts = [part for part in name.split("/") if part not in ("", ".")]
    if ".." in parts:
        raise ArchiveError(f"it holds a path that leads outside ({shown(raw)})")
    if len(parts) > _DEEPEST or len(name) > _LONGEST_NAME:
        raise ArchiveError(f"it holds a path that is too deep or too long ({shown(raw)})")
    return "/".join(parts)
