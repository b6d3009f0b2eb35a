"""Writes a trained model as the extension reads it: `TLM2`, the header's length, the header (JSON), the weights.

    python3 export.py MODEL.pt VOCAB.json OUT.tlm

Matrices become int8 with one float32 scale per row; gains and the smear become float16.
"""

import argparse
import hashlib
import json
import struct
from pathlib import Path

import numpy
import torch

recipe = "1"
"""Changes whenever data, model or training change in a way that changes the weights."""


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("model", type=Path)
    parser.add_argument("vocab", type=Path)
    parser.add_argument("out", type=Path)
    options = parser.parse_args()
    saved = torch.load(options.model)
    tensors, data = pack(saved["weights"])
    header = {
        **saved["about"],
        "recipe": recipe,
        "parameters": sum(p.numel() for p in saved["weights"].values()),
        "config": saved["config"],
        "vocab": json.loads(options.vocab.read_text()),
        "tensors": tensors,
        "sha256": hashlib.sha256(data).hexdigest(),
    }
    text = json.dumps(header, separators=(",", ":")).encode()
    text += b" " * (-len(text) % 4)
    options.out.write_bytes(b"TLM2" + struct.pack("<I", len(text)) + text + data)
    print(f"{options.out}: {8 + len(text) + len(data)} bytes, {header['parameters']} parameters")


def pack(weights: dict[str, torch.Tensor]) -> tuple[list[dict], bytes]:
    tensors, data = [], b""
    for name, weight in weights.items():
        kind, packed = pack_tensor(name, weight.numpy().astype(numpy.float32))
        tensors.append({"name": name, "shape": list(weight.shape), "type": kind, "offset": len(data)})
        data += packed + b"\0" * (-len(packed) % 4)
    return tensors, data


def pack_tensor(name: str, weight: numpy.ndarray) -> tuple[str, bytes]:
    if weight.ndim < 2 or name == "smear":
        return "f16", weight.astype(numpy.float16).tobytes()
    scale = (numpy.abs(weight).max(1) / 127).astype(numpy.float32)
    rows = numpy.round(weight / scale[:, None]).clip(-127, 127).astype(numpy.int8)
    return "i8", scale.tobytes() + rows.tobytes()


if __name__ == "__main__":
    main()
