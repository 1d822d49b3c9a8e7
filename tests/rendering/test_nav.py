"""Tabs: who is offered what, and that every door which is offered opens."""

import pytest

from orderhub.kernel.actors import ROLES, Actor
from orderhub.rendering import nav
from tests.browsers import Browser
from tests.people import hire


def person(*roles: str) -> Actor:
    return Actor(kind="person", id="person:1", name="Min", roles=frozenset(roles))


def names(*roles: str) -> list[str]:
    return [tab.name for tab in nav.tabs(person(*roles))]


def test_the_floor_has_three_tabs() -> None:
    assert names("warehouse") == ["wall", "orders", "me"]


@pytest.mark.parametrize("role", ROLES)
def test_no_foot_has_more_than_five_tabs(role: str) -> None:
    assert len([tab for tab in nav.tabs(person(role)) if not tab.wide]) <= 5


def test_whoever_has_several_roles_is_offered_a_page_once() -> None:
    offered = names("service", "sales", "manager")
    assert offered.count("desk") == 1
    assert len(offered) == len(set(offered))


def test_nobody_is_offered_nothing() -> None:
    assert nav.tabs(None) == []


@pytest.mark.parametrize(
    ("role", "path"), [("warehouse", "/wall"), ("service", "/desk"), ("manager", "/board")]
)
def test_people_land_on_their_first_tab(role: str, path: str) -> None:
    assert nav.home(person(role)) == path


@pytest.mark.parametrize(
    ("path", "name"),
    [
        ("/orders", "orders"),
        ("/orders/OH-1/timeline", "orders"),
        ("/ordersheet", ""),
        ("/", ""),
        ("/me", "me"),
    ],
)
def test_a_path_belongs_to_its_tab(path: str, name: str) -> None:
    assert nav.current(path) == name


@pytest.mark.usefixtures("clean")
@pytest.mark.parametrize("role", ROLES)
async def test_every_tab_that_is_offered_opens(role: str) -> None:
    async with Browser() as browser:
        await browser.arrive(await hire("somebody", role))
        opened = {tab.path: (await browser.get(tab.path)).status_code for tab in nav.tabs(person(role))}
    assert set(opened.values()) == {200}, opened
