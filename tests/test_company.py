"""The cast: one person in each role, each reaching as far as their story says."""

from orderhub.kernel.actors import ROLES, Actor
from tests.browsers import Browser
from tests.company import company
from tests.people import PASSWORD


async def test_there_is_one_person_in_each_role(clean: str) -> None:
    people = [member for member in await company() if isinstance(member, Actor)]
    assert sorted(role for person in people for role in person.roles) == sorted(ROLES)


async def test_the_cast_reach_their_own_places(clean: str) -> None:
    cast = await company()
    assert cast.min.warehouses == frozenset({cast.suzhou})
    assert cast.he.shops == frozenset({cast.tmall})
    assert cast.chen.shops is cast.chen.warehouses is None


async def test_each_signs_in_with_the_same_password(clean: str) -> None:
    await company()
    async with Browser() as browser:
        assert (await browser.sign_in("zhou", PASSWORD)).headers["location"] == "/"
        assert "老周" in (await browser.get("/me")).text
