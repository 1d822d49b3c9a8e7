// The one script of every page.
import "./htmx.ts";
