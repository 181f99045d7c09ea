"""One envelope for all processes of ``torch.distributed``."""

from __future__ import annotations

from typing import List, Optional, Sequence, Union

import torch
import torch.distributed as dist

from .errors import TorchError

#: Bytes that are taken from another process.
_MOST = 2**26


def broadcast(
    envelope: Optional[Union[bytes, Sequence[bytes]]], src: int = 0, group: Optional["dist.ProcessGroup"] = None
) -> List[bytes]:
    """The envelopes that the process of rank ``src`` has, in each process of the group: bytes, never pickled.

    ``envelope`` is there one envelope, or the spec's and each amendment's, and None in all others. Nothing is verified:
    each process hands the result to ``Optimizer``, or its last to ``amend``, and is told by its own gates. Raises
    TorchError for what is too large, in all processes.
    """
    given: List[bytes] = []
    if dist.get_rank() == src:
        if envelope is None:
            raise TorchError("envelope", f"rank {src} has no envelope to send", "envelope")
        given = [envelope] if isinstance(envelope, bytes) else [bytes(one) for one in envelope]
    is_nccl = dist.get_backend(group) == "nccl"
    device = torch.device("cuda", torch.cuda.current_device()) if is_nccl else torch.device("cpu")
    count = torch.tensor([len(given), sum(map(len, given))], dtype=torch.int64, device=device)
    dist.broadcast(count, src, group)
    number, total = (int(one) for one in count)
    if number * 8 + total > _MOST:
        raise TorchError("envelope", f"{number} envelopes of {total} bytes are too large", "envelope")
    sizes = torch.tensor([len(one) for one in given] or [0] * number, dtype=torch.int64, device=device)
    dist.broadcast(sizes, src, group)
    body = torch.zeros(total, dtype=torch.uint8, device=device)
    if given:
        body.copy_(torch.frombuffer(bytearray(b"".join(given)), dtype=torch.uint8))
    dist.broadcast(body, src, group)
    received = body.cpu().numpy().tobytes()
    envelopes, at = [], 0
    for size in (int(one) for one in sizes):
        envelopes.append(received[at : at + size])
        at += size
    return envelopes
