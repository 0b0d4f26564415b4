import "./cash_review/page.js";
