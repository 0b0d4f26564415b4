import { server_of } from "./server.js";

export const { ask, act } = server_of("collections_app.api.send_letter");

// A key that no other request has.
export const key_of_request = () => frappe.utils.get_random(20);
