"""What a training loop cannot have is refused by code, before anything is changed."""

import copy
import pickle

import pytest

torch = pytest.importorskip("torch", reason="PyTorch is not installed")

from training import ADAMW, LION, SGD, model, same, train, weights

import optseal
import optseal.torch
from optseal.torch import TorchError


@pytest.fixture(scope="module")
def adamw(sealing):
    return sealing.envelope(ADAMW)


def code(call, kind=TorchError):
    with pytest.raises(kind) as caught:
        call()
    return caught.value.code


def test_the_envelope_is_verified_before_all_else(sealing, adamw, setting):
    sealed = adamw.read_bytes()
    at = sealed.index(b'"payload":"') + 60
    tampered = sealed[:at] + (b"B" if sealed[at : at + 1] == b"A" else b"A") + sealed[at + 1 :]
    for engine in ("wasm", "native", "none at all"):
        refusal = code(
            lambda engine=engine: sealing.optimizer("no parameters", tampered, engine=engine), optseal.Refused
        )
        assert refusal == "bad-signature"
    gates = sealing.gates()
    with pytest.raises(optseal.Refused) as caught:
        optseal.torch.Optimizer(model().parameters(), setting.path("foreign.json"), **gates)
    assert (caught.value.stage, caught.value.code) == ("envelope", "unknown-key")
    optseal.torch.Optimizer(model().parameters(), adamw, **gates)


def test_a_refused_amendment_changes_nothing(sealing, adamw):
    made = model()
    optimizer = sealing.optimizer(made.named_parameters(), adamw)
    train(made, optimizer, 1)
    kept, state, accepted = weights(made), optimizer.state_dict(), optimizer.accepted
    code(lambda: optimizer.amend(sealing.amendment(sealing.envelope(SGD), "lr=0.1")), optseal.Refused)
    assert same(weights(made), kept) and optimizer.accepted is accepted
    assert optimizer.state_dict()["optseal"] == state["optseal"]


def test_hyperparameters_set_by_hand_are_refused_until_they_are_set_back(sealing, adamw):
    made = model()
    optimizer = sealing.optimizer(made.named_parameters(), adamw)
    kept = train(made, optimizer, 1)
    for name in ("lr", "weight_decay"):
        group = optimizer.param_groups[1]
        own, group[name] = group[name], 0.5
        with pytest.raises(TorchError, match=name) as caught:
            optimizer.step()
        assert caught.value.code == "hyper-set" and "amend" in caught.value.hint
        assert same(weights(made), kept)
        group[name] = own
    optimizer.step()


@pytest.mark.parametrize(
    "params",
    [
        lambda: [],
        lambda: torch.zeros(3),
        lambda: [torch.zeros(3), "text"],
        lambda: [("a", torch.zeros(3)), torch.zeros(3)],
        lambda: [("a", torch.zeros(3)), ("a", torch.zeros(3))],
        lambda: 2 * [torch.zeros(3)],
        lambda: [torch.zeros(3, dtype=torch.float64)],
        lambda: [torch.zeros(3, dtype=torch.complex64)],
        lambda: [torch.zeros(3, device="meta")],
    ],
    ids=range(9),
)
def test_what_are_no_parameters(sealing, adamw, params):
    assert code(lambda: sealing.optimizer(params(), adamw)) == "parameter"


def test_groups_have_no_options_of_their_own(sealing, adamw):
    groups = [{"params": [torch.zeros(3)], "lr": 0.1}]
    assert code(lambda: sealing.optimizer(groups, adamw)) == "group"
    optimizer = sealing.optimizer([{"params": [torch.zeros(3)]}], adamw)
    assert code(lambda: optimizer.add_param_group({"params": [torch.zeros(3)]})) == "group"


def test_options_that_the_engine_does_not_have(sealing, adamw):
    for options in (
        {"engine": "cuda"},
        {"foreach": True},
        {"fused": True},
        {"engine": "native", "threads": 2},
        {"engine": "native", "zero_copy": False},
        {"job": None},
        {"verifier": object()},
    ):
        assert code(lambda options=options: sealing.optimizer(model().parameters(), adamw, **options)) == "option"
    muon = sealing.envelope("rule: torch-2.13/muon\n")
    assert code(lambda: sealing.optimizer([torch.zeros(2, 2)], muon, engine="native", fused=True)) == "option"


def test_what_torch_has_no_kernel_of(sealing):
    for spec in (LION, "rule: mxnet-1.9/sgd\n", SGD + "resume: { begin: 3 }\n"):
        envelope = sealing.envelope(spec)
        assert (
            code(lambda envelope=envelope: sealing.optimizer(model().parameters(), envelope, engine="native"))
            == "no-kernel"
        )
        sealing.optimizer(model().parameters(), envelope)
    adagrad = "rule: torch-2.13/adagrad\ngroups: [{ match: { index: [0] }, hyper: { initial_accumulator_value: 1 } }]\n"
    envelope = sealing.envelope(adagrad)
    assert code(lambda: sealing.optimizer(model().parameters(), envelope, engine="native")) == "no-kernel"
    half = model(torch.bfloat16)
    assert code(lambda: sealing.optimizer(half.parameters(), sealing.envelope(SGD), engine="native")) == "parameter"


def test_shapes_that_the_rule_has_needs_against(sealing):
    envelope = sealing.envelope("rule: torch-2.13/muon\n")
    for engine in ("wasm", "native"):
        assert code(lambda: sealing.optimizer([torch.zeros(3)], envelope, engine=engine), optseal.RunError) == "needs"


def test_a_gradient_of_some_rows_under_a_lazy_rule(sealing):
    one = torch.nn.Parameter(torch.ones(3, 2))
    envelope = sealing.envelope("rule: torch-2.13/sparseadam\n")
    one.grad = torch.sparse_coo_tensor([[1]], torch.ones(1, 2), (3, 2))
    assert code(sealing.optimizer([one], envelope).step) == "gradient"
    assert one.tolist() == [[1, 1]] * 3
    sealing.optimizer([one], envelope, engine="native").step()
    assert one[0].tolist() == [1, 1] and one[1, 0] < 1


def test_a_parameter_that_becomes_another(sealing, adamw):
    one = torch.nn.Parameter(torch.ones(3))
    optimizer = sealing.optimizer([one], adamw)
    one.data = torch.ones(4)
    one.grad = torch.ones(4)
    assert code(optimizer.step) == "parameter"


def test_an_optimizer_is_no_pickle(sealing, adamw):
    optimizer = sealing.optimizer(model().parameters(), adamw)
    for copied in (pickle.dumps, copy.deepcopy):
        with pytest.raises(TypeError, match="state_dict"):
            copied(optimizer)
