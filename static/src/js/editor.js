// Writing together: loaded only where somebody may write.

import "./shared"
import { LiveDraft } from "./editor/element"

/** `socket`: the page's one connection. */
export function start(socket) {
  if (LiveDraft.socket) return
  LiveDraft.socket = socket
  customElements.define("live-draft", LiveDraft)
  addEventListener("beforeunload", (event) => {
    if ([...document.querySelectorAll("live-draft")].some((draft) => draft.isAtRisk)) event.preventDefault()
  })
}
