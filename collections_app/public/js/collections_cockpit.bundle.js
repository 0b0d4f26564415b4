import "./cockpit/page.js";
