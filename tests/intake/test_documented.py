"""docs/intake.md shows what the code does: its example is read, its way of signing holds, its reasons are all of them."""

import json
import re
import textwrap
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import msgspec

from orderhub.intake.contract import OrderMessage
from orderhub.intake.generic import shape
from orderhub.intake.generic.mapping import Mapping, default_mapping
from orderhub.intake.generic.reader import compile_mapping
from orderhub.intake.generic.signature import decode_secret, verify
from orderhub.intake.reasons import Code
from orderhub.kernel import clock

PAGE = (Path(__file__).resolve().parents[2] / "docs" / "intake.md").read_text("utf-8")
SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"


def section(title: str) -> str:
    """What stands under a heading."""
    return re.split(r"^#+ ", PAGE.partition(f"# {title}\n")[2], maxsplit=1, flags=re.MULTILINE)[0]


def example(title: str) -> str:
    """The indented block of a section."""
    lines = [line for line in section(title).splitlines() if line.startswith("    ")]
    return textwrap.dedent("\n".join(lines))


def first_column(title: str) -> set[str]:
    """The words in backticks that begin the rows of a section's table."""
    cells = re.findall(r"^\| (`[^|]*`) \|", section(title), flags=re.MULTILINE)
    return {word for cell in cells for word in re.findall(r"`([^`]+)`", cell)}


def keys(value: Any) -> Any:
    """What a message names, without what it says of it."""
    if isinstance(value, dict):
        return {key: keys(item) for key, item in value.items()}
    return [keys(item) for item in value] if isinstance(value, list | tuple) else None


def test_the_example_is_read_and_nothing_of_it_is_unknown() -> None:
    told = json.loads(example("The JSON shape"))
    reader = compile_mapping(default_mapping(), currency="CNY")
    message = reader.apply(json.dumps(told).encode(), now=datetime(2026, 4, 1, tzinfo=UTC))
    assert isinstance(message, OrderMessage)
    read_strictly = msgspec.json.decode(json.dumps(told).encode(), type=shape.Message)
    assert keys(msgspec.to_builtins(read_strictly)) == keys(told)
    assert len(message.payments) == len(message.refunds) == len(message.shipments) == 1


def test_a_sender_who_signs_as_shown_is_let_in() -> None:
    names: dict[str, Any] = {"secret": SECRET, "message_id": "m-1", "body": b"{}"}
    exec(example("Signature"), names)
    assert verify(names["headers"], b"{}", keys=[decode_secret(SECRET)], now=clock.now())


def test_every_reason_is_documented_and_no_other() -> None:
    assert first_column("Why a message waits") == {code.value for code in Code}


def test_every_key_of_a_mapping_is_documented_and_no_other() -> None:
    assert first_column("The field mapping") == set(Mapping.__struct_fields__)
