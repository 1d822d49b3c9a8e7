"""Small modules, short functions, a small kernel. The longest of each are listed in build/sizes.txt after every run."""

import pytest

from tests.architecture.code import PACKAGE, ROOT, functions, modules

KERNEL_LINES = 3000
MODULE_LINES = 250
FUNCTION_LINES = 60


@pytest.fixture(scope="module", autouse=True)
def _report() -> None:
    longest_modules = sorted(modules(), key=lambda module: -module.lines)[:20]
    longest_functions = sorted(functions(), key=lambda function: -function.lines)[:20]
    report = [f"kernel {_kernel_lines()} of {KERNEL_LINES} lines, {len(modules())} modules in all", ""]
    report += [f"{module.lines:5} {module.name}" for module in longest_modules] + [""]
    report += [f"{function.lines:5} {function.module.name} {function.name}" for function in longest_functions]
    (ROOT / "build").mkdir(exist_ok=True)
    (ROOT / "build" / "sizes.txt").write_text("\n".join(report) + "\n")


def test_the_kernel_stays_small() -> None:
    assert _kernel_lines() <= KERNEL_LINES


def test_modules_are_split_before_they_grow_long() -> None:
    assert [f"{module.name}: {module.lines}" for module in modules() if module.lines > MODULE_LINES] == []


def test_no_function_reaches_sixty_lines() -> None:
    long = [function for function in functions() if function.lines >= FUNCTION_LINES]
    assert [f"{function.module.name} {function.name}: {function.lines}" for function in long] == []


def _kernel_lines() -> int:
    return sum(module.lines for module in modules() if PACKAGE / "kernel" in module.path.parents)
