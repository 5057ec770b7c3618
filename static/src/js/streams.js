// Turbo removes an element that is placed anew and inserts another one, and what was typed in it is gone.
// Here the old one is brought up to date and moved.

export function moveInsteadOfDouble({ StreamActions, morphElements }) {
  const place = (put) =>
    function () {
      for (const target of this.targetElements.length ? this.targetElements : [null]) {
        const content = this.templateContent
        for (const fresh of [...content.children]) {
          const old = fresh.id && document.getElementById(fresh.id)
          if (!old) continue
          morphElements(old, fresh.cloneNode(true))
          const moved = document.getElementById(fresh.id)
          // Without a place to go to on this page it stays where it is.
          if (target && target !== moved) fresh.replaceWith(moved)
          else fresh.remove()
        }
        if (target) put(target, content)
      }
    }
  StreamActions.append = place((target, content) => target.append(content))
  StreamActions.prepend = place((target, content) => target.prepend(content))
  StreamActions.before = place((target, content) => target.before(content))
  StreamActions.after = place((target, content) => target.after(content))
}

/**
 * Renders Turbo Stream elements at once and in their order (Turbo itself waits for a repaint with each).
 * `refresh` is called where the page shall be loaded again. Gives back what is to be said aloud (`data-announce`).
 */
export function renderStreams({ StreamActions }, html, refresh) {
  const template = document.createElement("template")
  template.innerHTML = html
  const streams = [...document.importNode(template.content, true).querySelectorAll("turbo-stream")]
  const { activeElement } = document
  const selection = [activeElement?.selectionStart, activeElement?.selectionEnd]
  streams.forEach((stream, place) => {
    const isMoved = stream.action === "remove" && streams.slice(place + 1).some((later) => places(later, stream.target))
    if (stream.action === "refresh") refresh?.()
    else if (!isMoved) StreamActions[stream.action]?.call(stream)
  })
  // Moving an element takes the focus away.
  if (activeElement?.isConnected && activeElement !== document.activeElement) {
    activeElement.focus({ preventScroll: true })
    if (selection[0] != null) activeElement.setSelectionRange(...selection)
  }
  dispatchEvent(new CustomEvent("streams:rendered"))
  return streams.flatMap((stream) => [...contentOf(stream)].map((element) => element.dataset.announce))
}

const contentOf = (stream) => stream.querySelector("template")?.content.children ?? []
const places = (stream, id) => [...contentOf(stream)].some((element) => element.id === id)
