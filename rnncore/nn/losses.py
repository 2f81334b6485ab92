"""What training makes small: the mean over a batch of forecasts and targets, both (B, K), on scaled values."""

from __future__ import annotations

from rnncore.config import TrainingConfig
from rnncore.nn.runtime import torch


def loss(config: TrainingConfig, forecast, target):
    if config.loss == "mse":
        return torch.nn.functional.mse_loss(forecast, target)
    if config.loss == "huber":
        return torch.nn.functional.huber_loss(forecast, target)
    if config.loss == "pinball":
        error = target - forecast
        return torch.maximum(config.quantile * error, (config.quantile - 1) * error).mean()
    return (forecast - target).abs().mean()
