"""Job bodies of media."""


def install() -> None:
    pass
