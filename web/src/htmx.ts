// htmx for the page, with its websocket extension, which looks for it as a global.
import htmx from "htmx.org";

declare global {
  interface Window {
    htmx: typeof htmx;
  }
}

window.htmx = htmx;

export default htmx;
