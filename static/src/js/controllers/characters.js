import { Controller } from "@hotwired/stimulus"

/** How many characters are left, once it gets close. */
export default class extends Controller {
  static targets = ["field", "note"]
  static values = { text: String }

  connect() {
    this.count()
  }

  count() {
    const { maxLength, value } = this.fieldTarget
    const left = maxLength - value.length
    this.noteTarget.textContent = maxLength > 0 && left <= maxLength / 4 ? this.textValue.replace("{n}", left) : ""
  }
}
