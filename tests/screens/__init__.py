"""Pictures of every page, in every size, language and theme, and what a machine can find wrong with them."""
