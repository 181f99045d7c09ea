"""Several processes of torch.distributed have one envelope, which each verifies, and the same weights."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

torch = pytest.importorskip("torch", reason="PyTorch is not installed")

from training import ADAMW, model

PROCESSES = 2
SCRIPT = Path(__file__).with_name("process.py")


def ran(folder, gates, *words):
    """What each process printed."""
    options = json.dumps({**{name: str(one) for name, one in gates.items()}, "meet": f"file://{folder}/meet"})
    running = [
        subprocess.Popen(
            [sys.executable, "-B", str(SCRIPT), str(rank), str(PROCESSES), options, *map(str, words)],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        for rank in range(PROCESSES)
    ]
    said = []
    for one in running:
        out, err = one.communicate(timeout=300)
        assert one.returncode == 0, err
        said.append(json.loads(out))
    return said


@pytest.mark.parametrize("engine", ["wasm", "native"])
def test_all_have_the_same_weights(sealing, tmp_path, engine):
    envelope = sealing.envelope(ADAMW)
    slower = sealing.amendment(envelope, "lr=0.004")
    first, *others = ran(tmp_path, sealing.gates(), engine, envelope, slower)
    assert all(one == first for one in others)
    # Six updates are three halvings of the amended rate.
    assert first["lr"] == 0.0005 and first["weights"] != {
        name: one.tolist() for name, one in model().named_parameters()
    }


def test_all_are_told_of_a_refusal(sealing, setting, tmp_path):
    said = ran(tmp_path, sealing.gates(), "wasm", setting.path("foreign.json"), "none")
    assert [one["refused"] for one in said] == ["unknown-key"] * PROCESSES


def test_what_is_too_large_is_refused_in_all(sealing, tmp_path):
    said = ran(tmp_path, sealing.gates(), "wasm", "large", "none")
    assert [one["refused"] for one in said] == ["envelope"] * PROCESSES
