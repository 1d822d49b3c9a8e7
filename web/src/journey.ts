// The script of the buyer's page. The page is complete without it: it only keeps the page up to date, and shares it.
import "./journey_live.ts";
import "./ticking.ts";
import "./sharing.ts";
