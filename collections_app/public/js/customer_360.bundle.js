import "./customer_360/page.js";
