"""Solves problems greedily with torch, from the exported weights: what the extension's own inference is compared with.

    python3 greedy.py MODEL.tlm PROBLEMS.jsonl [--limit 100] [--out FILE.jsonl]

Prints the share of right answers; --out writes {"model", "problem", "text"}, one line per problem.
"""

import argparse
import json
import struct
from pathlib import Path

import numpy
import torch

from make_data import tokens
from model import Config, Model

solution_token, end_token = 1, 2


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("model", type=Path)
    parser.add_argument("problems", type=Path)
    parser.add_argument("--limit", type=int, default=100)
    parser.add_argument("--out", type=Path)
    options = parser.parse_args()
    torch.set_num_threads(1)
    model, header = load(options.model)
    problems = [json.loads(line) for line in options.problems.read_text().splitlines()[: options.limit]]
    texts = [decode(header["vocab"], ids) for ids in solve(model, header["vocab"], [p["question"] for p in problems])]
    right = sum(t.rpartition("#### ")[2] == p["answer"].rpartition("#### ")[2] for t, p in zip(texts, problems))
    print(f"{header['name']}: {right} of {len(problems)} answers right ({right / len(problems):.3f})")
    if options.out:
        rows = [{"model": header["name"], "problem": p["question"], "text": t} for p, t in zip(problems, texts)]
        options.out.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows))


def load(file: Path) -> tuple[Model, dict]:
    content = file.read_bytes()
    (length,) = struct.unpack_from("<I", content, 4)
    header = json.loads(content[8 : 8 + length])
    model = Model(Config(**header["config"]))
    data = content[8 + length :]
    model.load_state_dict({t["name"]: torch.from_numpy(unpack(t, data)) for t in header["tensors"]})
    return model.eval(), header


def unpack(tensor: dict, data: bytes) -> numpy.ndarray:
    shape, at = tensor["shape"], tensor["offset"]
    count = int(numpy.prod(shape))
    if tensor["type"] == "f16":
        return numpy.frombuffer(data, numpy.float16, count, at).astype(numpy.float32).reshape(shape)
    scale = numpy.frombuffer(data, numpy.float32, shape[0], at)
    rows = numpy.frombuffer(data, numpy.int8, count, at + 4 * shape[0]).reshape(shape)
    return scale[:, None] * rows.astype(numpy.float32)


@torch.no_grad()
def solve(model: Model, vocabulary: list[str], texts: list[str]) -> list[list[int]]:
    """The greedy solution of each problem, without <eos>. Rows are padded on the right, where nothing before them looks."""
    index = {word: number for number, word in enumerate(vocabulary)}
    rows = [[index[t] for t in tokens(text)] + [solution_token] for text in texts]
    starts = [len(row) for row in rows]
    active = list(range(len(rows)))
    while active:
        width = max(len(rows[i]) for i in active)
        ids = torch.tensor([rows[i] + [0] * (width - len(rows[i])) for i in active])
        last = torch.tensor([len(rows[i]) - 1 for i in active])
        chosen = (model(ids)[torch.arange(len(active)), last] @ model.emb.t()).argmax(-1).tolist()
        for i, token in zip(active, chosen):
            rows[i].append(token)
        active = [i for i in active if rows[i][-1] != end_token and len(rows[i]) < model.config.context]
    return [[t for t in row[start:] if t != end_token] for row, start in zip(rows, starts)]


def decode(vocabulary: list[str], ids: list[int]) -> str:
    text, before = "", None
    for token in (vocabulary[i] for i in ids):
        tight = before is None or before == "\n" or token in "\n.,?%" or (token.isdigit() and before.isdigit())
        text += token if tight else " " + token
        before = token
    return text


if __name__ == "__main__":
    main()
