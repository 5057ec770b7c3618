import { Controller } from "@hotwired/stimulus"
import { announce } from "../announce"

/**
 * Puts the entries of a list in order: by dragging a handle (mouse, pen, finger), or with Alt and the arrow keys on it.
 * Posts the id of the neighbour, `before` or `after`, and lets Turbo show the answer. `told` is said: "{place} of {all}".
 */
export default class extends Controller {
  static targets = ["item", "handle"]
  static values = { told: String }

  grab(event) {
    if (event.button) return
    const handle = event.currentTarget
    const item = this.#itemOf(handle)
    const siblings = () => this.#siblings(item)
    const started = siblings().indexOf(item)
    event.preventDefault()
    handle.focus()
    handle.setPointerCapture(event.pointerId)
    item.classList.add("is-moving")

    const move = ({ clientY }) => {
      for (const other of siblings()) {
        if (other === item) continue
        const { top, height } = other.getBoundingClientRect()
        const isAbove = Boolean(other.compareDocumentPosition(item) & Node.DOCUMENT_POSITION_FOLLOWING)
        if (isAbove && clientY < top + height / 2) return this.#put(() => other.before(item), handle, event.pointerId)
        if (!isAbove && clientY > top + height / 2 && nearest(siblings(), item, 1) === other) return this.#put(() => other.after(item), handle, event.pointerId)
      }
    }
    const end = ({ type }) => {
      handle.removeEventListener("pointermove", move)
      handle.removeEventListener("pointerup", end)
      handle.removeEventListener("pointercancel", end)
      item.classList.remove("is-moving")
      if (siblings().indexOf(item) === started) return
      if (type === "pointerup") this.#tell(item, handle)
      else this.#restore(item, started)
    }
    handle.addEventListener("pointermove", move)
    handle.addEventListener("pointerup", end)
    handle.addEventListener("pointercancel", end)
  }

  step(event) {
    const direction = event.altKey && { ArrowUp: -1, ArrowDown: 1 }[event.key]
    if (!direction) return
    event.preventDefault()
    const handle = event.currentTarget
    const item = this.#itemOf(handle)
    const other = nearest(this.#siblings(item), item, direction)
    if (!other) return
    if (direction < 0) other.before(item)
    else other.after(item)
    handle.focus()
    this.#tell(item, handle)
  }

  #itemOf(handle) {
    return handle.closest("[data-reorder-target~=item]")
  }

  /** Entries move among those of their own list only: a sub-item stays with its item. */
  #siblings(item) {
    return this.itemTargets.filter((other) => other.parentElement === item.parentElement)
  }

  /** Moving the element lets go of the pointer. */
  #put(change, handle, pointerId) {
    change()
    handle.setPointerCapture(pointerId)
  }

  #restore(item, place) {
    const others = this.#siblings(item).filter((other) => other !== item)
    if (others[place]) others[place].before(item)
    else item.parentElement.append(item)
  }

  async #tell(item, handle) {
    const siblings = this.#siblings(item)
    const next = nearest(siblings, item, 1)
    const facts = new FormData(document.getElementById("deed"))
    facts.set(...(next ? ["before", next.dataset.id] : ["after", nearest(siblings, item, -1).dataset.id]))
    announce(this.toldValue.replace("{place}", siblings.indexOf(item) + 1).replace("{all}", siblings.length))
    const form = document.createElement("form")
    form.method = "post"
    form.action = handle.dataset.url
    form.hidden = true
    for (const [name, value] of facts) form.append(Object.assign(document.createElement("input"), { type: "hidden", name, value }))
    document.body.append(form)
    form.addEventListener("turbo:submit-end", () => form.remove())
    form.requestSubmit()
  }
}

const nearest = (list, item, step) => list[list.indexOf(item) + step]
