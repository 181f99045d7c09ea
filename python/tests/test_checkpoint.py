"""Checkpoints: saved and restored to the same bits, never torn, and never believed without the command's word."""

import shutil
from types import SimpleNamespace

import numpy as np
import pytest

import optseal
import saving
from optseal.disk import Disk
from saving import Dying, Killed, QuickCommand, bits, quick_order, train, trained


@pytest.fixture
def server(trusted, tmp_path):
    """A server that has accepted the spec, with nothing saved."""
    verifier = optseal.CommandVerifier(trusted.path(saving.TRUST), str(tmp_path / "store"), "job", "ps")
    spec = trusted.read("spec.json")
    folder = tmp_path / "checkpoints"
    checkpoints = optseal.Checkpoints(folder, verifier, trusted.path("host.key"), 0, 2)
    return SimpleNamespace(
        verifier=verifier, spec=spec, module=verifier.verify(spec).module, folder=folder, checkpoints=checkpoints
    )


def save(server, setting, sequence, optimizer):
    ordered = server.checkpoints.verify(setting.read(f"order-{sequence}.json"), [server.spec])
    return server.checkpoints.save(ordered, [server.spec], optimizer.state(), optimizer.weights)


def resumed(restored):
    shapes = {0: (3,), "w": (2, 2)}
    weights = {key: restored.weights[str(key)].reshape(shape) for key, shape in shapes.items()}
    return restored.module.attach(weights, restored.state)


def refusal(call):
    with pytest.raises(optseal.Refused) as caught:
        call()
    return caught.value.stage, caught.value.code


def only(server):
    return next(one for one in server.folder.iterdir())


def test_training_goes_on_to_the_same_bits(server, trusted):
    assert server.checkpoints.load([server.spec]) is None
    optimizer = trained(server.module, 5)
    assert save(server, trusted, 1, optimizer)
    train(optimizer, 5, 9)
    restored = server.checkpoints.load([server.spec])
    assert restored.sequence == 1
    again = resumed(restored)
    assert bits(again) == bits(trained(server.module, 5))
    train(again, 5, 9)
    assert bits(again) == bits(optimizer)


def test_an_order_is_done_once(server, trusted):
    optimizer = trained(server.module, 2)
    assert save(server, trusted, 1, optimizer)
    before = only(server).stat()
    train(optimizer, 2, 3)
    assert not save(server, trusted, 1, optimizer)
    assert only(server).stat() == before
    assert server.checkpoints.load([server.spec]).state.updates == 2
    order = server.checkpoints.verify(trusted.read("order-1.json"), [server.spec])
    assert (order.status, order.sequence, order.owners) == ("in-force", 1, ("trainer",))


def test_old_ones_go_when_new_ones_are_there(server, trusted):
    for sequence in (1, 2, 3):
        save(server, trusted, sequence, trained(server.module, sequence))
    assert [name[:16] for name in sorted(path.name for path in server.folder.iterdir())] == [f"{2:016}", f"{3:016}"]
    assert server.checkpoints.load([server.spec]).state.updates == 3


def test_an_older_one_in_the_place_of_a_newer_is_refused(server, trusted, tmp_path):
    save(server, trusted, 1, trained(server.module, 1))
    shutil.copytree(server.folder, tmp_path / "old")
    save(server, trusted, 2, trained(server.module, 2))
    shutil.rmtree(server.folder)
    shutil.copytree(tmp_path / "old", server.folder)
    assert refusal(lambda: server.checkpoints.load([server.spec])) == ("trust", "replay")


def test_amended_since(server, trusted):
    optimizer = trained(server.module, 4)
    save(server, trusted, 1, optimizer)
    both = [server.spec, trusted.read("slower.json")]
    amended = server.verifier.verify(both)
    restored = server.checkpoints.load(both)
    assert restored.spec_digest != amended.spec_digest and restored.state.updates == 4
    assert bits(resumed(restored)) == bits(optimizer)
    # What is in force is to be brought whole, and an order is of all of it.
    assert refusal(lambda: server.checkpoints.load([server.spec])) == ("trust", "replay")
    order = trusted.read("order-2.json")
    assert refusal(lambda: server.checkpoints.verify(order, both)) == ("trust", "wrong-base")
    assert server.checkpoints.verify(trusted.read("order-4.json"), both).spec_digest == amended.spec_digest


def tampered(place):
    file = place / "state-00000.safetensors"
    data = bytearray(file.read_bytes())
    data[-1] ^= 1
    file.write_bytes(data)


def swapped(place):
    (place / "state-00000.safetensors").write_bytes((place / "weights-00000.safetensors").read_bytes())


def linked(place):
    file = place / "state-00000.safetensors"
    file.rename(place / "elsewhere")
    file.symlink_to(place / "elsewhere")


DAMAGE = {
    "tampered": (("state", "file-digest"), tampered),
    "swapped": (("state", "file-size"), swapped),
    "linked": (("state", "missing-file"), linked),
    "cut": (("state", "file-size"), lambda place: (place / "weights-00000.safetensors").write_bytes(b"")),
    "gone": (("state", "missing-file"), lambda place: (place / "weights-00000.safetensors").unlink()),
    "no manifest": (("system", "ENOENT"), lambda place: (place / "manifest.json").unlink()),
    "an empty manifest": (("envelope", "malformed"), lambda place: (place / "manifest.json").write_bytes(b"")),
    "the order for the manifest": (
        ("usage", "usage"),
        lambda place: shutil.copy(place / "order.json", place / "manifest.json"),
    ),
}


@pytest.mark.parametrize("name", DAMAGE)
def test_damage_is_told_and_nothing_older_takes_its_place(server, trusted, name):
    save(server, trusted, 1, trained(server.module, 1))
    save(server, trusted, 2, trained(server.module, 2))
    expected, damage = DAMAGE[name]
    damage(max(server.folder.iterdir()))
    assert refusal(lambda: server.checkpoints.load([server.spec])) == expected


def test_another_servers_is_refused(server, trusted):
    save(server, trusted, 1, trained(server.module, 1))
    other = optseal.Checkpoints(server.folder, server.verifier, trusted.path("host.key"), 1, 2)
    assert refusal(lambda: other.load([server.spec])) == ("trust", "wrong-server")
    stranger = optseal.Checkpoints(server.folder.parent / "else", server.verifier, trusted.path("mallory.key"), 0, 2)
    ordered = stranger.verify(trusted.read("order-2.json"), [server.spec])
    optimizer = trained(server.module, 1)
    call = lambda: stranger.save(ordered, [server.spec], optimizer.state(), optimizer.weights)
    assert refusal(call) == ("envelope", "unknown-key")


def test_what_changes_after_it_was_verified_is_refused(server, trusted, monkeypatch):
    save(server, trusted, 1, trained(server.module, 1))
    run = server.verifier.command.run

    def then_tampered(folder, words):
        said = run(folder, words)
        tampered(only(server))
        return said

    monkeypatch.setattr(server.verifier.command, "run", then_tampered)
    with pytest.raises(optseal.StateError) as caught:
        server.checkpoints.load([server.spec])
    assert caught.value.code == "file-digest"


def test_ranks_and_numbers(server):
    for rank, servers, keep in ((2, 2, 1), (-1, 2, 1), (0, 1, 0)):
        with pytest.raises(ValueError):
            optseal.Checkpoints(server.folder, server.verifier, "host.key", rank, servers, keep)


def test_large_ones_are_in_several_files(server, trusted, monkeypatch):
    monkeypatch.setattr("optseal.checkpoint._SHARD", 20)
    optimizer = trained(server.module, 3)
    save(server, trusted, 1, optimizer)
    assert len(list(only(server).glob("state-*"))) > 2 and len(list(only(server).glob("weights-*"))) == 2
    assert bits(resumed(server.checkpoints.load([server.spec]))) == bits(optimizer)


@pytest.fixture(scope="session")
def module_file(trusted, tmp_path_factory):
    file = tmp_path_factory.mktemp("module") / "module.wasm"
    scope = ("--trust", saving.TRUST, "--job", "job", "--audience", "ps")
    trusted.optseal("verify", "spec.json", *scope, "--emit-module", str(file))
    return file


@pytest.mark.parametrize("keep", [1, 2])
def test_killed_at_each_step_it_is_the_old_one_or_the_new(module_file, tmp_path, keep):
    """Every write, sync, rename and removal in turn is the last thing that a process does."""
    module = optseal.Module.read(module_file)
    made = {updates: trained(module, updates) for updates in (1, 2)}

    def checkpoints(folder, disk, command):
        return optseal.Checkpoints(folder, command, "key", 0, 1, keep, disk)

    def saved(updates, at):
        return at.save(quick_order(updates), [], made[updates].state(), made[updates].weights)

    found = []
    for steps in range(1000):
        folder = tmp_path / str(steps)
        calm = QuickCommand(module_file, Disk())
        saved(1, checkpoints(folder, Disk(), calm))
        dying = Dying(steps)
        command = QuickCommand(module_file, dying)
        try:
            saved(2, checkpoints(folder, dying, command))
        except Killed:
            pass
        calm.newest = command.newest
        at = checkpoints(folder, Disk(), calm)
        restored = at.load([])
        found.append(restored.sequence)
        assert bits(resumed(restored)) == bits(made[restored.sequence])
        saved(2, at)
        assert bits(resumed(at.load([]))) == bits(made[2])
        names = [path.name for path in folder.iterdir()]
        assert [name for name in names if name.startswith("unfinished-")] == []
        if dying.left >= 0:
            break
    assert found == sorted(found) and set(found) == {1, 2} and len(found) > 15
    assert np.diff(found).sum() == 1
