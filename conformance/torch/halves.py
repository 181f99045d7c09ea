"""What torch rounds binary32 numbers to in 16 bits, as JSON on standard output."""
import base64
import json

import numpy as np
import torch


def text(array):
    return base64.b64encode(array.tobytes()).decode()


draw = np.random.default_rng(215)
anything = draw.integers(0, 2**32, 512, dtype=np.uint32)
# Exponents that binary16 has, its subnormals and what is beyond; many halfway.
near = ((draw.integers(101, 145, 512).astype(np.uint32) << 23)
        | (draw.integers(0, 2**11, 512).astype(np.uint32) << 12)
        | (draw.integers(0, 2, 512).astype(np.uint32) << 31))
numbers = np.concatenate([anything, near]).view("<f4")
tensor = torch.from_numpy(numbers.copy())
rounded = {name: text(tensor.to(getattr(torch, name)).view(torch.int16).numpy().astype("<i2"))
           for name in ("float16", "bfloat16")}
print(json.dumps({"release": torch.__version__, "made_by": "conformance/torch/halves.py", "float32": text(numbers), **rounded}))
