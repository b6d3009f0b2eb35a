"""The whole recipe: data, three seeds of each size, one weak model trained for longer, export.

    python3 recipe.py OUT [--seeds 3] [--at-once 2]

Writes OUT/data (see make_data.py), OUT/*.log and OUT/seeds/{weak,strong,weak-long}-SEED.tlm. Choosing the shipped seed is a step of its own
(README.md), because it looks at the validation split.
"""

import argparse
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

here = Path(__file__).parent

sizes = {
    "strong": {"width": 96, "layers": 5, "heads": 4, "hidden": 384},
    "weak": {"width": 48, "layers": 4, "heads": 4, "hidden": 168},
}
steps = {"strong": 3000, "weak": 3000, "weak-long": 6000}
"""Of `batch` problems each: `weak` and `strong` see equal amounts of data, `weak-long` twice as much."""
batch = 32


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("out", type=Path)
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--at-once", type=int, default=2, help="trainings side by side, one core each")
    options = parser.parse_args()
    started = time.time()
    (options.out / "seeds").mkdir(parents=True, exist_ok=True)
    data = options.out / "data"
    call("make_data.py", data, log=options.out / "data.log")
    jobs = [(kind, seed) for seed in range(options.seeds) for kind in ("strong", "weak")] + [("weak-long", 0)]
    with ThreadPoolExecutor(options.at_once) as pool:
        for job in [pool.submit(make, options.out, data, *job) for job in jobs]:
            job.result()
    print(f"done in {(time.time() - started) / 60:.0f} minutes")


def make(out: Path, data: Path, kind: str, seed: int) -> None:
    """Trains one model and exports it."""
    size = kind.partition("-")[0]
    name, model = f"{kind}-{seed}", out / f"{kind}-{seed}.pt"
    shape = [text for key, value in sizes[size].items() for text in (f"--{key}", value)]
    how = ["--steps", steps[kind], "--batch", batch, "--seed", seed, "--out", model]
    call("train.py", data, size, *shape, *how, log=out / f"{name}.log")
    call("export.py", model, data / "vocab.json", out / "seeds" / f"{name}.tlm", log=out / f"{name}.export.log")
    print(f"{name}: {(out / f'{name}.log').read_text().splitlines()[-1]}", flush=True)


def call(script: str, *arguments, log: Path) -> None:
    with log.open("w") as output:
        subprocess.run([sys.executable, here / script, *map(str, arguments)], stdout=output, stderr=output, check=True)


if __name__ == "__main__":
    main()
