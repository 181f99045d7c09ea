"""What checkpoints ask of a file system: each a step that happens whole or not at all, or that a crash may cut short."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Iterable, List

#: As much as is written at once.
_PIECE = 1 << 24


class Disk:
    """The file system of this machine."""

    def names(self, folder: Path) -> List[str]:
        """What is in a folder; nothing in one that is not there."""
        try:
            return sorted(os.listdir(folder))
        except FileNotFoundError:
            return []

    def make(self, folder: Path) -> None:
        """Makes a folder that only its owner may enter, and those above it that are missing."""
        missing = [one for one in (folder, *folder.parents) if not one.exists()]
        for one in reversed(missing):
            os.mkdir(one, 0o700)
            self.sync(one.parent)

    def write(self, path: Path, chunks: Iterable[memoryview]) -> None:
        """Writes a new file, on the disk when this returns; its name is, once its folder is synced."""
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        try:
            for chunk in chunks:
                for at in range(0, len(chunk), _PIECE):
                    self._put(descriptor, chunk[at : at + _PIECE])
            self._flush(descriptor)
        finally:
            os.close(descriptor)

    def _put(self, descriptor: int, piece: memoryview) -> None:
        while len(piece) > 0:
            piece = piece[os.write(descriptor, piece) :]

    def _flush(self, descriptor: int) -> None:
        os.fsync(descriptor)

    def sync(self, folder: Path) -> None:
        """Puts a folder's names on the disk."""
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            self._flush(descriptor)
        finally:
            os.close(descriptor)

    def rename(self, before: Path, after: Path) -> None:
        """Gives a folder another name, in one step. Raises OSError if there is such a folder with anything in it."""
        os.rename(before, after)

    def remove(self, folder: Path) -> None:
        """Removes a folder of files, one by one."""
        for name in self.names(folder):
            self._unlink(folder / name)
        os.rmdir(folder)

    def _unlink(self, path: Path) -> None:
        os.unlink(path)
