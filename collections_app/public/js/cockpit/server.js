import { server_of } from "../shared/server.js";

export const { ask, act } = server_of("collections_app.api.cockpit");
