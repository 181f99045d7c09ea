"""What the command and the service say of envelopes reaches Python whole."""

import json
import os
import subprocess
import time

import numpy as np
import pytest

import optseal
from setting import command


@pytest.fixture
def verifier(setting, tmp_path):
    return optseal.CommandVerifier(setting.path("trust.json"), str(tmp_path / "store"), "job", "ps")


def refusal(call):
    with pytest.raises(optseal.Refused) as caught:
        call()
    return caught.value


def test_a_verified_envelope_steps(setting, verifier):
    verifier.check()
    accepted = verifier.verify(setting.read("spec.json"))
    assert (accepted.status, accepted.owners, accepted.job, accepted.audience) == ("new", ("alice",), "job", ("ps",))
    assert accepted.sequence == 1 and accepted.issued < time.time() < accepted.expires
    assert accepted.digest.startswith("sha256:") and accepted.spec_digest != accepted.digest
    assert accepted.spec["hyper"]["lr"] == 0.5 and accepted.spec["hyper"]["momentum"] == 0.5
    optimizer = accepted.module.attach({0: np.ones(2, np.float32)})
    optimizer.step({0: np.ones(2, np.float32)})
    assert optimizer.weights[0].tolist() == [0.5, 0.5]
    again = verifier.verify([setting.read("spec.json")])
    assert (again.status, again.digest) == ("in-force", accepted.digest)


def test_amendments_come_with_what_they_build_on(setting, verifier):
    spec, slower = setting.read("spec.json"), setting.read("slower.json")
    assert refusal(lambda: verifier.verify(slower)).stage == "usage"
    first = verifier.verify(spec)
    amended = verifier.verify([spec, slower])
    assert (amended.status, amended.sequence, amended.spec["hyper"]["lr"]) == ("new", 2, 0.25)
    assert amended.spec_digest not in (first.spec_digest, amended.digest)
    assert verifier.verify([spec, slower]).status == "in-force"
    replayed = refusal(lambda: verifier.verify(spec))
    assert (replayed.stage, replayed.code) == ("trust", "replay")


REFUSED = {
    "somebody else's": ("envelope", lambda setting: setting.read("foreign.json")),
    "a pickle": ("envelope", lambda setting: b"\x80\x04K\x01."),
    "nothing": ("envelope", lambda setting: b""),
    "another payload": (
        "envelope",
        lambda setting: setting.read("spec.json").replace(b'"payload":"', b'"payload":"gA=='),
    ),
}


@pytest.mark.parametrize("name", REFUSED)
def test_refusals_have_stage_code_and_hint(setting, verifier, name):
    stage, envelope = REFUSED[name]
    error = refusal(lambda: verifier.verify(envelope(setting)))
    assert error.stage == stage and error.code not in ("", "None") and error.message
    assert isinstance(error, optseal.Error)


UNABLE = {
    "no trust document": ("system", {"trust": "/nowhere/trust.json"}),
    "a trust document that is none": ("envelope", {"trust": __file__}),
    "a store that is a file": ("system", {"store": __file__}),
    "a job without a name": ("usage", {"job": ""}),
    "no command": ("system", {"command": ["/nowhere/optseal"]}),
    "another command": ("verifier", {"command": ["true"]}),
    "a command that fails": ("verifier", {"command": ["false"]}),
}


@pytest.mark.parametrize("name", UNABLE)
def test_what_cannot_verify_says_so_before_it_is_needed(setting, tmp_path, name):
    stage, given = UNABLE[name]
    options = {"trust": setting.path("trust.json"), "store": str(tmp_path / "store"), "job": "job", "audience": "ps"}
    error = refusal(optseal.CommandVerifier(**{**options, **given}).check)
    assert (error.stage, bool(error.hint)) == (stage, True)
    assert not (tmp_path / "store").exists()


def test_the_command_is_found_by_the_environment(setting, tmp_path, monkeypatch):
    monkeypatch.setenv("OPTSEAL_COMMAND", "'/no where/optseal' --quiet")
    error = refusal(optseal.CommandVerifier(setting.path("trust.json"), str(tmp_path), "job", "ps").check)
    assert error.code == "no-command" and "/no where/optseal`" in error.message


@pytest.fixture
def service(setting, tmp_path):
    socket = tmp_path / "s"
    words = ["serve", f"--socket={socket}", f"--trust={setting.path('trust.json')}", f"--store={tmp_path / 'store'}"]
    with open(tmp_path / "log", "wb") as log, subprocess.Popen([*command(), *words], stderr=log) as process:
        deadline = time.monotonic() + 30
        while not os.path.exists(socket) and time.monotonic() < deadline:
            time.sleep(0.02)
        yield str(socket)
        process.terminate()


def test_a_service_is_asked_at_its_socket(setting, service):
    verifier = optseal.SocketVerifier(service, "job", "ps")
    verifier.check()
    error = refusal(lambda: verifier.verify(setting.read("foreign.json")))
    assert (error.stage, error.code) == ("envelope", "unknown-key") and error.hint


def test_a_service_that_is_not_there(tmp_path):
    error = refusal(optseal.SocketVerifier(str(tmp_path / "none"), "job", "ps").check)
    assert (error.stage, error.code) == ("system", "no-service") and json.dumps(error.hint)
