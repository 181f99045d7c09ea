"""A parameter beside the module's memory: in it, or with a copy there in binary32."""

from __future__ import annotations

from typing import Optional, Tuple, cast

import torch

from ..memory import Floats
from .errors import TorchError

#: Element types of parameters; those of 16 bits are kept in 32 in the module's memory.
TYPES = (torch.float32, torch.bfloat16, torch.float16)


class Resident:
    """One parameter: where it stands, and what a step has to carry to and fro."""

    #: The module's weights, and its place for gradients.
    weight: torch.Tensor
    gradient: torch.Tensor
    #: Whether the rule leaves rows alone that a gradient does not have.
    is_lazy: bool = False
    #: Whether a step takes in gradients that stand elsewhere by itself.
    streams: bool = False

    def __init__(self, key: str, tensor: torch.Tensor, zero_copy: bool, has_master: bool) -> None:
        """Raises TorchError for a parameter that the module's memory cannot stand for."""
        path = f"params.{key}"
        if tensor.dtype not in TYPES:
            hint = "it may be float32, bfloat16 or float16"
            raise TorchError("parameter", f"a parameter of {tensor.dtype}", path, hint)
        if tensor.device.type != "cpu" or tensor.layout != torch.strided:
            message = f"a {tensor.layout} parameter on {tensor.device}"
            hint = "the module steps dense tensors on the CPU; engine='native' takes others"
            raise TorchError("parameter", message, path, hint)
        self.key = key
        self.tensor = tensor
        self._zero_copy = zero_copy
        #: Whether the 32 bits are state: what a step changes, and the tensor follows.
        self.keeps_master = has_master and tensor.dtype != torch.float32
        self._is_inside = False
        #: What the tensor was when the step left it.
        self._left: Tuple[int, int] = (0, -1)

    def move_in(self, weight: Floats, gradient: Floats) -> None:
        """Takes a place in a module's memory, and the numbers of the tensor there."""
        self.weight, self.gradient, self._place = torch.from_numpy(weight), torch.from_numpy(gradient), gradient
        self.weight.copy_(self.tensor.detach())
        self._address, self._shape = self.weight.data_ptr(), self.weight.shape
        self._adopt()
        self._left = self._mark()

    def set_master(self, values: torch.Tensor) -> None:
        """Puts 32 bits of a state in their place."""
        self.weight.copy_(values)
        self._left = self._mark()

    def plain(self) -> Optional[Floats]:
        """The gradient of a parameter in the memory that a step can take as it is; None where more is to be looked at."""
        gradient = self.tensor.grad
        if not self._is_in_place():
            return None
        if gradient is self.gradient:
            return self._place
        if gradient is None or not self.streams or gradient.dtype is not torch.float32:
            return None
        if gradient.layout is not torch.strided or gradient.requires_grad or gradient.is_neg() or not gradient.is_cpu:
            return None
        array = cast(Floats, gradient.numpy())
        return array if array.shape == self._place.shape and array.flags.c_contiguous else None

    def check(self) -> None:
        """Raises TorchError where the parameter or its gradient has become something that cannot be stepped."""
        tensor, gradient = self.tensor, self.tensor.grad
        if gradient is self.gradient:
            return
        assert gradient is not None
        path = f"params.{self.key}"
        if tensor.shape != self._shape or tensor.dtype not in TYPES or not tensor.is_cpu:
            message = f"the parameter has become {tensor.dtype} of the shape {list(tensor.shape)} on {tensor.device}"
            raise TorchError("parameter", message, path, "make the optimizer anew after such a change")
        if gradient.shape != self._shape or gradient.is_complex() or not gradient.is_cpu:
            raise TorchError("gradient", f"a gradient of {gradient.dtype} and the shape {list(gradient.shape)}", path)
        if self.is_lazy and gradient.layout != torch.strided:
            message = "a gradient of some rows under `lazy_update`, which this engine does not take"
            raise TorchError("gradient", message, path, "engine='native' takes it, or amend lazy_update")

    def take_in(self) -> Floats:
        """Before a step: weights that were changed elsewhere come in, and a gradient that a step cannot take in by itself.

        Gives back the gradient to step by.
        """
        self._is_inside = self._is_in_place()
        if not self._is_inside and not (self.keeps_master and self._is_as_left()):
            self.weight.copy_(self.tensor.detach())
            self._adopt()
        gradient = self.tensor.grad
        if gradient is None or gradient is self.gradient:
            return self._place
        if gradient.requires_grad:
            gradient = gradient.detach()
        is_plain = gradient.layout == torch.strided and gradient.dtype == torch.float32
        if self.streams and is_plain and gradient.is_contiguous() and not gradient.is_neg():
            return cast(Floats, gradient.numpy())
        self.gradient.copy_(gradient if gradient.layout == torch.strided else gradient.to_dense())
        return self._place

    def hand_out(self) -> None:
        """After a step: a tensor that stands elsewhere gets the numbers, those of 16 bits rounded to even on a tie."""
        if not self._is_inside:
            self.tensor.detach().copy_(self.weight)
            self._left = self._mark()

    def _is_in_place(self) -> bool:
        return self.tensor.data_ptr() == self._address and self.tensor.is_contiguous()

    def _adopt(self) -> None:
        """Makes the tensor stand in the module's memory, if it can."""
        tensor = self.tensor
        if self._zero_copy and tensor.dtype == torch.float32 and tensor.is_contiguous():
            tensor.data = self.weight
            self._is_inside = True

    def _mark(self) -> Tuple[int, int]:
        return self.tensor.data_ptr(), self.tensor._version

    def _is_as_left(self) -> bool:
        """Whether nobody has written to it since; torch counts writes, but for those through ``.data``."""
        if self._mark() == self._left:
            return True
        return torch.equal(self.tensor.detach(), self.weight.to(self.tensor.dtype))
