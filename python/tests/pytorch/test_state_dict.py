"""A training loop that is stopped goes on to the same bits."""

import io

import pytest

torch = pytest.importorskip("torch", reason="PyTorch is not installed")

from training import ADAMW, LION, model, same, train

import optseal
import optseal.torch

SHARED = """rule: |
  rule counting
  hyper  lr = 0.1 scheduled
  state  all: shared = 10   mine: scalar = 0   row: row = 2   step = weight
  step   all = all + 1
         mine = mine + all
  update row = row + 1
         step = step + grad
         weight = weight - lr * step / row / mine
"""
MASTER = "rule: torch-2.13/adam\nprecision: { master: true }\n"


def through_a_file(*what):
    file = io.BytesIO()
    torch.save(what, file)
    file.seek(0)
    return torch.load(file, weights_only=True)


@pytest.mark.parametrize(
    "spec, dtype, options",
    [
        (ADAMW, torch.float32, {}),
        (ADAMW, torch.float32, {"zero_copy": False}),
        (ADAMW, torch.float32, {"engine": "native"}),
        (LION, torch.float32, {}),
        (SHARED, torch.float32, {}),
        (MASTER, torch.bfloat16, {}),
        (MASTER, torch.float16, {}),
        (LION, torch.bfloat16, {}),
    ],
    ids=str,
)
def test_goes_on_to_the_same_bits(sealing, spec, dtype, options):
    envelope = sealing.envelope(spec)
    made = model(dtype)
    optimizer = sealing.optimizer(made.named_parameters(), envelope, **options)
    train(made, optimizer, 3)
    weights, state = through_a_file(made.state_dict(), optimizer.state_dict())
    expected = train(made, optimizer, 3)
    made = model(dtype)
    optimizer = sealing.optimizer(made.named_parameters(), envelope, **options)
    train(made, optimizer, 1)
    made.load_state_dict(weights)
    optimizer.load_state_dict(state)
    assert same(train(made, optimizer, 3), expected)


def test_a_state_dict_is_a_copy(sealing):
    made = model()
    optimizer = sealing.optimizer(made.named_parameters(), sealing.envelope(ADAMW))
    train(made, optimizer, 1)
    state = optimizer.state_dict()
    kept = state["state"][0]["exp_avg"].clone()
    train(made, optimizer, 1)
    assert torch.equal(state["state"][0]["exp_avg"], kept)


@pytest.mark.parametrize("engine", ["wasm", "native"])
def test_a_state_from_before_an_amendment_is_amended(sealing, engine):
    envelope = sealing.envelope(ADAMW)
    changed = sealing.amendment(envelope, "lr=0.004")
    made = model()
    optimizer = sealing.optimizer(made.named_parameters(), envelope, engine=engine)
    train(made, optimizer, 3)
    weights, state = through_a_file(made.state_dict(), optimizer.state_dict())
    optimizer.amend(changed)
    expected = train(made, optimizer, 3)
    made = model()
    optimizer = sealing.optimizer(made.named_parameters(), [envelope, changed], engine=engine)
    made.load_state_dict(weights)
    optimizer.load_state_dict(state)
    assert same(train(made, optimizer, 3), expected)


def refused(optimizer, made, state):
    kept = train(made, optimizer, 1)
    with pytest.raises(optseal.Error) as caught:
        optimizer.load_state_dict(state)
    assert same({name: one.detach() for name, one in made.named_parameters()}, kept)
    train(made, optimizer, 1)
    return caught.value


def test_other_states_are_refused_and_nothing_changes(sealing):
    envelope = sealing.envelope(ADAMW)
    made = model()
    optimizer = sealing.optimizer(made.named_parameters(), envelope)
    train(made, optimizer, 2)
    state = optimizer.state_dict()
    native = model()
    for other in (
        {},
        {"state": {}, "param_groups": []},
        torch.optim.AdamW(native.parameters()).state_dict(),
        sealing.optimizer(native.parameters(), envelope).state_dict(),
        sealing.optimizer(native.named_parameters(), envelope, engine="native").state_dict(),
        sealing.optimizer(model().named_parameters(), sealing.envelope(LION)).state_dict(),
        {**state, "state": {0: state["state"][0]}},
        {**state, "state": {**state["state"], 0: {**state["state"][0], "exp_avg": torch.zeros(2)}}},
        {**state, "state": {**state["state"], 0: {**state["state"][0], "exp_avg": "text"}}},
        {**state, "state": {**state["state"], 0: {**state["state"][0], "t": -1}}},
        {**state, "optseal": {**state["optseal"], "updates": None}},
        {**state, "optseal": {"engine": "wasm", "spec": state["optseal"]["spec"]}},
    ):
        refused(optimizer, made, other)
    optimizer.load_state_dict(state)
