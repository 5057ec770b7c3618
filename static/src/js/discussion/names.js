// The list of people under an @. A text area may not be a combobox of several lines; it says instead that it has a list, and what
// is chosen in it.

import { put } from "./marks"

const MOST = 6
const GAP = 4 // pixels between a line and the list under it
const LOOKS = ["font", "letterSpacing", "wordSpacing", "tabSize", "textIndent", "padding", "border", "boxSizing", "direction"]

export class Names {
  /** `isUnderLine`: in a field of many lines the list opens under the one that is written in, else above the field. */
  constructor(field, list, people, isUnderLine = false) {
    Object.assign(this, { field, list, people, isUnderLine, at: -1 })
  }

  get isOpen() {
    return this.at >= 0
  }

  /** Shows whose name or part of a name begins with what stands after the @ before the caret. */
  async look() {
    const before = this.field.value.slice(0, this.field.selectionStart)
    const typed = before.match(/(?:^|[^\p{L}\p{N}_@])@([\p{L}\p{M}\p{N}'’.-]*(?: [\p{L}\p{M}\p{N}'’.-]*){0,2})$/u)?.[1]
    if (typed == null) return this.close()
    const wanted = fold(typed)
    const all = await this.people()
    if (!this.field.value.slice(0, this.field.selectionStart).endsWith(`@${typed}`)) return
    const found = all.filter(({ name }) => fold(name).startsWith(wanted) || (!wanted.includes(" ") && fold(name).split(/[\s-]+/).some((part) => part.startsWith(wanted))))
    if (!found.length || found.some(({ name }) => fold(name) === wanted)) return this.close()
    this.at = this.field.selectionStart - typed.length
    this.list.replaceChildren(...found.slice(0, MOST).map(({ id, name }) => option(id, name)))
    this.list.hidden = false
    if (this.isUnderLine) this.#follow()
    for (const [name, value] of Object.entries({ autocomplete: "list", haspopup: "listbox", controls: this.list.id })) this.field.setAttribute(`aria-${name}`, value)
    this.pick(0)
  }

  /** A text area does not tell where its lines are, a copy of it that nobody sees does. */
  #follow() {
    const { field, list } = this
    const copy = document.createElement("div")
    const looks = getComputedStyle(field)
    for (const name of LOOKS) copy.style[name] = looks[name]
    Object.assign(copy.style, { position: "absolute", visibility: "hidden", whiteSpace: "pre-wrap", overflowWrap: "break-word", inlineSize: `${field.offsetWidth}px` })
    const caret = Object.assign(document.createElement("span"), { textContent: "@" })
    copy.append(field.value.slice(0, this.at - 1), caret)
    field.after(copy)
    const line = caret.getBoundingClientRect().bottom - copy.getBoundingClientRect().top - field.scrollTop
    copy.remove()
    const top = field.getBoundingClientRect().top - list.offsetParent.getBoundingClientRect().top
    Object.assign(list.style, { insetBlock: `${top + line + GAP}px auto`, insetInline: "0" })
  }

  pick(place) {
    const options = [...this.list.children]
    this.place = (place + options.length) % options.length
    options.forEach((option, number) => option.setAttribute("aria-selected", String(number === this.place)))
    options[this.place].scrollIntoView({ block: "nearest" })
    this.field.setAttribute("aria-activedescendant", options[this.place].id)
  }

  /** Whether the key was one for the list. */
  take({ key }) {
    if (!this.isOpen) return false
    if (key === "ArrowDown") this.pick(this.place + 1)
    else if (key === "ArrowUp") this.pick(this.place - 1)
    else if (key === "Enter" || key === "Tab") this.choose(this.list.children[this.place])
    else if (key === "Escape") this.close()
    else return false
    return true
  }

  choose(option) {
    const from = this.at
    this.close()
    put(this.field, from, this.field.selectionStart, `${option.textContent} `)
  }

  close() {
    this.at = -1
    this.list.hidden = true
    for (const name of ["autocomplete", "haspopup", "controls", "activedescendant"]) this.field.removeAttribute(`aria-${name}`)
  }
}

function option(id, name) {
  const item = Object.assign(document.createElement("li"), { id: `name_${id}`, textContent: name, dir: "auto" })
  item.setAttribute("role", "option")
  return item
}

const fold = (text) => text.normalize("NFKD").replace(/\p{M}/gu, "").toLocaleLowerCase()
