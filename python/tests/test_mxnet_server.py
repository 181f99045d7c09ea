"""What a server does before MXNet comes in: its options, and the folder that it works in."""

import subprocess
import sys

import pytest

import optseal
from optseal.mxnet.options import options_in

LAUNCHER = {
    "DMLC_PS_ROOT_URI": "127.0.0.1",
    "DMLC_PS_ROOT_PORT": "9091",
    "DMLC_NUM_SERVER": "2",
    "DMLC_NUM_WORKER": "1",
}
SCOPE = ["--job", "job", "--audience", "ps"]
TRUSTING = [*SCOPE, "--trust", "t", "--store", "s"]


def test_options():
    options = options_in(TRUSTING, LAUNCHER)
    assert (options.trust, options.store, options.socket, options.servers) == ("t", "s", None, 2)
    assert (options.bound, options.allow_shards, options.profiler) == (1_000_000, False, None)
    given = {**LAUNCHER, "MXNET_KVSTORE_BIGARRAY_BOUND": "50"}
    options = options_in([*SCOPE, "--socket", "x", "--allow-shards", "--profiler", "p"], given)
    assert (options.socket, options.bound, options.allow_shards, options.profiler) == ("x", 50, True, "p")


WRONG = {
    "nothing": ([], {}),
    "no trust document": ([*SCOPE, "--store", "s"], {}),
    "no store": ([*SCOPE, "--trust", "t"], {}),
    "both ways to verify": ([*TRUSTING, "--socket", "x"], {}),
    "no job": (["--audience", "ps", "--socket", "x"], {}),
    "an unknown option": ([*TRUSTING, "--unsafe"], {}),
    "half an option": ([*TRUSTING, "--allow"], {}),
    "no launcher": (TRUSTING, {"DMLC_PS_ROOT_URI": ""}),
    "a number of servers that is none": (TRUSTING, {"DMLC_NUM_SERVER": "two"}),
    "a bound that is none": (TRUSTING, {"MXNET_KVSTORE_BIGARRAY_BOUND": "0"}),
}


@pytest.mark.parametrize("name", WRONG)
def test_wrong_options(name):
    words, changed = WRONG[name]
    with pytest.raises(optseal.Refused) as caught:
        options_in(words, {**LAUNCHER, **changed})
    assert caught.value.stage == "usage"


WRITE = """
import sys
from optseal.mxnet.working_folder import go_where_nothing_can_be_written
go_where_nothing_can_be_written(*[word or None for word in sys.argv[1:]])
open("rank0_profile.json", "w").close()
"""


def test_the_working_folder(tmp_path):
    def write(folder):
        words = [sys.executable, "-c", WRITE, folder]
        return subprocess.run(words, cwd=tmp_path, capture_output=True, text=True, check=False)

    assert "FileNotFoundError" in write("").stderr and list(tmp_path.iterdir()) == []
    assert write(str(tmp_path)).returncode == 0
    assert [path.name for path in tmp_path.iterdir()] == ["rank0_profile.json"]
    assert "working folder" in write(str(tmp_path / "none")).stderr
