"""Where the process stands while MXNet's C++ takes commands that Python never sees."""

from __future__ import annotations

import os
import tempfile
from typing import Optional

from ..errors import Refused


def go_where_nothing_can_be_written(instead: Optional[str]) -> None:
    """Leaves the working folder for one that is not there any more; or for the one that the operator has named.

    MXNet's profiler, which any worker can start, writes to names that begin with ``rank`` or are ``profile.json``: in a folder
    that is gone no such file can come into being. Raises Refused (stage ``system``).
    """
    tempfile.gettempdir()  # Found once and kept: what looks for it later would look here.
    try:
        if instead is not None:
            os.chdir(instead)
            return
        folder = tempfile.mkdtemp(prefix="optseal-")
        os.chdir(folder)
        os.rmdir(folder)
    except OSError as error:
        raise Refused(
            "system", "folder", f"the working folder cannot be left: {error}", hint="see --profiler"
        ) from error
