import { Controller } from "@hotwired/stimulus"

/** Says at once which file was chosen and when it is too large; the server checks again. `max` is in bytes. */
export default class extends Controller {
  static targets = ["field", "note"]
  static values = { max: Number, large: String }

  show() {
    const files = [...this.fieldTarget.files]
    const isLarge = this.maxValue && files.some((file) => file.size > this.maxValue)
    const size = new Intl.NumberFormat(document.documentElement.lang, { style: "unit", unit: "megabyte", maximumFractionDigits: 1, numberingSystem: "latn" })
    this.noteTarget.textContent = [...files.map((file) => `${file.name}, ${size.format(file.size / 1e6)}`), isLarge ? this.largeValue : ""].filter(Boolean).join(" · ")
    this.fieldTarget.setAttribute("aria-invalid", String(Boolean(isLarge)))
  }
}
