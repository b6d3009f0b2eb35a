"""Draws the training set, the validation split and the test split, and writes what training and the extension need.

    python3 make_data.py OUT [--train N] [--validation N] [--test N] [--seed S]

Writes OUT/train.npz, OUT/vocab.json, OUT/{validation,test}.jsonl (problems) and OUT/{validation,test}-keys.jsonl.
A problem belongs to a split by a hash of its family and all its numbers in order, so that the numbers of a validation or test problem
never occur in that family in training.
"""

import argparse
import hashlib
import json
import re
from pathlib import Path
from random import Random

import numpy

from families import draw_problem
from problem import Problem

token_pattern = re.compile(r"####|\n|\d|[A-Za-z]+|[^\sA-Za-z\d]")
specials = ["<pad>", "<sol>", "<eos>"]
longest = 176


def tokens(text: str) -> list[str]:
    return token_pattern.findall(text)


def split_of(problem: Problem) -> str:
    signature = problem.family + "|" + ",".join(re.findall(r"\d+", problem.text))
    number = int(hashlib.md5(signature.encode()).hexdigest(), 16) % 40
    return {0: "test", 1: "validation"}.get(number, "train")


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("out", type=Path)
    parser.add_argument("--train", type=int, default=400_000)
    parser.add_argument("--validation", type=int, default=400)
    parser.add_argument("--test", type=int, default=420)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    options.out.mkdir(parents=True, exist_ok=True)

    rng = Random(options.seed)
    held = {"validation": [], "test": []}
    wanted = {"validation": options.validation, "test": options.test}
    train: list[tuple[str, str]] = []
    seen: set[str] = set()
    while len(train) < options.train or any(len(held[name]) < wanted[name] for name in held):
        problem = draw_problem(rng)
        split = split_of(problem)
        if split == "train":
            if len(train) < options.train:
                train.append((problem.text, problem.solution(rng)))
        elif len(held[split]) < wanted[split] and problem.text not in seen:
            seen.add(problem.text)
            held[split].append(problem)

    words = sorted({token for pair in train for text in pair for token in tokens(text)})
    vocabulary = specials + words
    (options.out / "vocab.json").write_text(json.dumps(vocabulary))
    write_training(options.out / "train.npz", train, {word: index for index, word in enumerate(vocabulary)})
    for name, problems in held.items():
        write_problems(options.out, name, problems, set(words))
    print(f"vocabulary {len(vocabulary)}, training problems {len(train)}")


def write_training(file: Path, pairs: list[tuple[str, str]], index: dict[str, int]) -> None:
    """x: token ids, padded with 0; solution: where <sol> stands; length: all tokens."""
    rows = [([index[t] for t in tokens(text)], [index[t] for t in tokens(solution)]) for text, solution in pairs]
    lengths = numpy.array([len(a) + len(b) + 2 for a, b in rows], numpy.int16)
    if lengths.max() > longest:
        raise SystemExit(f"a problem has {lengths.max()} tokens, {longest} are the most")
    x = numpy.zeros((len(rows), lengths.max()), numpy.int16)
    for row, (a, b), length in zip(x, rows, lengths):
        row[:length] = [*a, 1, *b, 2]
    solution = numpy.array([len(a) for a, _ in rows], numpy.int16)
    numpy.savez(file, x=x, solution=solution, length=lengths)
    print(f"tokens: mean {lengths.mean():.1f}, most {lengths.max()}, mean of the problem {solution.mean():.1f}")


def write_problems(out: Path, split: str, problems: list[Problem], words: set[str]) -> None:
    letter = split[0]
    rows, keys = [], []
    for number, problem in enumerate(problems):
        unknown = set(tokens(problem.text)) - words
        if unknown:
            raise SystemExit(f"{split} has words that training has not: {unknown}")
        answer = problem.solution(Random(number))
        rows.append({"id": f"{letter}{number + 1:04d}", "question": problem.text, "answer": answer})
        keys.append(problem.as_keys())
    write_lines(out / f"{split}.jsonl", rows)
    write_lines(out / f"{split}-keys.jsonl", keys)


def write_lines(file: Path, rows: list[dict]) -> None:
    file.write_text("".join(json.dumps(row, ensure_ascii=False, separators=(",", ":")) + "\n" for row in rows))


if __name__ == "__main__":
    main()
