import "./team/page.js";
