"""Live pages: one websocket a page, over which the regions it shows arrive anew whenever they change."""
