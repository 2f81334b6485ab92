"""The core of Unrolled: from the bytes of a CSV to a forecast, and to the tensors behind it.

The rooms, in the order a file walks through them; each imports only from those before it:

    messages, config, texts    what is told, what can be set, and how it is said
    series                     bytes -> Table -> Series -> Windows
    results                    what was measured beforehand, with the command that measures it again
    cells                      recurrent cells in numpy: counts, every value, gradients; no torch
    neuron                     a spiking neuron, the artificial unit, small circuits
    gradients                  how far back a loss still says something, measured and predicted
    worked                     networks small enough to look into, and what can be asked of them
    article, cost              the article's own model in numbers; what a layer costs
    nn                         the engine: model, training, prediction; the only room that imports torch
    forecasting                plan, networks and classical members, their pool, bands, scores, findings; backtests; the tuner
    inside                     a trained network in numpy: its states, and what its outputs owe to inputs and units
    runs                       the store of runs, the work of a worker, the cluster
    figures                    values -> plotly figures
    web                        what the pages share; the only room that imports streamlit
    terminal                   the command line; it stands beside web

Letters: B batch, T time steps of a window, F features, H hidden units, K horizon, N rows, V validation origins.
"""
