"""Rendering: what people see. Words in two languages, formats, templates, hashed assets, and the page around them."""
