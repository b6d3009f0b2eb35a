"""Trains one model for a fixed number of steps.

    python3 train.py DATA NAME --width 64 --layers 4 --heads 4 --hidden 232 --steps 3000 --seed 0 --out FILE.pt

Matrices are trained by Muon (momentum, then the nearest orthogonal matrix by a Newton–Schulz iteration; Jordan et al. 2024), the rest by
AdamW. The loss is taken on the solution only. One thread by default: two models train side by side on two cores.
"""

import argparse
import json
import time
from pathlib import Path

import numpy
import torch
import torch.nn.functional as F

from model import Config, Model, matrices


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("data", type=Path)
    parser.add_argument("name")
    for name in ("width", "layers", "heads", "hidden", "steps"):
        parser.add_argument(f"--{name}", type=int, required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--batch", type=int, default=64, help="problems in a step")
    parser.add_argument("--rate", type=float, default=3e-3, help="AdamW's")
    parser.add_argument("--muon", type=float, default=0.02, help="Muon's rate")
    parser.add_argument("--threads", type=int, default=1)
    options = parser.parse_args()

    torch.manual_seed(options.seed)
    torch.set_num_threads(options.threads)
    data = numpy.load(options.data / "train.npz")
    vocabulary = json.loads((options.data / "vocab.json").read_text())
    config = Config(len(vocabulary), options.width, options.layers, options.heads, options.hidden)
    model = Model(config)
    print(f"{options.name}: {config}, {model.parameter_count} parameters, {len(data['x'])} problems", flush=True)
    optimiser = Optimiser(model, options.rate, options.muon)
    train(model, optimiser, batches(data, options.batch, numpy.random.default_rng(options.seed)), options.steps)
    about = {"name": options.name, "seed": options.seed, "steps": options.steps, "batch": options.batch}
    torch.save({"about": about, "config": config.as_json(), "weights": model.state_dict()}, options.out)


def train(model: Model, optimiser: "Optimiser", source, steps: int) -> None:
    started, processor, loss_sum = time.time(), time.process_time(), 0.0
    for step in range(1, steps + 1):
        ids, wanted = next(source)
        states = model(ids[:, :-1])[wanted]
        loss = F.cross_entropy(states @ model.emb.t(), ids[:, 1:][wanted])
        model.zero_grad()
        loss.backward()
        optimiser.step(schedule(step, steps))
        loss_sum += loss.item()
        if step % 100 == 0:
            print(f"step {step} loss {loss_sum / 100:.4f} {time.time() - started:.0f} s, processor {time.process_time() - processor:.0f} s", flush=True)
            loss_sum = 0.0


def schedule(step: int, steps: int) -> float:
    """Warm up over 50 steps, hold, then fall in a line to nearly nothing over the last 60 %."""
    done = step / steps
    return min(1.0, step / 50) * (1.0 if done < 0.4 else (1 - done) / 0.6 + 0.01)


def batches(data, size: int, rng: numpy.random.Generator):
    """Batches of problems of about equal length: ids [size, length] and where the loss is taken [size, length - 1]."""
    x, solution, length = data["x"], data["solution"], data["length"]
    pool = size * 32
    while True:
        order = rng.permutation(len(x))
        for start in range(0, len(order) - pool + 1, pool):
            chosen = order[start : start + pool]
            chosen = chosen[numpy.argsort(length[chosen], kind="stable")]
            groups = chosen.reshape(-1, size)
            for index in rng.permutation(len(groups)):
                rows = groups[index]
                ids = torch.from_numpy(x[rows][:, : length[rows].max()].astype(numpy.int64))
                places = torch.arange(ids.shape[1] - 1)[None]
                wanted = (places >= torch.from_numpy(solution[rows].astype(numpy.int64))[:, None]) & (ids[:, 1:] != 0)
                yield ids, wanted


class Optimiser:
    """Muon for the matrices, AdamW for everything else."""

    def __init__(self, model: Model, rate: float, muon: float):
        self.rate, self.muon = rate, muon
        self.matrices = matrices(model)
        ours = {id(p) for _, p in self.matrices}
        self.rest = [p for p in model.parameters() if id(p) not in ours]
        self.momentum = [torch.zeros_like(p) for _, p in self.matrices]
        self.adam = torch.optim.AdamW(self.rest, lr=rate, betas=(0.9, 0.98), weight_decay=0.0)

    @torch.no_grad()
    def step(self, scale: float) -> None:
        torch.nn.utils.clip_grad_norm_(self.rest, 1.0)
        for group in self.adam.param_groups:
            group["lr"] = self.rate * scale
        self.adam.step()
        rate = self.muon * scale
        for (name, p), momentum in zip(self.matrices, self.momentum):
            momentum.mul_(0.95).add_(p.grad)
            direction = p.grad.add(momentum, alpha=0.95)
            # Queries, keys and values are three matrices that are kept in one.
            parts = direction.chunk(3) if name.endswith("qkv") else [direction]
            turned = torch.cat([orthogonal(part) for part in parts])
            grow = max(1.0, parts[0].shape[0] / parts[0].shape[1]) ** 0.5
            p.mul_(1 - rate * 0.02).add_(turned, alpha=-rate * grow)


def orthogonal(g: torch.Tensor) -> torch.Tensor:
    """The nearest matrix whose singular values are all about 1, by five steps of a quintic iteration."""
    x = g / (g.norm() + 1e-7)
    tall = x.shape[0] > x.shape[1]
    x = x.t() if tall else x
    for _ in range(5):
        square = x @ x.t()
        x = 3.4445 * x + (-4.7750 * square + 2.0315 * square @ square) @ x
    return x.t() if tall else x


if __name__ == "__main__":
    main()
