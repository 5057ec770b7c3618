// Writing together: loaded only where somebody may write.

import "./shared"
import { leadToComments } from "./editor/comments"
import { LiveDraft } from "./editor/element"

const drafts = () => [...document.querySelectorAll("live-draft")]

/** `socket`: the page's one connection. */
export function start(socket) {
  if (LiveDraft.socket) return
  LiveDraft.socket = socket
  customElements.define("live-draft", LiveDraft)
  addEventListener("beforeunload", (event) => drafts().some((draft) => draft.isAtRisk) && event.preventDefault())
  addEventListener("click", leadToComments)
  // The page's own places for a decision and an action ask for it in the text that is open.
  addEventListener("click", (event) => {
    const place = event.target.closest?.("#desk_decision > summary, #desk_action > summary")
    const draft = place && socket.connected && [LiveDraft.latest, ...drafts()].find((each) => each?.isWritable)
    if (!draft) return
    event.preventDefault()
    draft.askLine(place.parentElement.id.replace("desk_", ""))
  })
}
