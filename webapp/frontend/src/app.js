// Every page: Bootstrap's moving parts, live updates, forms sent once.
import "bootstrap/dist/css/bootstrap.min.css";
import "bootstrap/js/dist/alert.js";
import "bootstrap/js/dist/collapse.js";
import "bootstrap/js/dist/dropdown.js";
import "bootstrap/js/dist/modal.js";
import "bootstrap/js/dist/offcanvas.js";
import "bootstrap/js/dist/tab.js";
import "./app.css";
import { keepTokensFresh } from "./csrf.js";
import { deskKeys } from "./desk.js";
import { keepTyped } from "./keeping.js";
import { watch } from "./live.js";
import { sendFormsOnce } from "./once.js";
import { tellTroubles } from "./troubles.js";

watch(document.body);
keepTokensFresh();
sendFormsOnce();
tellTroubles();
deskKeys();
keepTyped();
