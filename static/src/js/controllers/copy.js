import { Controller } from "@hotwired/stimulus"
import { announce } from "../announce"

/** Copies a text. The button is hidden where that is not possible. */
export default class extends Controller {
  static targets = ["source", "button"]
  static values = { text: String, done: String }

  connect() {
    for (const button of this.buttonTargets) button.hidden = !navigator.clipboard
  }

  async copy() {
    const source = this.hasSourceTarget ? this.sourceTarget : null
    await navigator.clipboard.writeText(this.textValue || source?.value || source?.textContent.trim())
    announce(this.doneValue)
    const words = this.buttonTarget.querySelector("span")
    const before = words.textContent
    words.textContent = this.doneValue
    setTimeout(() => (words.textContent = before), 3000)
  }
}
