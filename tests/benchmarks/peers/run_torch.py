"""A plain torch loop as tutorials have it: nn.LSTM of several layers, DataLoader, torch.optim.Adam."""

import torch
from torch import nn
from torch.utils.data import DataLoader, TensorDataset

from tests.benchmarks.peers.serving import Epoch, clocked, serve, unfolded

CELLS = {"lstm": nn.LSTM, "gru": nn.GRU, "rnn": nn.RNN}


class Model(nn.Module):
    def __init__(self, work: dict):
        super().__init__()
        self.recurrent = CELLS[work["cell"]](1, work["units"], num_layers=work["layers"], batch_first=True)
        self.head = nn.Linear(work["units"], work["horizon"])

    def forward(self, x):
        return self.head(self.recurrent(x)[0][:, -1])


def train(model, optimizer, batches) -> None:
    for x, y in batches:
        optimizer.zero_grad()
        nn.functional.l1_loss(model(x), y).backward()
        optimizer.step()


def prepare(work: dict) -> Epoch:
    torch.manual_seed(0)
    X, Y = (torch.from_numpy(each) for each in unfolded(work))
    model = Model(work)
    optimizer = torch.optim.Adam(model.parameters())
    train(model, optimizer, [(X[:64], Y[:64])] * 2)
    batches = DataLoader(TensorDataset(X, Y), batch_size=work["batch"], shuffle=True)
    return lambda: clocked(train, model, optimizer, batches)


if __name__ == "__main__":
    torch.set_num_threads(1)
    serve(prepare)
