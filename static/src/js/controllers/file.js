import { Controller } from "@hotwired/stimulus"

/** Says at once which file was chosen and when it is too large; the server checks again. `max` is in bytes. */
export default class extends Controller {
  static targets = ["field", "note"]
  static values = { max: Number, large: String }

  show() {
    const files = [...this.fieldTarget.files]
    const isLarge = this.maxValue && files.some((file) => file.size > this.maxValue)
    this.noteTarget.textContent = [...files.map((file) => `${file.name}, ${inWords(file.size)}`), isLarge && this.largeValue].filter(Boolean).join(" · ")
    this.fieldTarget.setAttribute("aria-invalid", String(Boolean(isLarge)))
  }
}

function inWords(bytes) {
  const [unit, amount] = bytes < 1e6 ? ["kilobyte", Math.ceil(bytes / 1e3)] : ["megabyte", bytes / 1e6]
  const format = { style: "unit", unit, maximumFractionDigits: 1, numberingSystem: "latn" }
  return new Intl.NumberFormat(document.documentElement.lang, format).format(amount)
}
