import "./worklist/page.js";
