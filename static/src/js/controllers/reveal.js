import { Controller } from "@hotwired/stimulus"

/** Shows and hides a password. */
export default class extends Controller {
  static targets = ["field", "button"]
  static values = { show: String, hide: String }

  connect() {
    this.buttonTarget.hidden = false
  }

  toggle() {
    const isShown = this.fieldTarget.type === "password"
    this.fieldTarget.type = isShown ? "text" : "password"
    this.buttonTarget.setAttribute("aria-pressed", String(isShown))
    this.buttonTarget.setAttribute("aria-label", isShown ? this.hideValue : this.showValue)
  }
}
