"""Well-spread points, one coordinate per name, that do not change when other names come or go.

Point i of a name is a digital (0,1)-sequence in base 2, as is every coordinate of Sobol's: digits
of x_i = C (digits of i) with C upper triangular with a unit diagonal. A Sobol coordinate whose
primitive polynomial has degree 32 or more leaves its first 32 direction numbers free (Sobol 1967;
Joe and Kuo 2008); here they are a hash of the name alone, so that a name has the same coordinate in
every scenario. Each power-of-two block of points is perfectly stratified in every coordinate.

On it comes Owen's nested uniform scrambling (Owen 1995, 1997): bit b is flipped by a hash of the
name, seed, replicate and the bits above b. Replicates are independent scrambles; each gives an
unbiased estimate, and their spread the Monte Carlo error.
"""

from collections.abc import Sequence
from hashlib import blake2b
from typing import Final

import numpy as np
from numpy.typing import NDArray

BITS: Final = 32
_ONE: Final = np.uint64(1)


def points(names: Sequence[str], count: int, replicates: int, seed: int) -> NDArray[np.float64]:
    """Coordinates in (0, 1), shape [names, replicates, count]; count at most 2^32."""
    direction = np.array([_directions(name) for name in names], dtype=np.uint64)
    digits = np.zeros((len(names), 1, count), dtype=np.uint64)
    index = np.arange(count, dtype=np.uint64)
    for bit in range(max(1, int(count - 1).bit_length())):
        set_bit = ((index >> np.uint64(bit)) & _ONE).astype(bool)
        digits[:, 0, set_bit] ^= direction[:, bit, None]
    keys = np.array([_word(name, f"scramble {seed}") for name in names], dtype=np.uint64)
    replicate = _mixed(np.arange(replicates, dtype=np.uint64) + _ONE)
    key = _mixed(keys[:, None] + replicate[None, :])[:, :, None]
    scrambled = np.zeros((len(names), replicates, count), dtype=np.uint64)
    for bit in range(BITS):
        place = np.uint64(BITS - 1 - bit)
        # The node of the binary tree that the bits above lead to: its number has a leading 1.
        above = (digits >> (place + _ONE)) | np.uint64(1 << bit)
        flip = _mixed(key + _mixed(above)) >> np.uint64(63)
        scrambled |= (((digits >> place) & _ONE) ^ flip) << place
    # Below the last bit, 20 further random ones: no two points meet and none is 0 or 1.
    rest = _mixed(key + _mixed(index + np.uint64(1 << 62))) >> np.uint64(44)
    return (scrambled.astype(np.float64) + (rest.astype(np.float64) + 0.5) * 2.0**-20) * 2.0**-BITS


def _directions(name: str) -> list[int]:
    """Direction numbers: number j has bit j (from the top) set, hashed bits above, none below."""
    bits = int.from_bytes(
        b"".join(blake2b(f"{name}\0{j}".encode(), digest_size=64).digest() for j in range(2)), "big"
    )
    out = []
    for j in range(BITS):
        above = bits >> (BITS * j) & ((1 << j) - 1)
        out.append(((above << 1) | 1) << (BITS - 1 - j))
    return out


def _word(name: str, purpose: str) -> int:
    return int.from_bytes(blake2b(f"{purpose}\0{name}".encode(), digest_size=8).digest(), "big")


def _mixed(z: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """Finaliser of splitmix64 (Steele, Lea and Flood 2014)."""
    with np.errstate(over="ignore"):
        z = z + np.uint64(0x9E3779B97F4A7C15)
        z = (z ^ (z >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
        z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
        return z ^ (z >> np.uint64(31))
