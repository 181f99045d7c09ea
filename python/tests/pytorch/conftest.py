"""Optimizers of specs that are signed on the spot. Where PyTorch is not installed, the tests here are skipped."""

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))


@pytest.fixture(scope="session")
def sealing(setting):
    from training import Sealing

    return Sealing(setting)
