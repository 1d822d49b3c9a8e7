"""`python -m infra.assets` builds web/dist when its inputs changed; with `lock` it rewrites package-lock.json."""

import sys

from infra.assets import build

if sys.argv[1:] == ["lock"]:
    from infra.assets.node import lock_packages

    lock_packages()
else:
    build.main()
