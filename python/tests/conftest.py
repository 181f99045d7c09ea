"""The modules that the tests run, in a folder that `test/live/python.test.ts` writes and OPTSEAL_MODULES names."""

import os
import shutil
import sys
from pathlib import Path

import pytest

import optseal
import optseal.memory
import optseal.run

sys.path.insert(0, str(Path(__file__).parent))

import saving
from setting import Setting, command


def pytest_configure(config):
    if "OPTSEAL_MODULES" not in os.environ:
        pytest.exit("OPTSEAL_MODULES names no folder; `npm run test:live -- python` writes one and runs these tests", 4)
    if shutil.which(command()[0]) is None:
        pytest.exit("OPTSEAL_COMMAND names no command, and there is no `optseal` on PATH", 4)


@pytest.fixture(scope="session")
def folder():
    return Path(os.environ["OPTSEAL_MODULES"])


@pytest.fixture
def module(folder):
    return lambda name: optseal.Module.read(folder / f"{name}.wasm")


@pytest.fixture
def sharing(monkeypatch):
    """Threads share what one of them would do alone, and gradients are taken in part by part, much sooner."""
    monkeypatch.setattr(optseal.memory, "LEAST", 2**14)
    monkeypatch.setattr(optseal.run, "LEAST_STREAMED", 2**16)


@pytest.fixture
def refused():
    def expect(code, call, kind=optseal.RunError):
        with pytest.raises(kind) as caught:
            call()
        assert caught.value.code == code
        return caught.value

    return expect


@pytest.fixture(scope="session")
def setting(tmp_path_factory):
    return Setting(tmp_path_factory.mktemp("setting")).furnish()


@pytest.fixture(scope="session")
def trusted(setting):
    """The same folder, with those who order checkpoints and those who write them."""
    return saving.furnish(setting)
