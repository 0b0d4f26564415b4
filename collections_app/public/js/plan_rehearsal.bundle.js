import "./rehearsal/page.js";
