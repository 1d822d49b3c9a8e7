"""The pages of the catalog, through the app."""

import re
from collections.abc import AsyncIterator

import httpx
import pytest
import pytest_asyncio

from orderhub.accounts import shops
from orderhub.accounts.shops import NewShop
from orderhub.kernel import postgres
from orderhub.kernel.actors import SYSTEM
from tests.browsers import Browser, Program
from tests.catalog.files import SOAP, TEA, TEA_CASE, csv_file
from tests.people import hire, token

pytestmark = pytest.mark.usefixtures("clean")


@pytest_asyncio.fixture(loop_scope="session")
async def keeper(clean: str) -> AsyncIterator[Browser]:
    """The browser of somebody of operations."""
    async with Browser() as browser:
        yield await browser.arrive(await hire("zhou", "operations"))


async def upload(browser: Browser, content: bytes, name: str = "goods.csv") -> httpx.Response:
    page = await browser.get("/products/imports")
    found = re.search(r'name="_csrf_token" value="([^"]+)"', page.text)
    assert found
    return await browser.post(
        "/products/imports",
        data={"_csrf_token": found[1]},
        files={"file": (name, content, "text/csv")},
        headers={"Origin": "http://hub.test"},
    )


async def apply(browser: Browser, preview: str) -> httpx.Response:
    page = await browser.get(preview)
    plan = re.search(r'name="plan" value="([^"]+)"', page.text)
    assert plan, page.text
    return await browser.submit(preview, to=f"{preview}/applied", plan=plan[1])


async def imported(browser: Browser, content: bytes) -> None:
    preview = (await upload(browser, content)).headers["location"]
    assert (await apply(browser, preview)).status_code == 303


async def product_path() -> str:
    return f"/products/{await postgres.fetchval('select min(id) from products')}"


async def test_a_file_is_previewed_and_then_imported(keeper: Browser) -> None:
    preview = (await upload(keeper, csv_file(TEA, TEA_CASE, SOAP))).headers["location"]
    page = await keeper.get(preview)
    assert "It would bring 2 new" in page.text
    assert "Import 2" in page.text
    assert (await apply(keeper, preview)).headers["location"] == preview
    assert "Imported: 2 new" in (await keeper.get(preview)).text
    products = await keeper.get("/products")
    assert "2 products on sale" in products.text
    assert "桂花皂" in products.text


async def test_what_is_wrong_is_told_by_row_and_nothing_can_be_imported(keeper: Browser) -> None:
    preview = (await upload(keeper, csv_file(("A", "甲", "", "", "", "6901028074830")))).headers["location"]
    page = await keeper.get(preview)
    assert "1 thing to put right first" in page.text
    assert "Row 2 · Barcode" in page.text
    assert "its last digit would be 4" in page.text
    assert 'name="plan"' not in page.text


async def test_a_file_that_cannot_be_read_says_what_to_do(keeper: Browser) -> None:
    answer = await upload(keeper, b"%PDF-1.7", "goods.pdf")
    assert answer.status_code == 422
    assert "This is not a table" in answer.text
    assert (await upload(keeper, b"")).status_code == 422


async def test_a_file_that_is_too_large_is_refused(keeper: Browser) -> None:
    assert (await upload(keeper, b"sku\n" + b"A" * (11 * 1024 * 1024))).status_code == 413


async def test_a_preview_that_is_no_longer_true_is_shown_anew(keeper: Browser) -> None:
    preview = (await upload(keeper, csv_file(("A", "甲")))).headers["location"]
    plan = re.search(r'name="plan" value="([^"]+)"', (await keeper.get(preview)).text)
    assert plan
    await imported(keeper, csv_file(("A", "乙")))
    answer = await keeper.submit(preview, to=f"{preview}/applied", plan=plan[1])
    assert answer.status_code == 409
    assert "Somebody changed the goods meanwhile" in answer.text
    assert (await apply(keeper, preview)).status_code == 303


async def test_the_names_in_a_file_are_shown_as_text(keeper: Browser) -> None:
    preview = (await upload(keeper, csv_file(("A", "<script>x</script>")), "<b>.csv")).headers["location"]
    page = await keeper.get(preview)
    assert "<script>x" not in page.text
    assert "&lt;script&gt;x" in page.text
    assert "&lt;b&gt;.csv" in page.text


@pytest.mark.parametrize("word", ["桂花", "TEA-0", "6901028074834", "tea-01", "0036000291452"])
async def test_products_are_found_by_name_code_and_barcode(keeper: Browser, word: str) -> None:
    await imported(keeper, csv_file(TEA, SOAP))
    page = await keeper.get("/products", params={"q": word})
    assert len(re.findall(r'href="/products/\d+"', page.text)) == 1


async def test_a_wildcard_finds_only_itself(keeper: Browser) -> None:
    await imported(keeper, csv_file(TEA))
    assert "Nothing found" in (await keeper.get("/products", params={"q": "%"})).text


async def test_a_search_for_what_no_name_holds_finds_nothing(keeper: Browser) -> None:
    await imported(keeper, csv_file(TEA))
    for query in ("q=%00zz", "q=%ffzz", "q=zz%27%22%5C"):
        assert "Nothing found" in (await keeper.get(f"/products?{query}")).text


async def test_the_list_goes_on_page_by_page(keeper: Browser) -> None:
    await imported(keeper, csv_file(*((f"S-{n:03}", f"商品 {n}") for n in range(120))))
    seen: list[str] = []
    path: str | None = "/products"
    while path:
        page = await keeper.get(path)
        seen += re.findall(r'href="/products/(\d+)"', page.text)
        following = re.search(r'rel="next" href="([^"]+)"', page.text)
        path = following[1].replace("&amp;", "&") if following else None
    assert len(seen) == len(set(seen)) == 120


async def test_one_product_shows_its_barcodes_and_packs(keeper: Browser) -> None:
    await imported(keeper, csv_file(TEA, TEA_CASE))
    page = await keeper.get(await product_path())
    assert "16901028074831" in page.text
    assert "12 pieces a scan" in page.text


async def test_a_sku_is_ended_and_sold_again(keeper: Browser) -> None:
    await imported(keeper, csv_file(TEA))
    path = await product_path()
    await keeper.submit(path, to=f"{path}/ended", code="TEA-01")
    assert "Sell TEA-01 again" in (await keeper.get(path)).text
    await keeper.submit(path, to=f"{path}/resumed", code="TEA-01")
    assert "End TEA-01" in (await keeper.get(path)).text


async def test_a_shops_own_number_is_matched(keeper: Browser) -> None:
    await imported(keeper, csv_file(TEA))
    path = await product_path()
    async with postgres.transaction() as tx:
        wanted = NewShop(name="Corner shop", channel="generic", currency="CNY", time_zone="Asia/Shanghai")
        _, shop = await shops.add(tx, wanted, actor=SYSTEM)
    said = {"code": "TEA-01", "shop": str(shop.id), "quantity": "2"}
    assert (await keeper.submit(path, to=f"{path}/listings", outside_sku=" ", **said)).status_code == 422
    await keeper.submit(path, to=f"{path}/listings", outside_sku="9001", **said)
    assert "Corner shop: 9001 = 2 pieces" in (await keeper.get(path)).text
    nowhere = said | {"shop": str(shop.id + 1)}
    assert (await keeper.submit(path, to=f"{path}/listings", outside_sku="1", **nowhere)).status_code == 404


async def test_a_barcode_is_taken_off(keeper: Browser) -> None:
    await imported(keeper, csv_file(TEA))
    path = await product_path()
    await keeper.submit(path, to=f"{path}/released", barcode="6901028074834")
    assert "it cannot be scanned" in (await keeper.get(path)).text
    assert (await keeper.submit("/me", to=f"{path}/released", barcode="6901028074834")).status_code == 404


async def test_the_floor_reads_the_catalog_and_changes_nothing(keeper: Browser) -> None:
    await imported(keeper, csv_file(TEA))
    path = await product_path()
    async with Browser() as browser:
        floor = await browser.arrive(await hire("min", "warehouse"))
        page = await floor.get(path)
        assert "龙井" in page.text
        assert "Take off" not in page.text
        assert "/products/imports" not in (await floor.get("/products")).text
        for door in ("/products/imports", f"/products/imports/{'0' * 8}-0000-7000-8000-{'0' * 12}"):
            assert (await floor.get(door)).status_code == 403
        assert (await floor.submit("/me", to=f"{path}/ended", code="TEA-01")).status_code == 403


@pytest.mark.parametrize("number", ["0", "99999999999", "-1", "9" * 40])
async def test_a_product_that_does_not_exist_is_not_found(keeper: Browser, number: str) -> None:
    assert (await keeper.get(f"/products/{number}")).status_code == 404
    assert (await keeper.get(f"/products?before={number}")).status_code == 400


async def test_strangers_are_asked_who_they_are(clean: str) -> None:
    async with Browser() as stranger:
        assert (await stranger.get("/products")).headers["location"].startswith("/sign-in")
    async with Program() as program:
        assert (await program.get("/api/skus")).status_code == 401


async def test_the_pages_speak_chinese_too(keeper: Browser) -> None:
    keeper.headers["Accept-Language"] = "zh-CN"
    assert "还没有商品" in (await keeper.get("/products")).text
    preview = (await upload(keeper, csv_file(("A", "甲", "", "", "", "6901028074830")))).headers["location"]
    assert "第 2 行 · 条码" in (await keeper.get(preview)).text


async def test_a_program_with_a_token_reads_the_catalog(clean: str) -> None:
    async with Program(await token("warehouse")) as program:
        assert (await program.get("/api/skus")).json() == {"skus": [], "next": None}
