"""A training loop by the module, by torch's own kernel, and by torch's own class come to the same bits."""

import os

import numpy as np
import pytest

torch = pytest.importorskip("torch", reason="PyTorch is not installed")

from training import ADAMW, LION, SGD, loss_of, model, same, train, weights

import optseal

exact = pytest.mark.skipif(
    os.environ.get("ATEN_CPU_CAPABILITY") != "default", reason="torch fuses operations: ATEN_CPU_CAPABILITY=default"
)


@pytest.fixture(scope="module")
def adamw(sealing):
    return sealing.envelope(ADAMW)


def theirs(made):
    """Torch's own, in the order of the spec's groups, with its scheduler."""
    groups = {True: [], False: []}
    for name, one in made.named_parameters():
        groups[name.endswith("bias")].append(one)
    optimizer = torch.optim.AdamW(
        [{"params": groups[True], "weight_decay": 0, "lr": 0.01}, {"params": groups[False]}],
        lr=0.02,
        betas=(0.9, 0.95),
        weight_decay=0.1,
        foreach=False,
    )
    return optimizer, torch.optim.lr_scheduler.StepLR(optimizer, 2, 0.5)


@exact
@pytest.mark.parametrize(
    "options",
    [
        {},
        {"zero_copy": False},
        {"threads": 2},
        {"engine": "native", "foreach": False},
        {"engine": "native", "foreach": True},
    ],
    ids=str,
)
@pytest.mark.parametrize("set_to_none", [True, False])
def test_has_the_bits_of_torch_with_groups_and_a_schedule(sealing, adamw, options, set_to_none):
    made = model()
    optimizer, scheduler = theirs(made)
    expected = train(made, optimizer, 7, after=scheduler.step)
    made = model()
    optimizer = sealing.optimizer(made.named_parameters(), adamw, **options)
    assert same(train(made, optimizer, 7, set_to_none), expected)


@exact
@pytest.mark.parametrize(
    "rule, make",
    [
        (
            "sgd\nhyper: { lr: 0.1, momentum: 0.9, nesterov: true }",
            lambda p: torch.optim.SGD(p, 0.1, 0.9, nesterov=True),
        ),
        (
            "adam\nhyper: { amsgrad: true, weight_decay: 0.1 }",
            lambda p: torch.optim.Adam(p, weight_decay=0.1, amsgrad=True),
        ),
        ("adamax", torch.optim.Adamax),
        ("nadam", torch.optim.NAdam),
        ("radam", torch.optim.RAdam),
        (
            "adagrad\nhyper: { initial_accumulator_value: 0.5 }",
            lambda p: torch.optim.Adagrad(p, initial_accumulator_value=0.5),
        ),
        ("adadelta", torch.optim.Adadelta),
        (
            "rmsprop\nhyper: { centered: true, momentum: 0.5 }",
            lambda p: torch.optim.RMSprop(p, centered=True, momentum=0.5),
        ),
        ("rprop\nhyper: { etas: [0.4, 1.3] }", lambda p: torch.optim.Rprop(p, etas=(0.4, 1.3))),
        ("asgd", torch.optim.ASGD),
        ("adafactor", torch.optim.Adafactor),
    ],
)
def test_each_kernel_is_given_its_arguments(sealing, rule, make):
    made = model()
    optimizer = make(list(made.parameters()))
    for group in optimizer.param_groups:
        group["foreach"] = False
    expected = train(made, optimizer, 4)
    envelope = sealing.envelope(f"rule: torch-2.13/{rule}\n")
    for options in ({"engine": "native", "foreach": False}, {}):
        made = model()
        found = train(made, sealing.optimizer(made.parameters(), envelope, **options), 4)
        if "adafactor" in rule and not options:
            assert all(torch.allclose(found[key], expected[key], rtol=1e-5) for key in expected)
        else:
            assert same(found, expected), options


def test_param_groups_show_the_spec(sealing, adamw):
    made = model()
    optimizer = sealing.optimizer(made.named_parameters(), adamw)
    biases, others = optimizer.param_groups
    assert biases["param_names"] == ["0.bias", "2.bias"] and others["param_names"] == ["0.weight", "2.weight"]
    assert (biases["lr"], biases["weight_decay"], others["lr"], others["weight_decay"]) == (0.01, 0, 0.02, 0.1)
    train(made, optimizer, 1)
    assert (biases["lr"], others["lr"]) == (0.01, 0.02)
    train(made, optimizer, 1)
    assert (biases["lr"], others["lr"]) == (0.005, 0.01)


def test_groups_match_places_where_there_are_no_names(sealing):
    envelope = sealing.envelope(SGD + "groups:\n  - { match: { index: [1, 3] }, hyper: { lr: 0 } }\n")
    made = model()
    before = weights(made)
    groups = [{"params": [made[0].weight, made[0].bias]}, {"params": made[2].parameters()}]
    after = train(made, sealing.optimizer(groups, envelope), 1)
    assert [torch.equal(before[name], after[name]) for name in before] == [False, True, False, True]


def test_a_custom_rule_steps(sealing):
    made = model()
    before, loss = weights(made), loss_of(made)
    optimizer = sealing.optimizer(made.parameters(), sealing.envelope(LION))
    after = train(made, optimizer, 1)
    # The first step of Lion is as long as its rate for each element that has a gradient, and the decay.
    for name, one in before.items():
        np.testing.assert_allclose((after[name] - one * (1 - 0.005 * 0.01)).abs(), np.full(one.shape, 0.005), rtol=1e-3)
    train(made, optimizer, 30)
    assert loss_of(made) < loss


def test_weights_stand_in_the_modules_memory_and_gradients_too(sealing, adamw):
    made = model()
    optimizer = sealing.optimizer(made.named_parameters(), adamw)
    place = made[0].weight.data_ptr()
    train(made, optimizer, 2, set_to_none=False)
    gradient = made[0].weight.grad
    train(made, optimizer, 2, set_to_none=False)
    assert made[0].weight.data_ptr() == place and made[0].weight.grad is gradient
    optimizer.zero_grad()
    assert made[0].weight.grad is None


def test_parameters_outlive_their_optimizer(sealing, adamw):
    made = model()
    train(made, sealing.optimizer(made.named_parameters(), adamw), 2)
    kept = weights(made)
    made2 = model()
    train(made2, sealing.optimizer(made2.named_parameters(), adamw), 2)
    assert same(weights(made), kept)


@pytest.mark.parametrize("options", [{}, {"zero_copy": False}], ids=str)
def test_weights_that_the_loop_changes_are_what_is_stepped(sealing, options):
    envelope = sealing.envelope("rule: torch-2.13/sgd\nhyper: { lr: 1 }\n")
    for change in (
        lambda one: one.data.fill_(3),
        lambda one: setattr(one, "data", torch.full((2, 2), 3.0)),
        lambda one: setattr(one, "data", torch.full((2, 2), 3.0).t()),
    ):
        one = torch.nn.Parameter(torch.zeros(2, 2))
        optimizer = sealing.optimizer([one], envelope, **options)
        change(one)
        one.grad = torch.ones(2, 2)
        optimizer.step()
        assert one.tolist() == [[2, 2], [2, 2]]


def test_a_parameter_without_a_gradient_stays(sealing):
    one, other = (torch.nn.Parameter(torch.ones(3)) for _ in range(2))
    optimizer = sealing.optimizer([("one", one), ("other", other)], sealing.envelope(SGD))
    one.grad = torch.ones(3)
    optimizer.step()
    assert one.tolist() == [0.5] * 3 and other.tolist() == [1] * 3
    assert optimizer.state_dict()["state"][1]["t"] == 0


def test_gradients_of_some_rows_are_zeros_elsewhere(sealing):
    one = torch.nn.Parameter(torch.ones(3, 2))
    optimizer = sealing.optimizer(
        [one], sealing.envelope("rule: torch-2.13/sgd\nhyper: { lr: 1, weight_decay: 0.5 }\n")
    )
    one.grad = torch.sparse_coo_tensor([[1]], torch.ones(1, 2), (3, 2))
    optimizer.step()
    assert one.tolist() == [[0.5, 0.5], [-0.5, -0.5], [0.5, 0.5]]


@pytest.mark.parametrize("zero_copy", [True, False])
@pytest.mark.parametrize(
    "gradient",
    [
        lambda: torch.complex(torch.zeros(3), -torch.ones(3)).conj().imag,
        lambda: torch.ones(3, requires_grad=True) * 1,
        lambda: torch.ones(6)[::2],
        lambda: torch.ones(1).expand(3),
    ],
    ids=["negated when it is read", "with a graph", "with gaps", "one number for all"],
)
def test_gradients_that_are_no_plain_arrays(sealing, zero_copy, gradient):
    one = torch.nn.Parameter(torch.ones(3))
    optimizer = sealing.optimizer([one], sealing.envelope(SGD), zero_copy=zero_copy)
    one.grad = gradient()
    optimizer.step()
    assert one.tolist() == [0.5] * 3


def test_a_closure_is_called_first(sealing, adamw):
    made = model()
    optimizer = sealing.optimizer(made.named_parameters(), adamw)

    def closure():
        optimizer.zero_grad()
        loss = loss_of(made)
        loss.backward()
        return loss

    first = optimizer.step(closure)
    assert loss_of(made) < first


@pytest.mark.parametrize("gradient", ["clip_norm: 0.01", "clip_value: 0.001, rescale: 0.5"])
def test_the_specs_gradient_steps_hold_in_both_engines(sealing, gradient):
    envelope = sealing.envelope(f"rule: torch-2.13/sgd\nhyper: {{ lr: 1 }}\ngradient: {{ {gradient} }}\n")
    found = []
    for engine in ("wasm", "native"):
        made = model()
        found.append(train(made, sealing.optimizer(made.parameters(), envelope, engine=engine), 3))
        assert max(one.grad.abs().max() for one in made.parameters()) > 0.01
    assert all(torch.allclose(found[0][key], found[1][key], rtol=1e-6) for key in found[0])


@pytest.mark.parametrize("dtype", [torch.bfloat16, torch.float16])
@pytest.mark.parametrize("master", [True, False])
def test_weights_of_16_bits_follow_what_is_stepped_in_32(sealing, dtype, master):
    envelope = sealing.envelope(SGD + f"precision: {{ master: {str(master).lower()} }}\n")
    one = torch.nn.Parameter(torch.tensor([1.0, 3.0]).to(dtype))
    optimizer = sealing.optimizer([one], envelope)
    small = torch.tensor([2.0**-12, 2.0**-12], dtype=dtype)
    for _ in range(400):
        one.grad = small.clone()
        optimizer.step()
    # Each step is far below half of the last bit: without a master all of them are lost, but for the momentum's growth.
    exact = torch.tensor([1.0, 3.0])
    momentum = torch.zeros(2)
    for _ in range(400):
        momentum = 0.9 * momentum + 2.0**-12
        exact = exact - 0.5 * momentum
        exact = exact if master else exact.to(dtype).float()
    assert torch.equal(one.detach(), exact.to(dtype))


def test_a_master_is_made_anew_where_the_loop_has_written_the_weights(sealing):
    envelope = sealing.envelope("rule: torch-2.13/sgd\nhyper: { lr: 1 }\nprecision: { master: true }\n")
    one = torch.nn.Parameter(torch.ones(2, dtype=torch.bfloat16))
    optimizer = sealing.optimizer([one], envelope)
    for _ in range(2):
        one.grad = torch.full((2,), 2.0**-12, dtype=torch.bfloat16)
        optimizer.step()
    assert optimizer.state_dict()["state"][0]["weight"].tolist() == [1 - 2.0**-11] * 2
    with torch.no_grad():
        one.copy_(torch.tensor([5.0, 6.0]))
    optimizer.step()
    assert one.tolist() == [5, 6]


def test_an_amendment_and_a_state_dict_have_a_master_of_what_the_loop_has_written(sealing):
    envelope = sealing.envelope("rule: torch-2.13/sgd\nhyper: { lr: 1 }\nprecision: { master: true }\n")
    one = torch.nn.Parameter(torch.ones(2, dtype=torch.bfloat16))
    optimizer = sealing.optimizer([one], envelope)
    for written in (5.0, 6.0):
        with torch.no_grad():
            one.fill_(written)
        assert optimizer.state_dict()["state"][0]["weight"].tolist() == [written] * 2
    with torch.no_grad():
        one.fill_(7)
    optimizer.amend(sealing.amendment(envelope, "lr=2"))
    one.grad = torch.ones(2, dtype=torch.bfloat16)
    optimizer.step()
    assert one.tolist() == [5, 5]


def test_amend_keeps_state_and_counts(sealing, adamw):
    changed = sealing.amendment(adamw, "lr=0.002", "beta2=0.5")
    for options in ({}, {"zero_copy": False}, {"engine": "native"}):
        made = model()
        optimizer = sealing.optimizer(made.named_parameters(), adamw, **options)
        train(made, optimizer, 3)
        before = optimizer.state_dict()["state"]
        optimizer.amend(changed)
        after = optimizer.state_dict()["state"]
        for i, one in before.items():
            assert all(torch.equal(torch.as_tensor(one[name]), torch.as_tensor(after[i][name])) for name in one)
        # Three updates are one halving of the amended rate; the biases' own rate goes on.
        assert [group["lr"] for group in optimizer.param_groups] == [0.005, 0.001]
        assert optimizer.param_groups[1]["beta2"] == 0.5
        kept = weights(made)
        assert not same(train(made, optimizer, 1), kept)
        with pytest.raises(optseal.Refused):
            optimizer.amend(adamw)
        train(made, optimizer, 1)
