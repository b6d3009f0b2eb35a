"""A small decoder-only language model: LayerNorm first and without biases, rotary positions, ReLU, one table for input and output,
and a smear of the two tokens before into each embedding, which spares the first layer the work of looking at its neighbours.

The extension's own inference (`src/services/models/embedded`) computes the same function; both must change together.
"""

import math
from dataclasses import asdict, dataclass

import torch
import torch.nn.functional as F
from torch import Tensor, nn


@dataclass(frozen=True)
class Config:
    vocab: int
    width: int
    layers: int
    heads: int
    hidden: int
    context: int = 176
    ropeBase: int = 1000

    def as_json(self) -> dict:
        return asdict(self)


class Block(nn.Module):
    def __init__(self, c: Config):
        super().__init__()
        self.heads = c.heads
        self.norm1, self.norm2 = nn.Parameter(torch.ones(c.width)), nn.Parameter(torch.ones(c.width))
        self.qkv = nn.Parameter(torch.randn(3 * c.width, c.width) * c.width**-0.5)
        self.out = nn.Parameter(torch.randn(c.width, c.width) * c.width**-0.5 / math.sqrt(2 * c.layers))
        self.up = nn.Parameter(torch.randn(c.hidden, c.width) * c.width**-0.5)
        self.down = nn.Parameter(torch.randn(c.width, c.hidden) * c.hidden**-0.5 / math.sqrt(2 * c.layers))

    def forward(self, x: Tensor, cos: Tensor, sin: Tensor, mask: Tensor) -> Tensor:
        batch, length, width = x.shape
        h, size = self.heads, width // self.heads
        qkv = F.linear(F.layer_norm(x, (width,), self.norm1), self.qkv).view(batch, length, 3 * h, size)
        first, second = qkv[:, :, : 2 * h].chunk(2, -1)
        qk = torch.cat([first * cos - second * sin, second * cos + first * sin], -1)
        q, k, v = (t.transpose(1, 2).reshape(batch * h, length, size) for t in (qk[:, :, :h], qk[:, :, h:], qkv[:, :, 2 * h :]))
        weights = torch.baddbmm(mask, q, k.transpose(1, 2), alpha=size**-0.5).softmax(-1)
        mixed = torch.bmm(weights, v).view(batch, h, length, size).transpose(1, 2).reshape(batch, length, width)
        x = x + F.linear(mixed, self.out)
        return x + F.linear(F.relu(F.linear(F.layer_norm(x, (width,), self.norm2), self.up)), self.down)


class Model(nn.Module):
    def __init__(self, config: Config):
        super().__init__()
        self.config = config
        self.emb = nn.Parameter(torch.randn(config.vocab, config.width) * 0.08)
        self.smear = nn.Parameter(torch.randn(2, config.width) * 0.5)
        self.layers = nn.ModuleList([Block(config) for _ in range(config.layers)])
        self.norm = nn.Parameter(torch.ones(config.width))
        half = config.width // config.heads // 2
        frequency = config.ropeBase ** (-torch.arange(half).float() / half)
        angle = torch.outer(torch.arange(config.context).float(), frequency)[None, :, None, :]
        self.register_buffer("cos", angle.cos(), persistent=False)
        self.register_buffer("sin", angle.sin(), persistent=False)
        self.register_buffer("mask", torch.full((config.context, config.context), -1e9).triu(1), persistent=False)

    def forward(self, ids: Tensor) -> Tensor:
        """Token ids [batch, length] to the last layer's normalised states [batch, length, width]; logits are those times embᵀ."""
        length = ids.shape[1]
        e = F.embedding(ids, self.emb)
        x = e + self.smear[0] * F.pad(e, (0, 0, 1, 0))[:, :-1] + self.smear[1] * F.pad(e, (0, 0, 2, 0))[:, :-2]
        cos, sin, mask = self.cos[:, :length], self.sin[:, :length], self.mask[:length, :length]
        for layer in self.layers:
            x = layer(x, cos, sin, mask)
        return F.layer_norm(x, x.shape[-1:], self.norm)

    @property
    def parameter_count(self) -> int:
        return sum(p.numel() for p in self.parameters())


def matrices(model: Model) -> list[tuple[str, nn.Parameter]]:
    """The weights that Muon trains: every matrix between two states."""
    return [(name, p) for name, p in model.named_parameters() if p.dim() == 2 and name not in ("emb", "smear")]
