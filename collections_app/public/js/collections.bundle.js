import "./collections/ui.js";
import "./collections/dialogs.js";
import "./collections/customer_panel.js";
import "./collections/run_progress.js";
import "./collections/plan_timeline.js";
