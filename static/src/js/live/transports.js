// Stands in for engine.io-client's own list: WebSocket, and polling where a proxy lets no socket through. WebTransport is left out.

import { XHR } from "../../node_modules/engine.io-client/build/esm/transports/polling-xhr.js"
import { WS } from "../../node_modules/engine.io-client/build/esm/transports/websocket.js"

export const transports = { websocket: WS, polling: XHR }
