"""What a server does with orders to save, and where it goes on from, without MXNet: bytes and arrays go in."""

import numpy as np
import pytest

import optseal
import saving
from optseal.mxnet.host import Host
from optseal.mxnet.questions import QUESTION
from optseal.mxnet.saving import Saving
from optseal.mxnet.shards import Shards

f32 = np.float32


@pytest.fixture
def started(trusted, tmp_path):
    """Starts a server of the job, as often as it is called."""
    verifier = optseal.CommandVerifier(trusted.path(saving.TRUST), str(tmp_path / "store"), "job", "ps")

    def start(rank=0, servers=1, keeps=True):
        lines = []
        kept = Saving(str(tmp_path / "saved"), verifier, str(trusted.path("host.key")), servers) if keeps else None
        host = Host(verifier, Shards(servers, 1000, allowed=False), lines.append, kept)
        host.numbered(rank)
        host.lines = lines
        return host

    return start


def pushed(host, key, weight, begin, end):
    for update in range(begin, end):
        host.update(key, np.random.default_rng(update).random(weight.shape, f32), weight)


def asked(host, key, weight):
    host.update(key, np.full(weight.shape, QUESTION, f32), weight)


def order(trusted, sequence):
    return trusted.read(f"order-{sequence}.json")


def test_a_resumed_server_goes_on_to_the_same_bits(trusted, started):
    host, weights = started(), {7: np.ones(5, f32), 8: np.ones(3, f32)}
    assert host.command(trusted.read("spec.json")).resumed is None
    for key, weight in weights.items():
        pushed(host, key, weight, 0, 4)
    verdict = host.command(order(trusted, 1))
    assert (verdict.status, verdict.sequence) == ("new", 1)
    assert host.command(order(trusted, 1)).status == "in-force"
    assert host.command(trusted.read("spec.json")).status == "in-force"
    saved = {key: weight.copy() for key, weight in weights.items()}
    for key, weight in weights.items():
        pushed(host, key, weight, 4, 7)

    again = started()
    verdict = again.command(trusted.read("spec.json"))
    assert (verdict.status, verdict.resumed) == ("new", 1)
    resumed = {7: np.zeros(5, f32), 8: np.zeros(3, f32)}
    for key, weight in resumed.items():
        asked(again, key, weight)
        asked(again, key, weight)
        assert weight.tobytes() == saved[key].tobytes()
        pushed(again, key, weight, 4, 7)
        assert weight.tobytes() == weights[key].tobytes()


def test_a_gradient_for_other_weights_is_left_out(trusted, started):
    host, weight = started(), np.ones(2, f32)
    host.command(trusted.read("spec.json"))
    pushed(host, 0, weight, 0, 2)
    host.command(order(trusted, 1))
    again, other = started(), np.zeros(2, f32)
    again.command(trusted.read("spec.json"))
    pushed(again, 0, other, 2, 3)
    assert other.tobytes() == weight.tobytes() and "left out" in again.lines[-1]
    pushed(again, 0, other, 2, 3)
    pushed(host, 0, weight, 2, 3)
    assert other.tobytes() == weight.tobytes()


def test_keys_that_nobody_has_asked_for_are_saved_again(trusted, started):
    host, weights = started(), {key: np.ones(2, f32) for key in (1, 2)}
    host.command(trusted.read("spec.json"))
    for key, weight in weights.items():
        pushed(host, key, weight, 0, 3)
    host.command(order(trusted, 1))
    again = started()
    again.command(trusted.read("spec.json"))
    asked(again, 1, np.zeros(2, f32))
    # A key that was not saved begins with what it has.
    new = np.ones(1, f32)
    again.update(5, -np.ones(1, f32), new)
    assert new.tolist() == [1.5]
    assert again.command(order(trusted, 2)).status == "new"
    third, weight = started(), np.zeros(2, f32)
    assert third.command(trusted.read("spec.json")).resumed == 2
    asked(third, 2, weight)
    assert weight.tobytes() == weights[2].tobytes()
    pushed(third, 2, weight, 3, 5)
    pushed(host, 2, weights[2], 3, 5)
    assert weight.tobytes() == weights[2].tobytes()


def test_amendments_since_are_taken_in(trusted, started):
    host, weight = started(), np.ones(2, f32)
    spec, slower = trusted.read("spec.json"), trusted.read("slower.json")
    host.command(spec)
    pushed(host, 0, weight, 0, 3)
    host.command(order(trusted, 1))
    host.command(slower)
    pushed(host, 0, weight, 3, 6)
    again, resumed = started(), np.zeros(2, f32)
    assert again.command(b"[" + spec + b"," + slower + b"]").resumed == 1
    asked(again, 0, resumed)
    pushed(again, 0, resumed, 3, 6)
    assert resumed.tobytes() == weight.tobytes()
    assert again.command(order(trusted, 2)).code == "wrong-base"
    assert again.command(order(trusted, 4)).status == "new"


def test_a_new_spec_begins_anew(trusted, started):
    host, weight = started(), np.ones(2, f32)
    host.command(trusted.read("spec.json"))
    pushed(host, 0, weight, 0, 3)
    host.command(order(trusted, 1))
    assert host.command(trusted.sign("after", 9)).resumed is None
    trusted.path("another.yaml").write_text(saving.OTHER)
    other = trusted.sign("another", 12, spec="another.yaml")
    again = started()
    verdict = again.command(other)
    assert (verdict.status, verdict.resumed) == ("new", None)


def refusal(verdict):
    assert verdict.status == "refused"
    return verdict.stage, verdict.code


def test_what_is_refused(trusted, started):
    host, weight = started(), np.ones(2, f32)
    assert refusal(host.command(order(trusted, 1))) == ("server", "no-optimizer")
    host.command(trusted.read("spec.json"))
    pushed(host, 0, weight, 0, 1)
    assert refusal(host.command(order(trusted, 4))) == ("trust", "wrong-base")
    assert refusal(host.command(b"[" + order(trusted, 1) + b"," + order(trusted, 2) + b"]"))[0] == "envelope"
    host.command(order(trusted, 2))
    assert refusal(host.command(order(trusted, 1))) == ("trust", "replay")
    without = started(keeps=False)
    without.command(trusted.read("spec.json"))
    assert refusal(without.command(order(trusted, 3))) == ("server", "no-checkpoints")


def test_what_was_changed_on_the_disk_keeps_the_server_from_starting(trusted, started, tmp_path):
    host, weight = started(), np.ones(2, f32)
    host.command(trusted.read("spec.json"))
    pushed(host, 0, weight, 0, 1)
    host.command(order(trusted, 1))
    file = next((tmp_path / "saved").glob("*/*/weights-00000.safetensors"))
    file.write_bytes(file.read_bytes()[:-1] + b"\xff")
    again = started()
    assert refusal(again.command(trusted.read("spec.json"))) == ("state", "file-digest")
    with pytest.raises(optseal.Refused):
        pushed(again, 0, weight, 0, 1)


def test_ranks_and_sizes_are_those_of_before(trusted, started):
    host, weight = started(0, 2), np.ones(2, f32)
    host.command(trusted.read("spec.json"))
    pushed(host, 0, weight, 0, 1)
    host.command(order(trusted, 1))
    for rank, servers in ((1, 2), (0, 3)):
        assert refusal(started(rank, servers).command(trusted.read("spec.json"))) == ("server", "other-server")
    again = started(0, 2)
    again.command(trusted.read("spec.json"))
    with pytest.raises(optseal.RunError):
        asked(again, 0, np.ones(3, f32))
