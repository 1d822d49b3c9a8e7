"""Secret addresses: what a token says is read by its own purpose alone, and whatever is not ours is none."""

from hypothesis import given
from hypothesis import strategies as st

from orderhub.accounts import addresses


@given(said=st.binary(max_size=100))
def test_what_a_token_says_can_be_read_and_needs_no_quoting(said: bytes) -> None:
    token = addresses.token(said, purpose="journey")
    assert addresses.said(token, purpose="journey", length=len(said)) == said
    assert token.replace("-", "").replace("_", "").isalnum()


@given(said=st.binary(min_size=1, max_size=40))
def test_a_token_for_one_purpose_is_none_for_another(said: bytes) -> None:
    token = addresses.token(said, purpose="journey")
    assert addresses.said(token, purpose="dossier", length=len(said)) is None


@given(text=st.text(max_size=60), length=st.integers(0, 40))
def test_whatever_somebody_types_is_answered(text: str, length: int) -> None:
    assert addresses.said(text, purpose="journey", length=length) is None


def test_an_address_names_the_house_as_the_world_does_and_as_it_was_asked_otherwise() -> None:
    assert addresses.whole("/t/x") == "/t/x"
    assert addresses.whole("/t/x", elsewhere="http://127.0.0.1:8080") == "http://127.0.0.1:8080/t/x"
    addresses.use_origin("https://hub.example.com")
    try:
        assert addresses.whole("/t/x", elsewhere="http://10.0.0.1") == "https://hub.example.com/t/x"
    finally:
        addresses.use_origin(None)
