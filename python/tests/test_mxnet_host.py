"""What a server does with commands and gradients, without MXNet: bytes and arrays go in."""

import ast
import json
from pathlib import Path

import numpy as np
import pytest

import optseal
from optseal.mxnet.host import Host
from optseal.mxnet.shards import Shards
from optseal.mxnet.verdicts import MOST_ROWS, blank, is_kept, name_of, verdict_in

f32 = np.float32


@pytest.fixture
def host(setting, tmp_path):
    verifier = optseal.CommandVerifier(setting.path("trust.json"), str(tmp_path / "store"), "job", "ps")
    lines = []
    host = Host(verifier, Shards(2, 1000, allowed=False), lines.append)
    host.lines = lines
    return host


def ones(*shape):
    return np.ones(shape, f32)


def moved(host, key, weight):
    before = weight.copy()
    host.update(key, -ones(*weight.shape), weight)
    return (weight - before).tolist()


def test_keys_come_with_their_first_gradient_and_weights_change_in_place(setting, host):
    assert host.command(setting.read("spec.json")).status == "new"
    weight = ones(2)
    assert moved(host, 7, weight) == [0.5, 0.5]
    assert moved(host, 7, weight) == [0.75, 0.75]
    assert moved(host, 3, ones(1)) == [0.5]


def test_the_same_again_is_in_force_and_loses_nothing(setting, host):
    spec = setting.read("spec.json")
    host.command(spec)
    weight = ones(1)
    assert moved(host, 0, weight) == [0.5]
    assert host.command(spec).status == "in-force"
    assert moved(host, 0, weight) == [0.75]


def test_the_same_bytes_are_verified_once_and_others_each_time(setting, host, monkeypatch):
    spec = setting.read("spec.json")
    host.command(spec)
    asked = []
    verify = host._verifier.verify
    monkeypatch.setattr(host._verifier, "verify", lambda texts: asked.append(texts) or verify(texts))
    assert [host.command(spec).status for _ in range(3)] == ["in-force"] * 3 and asked == []
    other = spec.replace(b'"sig":"', b'"sig":"A', 1)
    assert host.command(other).status == "refused" and asked == [[other]]
    assert host.command(spec).status == "in-force"


def test_amendments_keep_state_and_take_effect_with_the_next_update(setting, host):
    spec, slower = setting.read("spec.json"), setting.read("slower.json")
    host.command(spec)
    weight = ones(1)
    moved(host, 0, weight)
    verdict = host.command(slower)
    assert (verdict.status, verdict.sequence) == ("new", 2)
    # Momentum goes on from 1: 0.25 * (0.5 * 1 + 1).
    assert moved(host, 0, weight) == [0.375]
    for again in (slower, spec, b"[" + spec + b"," + slower + b"]"):
        assert host.command(again).status == "in-force"
    assert moved(host, 0, weight) == [0.25 * 1.75]


def test_a_server_that_has_started_anew_takes_the_spec_with_its_amendments(setting, host, tmp_path):
    spec, slower = setting.read("spec.json"), setting.read("slower.json")
    host.command(spec)
    host.command(slower)
    verifier = optseal.CommandVerifier(setting.path("trust.json"), str(tmp_path / "store"), "job", "ps")
    again = Host(verifier, Shards(1, 1000, allowed=False), print)
    assert (again.command(spec).stage, again.command(spec).code) == ("trust", "replay")
    assert again.command(slower).code == "no-optimizer"
    # New to this server: its state begins here.
    assert again.command(b"[" + spec + b"," + slower + b"]").status == "new"
    assert moved(again, 0, ones(1)) == [0.25]


@pytest.fixture(scope="session")
def more(setting):
    """Amendments that are refused, and a spec for them to be of."""
    setting.sign("second", 5)
    setting.amend("second-slower", ["second"], 7, "lr=0.125")
    setting.amend("second-late", ["second"], 6, "lr=0.25")
    setting.amend("second-stale", ["second"], 9, "lr=0.25")
    setting.amend("second-large", ["second", "second-slower"], 8, "lr=1")
    return setting


REFUSED = {
    "a replay": ("trust", "replay", "spec"),
    "an amendment of another spec": ("trust", "wrong-base", "slower"),
    "an amendment of what is no longer in force": ("trust", "wrong-base", "second-late"),
    "too large a change": ("trust", "change-limit", "second-large"),
    "a key that nobody knows": ("envelope", "unknown-key", "foreign"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_refused_leaves_everything_as_it_was(more, host, name):
    stage, code, file = REFUSED[name]
    host.command(more.read("second.json"))
    weight = ones(1)
    moved(host, 0, weight)
    host.command(more.read("second-slower.json"))
    verdict = host.command(more.read(f"{file}.json"))
    assert (verdict.status, verdict.stage, verdict.code, verdict.sequence) == ("refused", stage, code, 7)
    assert moved(host, 0, weight) == [0.125 * 1.5]
    assert host.lines[-1].startswith("refused: ")


def test_an_amendment_of_what_another_server_has_left_behind(more, host, tmp_path):
    verifier = optseal.CommandVerifier(more.path("trust.json"), str(tmp_path / "store"), "job", "ps")
    other = Host(verifier, Shards(2, 1000, allowed=False), print)
    for one in (host, other):
        one.command(more.read("second.json"))
    assert other.command(more.read("second-slower.json")).status == "new"
    verdict = host.command(more.read("second-stale.json"))
    assert (verdict.stage, verdict.code) == ("trust", "stale-base")
    assert host.command(more.read("second-slower.json")).status == "new"


BODIES = {
    "a pickle": b"cposix\nsystem\n(S'touch marker'\ntR.",
    "a binary pickle": b"\x80\x04K\x01.",
    "nothing": b"",
    "an empty list": b"[]",
    "a number": b"1",
    "a list of numbers": b"[1, 2]",
    "an object": b"{}",
    "a payload that is no text": b'{"payloadType": "x", "payload": 1}',
    "a deep list": b"[" * 100_000,
    "text beyond ASCII": '{"payload": "ü"}'.encode(),
}


@pytest.mark.parametrize("name", BODIES)
def test_anything_but_dsse_is_refused_unread(setting, host, name):
    verdict = host.command(BODIES[name])
    assert (verdict.status, verdict.stage, verdict.code) == ("refused", "server", "not-dsse")
    assert host.command(setting.read("spec.json")).status == "new"


def test_more_than_any_document_has_is_refused(host):
    verdict = host.command(b"[" + b" " * 2**21 + b"]")
    assert (verdict.status, verdict.code) == ("refused", "size")


def test_more_documents_than_are_asked_about_at_once_are_refused_before_any_of_them_is(host, monkeypatch):
    monkeypatch.setattr(host._verifier, "verify", lambda *_: pytest.fail("it was asked"))
    verdict = host.command(json.dumps([{"payloadType": "x", "payload": ""}] * 257).encode())
    assert (verdict.status, verdict.stage, verdict.code) == ("refused", "server", "size")


def test_a_gradient_before_any_optimizer(setting, host):
    host.command(setting.read("foreign.json"))
    with pytest.raises(optseal.Refused) as caught:
        host.update(0, ones(1), ones(1))
    assert caught.value.code == "no-optimizer" and "set_optimizer" in caught.value.hint


SPECS = {
    "a total over all parameters": ("total", "rule: torch-2.13/sgd\nhyper: { lr: 1 }\ngradient: { clip_norm: 1 }\n"),
    "a rule for matrices": ("needs", "rule: mxnet-1.9/groupadagrad\n"),
}


@pytest.mark.parametrize("name", SPECS)
def test_rules_that_no_server_can_run(setting, host, name):
    code, spec = SPECS[name]
    setting.path("other.yaml").write_text(f"optseal: 1\n{spec}")
    setting.path("other.json").unlink(missing_ok=True)
    verdict = host.command(setting.sign("other", 20, spec="other.yaml"))
    assert (verdict.status, verdict.stage, verdict.code) == ("refused", "run", code)


def test_sums_over_what_may_be_a_part(setting, tmp_path):
    setting.path("lamb.yaml").write_text("optseal: 1\nrule: mxnet-1.9/lamb\n")
    lamb = setting.sign("lamb", 30, spec="lamb.yaml")

    def host(servers, allowed=False):
        verifier = optseal.CommandVerifier(setting.path("trust.json"), str(tmp_path / "store"), "job", "ps")
        made = Host(verifier, Shards(servers, 1000, allowed), print)
        assert made.command(lamb).status in ("new", "in-force")
        return made

    two = host(2)
    two.update(0, ones(499), ones(499))
    with pytest.raises(optseal.RunError) as caught:
        two.update(1, ones(500), ones(500))
    assert caught.value.code == "shard" and "--allow-shards" in caught.value.hint
    host(1).update(1, ones(2000), ones(2000))
    host(2, allowed=True).update(1, ones(500), ones(500))


def test_verdicts_stand_in_an_array_of_their_own(setting, host):
    spec = setting.read("spec.json")
    host.command(b"{}")
    table = blank(4)
    assert not is_kept(table)
    host.update(9, np.zeros_like(table), table)
    assert is_kept(table)
    early = verdict_in(table, name_of(b"{}"))
    assert (early.status, early.code) == ("refused", "not-dsse")
    verdict = host.command(spec)
    host.update(9, np.zeros_like(table), table)
    assert verdict_in(table, name_of(spec)) == verdict
    # The oldest make room: three rows for verdicts.
    for i in range(3):
        host.command(b"%d" % i)
    assert verdict_in(table, name_of(spec)) is None
    assert [verdict_in(table, name_of(b"%d" % i)).status for i in range(3)] == ["refused"] * 3
    table.view(np.uint8).reshape(-1, 1024)[1:, 20] ^= 1
    assert verdict_in(table, name_of(b"1")) is None


def test_a_long_verdict_is_cut_and_not_lost(host):
    table = blank(MOST_ROWS)
    host.update(9, np.zeros_like(table), table)
    long = 'ü"' * 5000
    body = json.dumps({"payloadType": long, "payload": ""}).encode()
    verdict = host.command(body)
    written = verdict_in(table, name_of(body))
    assert (written.stage, written.code) == (verdict.stage, verdict.code) and verdict.status == "refused"


def test_nothing_here_reads_pickles():
    root = Path(optseal.__file__).parent
    found = []
    for path in root.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            names = [one.name for one in node.names] if isinstance(node, (ast.Import, ast.ImportFrom)) else []
            module = getattr(node, "module", None) or ""
            if any("pickle" in name or name in ("marshal", "shelve", "dill") for name in (module, *names)):
                found.append((path.relative_to(root).as_posix(), module, names))
    # The worker's own optimizer is written; nothing is ever read.
    assert found == [("mxnet/seal.py", "pickle", ["dumps"])]
