// An update never takes typed text, the focus or an opened detail away.

/** Forms whose content has been sent: their fields may be brought up to date again. */
const sent = new WeakSet()

export function guardMorphs() {
  addEventListener("turbo:before-morph-element", (event) => {
    const { target, detail } = event
    // What the new page has no place for stays too, unless it says that nothing in it would be lost.
    const isKept = target.hasAttribute("data-keep") && (detail.newElement || !target.mayGo)
    if (isKept || isBeingEdited(target)) event.preventDefault()
  })
  addEventListener("turbo:before-morph-attribute", (event) => {
    const { target, detail } = event
    const isOpened = detail.attributeName === "open" && target.matches("details, dialog")
    if (isOpened || /^data-(mine|keep)$/.test(detail.attributeName)) event.preventDefault()
  })
  // After a refusal the page comes again with what was typed, and with the errors beside it.
  addEventListener("turbo:submit-end", ({ detail: { success, formSubmission } }) => {
    if (formSubmission.isSafe) return // what is looked for stays, while what was found changes beside it
    const form = formSubmission.formElement // a page that was drawn anew meanwhile may be without it
    success ? forgetTyped(form) : sent.add(form)
  })
  addEventListener("input", ({ target }) => sent.delete(target.form))
}

/** After its text has arrived a form is as it was when the page was made; else the guard would keep the sent text. */
export function forgetTyped(form) {
  sent.add(form)
  form.reset()
  form.dispatchEvent(new CustomEvent("typed:sent", { bubbles: true }))
}

function isBeingEdited(field) {
  if (!field.matches("input, textarea, select") || sent.has(field.form)) return false
  return field === document.activeElement || isChanged(field)
}

function isChanged(field) {
  if (/^(checkbox|radio)$/.test(field.type)) return field.checked !== field.defaultChecked
  if (!field.options) return field.value !== field.defaultValue
  const first = [...field.options].some((option) => option.defaultSelected) || field.multiple ? null : field.options[0]
  return [...field.options].some((option) => option.selected !== (option.defaultSelected || option === first))
}
