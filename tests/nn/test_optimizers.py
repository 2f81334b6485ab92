"""Our steps on one flat vector against torch.optim."""

import pytest
import torch

from rnncore.config import TrainingConfig
from rnncore.nn.losses import loss
from rnncore.nn.optimizers import clip, scheduled, update

THEIRS = {
    "adam": lambda p, c: torch.optim.Adam(p, c.learning_rate, weight_decay=c.weight_decay),
    "adamw": lambda p, c: torch.optim.AdamW(p, c.learning_rate, weight_decay=c.weight_decay),
    "sgd": lambda p, c: torch.optim.SGD(p, c.learning_rate, momentum=c.momentum, weight_decay=c.weight_decay),
    "rmsprop": lambda p, c: torch.optim.RMSprop(p, c.learning_rate, momentum=c.momentum, weight_decay=c.weight_decay),
}


@pytest.mark.parametrize("decay", [0.0, 0.05])
@pytest.mark.parametrize("momentum", [0.0, 0.9])
@pytest.mark.parametrize("optimizer", THEIRS)
def test_fifty_steps_lead_where_torch_optim_leads(optimizer, momentum, decay):
    config = TrainingConfig(optimizer=optimizer, learning_rate=0.01, momentum=momentum, weight_decay=decay)
    draw = torch.Generator().manual_seed(0)
    start = torch.randn(40, generator=draw, dtype=torch.float64)
    ours, slots = start.clone(), torch.zeros(2, 40, dtype=torch.float64)
    theirs = start.clone().requires_grad_()
    reference = THEIRS[optimizer]([theirs], config)
    for step in range(1, 51):
        push = torch.randn(40, generator=draw, dtype=torch.float64)
        theirs.grad = theirs.detach() ** 3 + push
        update(config, ours, ours**3 + push, slots, step, config.learning_rate)
        reference.step()
    torch.testing.assert_close(ours, theirs.detach(), atol=1e-9, rtol=1e-7)


def test_clipping_agrees_with_torch_and_leaves_small_gradients_alone():
    gradient = torch.tensor([3.0, 4.0])
    parameter = torch.zeros(2, requires_grad=True)
    parameter.grad = gradient.clone()
    torch.nn.utils.clip_grad_norm_([parameter], 1.0)
    assert float(clip(gradient, 1.0)) == 5.0
    torch.testing.assert_close(gradient, parameter.grad)
    assert float(clip(gradient, 10.0)) == pytest.approx(1.0, abs=1e-5)
    torch.testing.assert_close(gradient, parameter.grad)


@pytest.mark.parametrize(("schedule", "rates"), [("constant", [1, 1, 1]), ("cosine", [1, 0.5, 0]), ("linear", [1, 0.5, 0])])
def test_learning_rates_follow_their_schedule(schedule, rates):
    config = TrainingConfig(learning_rate=0.1, schedule=schedule)
    assert [scheduled(config, at) for at in (0, 0.5, 1)] == pytest.approx([0.1 * rate for rate in rates])


@pytest.mark.parametrize(
    ("name", "expected"), [("mae", 2.0), ("mse", 5.0), ("huber", (0.5 + 2.5) / 2), ("pinball", (0.9 * 1 + 0.1 * 3) / 2)]
)
def test_losses_are_what_one_computes_by_hand(name, expected):
    config = TrainingConfig(loss=name, quantile=0.9)
    value = loss(config, torch.tensor([[1.0, 5.0]]), torch.tensor([[2.0, 2.0]]))
    assert float(value) == pytest.approx(expected)
