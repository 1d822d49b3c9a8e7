// The one script of every page: each line is one behaviour.
import "htmx.org";
import "htmx-ext-ws";
import "./live.ts";
import "./keys.ts";
import "./refusals.ts";
import "./ticking.ts";
import "./copying.ts";
import "./folding.ts";
import "./chips.ts";
