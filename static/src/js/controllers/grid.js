import { Controller } from "@hotwired/stimulus"

const STEPS = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] }

/**
 * Walks through the links of a table by arrow keys, past cells without one; Home and End go to the ends of a row.
 * The table is one tab stop, so that whoever does not want it is past it with one key. Without a script each link is one.
 */
export default class extends Controller {
  connect() {
    // On a narrow screen it is a list, of which a part is not shown: each link stays a stop.
    const isTable = getComputedStyle(this.element.tBodies[0].rows[0]).display === "table-row"
    this.links = isTable ? [...this.element.querySelectorAll("a")] : []
    this.stopAt(this.links[0])
  }

  disconnect() {
    for (const link of this.links) link.removeAttribute("tabindex")
  }

  stopAt(link) {
    for (const one of this.links) one.tabIndex = one === link ? 0 : -1
  }

  enter({ target }) {
    const link = target.closest("a")
    if (link) this.stopAt(link)
  }

  walk(event) {
    const cell = event.target.closest("td, th")
    if (!cell || !this.links.length || event.ctrlKey || event.altKey || event.metaKey) return
    const link = this.wanted(event.key, cell)
    if (!link) return
    event.preventDefault()
    link.focus()
  }

  wanted(key, cell) {
    const row = cell.parentElement
    if (key === "Home") return row.querySelector("a")
    if (key === "End") return [...row.querySelectorAll("a")].at(-1)
    if (!STEPS[key]) return null
    const isTurned = getComputedStyle(this.element).direction === "rtl"
    const [down, over] = STEPS[key]
    const rows = [...this.element.rows]
    let [y, x] = [rows.indexOf(row) + down, cell.cellIndex + (isTurned ? -over : over)]
    while (rows[y]?.cells[x]) {
      const found = rows[y].cells[x].querySelector("a")
      if (found) return found
      ;[y, x] = [y + down, x + (isTurned ? -over : over)]
    }
    return null
  }
}
