// The second script of every page of somebody signed in: the app on their phone, and keys at their desk. Each line is one behaviour.
import "./worker.ts";
import "./presses.ts";
import "./departures.ts";
import "./kept.ts";
import "./leaving.ts";
import "./installing.ts";
import "./seeking.ts";
