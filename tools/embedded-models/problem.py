"""A templated word problem: its sentences, and the quantities that its solution may derive.

Every quantity is a key with its true value, the derivations that are accepted for it and the sentences that may state it. The exact
checker of the extension (`src/core/soundness`) reads nothing else, so a problem carries the truth about every step of any solution.
"""

import re
from dataclasses import dataclass, field
from random import Random

# An operand is a number that the problem gives (or that everybody knows, like 60 minutes), or the name of another key.
Operand = int | str
Derivation = tuple[Operand, str, Operand]


@dataclass
class Key:
    value: int
    derivations: list[Derivation]
    says: list[str]
    rest: int | None = None


@dataclass
class Problem:
    family: str
    sentences: list[str] = field(default_factory=list)
    question: str = ""
    goal: str = ""
    keys: dict[str, Key] = field(default_factory=dict)

    def key(self, name: str, derivations: Derivation | list[Derivation], says: list[str]) -> int:
        """Adds a quantity; `@` in a sentence stands for the equation. Gives its value, which all its derivations must agree on."""
        ways = derivations if isinstance(derivations, list) else [derivations]
        results = {self.evaluate(way) for way in ways}
        if len(results) != 1:
            raise ValueError(f"{self.family}.{name}: derivations disagree: {ways} give {results}")
        value, rest = results.pop()
        self.keys[name] = Key(value, ways, says, rest)
        return value

    def ask(self, goal: str, question: str) -> "Problem":
        self.goal, self.question = goal, question
        return self

    def value(self, operand: Operand) -> int:
        return operand if isinstance(operand, int) else self.keys[operand].value

    def evaluate(self, way: Derivation) -> tuple[int, int | None]:
        """The value of a derivation, and for `divmod` the rest. Raises Unfit where it is no whole number."""
        x, op, y = self.value(way[0]), way[1], self.value(way[2])
        if op == "divmod":
            return divmod(x, y)
        value = operations[op](x, y)
        if value != int(value):
            raise Unfit
        return int(value), None

    @property
    def text(self) -> str:
        return " ".join([*self.sentences, self.question])

    @property
    def answer(self) -> int:
        return self.keys[self.goal].value

    def solution(self, rng: Random) -> str:
        """One correct solution: a random derivation of each quantity that is needed, in a random order that respects what needs what."""
        chosen = {name: rng.choice(key.derivations) for name, key in self.keys.items()}
        needed: list[str] = []
        self._need(self.goal, chosen, needed)
        lines: list[str] = []
        done: set[str] = set()
        while len(done) < len(needed):
            ready = [n for n in needed if n not in done and all(o in done for o in names(chosen[n]))]
            name = rng.choice(ready)
            done.add(name)
            lines.append(rng.choice(self.keys[name].says).replace("@", self.equation(name, chosen[name], rng)))
        return "\n".join([*lines, f"#### {self.answer}"])

    def _need(self, name: str, chosen: dict[str, Derivation], needed: list[str]) -> None:
        if name in needed:
            return
        needed.append(name)
        for other in names(chosen[name]):
            self._need(other, chosen, needed)

    def equation(self, name: str, way: Derivation, rng: Random) -> str:
        key = self.keys[name]
        x, op, y = self.value(way[0]), way[1], self.value(way[2])
        if op in "<>":
            return f"{x} {op} {y}"
        if op == "divmod":
            return f"{x} = {key.value} * {y} + {key.rest}"
        if op == "%":
            return f"{x} * {y} / 100 = {key.value}"
        if op in "+*" and rng.random() < 0.25:
            x, y = y, x
        return f"{x} {op} {y} = {key.value}"

    def as_keys(self) -> dict:
        """What the checker needs, in the form of `media/models/keys.jsonl`."""
        keys = {}
        for name, key in self.keys.items():
            keys[name] = {"value": key.value, "from": [list(way) for way in key.derivations], "say": accepted(key.says)}
            if key.rest is not None:
                keys[name]["rest"] = key.rest
        return {"question": self.text, "family": self.family, "answer": self.answer, "goal": self.goal, "keys": keys}


same = [
    (re.compile(r"There are @ (.+) left\."), "The rest is @ {}."),
    (re.compile(r"The rest is @ (.+)\."), "There are @ {} left."),
    (re.compile(r"The total is @( .+)?\."), "In all that is @{}."),
    (re.compile(r"In all that is @( .+)?\."), "The total is @{}."),
]


def accepted(says: list[str]) -> list[str]:
    """The sentences, and those that name nobody and mean the same: an audit by hand found them called wrong."""
    more = [form.format(found[1] or "") for say in says for pattern, form in same if (found := pattern.fullmatch(say))]
    return list(dict.fromkeys([*says, *more]))


class Unfit(Exception):
    """The numbers drawn do not make a problem: draw again."""


operations = {
    "+": lambda x, y: x + y,
    "-": lambda x, y: x - y,
    "*": lambda x, y: x * y,
    "/": lambda x, y: x / y,
    "%": lambda x, y: x * y / 100,
    ">": max,
    "<": min,
}


def names(way: Derivation) -> list[str]:
    return [operand for operand in (way[0], way[2]) if isinstance(operand, str)]
