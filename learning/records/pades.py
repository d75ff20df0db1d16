"""Adapter of pyHanko: signs a finished page so that any PDF reader can tell whether a byte was changed (PAdES baseline B).

pyHanko takes a second to load, which every start and command would pay: it is loaded by the first signature.
"""

import io
from functools import cache
from pathlib import Path
from typing import Any

RESERVED = 8192  # characters kept free for the signature, two a byte: two certificates and a signature take about half of it


def sign(page: bytes, *, folder: Path, kid: str, reason: str, place: str) -> bytes:
    """`page` with a signature by the key `kid` of `folder` appended; what stood before stays as it was, byte by byte."""
    from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
    from pyhanko.sign import fields, signers

    metadata = signers.PdfSignatureMetadata(
        field_name="Signature",
        md_algorithm="sha256",
        subfilter=fields.SigSeedSubFilter.PADES,
        reason=reason,
        location=place,
        name=place,
    )
    out = io.BytesIO()
    signers.PdfSigner(metadata, signer=_signer(folder, kid)).sign_pdf(IncrementalPdfFileWriter(io.BytesIO(page)), bytes_reserved=RESERVED, output=out)
    return out.getvalue()


@cache
def _signer(folder: Path, kid: str) -> Any:
    from pyhanko.sign.signers import SimpleSigner

    load: Any = SimpleSigner.load
    return load(str(folder / f"{kid}.key"), str(folder / f"{kid}.crt"), ca_chain_files=[str(folder / "root.crt")])
