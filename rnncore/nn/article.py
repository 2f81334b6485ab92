"""The article's model, fitted as Keras fits it: `Model`, `Adam` and `fit` are shown on a page as they stand here."""

from __future__ import annotations

import time

import numpy as np

from rnncore import article
from rnncore.config import Preparation, Walkthrough
from rnncore.nn.runtime import torch
from rnncore.nn.short import LSTM

nn = torch.nn


class Model(nn.Module):
    """Three LSTM layers of 50 units, dropout behind each, and a dense layer: (B, 3, 1) -> (B, 3)."""

    def __init__(self):
        super().__init__()
        # nn.LSTM by another way to the same numbers, which is quicker for sequences as few and short as these.
        self.lstm1 = LSTM(1, 50, batch_first=True)
        self.lstm2 = LSTM(50, 50, batch_first=True)
        self.lstm3 = LSTM(50, 50, batch_first=True)
        self.dropout = nn.Dropout(0.2)  # on in model.train(), off in model.eval()
        self.dense = nn.Linear(50, 3)
        self.initialise_like_keras()

    def forward(self, x):  # (B, 3, 1)
        states, _ = self.lstm1(x)  # (B, 3, 50)
        states, _ = self.lstm2(self.dropout(states))  # (B, 3, 50)
        states, _ = self.lstm3(self.dropout(states))  # (B, 3, 50)
        return self.dense(self.dropout(states[:, -1]))  # the state after the last step: (B, 50) -> (B, 3)

    def initialise_like_keras(self):
        for lstm in (self.lstm1, self.lstm2, self.lstm3):
            nn.init.xavier_uniform_(lstm.weight_ih_l0)  # what Keras calls glorot_uniform
            nn.init.orthogonal_(lstm.weight_hh_l0)
            nn.init.zeros_(lstm.bias_ih_l0)
            nn.init.ones_(lstm.bias_ih_l0.data[50:100])  # the forget gate, second of i, f, g, o: begin by remembering
            # torch adds two biases where Keras has one; the second stays zero and is not trained.
            nn.init.zeros_(lstm.bias_hh_l0).requires_grad_(False)
        nn.init.xavier_uniform_(self.dense.weight)
        nn.init.zeros_(self.dense.bias)


class Adam:
    """Every weight goes against its mean gradient, in steps measured by how large its gradients usually are.

    Kingma and Ba (2015), in the order of operations that Keras has.
    """

    def __init__(self, model, rate=0.001, beta1=0.9, beta2=0.999, epsilon=1e-7):
        self.rate, self.beta1, self.beta2, self.epsilon = rate, beta1, beta2, epsilon
        trained = [p for p in model.parameters() if p.requires_grad]
        sizes = [p.numel() for p in trained]
        # One long vector holds all weights and one all gradients: a step is five operations instead of five for each matrix.
        self.weights = torch.cat([p.detach().flatten() for p in trained])
        self.gradient = torch.zeros_like(self.weights)
        for p, weights, gradient in zip(trained, self.weights.split(sizes), self.gradient.split(sizes), strict=True):
            p.data, p.grad = weights.view_as(p), gradient.view_as(p)
        self.mean = torch.zeros_like(self.weights)  # of the gradient, lately
        self.square = torch.zeros_like(self.weights)  # of the squared gradient, over a longer while
        self.steps = 0

    def step(self):
        self.steps += 1
        self.mean.lerp_(self.gradient, 1 - self.beta1)
        self.square.lerp_(self.gradient**2, 1 - self.beta2)
        # Both means began at zero and are too small at first; the rate makes up for it.
        rate = self.rate * (1 - self.beta2**self.steps) ** 0.5 / (1 - self.beta1**self.steps)
        self.weights.addcdiv_(self.mean, self.square.sqrt().add_(self.epsilon), value=-rate)
        self.gradient.zero_()


def fit(model, X, y, epochs=100):
    """The mean squared error of every epoch; three samples are one batch, so an epoch is one step."""
    adam, losses = Adam(model), []
    model.train()
    for _ in range(epochs):
        loss = ((model(X) - y) ** 2).mean()
        loss.backward()  # fills adam.gradient
        adam.step()
        losses.append(loss.item())
    return losses


def predict(model, X):
    model.eval()
    with torch.no_grad():
        return model(X)


def run(config: Walkthrough | None = None) -> article.Result:
    """Build the model, fit it to the article's three samples, and ask it about them and about what it has not seen.

    The same seed gives the same numbers; the caller's random numbers are left as they were.
    """
    config = config or Walkthrough()
    inputs, targets = article.prepare(config.preparation, article.INPUTS, article.TARGETS)
    X, y = (torch.tensor(each, dtype=torch.float32) for each in (inputs, targets))
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(config.seed)
        began = time.perf_counter()
        model = Model()
        built = time.perf_counter()
        losses = fit(model, X, y, article.EPOCHS)
        fitted = time.perf_counter()
    predictions = answer(model, config.preparation, article.INPUTS)
    predicted = time.perf_counter()
    unseen, line = (answer(model, config.preparation, windows) for windows in (article.UNSEEN, article.LINE))
    seconds = article.Seconds(built - began, fitted - built, predicted - fitted)
    return article.Result(config.preparation, config.seed, losses, predictions, unseen, line, seconds)


def answer(model: Model, preparation: Preparation, windows: np.ndarray) -> list[list[float]]:
    """What a fitted model says comes after `windows` (n, 3, 1), in the units of the data."""
    seen = torch.tensor(article.prepare(preparation, windows), dtype=torch.float32)
    return article.restore(preparation, windows, predict(model, seen).numpy().astype(float)).tolist()
