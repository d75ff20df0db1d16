"""What an upload is: a document, or else a recording; and whether a lesson can be made of it."""

from dataclasses import dataclass
from pathlib import Path

from courses.kernel.settings import Settings
from courses.media import document_rules, documents, preparation, rules


@dataclass(frozen=True)
class Kept:
    """A finished upload that was looked into and kept: its SHA-256, whether it is a recording or a document, and what was made of the same bytes before."""

    sha256: str
    kind: str
    made: rules.Made | document_rules.Drawn | None


def kind_of(path: Path, settings: Settings) -> str:
    """'recording' or 'document'; raises `Refused` with the remedy for what is neither, or none that could be taught from."""
    with path.open("rb") as handle:
        head = handle.read(1024)
    if document_rules.is_document(head):
        documents.examined(path, settings)
        return "document"
    preparation.examined(path, settings)
    return "recording"
