"""One submission before it is read: whose it is, and how its files are had. Finds nothing by itself."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from grader.bulk.arrangement import Arrangement
from grader.run.submission import Submission, SubmissionError, read_regular, read_submission

LARGEST_SOURCE_BYTES = 1 << 20
Unpacked = tuple[Mapping[str, bytes], Mapping[str, str]]  # files, and what was not taken and why


class IntakeError(ValueError):
    """The whole folder cannot be taken in; the text is one line."""


@dataclass(frozen=True)
class Found:
    """One submission before it is read.

    `student` is the name as the platform has it, `name` the safe and unique one that files and rows carry ('' until
    `named` gives it). The content is a whole `folder`; or `files`, single files and the names they have in the
    submission; or what `unpack` gives when it is called. `mapping` says which file was taken for which exercise, and
    who it is on the platform (see `grader.identity`). `problem` says why nothing of it can be read.
    """

    student: str
    name: str = ""
    folder: Path | None = None
    files: Mapping[str, Path] = field(default_factory=dict)
    unpack: Callable[[], Unpacked] | None = None
    late: bool = False
    mapping: Mapping[str, str] = field(default_factory=dict)
    problem: str = ""
    arrangement: Arrangement = field(default_factory=Arrangement)

    def read(self) -> Submission:
        """Read the files; raise SubmissionError with the reason where that cannot be done."""
        if self.problem:
            raise SubmissionError(self.problem)
        if self.folder is not None:
            read = read_submission(self.folder, name=self.name)
            return self.arrangement.apply(self.name, read.files, read.rejected)
        if self.unpack is not None:
            return self.arrangement.apply(self.name, *self.unpack())
        files: dict[str, bytes] = {}
        rejected: dict[str, str] = {}
        for name, path in self.files.items():
            try:
                files[name] = read_regular(path, LARGEST_SOURCE_BYTES)
            except OSError as error:
                rejected[name] = f"cannot be read ({error.strerror})"
            except ValueError as error:
                rejected[name] = str(error)
        return self.arrangement.apply(self.name, files, rejected)
