"""The app on a phone, in a real Chromium: installing, no network, signing out, changing to a new version."""
