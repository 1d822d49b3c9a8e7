"""Letters to the outside that could not be delivered: the list, its page, and the button that has one tried again."""
