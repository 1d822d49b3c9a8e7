"""What axe-core finds wrong with a page for those who read it otherwise, or with difficulty."""

from axe_playwright_python.async_playwright import Axe
from playwright.async_api import Page

# Of the report only this comes back: what passed is hundreds of nodes a page, and nobody reads it.
_RUN = """() => axe.run({resultTypes: ['violations']}).then(
  report => report.violations.map(found => [found.id, found.nodes.map(node => node.target)]))"""


async def violations(page: Page) -> list[object]:
    """Each rule that is broken, with the places."""
    await page.evaluate(Axe().axe_script)
    found: list[object] = await page.evaluate(_RUN)
    return found
