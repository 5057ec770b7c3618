// The row of buttons by the pattern of an ARIA toolbar: one stop for Tab, arrows between the buttons (turned round in
// right-to-left pages), Home and End, Escape back to the text; and its menu of further things.

export class Toolbar {
  /** `shell` holds the bar and its menus; `act(name)` does what a button says; `states()` gives name -> on. */
  constructor(shell, { act, leave }) {
    Object.assign(this, { shell, act, leave, bar: shell.querySelector("[role=toolbar]"), menu: shell.querySelector("[role=menu]") })
    this.opener = this.bar.querySelector("[aria-haspopup=menu]")
    this.#rove(this.buttons[0])
    this.bar.addEventListener("keydown", this.#keyed)
    this.bar.addEventListener("focusin", ({ target }) => this.#rove(target.closest("button")))
    // What is only there at times is not where Tab leads to.
    this.bar.addEventListener("focusout", ({ target, relatedTarget }) => !this.bar.contains(relatedTarget) && target.closest("[data-when]") && this.#rove(this.buttons[0]))
    this.menu.addEventListener("keydown", this.#keyedInMenu)
    this.menu.addEventListener("focusout", ({ relatedTarget }) => relatedTarget && !this.menu.contains(relatedTarget) && relatedTarget !== this.opener && this.close())
    // The text keeps its selection while somebody chooses what shall happen to it.
    for (const part of [this.bar, this.menu]) part.addEventListener("mousedown", (event) => event.preventDefault())
    shell.addEventListener("click", this.#clicked)
    this.elsewhere = ({ target }) => !this.menu.contains(target) && !this.opener.contains(target) && this.close(false)
    document.addEventListener("pointerdown", this.elsewhere)
  }

  destroy() {
    document.removeEventListener("pointerdown", this.elsewhere)
  }

  get buttons() {
    return [...this.bar.querySelectorAll("button")].filter((button) => !button.closest("[hidden]"))
  }

  focus() {
    this.bar.querySelector('button[tabindex="0"]')?.focus()
  }

  /** `states`: name of a command -> whether it is on; `shown`: name of a group -> whether it is of use here. */
  show(states, shown, isLocked) {
    for (const button of this.shell.querySelectorAll("[data-do]")) {
      const isOn = states[button.dataset.do]
      if (isOn !== undefined) button.setAttribute(button.role === "menuitemcheckbox" ? "aria-checked" : "aria-pressed", isOn)
      if (isLocked && !("always" in button.dataset)) button.ariaDisabled = "true"
      else button.removeAttribute("aria-disabled")
    }
    for (const group of this.shell.querySelectorAll("[data-when]")) group.hidden = !shown[group.dataset.when]
    if (!this.buttons.some((button) => button.tabIndex === 0)) this.#rove(this.buttons[0])
  }

  close(isBack = true) {
    if (this.menu.hidden) return
    this.menu.hidden = true
    this.opener.ariaExpanded = "false"
    if (isBack && this.menu.contains(document.activeElement)) this.opener.focus()
  }

  #open() {
    this.menu.hidden = false
    this.opener.ariaExpanded = "true"
    this.#items()[0]?.focus()
  }

  #items() {
    return [...this.menu.querySelectorAll("[role^=menuitem]")].filter((item) => !item.closest("[hidden]"))
  }

  #rove(chosen) {
    if (!chosen) return
    for (const button of this.bar.querySelectorAll("button")) button.tabIndex = button === chosen ? 0 : -1
  }

  #clicked = ({ target }) => {
    if (this.opener.contains(target)) return this.menu.hidden ? this.#open() : this.close()
    const button = target.closest("[data-do]")
    if (!button || !this.shell.contains(button) || button.ariaDisabled === "true") return
    this.close(false)
    this.act(button.dataset.do)
  }

  #step(event, all, forward, back) {
    const place = all.indexOf(document.activeElement)
    const next = { [forward]: place + 1, [back]: place - 1, Home: 0, End: -1 }[event.key]
    if (next === undefined || !all.length) return false
    event.preventDefault()
    all.at(next % all.length).focus()
    return true
  }

  #keyed = (event) => {
    const isTurned = getComputedStyle(this.bar).direction === "rtl"
    if (this.#step(event, this.buttons, isTurned ? "ArrowLeft" : "ArrowRight", isTurned ? "ArrowRight" : "ArrowLeft")) return
    if (event.key === "Escape") this.leave()
    if (event.key === "ArrowDown" && event.target.closest("button") === this.opener) {
      event.preventDefault()
      this.#open()
    }
  }

  #keyedInMenu = (event) => {
    if (this.#step(event, this.#items(), "ArrowDown", "ArrowUp")) return
    if (event.key !== "Escape" && event.key !== "Tab") return
    if (event.key === "Escape") event.preventDefault()
    event.stopPropagation()
    this.close()
  }
}
